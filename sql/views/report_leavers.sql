-- Who left (was deactivated or deleted), when, and who did it? Who came back is
-- left out. It is the last time that each user stopped being active. A delete that
-- follows a deactivation is clearing up, not leaving.
--
-- In two arms: whom a token removed is what the index scim_log_loss has, as it says
-- it, and whom a trusted caller removed is among all that these did.
CREATE VIEW scim_report_leavers (
  time, tenant, user, user_name, how, removed_by, deleted, seq
) AS
SELECT l.time, l.tenant, l.id, n.name,
       iif(l.action = 'delete', 'deleted', 'deactivated'),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       n.deleted, l.seq
  FROM (SELECT k.* FROM scim_log AS k WHERE k.token IS NOT NULL
         UNION ALL
        SELECT k.* FROM scim_log AS k WHERE k.token IS NULL) AS l
  LEFT JOIN scim_name AS n ON n.tenant = l.tenant AND n.id = l.id
 WHERE l.type = 'User'
   AND (l.action = 'delete' OR
        l.action = 'update' AND instr(l.after, '"active":false') > 0)
   AND iif(l.action = 'delete',
           coalesce(json_extract(l.before, '$.active'), 1) <> 0,
           json_extract(l.after, '$.active') = 0)
   AND NOT EXISTS (SELECT 1 FROM scim_user AS u
                    WHERE u.tenant = l.tenant AND u.id = l.id
                      AND coalesce(u.active, 1) <> 0)
   AND NOT EXISTS (
       SELECT 1
         FROM scim_log AS later
        WHERE later.id = l.id AND later.seq > l.seq
          AND later.tenant = l.tenant AND later.type = 'User'
          AND (later.action = 'update' AND instr(later.after, '"active":false')
               AND json_extract(later.after, '$.active') = 0
            OR later.action = 'delete'
               AND coalesce(json_extract(later.before, '$.active'), 1) <> 0));
