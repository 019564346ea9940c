-- Who was reactivated, and how long had they been away? Who was inactive is active
-- again also where nothing is said of that any more.
CREATE VIEW scim_report_reactivated (
  time, tenant, user, user_name, reactivated_by, days_away, seq
) AS
SELECT l.time, l.tenant, l.id, l.name,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       (SELECT round(julianday(l.time) - julianday(off.time), 1)
          FROM scim_log AS off
         WHERE off.id = l.id AND off.tenant = l.tenant AND off.seq < l.seq
           AND off.action IS NOT NULL
           AND json_extract(off.after, '$.active') = 0
         ORDER BY off.seq DESC
         LIMIT 1),
       l.seq
  FROM scim_log_named AS l
 WHERE l.action = 'update' AND instr(l.before, '"active":false')
   AND json_extract(l.before, '$.active') = 0
   AND json_type(l.after, '$.active') <> 'false';
