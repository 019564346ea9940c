-- Everybody who is in a group, directly or through groups in it, each once a
-- group: people, the groups themselves, and ids that are nobody's here. source
-- is 'idp' where the IdP's memberships alone lead there, else 'manual'.
--   SELECT member_name FROM scim_membership_effective
--    WHERE group_name = 'Europe' AND member_type = 'User';
--
-- Each group is looked into by itself, so that a group which is asked for costs
-- what is in it, and no other anything but a look at whether it lies in another:
-- first which groups are within it (few, found from the side of the groups),
-- then all their members at once. They come as an object of JSON, since a
-- subquery in FROM cannot know which group is asked for.
CREATE VIEW scim_membership_effective (
  tenant, group_id, group_name, member, member_type, member_name, source
) AS
WITH nested (parent, resource, source) AS MATERIALIZED (
  SELECT o.resource, s.resource, m.source
    FROM scim_count AS c
   CROSS JOIN scim_resource AS s ON s.tenant = c.tenant AND s.type = c.type
   CROSS JOIN scim_member AS m ON m.value = s.id
   CROSS JOIN scim_resource AS o ON o.resource = m."group"
                                AND o.tenant = s.tenant
   WHERE c.type <> 'User')
SELECT g.tenant, g.id, g.name, e.key,
       coalesce(r.type, (SELECT min(m.type)
                           FROM scim_member AS m
                           JOIN scim_resource AS o ON o.resource = m."group"
                          WHERE m.value = e.key
                            AND o.tenant = g.tenant)),
       coalesce(r.name, json_extract(r.doc, '$.displayName'),
                (SELECT min(m.display)
                   FROM scim_member AS m
                   JOIN scim_resource AS o ON o.resource = m."group"
                  WHERE m.value = e.key AND o.tenant = g.tenant)),
       e.value
  FROM scim_resource AS g
 CROSS JOIN json_each((
       WITH RECURSIVE inside (resource, source) AS (
         SELECT g.resource, 'idp'
          UNION
         SELECT n.resource, max(i.source, n.source)
           FROM inside AS i
          CROSS JOIN nested AS n ON n.parent = i.resource)
       SELECT json_group_object(value, source)
         FROM (SELECT m.value, min(max(i.source, m.source)) AS source
                 FROM inside AS i
                CROSS JOIN scim_member AS m ON m."group" = i.resource
                GROUP BY m.value))) AS e
  LEFT JOIN scim_resource AS r ON r.tenant = g.tenant AND r.id = e.key
 WHERE g.type <> 'User'
   AND EXISTS (SELECT 1 FROM scim_member AS m WHERE m."group" = g.resource);
