-- The resource itself. A trigger of the application may say RAISE(IGNORE): the
-- steps that follow would then be about nothing, and nobody would know that it
-- was refused. So each step here looks whether it has done what it was to do.
CREATE VIEW scim_commit_create (
  tenant, type, resource, id, version, time, doc, inactive, renamed, name, email
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

-- Who inserts by hand may leave name and email to what is here. What it is called
-- (../tables/name.sql) comes first, for the triggers of an application that see it
-- come, and so does its end where it goes: what they make of it then counts.
CREATE TRIGGER scim_commit_create INSTEAD OF INSERT ON scim_commit_create
BEGIN
  INSERT INTO scim_name (tenant, id, type, name)
  VALUES (NEW.tenant, NEW.id, NEW.type,
          coalesce(iif(NEW.renamed, NEW.name,
                       json_extract(NEW.doc, '$.userName')),
                   json_extract(NEW.doc, '$.displayName')))
      ON CONFLICT (tenant, id) DO UPDATE
     SET type = excluded.type, name = excluded.name, deleted = NULL;

  INSERT INTO scim_resource (resource, tenant, type, id, version, created,
         modified, doc, name, email)
  VALUES (NEW.resource, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
         NEW.time, NEW.doc,
         iif(NEW.renamed, NEW.name,
             coalesce(json_extract(NEW.doc, '$.userName'),
                      iif(NEW.type <> 'User',
                          json_extract(NEW.doc, '$.displayName'), NULL))),
         iif(NEW.renamed, NEW.email,
             (SELECT e.value ->> 'value'
                FROM json_each(NEW.doc, '$.emails') AS e
               WHERE e.type = 'object' AND e.value ->> 'value' <> ''
               ORDER BY coalesce(e.value ->> 'primary' = 1, 0) DESC,
                        coalesce(lower(e.value ->> 'type') = 'work', 0) DESC,
                        e.key
               LIMIT 1)));

  SELECT RAISE(ABORT, 'scim:400:invalidValue:the application ignores this')
   WHERE NOT EXISTS (SELECT 1
                       FROM scim_resource
                      WHERE tenant = NEW.tenant AND id = NEW.id);

  INSERT INTO scim_count (tenant, type, live, active)
  VALUES (NEW.tenant, NEW.type, 1, 1 - coalesce(NEW.inactive, 0))
      ON CONFLICT (tenant, type) DO UPDATE
     SET live = live + 1, active = active + excluded.active;

  -- Groups may have named it before it was there (RFC 7644 section 3.7.1: a
  -- bulk request in which resources refer to each other).
  UPDATE scim_member
     SET type = NEW.type
   WHERE value = NEW.id AND type IS NOT NEW.type
     AND EXISTS (SELECT 1
                   FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);
END;

CREATE VIEW scim_commit_update (
  tenant, type, resource, version, time, doc, inactive, renamed, name, email
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

-- doc is NULL where it stays as it is, so that "UPDATE OF doc" means a change.
-- SQLite writes the entries of an index anew whose column is set, also to what it
-- was: hence two UPDATEs, of which one finds a row.
CREATE TRIGGER scim_commit_update_doc INSTEAD OF INSERT ON scim_commit_update
WHEN NEW.doc IS NOT NULL
BEGIN
  UPDATE scim_resource
     SET version = NEW.version, modified = NEW.time, doc = NEW.doc
   WHERE resource = NEW.resource AND NEW.renamed IS NULL;

  UPDATE scim_resource
     SET version = NEW.version, modified = NEW.time, doc = NEW.doc,
         name = NEW.name, email = NEW.email
   WHERE resource = NEW.resource AND NEW.renamed IS NOT NULL;

  SELECT RAISE(ABORT, 'scim:400:invalidValue:the application ignores this')
   WHERE (SELECT version < NEW.version
            FROM scim_resource
           WHERE resource = NEW.resource);

  UPDATE scim_count
     SET active = active - NEW.inactive
   WHERE NEW.inactive IS NOT NULL AND tenant = NEW.tenant AND type = NEW.type;
END;

CREATE TRIGGER scim_commit_update INSTEAD OF INSERT ON scim_commit_update
WHEN NEW.doc IS NULL
BEGIN
  UPDATE scim_resource
     SET version = NEW.version, modified = NEW.time
   WHERE resource = NEW.resource;

  SELECT RAISE(ABORT, 'scim:400:invalidValue:the application ignores this')
   WHERE (SELECT version < NEW.version
            FROM scim_resource
           WHERE resource = NEW.resource);
END;

-- Who goes leaves his groups, which are then of a new version. A clock that is
-- set back does not take modified along: who asks for what has been modified
-- since the last time (RFC 7643 section 3.1) would never see it.
CREATE VIEW scim_commit_leave (tenant, id, time, groups) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_leave INSTEAD OF INSERT ON scim_commit_leave
WHEN NEW.groups IS NOT NULL
BEGIN
  UPDATE scim_resource
     SET version = version + 1,
         modified = CASE WHEN NEW.time >= modified THEN NEW.time
             ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', modified,
                                    '+0.001 seconds'), NEW.time) END
   WHERE +tenant = NEW.tenant
     AND resource IN (SELECT "group" FROM scim_member WHERE value = NEW.id);

  DELETE FROM scim_member
   WHERE value = NEW.id
     AND EXISTS (SELECT 1
                   FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);
END;

-- It takes its own members along; then it goes.
CREATE VIEW scim_commit_delete (
  tenant, type, resource, id, time, inactive
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_delete INSTEAD OF INSERT ON scim_commit_delete
BEGIN
  DELETE FROM scim_member WHERE "group" = NEW.resource;

  UPDATE scim_name
     SET deleted = NEW.time
   WHERE tenant = NEW.tenant AND id = NEW.id;

  DELETE FROM scim_resource WHERE resource = NEW.resource;

  SELECT RAISE(ABORT, 'scim:400:invalidValue:the application ignores this')
    FROM scim_resource
   WHERE tenant = NEW.tenant AND id = NEW.id;

  UPDATE scim_count
     SET live = live - 1, active = active - 1 - coalesce(NEW.inactive, 0)
   WHERE tenant = NEW.tenant AND type = NEW.type;
END;
