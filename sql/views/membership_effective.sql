-- Everybody who is in a group, directly or through groups in it, each once a
-- group: people, the groups themselves, and ids that are nobody's here. source
-- is 'idp' where the IdP's memberships alone lead there, else 'manual'.
--   SELECT member_name FROM scim_membership_effective
--    WHERE group_name = 'Europe' AND member_type = 'User';
--
-- A condition on the group, on the member or on its name reaches scim_member,
-- because nothing walks from a group to its members or back: which groups are within
-- which is told once a statement (way), and joined. So what is asked of one costs a
-- look at each group besides. It is one arm, which SQLite takes into any query, also
-- one that counts.
--
-- All memberships are read in their order, each with its name, and then the groups
-- that it leads to: so a name is looked for once a membership, however many groups
-- are above it, also by what counts, for which SQLite leaves no LEFT JOIN out. A
-- condition on the group reads way first, one on the name that. The rest has a
-- fixed order: by a guess SQLite would read all memberships for a tenant. That
-- scim_count has few rows for groups it has to be told too, or it would read all of
-- them into a Bloom filter.
--
-- Where groups are within a group, somebody may come by several ways, and shows by
-- one of them: by the least source, then group, of all that lead there. Before what
-- is the IdP's in the first group, the least that its memberships lead to, there is
-- nothing, so nothing is looked for; nor in a group that has none within, which is
-- its own first.
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
-- By the IdP's memberships alone, if these lead there.
best (top, below, source) AS MATERIALIZED (
  SELECT top, below, min(source) FROM inside GROUP BY top, below),
least (top, below) AS MATERIALIZED (
  SELECT top, min(below) FROM best WHERE source = 'idp' GROUP BY top),
-- From a group to those within, itself among them; top is NULL where no other is.
way (group_id, group_name, top, below, source, first)
AS NOT MATERIALIZED (
  SELECT g.id, g.name, i.top, i.below, i.source, i.below = f.below
    FROM best AS i
    JOIN least AS f ON f.top = i.top
   CROSS JOIN scim_resource AS g ON g.resource = i.top
   UNION ALL
  SELECT g.id, g.name, NULL, g.resource, 'idp', 1
    FROM scim_count AS c
   CROSS JOIN scim_resource AS g ON g.tenant = c.tenant AND g.type = c.type
   WHERE c.type <> 'User' AND g.resource NOT IN (SELECT top FROM least))
SELECT b.tenant, w.group_id, w.group_name, m.value,
       coalesce(iif(n.deleted IS NULL, n.type, NULL),
                (SELECT min(o.type)
                   FROM scim_member AS o
                   JOIN scim_resource AS p ON p.resource = o."group"
                  WHERE o.value = m.value AND p.tenant = b.tenant)),
       n.name, iif(m.source = 'idp', w.source, m.source)
  FROM scim_count AS c
 CROSS JOIN scim_resource AS b ON b.tenant = c.tenant AND b.type = c.type
 CROSS JOIN scim_member AS m ON m."group" = b.resource
  LEFT JOIN scim_name AS n ON n.tenant = b.tenant AND n.id = m.value
  JOIN way AS w ON w.below = m."group"
 WHERE likelihood(c.type <> 'User', 0.00000001)
   AND CASE WHEN w.first AND m.source = 'idp' THEN 1
       WHEN w.top IS NULL THEN
         NOT EXISTS (SELECT 1 FROM scim_member AS o
                      WHERE o."group" = m."group" AND o.value = m.value
                        AND o.source < m.source)
       ELSE
         NOT EXISTS (SELECT 1
                       FROM scim_member AS o
                      CROSS JOIN best AS i ON i.top = w.top
                                          AND i.below = o."group"
                      WHERE o.value = m.value
                        AND (o."group" <> m."group" OR o.source <> m.source)
                        AND (iif(o.source = 'idp', i.source, o.source),
                             o."group", o.source)
                          < (iif(m.source = 'idp', w.source, m.source),
                             m."group", m.source))
       END;
