-- What filters look at. The rows to go are found by whole keys: compared with
-- the JSON itself, SQLite would walk through all values of an attribute.
CREATE VIEW scim_commit_value_drop (tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_value_drop
INSTEAD OF INSERT ON scim_commit_value_drop
WHEN NEW.keys IS NOT NULL
BEGIN
  DELETE FROM scim_value
   WHERE (tenant, type, attribute, key, resource) IN (
         SELECT v.tenant, v.type, v.attribute, v.key, v.resource
           FROM json_each(NEW.keys) AS j
          CROSS JOIN scim_value AS v
             ON v.tenant = NEW.tenant AND v.type = NEW.type
            AND v.attribute = j.key AND v.key = j.value
            AND v.resource = NEW.resource);
END;

CREATE VIEW scim_commit_value_add (tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_value_add INSTEAD OF INSERT ON scim_commit_value_add
WHEN NEW.keys IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO scim_value (tenant, type, attribute, key, resource)
  SELECT NEW.tenant, NEW.type, j.key, j.value, NEW.resource
    FROM json_each(NEW.keys) AS j;
END;
