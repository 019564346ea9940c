-- Who is active but has no manager, or one who is not in the directory?
CREATE VIEW scim_report_active_without_manager (
  tenant, user, user_name, display_name, department, manager
) AS
SELECT u.tenant, u.id, u.user_name, u.display_name, u.department, u.manager
  FROM scim_user AS u
 WHERE coalesce(u.active, 1) <> 0
   AND NOT EXISTS (SELECT 1 FROM scim_resource AS m
                    WHERE m.tenant = u.tenant AND m.id = u.manager);
