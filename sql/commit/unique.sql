-- What must be unique, within the tenant or, with the tenant "", among all.
CREATE VIEW scim_commit_unique_drop (tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

-- Mostly it is one key, the userName. For a list SQLite makes a table, which
-- takes as long as all the rest of this: only where there is a second key.
CREATE TRIGGER scim_commit_unique_drop
INSTEAD OF INSERT ON scim_commit_unique_drop
WHEN NEW.keys IS NOT NULL
BEGIN
  DELETE FROM scim_unique
   WHERE tenant = coalesce(NEW.keys ->> '$[0].tenant', NEW.tenant)
     AND type = NEW.type AND attribute = NEW.keys ->> '$[0].attribute'
     AND key = NEW.keys ->> '$[0].key' AND resource = NEW.resource;

  DELETE FROM scim_unique
   WHERE NEW.keys -> 1 IS NOT NULL
     AND (tenant, type, attribute, key) IN (
         SELECT u.tenant, u.type, u.attribute, u.key
           FROM json_each(NEW.keys) AS j
          CROSS JOIN scim_unique AS u
             ON u.tenant = coalesce(j.value ->> 'tenant', NEW.tenant)
            AND u.type = NEW.type AND u.attribute = j.value ->> 'attribute'
            AND u.key = j.value ->> 'key'
          WHERE u.resource = NEW.resource);
END;

CREATE VIEW scim_commit_unique_add (action, tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL, NULL
 WHERE 0;

-- A key that is there already may be the resource's own, when somebody has
-- changed its document by hand; the extension has looked for any other owner
-- before. While an index is built, of two resources that shared a value before
-- it had to be unique, the older one keeps it (claim.sql).
CREATE TRIGGER scim_commit_unique_add
INSTEAD OF INSERT ON scim_commit_unique_add
WHEN NEW.keys IS NOT NULL
BEGIN
  INSERT INTO scim_unique (tenant, type, attribute, key, resource)
  SELECT coalesce(j.value ->> 'tenant', NEW.tenant), NEW.type,
         j.value ->> 'attribute', j.value ->> 'key', NEW.resource
    FROM json_each(NEW.keys) AS j
   WHERE true
      ON CONFLICT (tenant, type, attribute, key) DO UPDATE
     SET resource = CASE
         WHEN resource = excluded.resource OR NEW.action = 'index'
         THEN resource
         ELSE RAISE(ABORT, 'scim:409:uniqueness:the value has another owner')
         END;

  SELECT RAISE(ABORT, 'scim:400:invalidValue:the application ignores this')
   WHERE changes() = 0;
END;
