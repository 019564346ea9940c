-- Everybody who is in a group, directly or through groups in it, each once a
-- group: people, the groups themselves, and ids that are nobody's here. source
-- is 'idp' where the IdP's memberships alone lead there, else 'manual'.
--   SELECT member_name FROM scim_membership_effective
--    WHERE group_name = 'Europe' AND member_type = 'User';
--
-- A condition on the group or on the member reaches scim_member, because nothing
-- walks from a group to its members or back: which groups are within which is told
-- once a statement, of the few that have others in them, and joined. So what is
-- asked of one costs a look at each group besides. It is one arm, which SQLite
-- takes into any query, also one that counts. The order is fixed: by a guess SQLite
-- would read all memberships for a tenant. That scim_count has few rows for groups
-- it has to be told too, or it would read all of them into a Bloom filter.
--
-- A member_name reaches nothing: names stand in three places, of which only arms
-- can be found by, and where there are arms SQLite makes all rows first of whatever
-- counts them or joins them in groups.
--
-- Where groups are within a group, somebody may come by several ways, and shows by
-- one of them: by the least source, then group, of all that lead there.
CREATE VIEW scim_membership_effective (
  tenant, group_id, group_name, member, member_type, member_name, source
) AS
WITH RECURSIVE
nested (parent, child, source) AS MATERIALIZED (
  SELECT o.resource, s.resource, m.source
    FROM scim_count AS c
   CROSS JOIN scim_resource AS s ON s.tenant = c.tenant AND s.type = c.type
   CROSS JOIN scim_member AS m ON m.value = s.id
   CROSS JOIN scim_resource AS o ON o.resource = m."group"
                                AND o.tenant = s.tenant
   WHERE c.type <> 'User'),
inside (top, below, source) AS MATERIALIZED (
  SELECT parent, parent, 'idp' FROM nested
   UNION
  SELECT i.top, n.child, max(i.source, n.source)
    FROM inside AS i
   CROSS JOIN nested AS n ON n.parent = i.below)
SELECT g.tenant, g.id, g.name, m.value,
       coalesce(r.type, (SELECT min(o.type)
                           FROM scim_member AS o
                           JOIN scim_resource AS p ON p.resource = o."group"
                          WHERE o.value = m.value AND p.tenant = g.tenant)),
       coalesce(r.name, json_extract(r.doc, '$.displayName'),
                (SELECT min(o.display)
                   FROM scim_member AS o
                   JOIN scim_resource AS p ON p.resource = o."group"
                  WHERE o.value = m.value AND p.tenant = g.tenant)),
       max(coalesce(w.source, 'idp'), m.source)
  FROM scim_count AS c
 CROSS JOIN scim_resource AS g ON g.tenant = c.tenant AND g.type = c.type
  LEFT JOIN inside AS w
         ON w.top = g.resource
        AND (w.source = 'idp'
             OR NOT EXISTS (SELECT 1 FROM inside AS i
                             WHERE i.top = w.top AND i.below = w.below
                               AND i.source = 'idp'))
 CROSS JOIN scim_member AS m ON m."group" = coalesce(w.below, g.resource)
  LEFT JOIN scim_resource AS r ON r.tenant = g.tenant AND r.id = m.value
 WHERE likelihood(c.type <> 'User', 0.00000001)
   AND CASE WHEN w.top IS NULL THEN
         NOT EXISTS (SELECT 1 FROM scim_member AS o
                      WHERE o."group" = m."group" AND o.value = m.value
                        AND o.source < m.source)
       ELSE
         NOT EXISTS (SELECT 1
                       FROM scim_member AS o
                      CROSS JOIN inside AS i ON i.top = w.top
                                            AND i.below = o."group"
                      WHERE o.value = m.value
                        AND (o."group" <> m."group" OR o.source <> m.source)
                        AND (max(i.source, o.source), o."group", o.source)
                          < (max(w.source, m.source), m."group", m.source))
       END;
