-- Who left (was deactivated or deleted), when, and who did it? Who came back is
-- left out.
CREATE VIEW scim_report_leavers (
  time, tenant, user, user_name, how, removed_by, deleted, seq
) AS
WITH leaving AS (
  -- The last time that each user stopped being active. A delete that follows
  -- a deactivation is clearing up, not leaving.
  SELECT max(seq) AS seq, time, tenant, id, token,
         iif(action = 'delete', 'deleted', 'deactivated') AS how
    FROM scim_log
   WHERE type = 'User'
     AND (action = 'update' AND instr(after, '"active":false')
          AND json_extract(after, '$.active') = 0
       OR action = 'delete'
          AND coalesce(json_extract(before, '$.active'), 1) <> 0)
   GROUP BY tenant, id
)
SELECT l.time, l.tenant, l.id, n.name, l.how,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       n.deleted, l.seq
  FROM leaving AS l
  JOIN scim_name AS n ON n.tenant = l.tenant AND n.id = l.id
 WHERE NOT EXISTS (SELECT 1 FROM scim_user AS u
                    WHERE u.tenant = l.tenant AND u.id = l.id
                      AND coalesce(u.active, 1) <> 0);
