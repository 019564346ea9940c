-- Which active accounts has nobody changed for 180 days?
-- tenant, user, user_name, created, modified, never_changed   (:days 180)
SELECT u.tenant, u.id AS user, u.user_name, u.created, u.modified,
       u.modified = u.created AS never_changed
  FROM scim_user AS u
 WHERE u.tenant = coalesce(nullif(:tenant, ''), u.tenant)
   AND u.active IS NOT 0
   AND u.modified < strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:now, ''), 'now'),
                             '-' || coalesce(nullif(:days, ''), 180) || ' days')
 ORDER BY u.modified, u.tenant, u.user_name;
