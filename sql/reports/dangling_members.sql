-- Which group members are no resource of this directory?
-- tenant, group_id, group_name, member, member_name, source
SELECT *
  FROM scim_report_dangling_members
 WHERE tenant = coalesce(nullif(:tenant, ''), tenant)
 ORDER BY tenant, group_name, member;
