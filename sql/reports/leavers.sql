-- Who left (was deactivated or deleted) in the last 30 days, and who did it?
-- time, tenant, user, user_name, how, removed_by, deleted   (:days 30)
WITH beginning (time) AS (
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:now, ''), 'now'),
                  '-' || coalesce(nullif(:days, ''), 30) || ' days'))
SELECT time, tenant, user, user_name, how, removed_by, deleted
  FROM (SELECT *
          FROM scim_report_leavers
         WHERE nullif(:tenant, '') IS NULL
           AND time >= (SELECT time FROM beginning)
         UNION ALL
        SELECT *
          FROM scim_report_leavers
         WHERE tenant = nullif(:tenant, '')
           AND time >= (SELECT time FROM beginning))
 ORDER BY +time DESC, seq DESC;
