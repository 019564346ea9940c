-- Which group members are no resource of this directory? Their names are as
-- scim_name has them. scim_count leads to the groups of a tenant, in this order: by a
-- guess SQLite would read all memberships for a tenant that has none. A member is
-- looked for in each group, and SQLite is told that these are few, or it would read
-- all memberships into a Bloom filter first.
CREATE VIEW scim_report_dangling_members (
  tenant, group_id, group_name, member, member_name, source
) AS
SELECT g.tenant, g.id, g.name, m.value, n.name, m.source
  FROM scim_count AS c
 CROSS JOIN scim_resource AS g ON g.tenant = c.tenant AND g.type = c.type
 CROSS JOIN scim_member AS m ON m."group" = g.resource
  LEFT JOIN scim_name AS n ON n.tenant = g.tenant AND n.id = m.value
 WHERE likelihood(c.type <> 'User', 0.00000001)
   AND NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = g.tenant AND r.id = m.value);
