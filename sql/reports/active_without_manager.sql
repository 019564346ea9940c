-- Who is active but has no manager, or one who is not in the directory?
-- tenant, user, user_name, display_name, department, manager
SELECT u.tenant, u.id AS user, u.user_name, u.display_name, u.department,
       u.manager
  FROM scim_user AS u
 WHERE u.tenant = coalesce(:tenant, u.tenant)
   AND u.active IS NOT 0
   AND NOT EXISTS (SELECT 1 FROM scim_resource AS m
                    WHERE m.tenant = u.tenant AND m.id = u.manager)
 ORDER BY u.tenant, u.user_name;
