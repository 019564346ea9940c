-- Whose department changed in the last 90 days, from what to what?
-- time, tenant, user, user_name, old, new, changed_by   (:days 90)
WITH beginning (time) AS (
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:now, ''), 'now'),
                  '-' || coalesce(nullif(:days, ''), 90) || ' days'))
SELECT time, tenant, user, user_name, old, new, changed_by
  FROM (SELECT *
          FROM scim_report_department_changes
         WHERE nullif(:tenant, '') IS NULL
           AND time >= (SELECT time FROM beginning)
         UNION ALL
        SELECT *
          FROM scim_report_department_changes
         WHERE tenant = nullif(:tenant, '')
           AND time >= (SELECT time FROM beginning))
 ORDER BY +time DESC, seq DESC;
