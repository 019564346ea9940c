-- Which active accounts has nobody changed for 180 days?
-- tenant, user, user_name, created, modified, never_changed   (:days 180)
WITH beginning (time) AS (
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:now, ''), 'now'),
                  '-' || coalesce(nullif(:days, ''), 180) || ' days'))
SELECT tenant, id AS user, user_name, created, modified,
       modified = created AS never_changed
  FROM (SELECT tenant, id, user_name, created, modified
          FROM scim_user
         WHERE nullif(:tenant, '') IS NULL AND active IS NOT 0
           AND modified < (SELECT time FROM beginning)
         UNION ALL
        SELECT tenant, id, user_name, created, modified
          FROM scim_user
         WHERE tenant = nullif(:tenant, '') AND active IS NOT 0
           AND modified < (SELECT time FROM beginning))
 ORDER BY +modified, tenant, user_name;
