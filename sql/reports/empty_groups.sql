-- Which groups have no active user in them, directly or through a group?
-- tenant, group_id, group_name, members, created
SELECT *
  FROM (SELECT *
          FROM scim_report_empty_groups
         WHERE nullif(:tenant, '') IS NULL
         UNION ALL
        SELECT *
          FROM scim_report_empty_groups
         WHERE tenant = nullif(:tenant, ''))
 ORDER BY +tenant, group_name;
