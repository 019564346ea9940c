-- From version 13 to 14: views and triggers. A member who was made after his group
-- was what the client had said of him, also at the horizon of a log that was pruned.
UPDATE scim_member
   SET type = (SELECT n.type
                 FROM scim_resource AS g
                 JOIN scim_name AS n ON n.tenant = g.tenant AND n.id = value
                WHERE g.resource = "group")
 WHERE EXISTS (SELECT 1
                 FROM scim_resource AS g
                 JOIN scim_name AS n ON n.tenant = g.tenant AND n.id = value
                WHERE g.resource = "group" AND n.deleted IS NULL
                  AND n.type <> scim_member.type);

UPDATE scim_snapshot_member
   SET type = (SELECT s.type
                 FROM scim_snapshot AS s
                WHERE s.tenant = scim_snapshot_member.tenant AND s.id = value)
 WHERE EXISTS (SELECT 1
                 FROM scim_snapshot AS s
                WHERE s.tenant = scim_snapshot_member.tenant AND s.id = value
                  AND s.type <> scim_snapshot_member.type);

UPDATE scim_meta
   SET value = iif(name = 'version', 14, value + 1)
 WHERE name IN ('version', 'generation');
