-- The resource itself. Groups may have named it before it was there (RFC 7644
-- section 3.7.1: a bulk request in which resources refer to each other).
CREATE TRIGGER scim_commit_create INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'create'
BEGIN
  INSERT INTO scim_resource (resource, tenant, type, id, version, created,
         modified, doc)
  VALUES (NEW.resource, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
         NEW.time, NEW.doc);

  -- JSON is read only where it may say so: most are active.
  INSERT INTO scim_count (tenant, type, live, active)
  VALUES (NEW.tenant, NEW.type, 1,
          iif(instr(NEW.doc, '"active":false'),
              json_extract(NEW.doc, '$.active') IS DISTINCT FROM 0, 1))
      ON CONFLICT (tenant, type) DO UPDATE
     SET live = live + 1, active = active + excluded.active;

  UPDATE scim_member
     SET type = NEW.type
   WHERE value = NEW.id AND type IS NULL
     AND EXISTS (SELECT 1
                   FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);
END;

CREATE TRIGGER scim_commit_update INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'update'
BEGIN
  UPDATE scim_resource
     SET version = NEW.version, modified = NEW.time, doc = NEW.doc
   WHERE resource = NEW.resource;

  UPDATE scim_count
     SET active = active
                + (json_extract(NEW.after, '$.active') IS DISTINCT FROM 0)
                - (json_extract(NEW.before, '$.active') IS DISTINCT FROM 0)
   WHERE tenant = NEW.tenant AND type = NEW.type
     AND instr(NEW.after, '"active":');
END;

-- A deleted resource leaves its groups, which are then of a new version, and
-- takes its own members along.
CREATE TRIGGER scim_commit_delete INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'delete'
BEGIN
  DELETE FROM scim_resource WHERE resource = NEW.resource;

  UPDATE scim_count
     SET live = live - 1,
         active = active - iif(instr(NEW.before, '"active":false'),
             json_extract(NEW.before, '$.active') IS DISTINCT FROM 0, 1)
   WHERE tenant = NEW.tenant AND type = NEW.type;

  UPDATE scim_resource
     SET version = version + 1, modified = NEW.time
   WHERE +tenant = NEW.tenant
     AND resource IN (SELECT "group" FROM scim_member WHERE value = NEW.id);

  DELETE FROM scim_member
   WHERE value = NEW.id
     AND EXISTS (SELECT 1
                   FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);

  DELETE FROM scim_member WHERE "group" = NEW.resource;
END;
