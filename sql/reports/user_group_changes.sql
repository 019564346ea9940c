-- Which groups did a user (:user, a name or an id; default all) join or leave?
-- time, tenant, user, user_name, change, group_id, group_name, changed_by, source
SELECT time, tenant, user, user_name, change, group_id, group_name, changed_by,
       source
  FROM (SELECT *
          FROM scim_report_user_group_changes
         WHERE nullif(:user, '') IS NULL AND nullif(:tenant, '') IS NULL
         UNION ALL
        SELECT *
          FROM scim_report_user_group_changes
         WHERE nullif(:user, '') IS NULL AND tenant = nullif(:tenant, '')
         UNION ALL
        SELECT *
          FROM scim_report_user_group_changes
         WHERE user = nullif(:user, '')
           AND tenant = coalesce(nullif(:tenant, ''), tenant)
         UNION ALL
        SELECT *
          FROM scim_report_user_group_changes
         WHERE user_name = nullif(:user, '') AND user <> user_name
           AND tenant = coalesce(nullif(:tenant, ''), tenant))
 ORDER BY +time, seq, group_name;
