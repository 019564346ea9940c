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

-- joins is an object of what each id gets (commit.sql): so they are read without
-- JSON being taken apart for each, which took longer than to write the rows.
CREATE VIEW scim_commit_member_add (tenant, resource, source, joins) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_add
INSTEAD OF INSERT ON scim_commit_member_add
WHEN NEW.joins IS NOT NULL
BEGIN
  INSERT INTO scim_member ("group", value, type, display, source)
  SELECT NEW.resource,
         j.key,
         coalesce((SELECT r.type FROM scim_resource AS r
                    WHERE r.tenant = NEW.tenant AND r.id = j.key),
                  iif(j.type = 'object', j.value ->> 'type', j.value)),
         iif(j.type = 'object', j.value ->> 'display', NULL),
         coalesce(NEW.source, 'idp')
    FROM json_each(NEW.joins) AS j
   WHERE true
      ON CONFLICT ("group", value, source) DO UPDATE
     SET type = coalesce(excluded.type, type),
         display = coalesce(excluded.display, display);
END;
