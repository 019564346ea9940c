-- Which groups did a user (:user, a name or an id; default all) join or leave?
-- time, tenant, user, user_name, change, group_id, group_name, changed_by, source
SELECT time, tenant, user, user_name, change, group_id, group_name, changed_by,
       source
  FROM scim_report_user_group_changes
 WHERE coalesce(nullif(:user, ''), user) IN (user, user_name)
   AND tenant = coalesce(nullif(:tenant, ''), tenant)
 ORDER BY time, seq, group_name;
