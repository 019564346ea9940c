-- Whose department changed in the last 90 days, from what to what?
-- time, tenant, user, user_name, old, new, changed_by   (:days 90)
SELECT time, tenant, user, user_name, old, new, changed_by
  FROM scim_report_department_changes
 WHERE tenant = coalesce(nullif(:tenant, ''), tenant)
   AND time >= strftime('%Y-%m-%dT%H:%M:%fZ',
                        coalesce(nullif(:now, ''), 'now'),
                        '-' || coalesce(nullif(:days, ''), 90) || ' days')
 ORDER BY time DESC, seq DESC;
