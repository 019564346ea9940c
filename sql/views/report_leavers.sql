-- Who left (was deactivated or deleted), when, and who did it? Who came back is
-- left out. It is the last time that each user stopped being active. A delete that
-- follows a deactivation is clearing up, not leaving.
--
-- In three arms. Those in whose name scim_resource.name is are as in the first arm of
-- scim_log_named, in two: whom a token removed is what the index scim_log_loss has,
-- as it says it, and whom a trusted caller removed is among all that these did. The
-- third is of other names, as in the second arm there, whoever did it: these are
-- few, and by each its rows. Of what type the name is now says nothing: the id may
-- have come back as a group.
CREATE VIEW scim_report_leavers (
  time, tenant, user, user_name, how, removed_by, deleted, seq
) AS
SELECT l.time, l.tenant, l.id, l.name,
       iif(l.action = 'delete', 'deleted', 'deactivated'),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       (SELECT n.deleted FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.id),
       l.seq
  FROM (SELECT k.seq, k.time, k.tenant, k.token, k.action, k.type, k.id,
               k.before, k.after, r.name
          FROM scim_log AS k
          LEFT JOIN scim_resource AS r ON r.tenant = k.tenant AND r.id = k.id
                                      AND r.name IS NOT NULL
         WHERE k.token IS NOT NULL
           AND (r.name IS NOT NULL
                OR NOT EXISTS (SELECT 1 FROM scim_name_other AS n
                                WHERE n.tenant = k.tenant AND n.id = k.id))
         UNION ALL
        SELECT k.seq, k.time, k.tenant, k.token, k.action, k.type, k.id,
               k.before, k.after, r.name
          FROM scim_log AS k
          LEFT JOIN scim_resource AS r ON r.tenant = k.tenant AND r.id = k.id
                                      AND r.name IS NOT NULL
         WHERE k.token IS NULL
           AND (r.name IS NOT NULL
                OR NOT EXISTS (SELECT 1 FROM scim_name_other AS n
                                WHERE n.tenant = k.tenant AND n.id = k.id))
         UNION ALL
        SELECT k.seq, k.time, o.tenant, k.token, k.action, k.type, o.id,
               k.before, k.after, o.name
          FROM (SELECT 1) AS once
         CROSS JOIN scim_log AS k
          JOIN scim_name_other AS o ON o.tenant = +k.tenant AND o.id = k.id
         WHERE o.deleted IS NULL
            OR NOT EXISTS (SELECT 1 FROM scim_resource AS r
                            WHERE r.tenant = k.tenant AND r.id = k.id)) AS l
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
