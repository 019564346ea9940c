-- Who left (was deactivated or deleted) in the last 30 days, and who did it?
-- time, tenant, user, user_name, how, removed_by, deleted   (:days 30)
WITH leaving AS (
  -- The last time that each user stopped being active. A delete that follows
  -- a deactivation is clearing up, not leaving.
  SELECT max(seq) AS seq, time, tenant, id, token,
         iif(action = 'delete', 'deleted', 'deactivated') AS how
    FROM scim_log
   WHERE type = 'User'
     AND (action = 'update' AND json_extract(after, '$.active') = 0
       OR action = 'delete' AND json_extract(before, '$.active') IS NOT 0)
   GROUP BY tenant, id
)
SELECT l.time, l.tenant, l.id AS user, n.name AS user_name, l.how,
       iif(l.token IS NULL, '(sql)', t.label) AS removed_by, n.deleted
  FROM leaving AS l
  JOIN scim_name AS n ON n.tenant = l.tenant AND n.id = l.id
  LEFT JOIN scim_token AS t ON t.token = l.token
 WHERE l.tenant = coalesce(:tenant, l.tenant)
   AND l.time >= strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(:now, 'now'),
                          '-' || coalesce(:days, 30) || ' days')
   AND NOT EXISTS (SELECT 1 FROM scim_user AS u
                    WHERE u.tenant = l.tenant AND u.id = l.id
                      AND u.active IS NOT 0)
 ORDER BY l.time DESC, l.seq DESC;
