-- Everybody who is in a group, directly or through groups in it, each once a
-- group: people, the groups themselves, and ids that are nobody's here. source
-- is 'idp' where the IdP's memberships alone lead there, else 'manual'.
--   SELECT member_name FROM scim_membership_effective
--    WHERE group_name = 'Europe' AND member_type = 'User';
--
-- A condition on the group, on the member or on its name reaches scim_member,
-- because nothing walks from a group to its members or back: which groups are within
-- which is told once a statement, of the few that have others in them, and joined.
-- So what is asked of one costs a look at each group besides. It is one arm, which
-- SQLite takes into any query, also one that counts. The order is fixed: by a guess
-- SQLite would read all memberships for a tenant; only the name comes first where
-- it is given. That scim_count has few rows for groups it has to be told too, or it
-- would read all of them into a Bloom filter.
--
-- Where groups are within a group, somebody may come by several ways, and shows by
-- one of them: by the least source, then group, of all that lead there. Before what
-- is the IdP's in the least group that its memberships lead to there is nothing, so
-- nothing is looked for. The type of who is nobody here is what was sent with that
-- membership: to look through all that have the id would take, whole, the square of
-- how many these are.
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
   CROSS JOIN nested AS n ON n.parent = i.below),
-- The least of the groups that the memberships of the IdP alone lead to.
least (top, below) AS MATERIALIZED (
  SELECT top, min(below) FROM inside WHERE source = 'idp' GROUP BY top)
SELECT g.tenant, g.id, g.name, m.value,
       coalesce(iif(n.deleted IS NULL, n.type, NULL), m.type), n.name,
       max(coalesce(w.source, 'idp'), m.source)
  FROM scim_count AS c
 CROSS JOIN scim_resource AS g ON g.tenant = c.tenant AND g.type = c.type
  LEFT JOIN inside AS w
         ON w.top = g.resource
        AND (w.source = 'idp'
             OR NOT EXISTS (SELECT 1 FROM inside AS i
                             WHERE i.top = w.top AND i.below = w.below
                               AND i.source = 'idp'))
  LEFT JOIN least AS f ON f.top = w.top
 CROSS JOIN scim_member AS m ON m."group" = coalesce(w.below, g.resource)
  LEFT JOIN scim_name AS n ON n.tenant = g.tenant AND n.id = m.value
 WHERE likelihood(c.type <> 'User', 0.00000001)
   AND CASE WHEN m.source = 'idp' AND w.source = 'idp' AND w.below = f.below THEN 1
       WHEN w.top IS NULL THEN
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
