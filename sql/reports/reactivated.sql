-- Who was reactivated in the last 90 days, and how long had they been away?
-- time, tenant, user, user_name, reactivated_by, days_away   (:days 90)
WITH beginning (time) AS (
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:now, ''), 'now'),
                  '-' || coalesce(nullif(:days, ''), 90) || ' days'))
SELECT time, tenant, user, user_name, reactivated_by, days_away
  FROM (SELECT *
          FROM scim_report_reactivated
         WHERE nullif(:tenant, '') IS NULL
           AND time >= (SELECT time FROM beginning)
         UNION ALL
        SELECT *
          FROM scim_report_reactivated
         WHERE tenant = nullif(:tenant, '')
           AND time >= (SELECT time FROM beginning))
 ORDER BY +time DESC, seq DESC;
