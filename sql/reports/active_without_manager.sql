-- Who is active but has no manager, or one who is not in the directory?
-- tenant, user, user_name, display_name, department, manager
SELECT *
  FROM (SELECT *
          FROM scim_report_active_without_manager
         WHERE nullif(:tenant, '') IS NULL
         UNION ALL
        SELECT *
          FROM scim_report_active_without_manager
         WHERE tenant = nullif(:tenant, ''))
 ORDER BY +tenant, user_name;
