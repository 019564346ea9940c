-- Who left (was deactivated or deleted) in the last 30 days, and who did it?
-- time, tenant, user, user_name, how, removed_by, deleted   (:days 30)
SELECT time, tenant, user, user_name, how, removed_by, deleted
  FROM scim_report_leavers
 WHERE tenant = coalesce(nullif(:tenant, ''), tenant)
   AND time >= strftime('%Y-%m-%dT%H:%M:%fZ',
                        coalesce(nullif(:now, ''), 'now'),
                        '-' || coalesce(nullif(:days, ''), 30) || ' days')
 ORDER BY time DESC, seq DESC;
