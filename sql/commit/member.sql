-- Members, of one source: the rows of the other stay as they are. type is what
-- the id really is, else what was sent, now or before.
CREATE VIEW scim_commit_member_drop (resource, source, ids) AS
SELECT NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_drop
INSTEAD OF INSERT ON scim_commit_member_drop
WHEN NEW.ids IS NOT NULL
BEGIN
  DELETE FROM scim_member
   WHERE "group" = NEW.resource AND source = coalesce(NEW.source, 'idp')
     AND value IN (SELECT value FROM json_each(NEW.ids));
END;

CREATE VIEW scim_commit_member_add (tenant, resource, source, members) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_add
INSTEAD OF INSERT ON scim_commit_member_add
WHEN NEW.members IS NOT NULL
BEGIN
  INSERT INTO scim_member ("group", value, type, display, source)
  SELECT NEW.resource,
         j.value ->> 'value',
         coalesce((SELECT r.type FROM scim_resource AS r
                    WHERE r.tenant = NEW.tenant
                      AND r.id = j.value ->> 'value'),
                  j.value ->> 'type'),
         j.value ->> 'display',
         coalesce(NEW.source, 'idp')
    FROM json_each(NEW.members) AS j
   WHERE true
      ON CONFLICT ("group", value, source) DO UPDATE
     SET type = coalesce(excluded.type, type),
         display = coalesce(excluded.display, display);
END;
