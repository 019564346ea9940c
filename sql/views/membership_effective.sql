-- Everybody who is in a group, directly or through groups in it, each once a
-- group: people, the groups themselves, and ids that are nobody's here. source
-- is 'idp' where the IdP's memberships alone lead there, else 'manual'.
--   SELECT member_name FROM scim_membership_effective
--    WHERE group_name = 'Europe' AND member_type = 'User';
--
-- Each group is looked into by itself, so that a group which is asked for costs
-- what is in it, and no other anything.
CREATE VIEW scim_membership_effective (
  tenant, group_id, group_name, member, member_type, member_name, source
) AS
SELECT g.tenant, g.id, g.name, e.value ->> 0,
       coalesce(r.type, (SELECT min(m.type)
                           FROM scim_member AS m
                           JOIN scim_resource AS o ON o.resource = m."group"
                          WHERE m.value = e.value ->> 0
                            AND o.tenant = g.tenant)),
       coalesce(r.name, json_extract(r.doc, '$.displayName'),
                (SELECT min(m.display)
                   FROM scim_member AS m
                   JOIN scim_resource AS o ON o.resource = m."group"
                  WHERE m.value = e.value ->> 0 AND o.tenant = g.tenant)),
       e.value ->> 1
  FROM scim_resource AS g
 CROSS JOIN json_each((
       WITH RECURSIVE inside (value, source) AS (
         SELECT m.value, m.source
           FROM scim_member AS m
          WHERE m."group" = g.resource
          UNION
         SELECT m.value, max(i.source, m.source)
           FROM inside AS i
          CROSS JOIN scim_resource AS s ON s.tenant = g.tenant AND s.id = i.value
          CROSS JOIN scim_member AS m ON m."group" = s.resource)
       SELECT json_group_array(json_array(value, source))
         FROM (SELECT value, min(source) AS source
                 FROM inside
                GROUP BY value))) AS e
  LEFT JOIN scim_resource AS r ON r.tenant = g.tenant AND r.id = e.value ->> 0
 WHERE g.type <> 'User'
   AND EXISTS (SELECT 1 FROM scim_member AS m WHERE m."group" = g.resource);
