-- Who was reactivated in the last 90 days, and how long had they been away?
-- time, tenant, user, user_name, reactivated_by, days_away   (:days 90)
SELECT time, tenant, user, user_name, reactivated_by, days_away
  FROM scim_report_reactivated
 WHERE tenant = coalesce(nullif(:tenant, ''), tenant)
   AND time >= strftime('%Y-%m-%dT%H:%M:%fZ',
                        coalesce(nullif(:now, ''), 'now'),
                        '-' || coalesce(nullif(:days, ''), 90) || ' days')
 ORDER BY time DESC, seq DESC;
