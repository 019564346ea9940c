-- Which group members are no resource of this directory?
CREATE VIEW scim_report_dangling_members (
  tenant, group_id, group_name, member, member_name, source
) AS
SELECT m.tenant, m.group_id, m.group_name, m.member, m.member_name, m.source
  FROM scim_membership AS m
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = m.tenant AND r.id = m.member);
