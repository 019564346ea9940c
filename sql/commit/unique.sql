-- What must be unique, within the tenant or (an array) among all.
CREATE TRIGGER scim_commit_unique_drop INSTEAD OF INSERT ON scim_commit
WHEN NEW.unique_drop IS NOT NULL
BEGIN
  DELETE FROM scim_unique
   WHERE (tenant, type, attribute, key) IN (
         SELECT u.tenant, u.type, u.attribute, u.key
           FROM json_each(NEW.unique_drop) AS j
          CROSS JOIN scim_unique AS u
             ON u.tenant = CASE j.type WHEN 'array' THEN ''
                           ELSE NEW.tenant END
            AND u.type = NEW.type AND u.attribute = j.key
            AND u.key = CASE j.type WHEN 'array'
                        THEN json_extract(j.value, '$[0]') ELSE j.value END
          WHERE u.resource = NEW.resource);
END;

-- While an index is built, what is there already stays.
CREATE TRIGGER scim_commit_unique_add INSTEAD OF INSERT ON scim_commit
WHEN NEW.unique_add IS NOT NULL
BEGIN
  INSERT INTO scim_unique (tenant, type, attribute, key, resource)
  SELECT CASE j.type WHEN 'array' THEN '' ELSE NEW.tenant END,
         NEW.type, j.key,
         CASE j.type WHEN 'array'
         THEN json_extract(j.value, '$[0]') ELSE j.value END,
         NEW.resource
    FROM json_each(NEW.unique_add) AS j
   WHERE NEW.action <> 'index'
      OR NOT EXISTS (
         SELECT 1
           FROM scim_unique AS u
          WHERE u.tenant = CASE j.type WHEN 'array' THEN ''
                           ELSE NEW.tenant END
            AND u.type = NEW.type AND u.attribute = j.key
            AND u.key = CASE j.type WHEN 'array'
                        THEN json_extract(j.value, '$[0]') ELSE j.value END);
END;
