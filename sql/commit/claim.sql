-- Values that several had before they had to be unique (unique.sql): when one of
-- them gives a value up, the oldest of the others becomes its owner, or a third
-- could take it. Nearly always there is nobody, and unique.sql does not come here.
CREATE VIEW scim_commit_claim_add (tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_claim_add
INSTEAD OF INSERT ON scim_commit_claim_add
WHEN NEW.keys IS NOT NULL
BEGIN
  INSERT INTO scim_claim (tenant, type, attribute, key, resource)
  SELECT u.tenant, u.type, u.attribute, u.key, NEW.resource
    FROM json_each(NEW.keys) AS j
   CROSS JOIN scim_unique AS u
      ON u.tenant = coalesce(j.value ->> 'tenant', NEW.tenant)
     AND u.type = NEW.type AND u.attribute = j.value ->> 'attribute'
     AND u.key = j.value ->> 'key'
   WHERE u.resource <> NEW.resource;

  -- No search may go by scim_unique then.
  INSERT INTO scim_meta (name, value)
  SELECT 'shared ' || NEW.type, 1
    FROM json_each(NEW.keys) AS j
   CROSS JOIN scim_claim AS c
      ON c.tenant = coalesce(j.value ->> 'tenant', NEW.tenant)
     AND c.type = NEW.type AND c.attribute = j.value ->> 'attribute'
     AND c.key = j.value ->> 'key' AND c.resource = NEW.resource
   LIMIT 1
      ON CONFLICT (name) DO NOTHING;
END;

CREATE VIEW scim_commit_claim_drop (tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_claim_drop
INSTEAD OF INSERT ON scim_commit_claim_drop
BEGIN
  DELETE FROM scim_claim
   WHERE (tenant, type, attribute, key, resource) IN (
         SELECT coalesce(j.value ->> 'tenant', NEW.tenant), NEW.type,
                j.value ->> 'attribute', j.value ->> 'key', NEW.resource
           FROM json_each(NEW.keys) AS j);

  INSERT INTO scim_unique (tenant, type, attribute, key, resource)
  SELECT c.tenant, c.type, c.attribute, c.key, min(c.resource)
    FROM json_each(NEW.keys) AS j
   CROSS JOIN scim_claim AS c
      ON c.tenant = coalesce(j.value ->> 'tenant', NEW.tenant)
     AND c.type = NEW.type AND c.attribute = j.value ->> 'attribute'
     AND c.key = j.value ->> 'key'
   WHERE NOT EXISTS (SELECT 1 FROM scim_unique AS u
                      WHERE u.tenant = c.tenant AND u.type = c.type
                        AND u.attribute = c.attribute AND u.key = c.key)
   GROUP BY c.tenant, c.type, c.attribute, c.key;

  DELETE FROM scim_claim
   WHERE (tenant, type, attribute, key, resource) IN (
         SELECT u.tenant, u.type, u.attribute, u.key, u.resource
           FROM json_each(NEW.keys) AS j
          CROSS JOIN scim_unique AS u
             ON u.tenant = coalesce(j.value ->> 'tenant', NEW.tenant)
            AND u.type = NEW.type AND u.attribute = j.value ->> 'attribute'
            AND u.key = j.value ->> 'key');
END;
