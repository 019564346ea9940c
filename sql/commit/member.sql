-- Members. type is what the id really is, else what was sent.
CREATE TRIGGER scim_commit_member_drop INSTEAD OF INSERT ON scim_commit
WHEN NEW.member_drop IS NOT NULL AND NEW.action = 'update'
BEGIN
  DELETE FROM scim_member
   WHERE "group" = NEW.resource
     AND value IN (SELECT value FROM json_each(NEW.member_drop));
END;

CREATE TRIGGER scim_commit_member_add INSTEAD OF INSERT ON scim_commit
WHEN NEW.member_add IS NOT NULL
BEGIN
  INSERT INTO scim_member ("group", value, type, display, source)
  SELECT NEW.resource,
         json_extract(j.value, '$.value'),
         coalesce((SELECT r.type FROM scim_resource AS r
                    WHERE r.tenant = NEW.tenant
                      AND r.id = json_extract(j.value, '$.value')),
                  json_extract(j.value, '$.type')),
         json_extract(j.value, '$.display'),
         coalesce(NEW.source, 'idp')
    FROM json_each(NEW.member_add) AS j
   WHERE true
      ON CONFLICT ("group", value) DO UPDATE
     SET type = excluded.type,
         display = coalesce(excluded.display, display);
END;
