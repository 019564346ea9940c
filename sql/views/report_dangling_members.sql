-- Which group members are no resource of this directory? Their names are what the
-- client called them.
CREATE VIEW scim_report_dangling_members (
  tenant, group_id, group_name, member, member_name, source
) AS
SELECT g.tenant, g.id, g.name, m.value, m.display, m.source
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = g.tenant AND r.id = m.value);
