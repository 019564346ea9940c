-- Which group members are no resource of this directory?
-- tenant, group_id, group_name, member, member_name, source
SELECT *
  FROM (SELECT *
          FROM scim_report_dangling_members
         WHERE nullif(:tenant, '') IS NULL
         UNION ALL
        SELECT *
          FROM scim_report_dangling_members
         WHERE tenant = nullif(:tenant, ''))
 ORDER BY +tenant, group_name, member, group_id, source;
