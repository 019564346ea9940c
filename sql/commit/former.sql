-- By what a resource that goes was known: what it leaves in the indexes.
CREATE VIEW scim_commit_former (
  tenant, type, id, version, time, unique_drop, value_drop
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_former INSTEAD OF INSERT ON scim_commit_former
WHEN NEW.type = 'User'
BEGIN
  INSERT INTO scim_former (tenant, type, attribute, key, id, version, deleted)
  SELECT NEW.tenant, NEW.type, j.value ->> 'attribute', j.value ->> 'key',
         NEW.id, coalesce(NEW.version, 0), NEW.time
    FROM json_each(NEW.unique_drop) AS j
   WHERE j.value ->> 'attribute' = 'userName'
   UNION ALL
  SELECT NEW.tenant, NEW.type, 'externalId',
         NEW.value_drop ->> '$.externalId', NEW.id,
         coalesce(NEW.version, 0), NEW.time
   WHERE NEW.value_drop ->> '$.externalId' IS NOT NULL
      ON CONFLICT (tenant, type, attribute, key) DO UPDATE
     SET id = excluded.id, version = excluded.version,
         deleted = excluded.deleted;
END;
