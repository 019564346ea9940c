-- Which groups have no active user in them, directly or through a group? Told
-- from below: a group with an active user, and what that is in, is not empty.
CREATE VIEW scim_report_empty_groups (
  tenant, group_id, group_name, members, created
) AS
WITH RECURSIVE peopled (tenant, id) AS (
  SELECT g.tenant, g.id
    FROM scim_count AS c
   CROSS JOIN scim_resource AS g ON g.tenant = c.tenant AND g.type = c.type
   WHERE c.type <> 'User'
     AND EXISTS (SELECT 1
                   FROM scim_member AS m
                  CROSS JOIN scim_resource AS u ON u.tenant = g.tenant
                    AND u.id = m.value
                  WHERE m."group" = g.resource AND u.type = 'User'
                    AND coalesce(json_extract(u.doc, '$.active'), 1) <> 0)
   UNION
  SELECT o.tenant, o.id
    FROM peopled AS p
   CROSS JOIN scim_member AS m ON m.value = p.id
   CROSS JOIN scim_resource AS o ON o.resource = m."group"
                                AND o.tenant = p.tenant
)
SELECT g.tenant, g.id, g.display_name, g.members, g.created
  FROM scim_group AS g
 WHERE (g.tenant, g.id) NOT IN (SELECT p.tenant, p.id FROM peopled AS p);
