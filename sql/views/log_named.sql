-- scim_log with the name of what each row is about, as scim_name has it; NULL
-- where a request was about nothing that has one.
--   SELECT time, action, detail FROM scim_log_named WHERE name = 'ada@example.com';
--
-- In two arms, so that a condition on name finds the resource first and its
-- rows of the log by that. The first has what scim_resource.name tells and what has
-- no name: it asks whether there is one, as scim_name_other does but for the name
-- itself, which is in the JSON of a deletion. The second is within a loop of one
-- turn: by that SQLite does not take the order of the log for that of its rows. With
-- ORDER BY seq it would rather read the whole log for a name than sort the few rows
-- that are found by it.
CREATE VIEW scim_log_named (
  seq, time, tenant, token, method, target, status, scim_type, detail, action,
  type, id, version, before, after, member_add, member_drop, groups_left,
  source, name, shape
) AS
SELECT l.seq, l.time, l.tenant, l.token, l.method, l.target, l.status,
       l.scim_type, l.detail, l.action, l.type, l.id, l.version, l.before,
       l.after, l.member_add, l.member_drop, l.groups_left, l.source, r.name,
       l.shape
  FROM scim_log AS l
  LEFT JOIN scim_resource AS r ON r.tenant = l.tenant AND r.id = l.id
                              AND r.name IS NOT NULL
 WHERE r.name IS NOT NULL
    OR (NOT EXISTS (SELECT 1 FROM scim_resource AS n
                     WHERE n.tenant = l.tenant AND n.id = l.id)
        AND NOT EXISTS (SELECT 1 FROM scim_log AS d
                         WHERE d.tenant = l.tenant AND d.id = l.id
                           AND d.action > 'create' AND d.action < 'update'
                           AND NOT EXISTS (
                               SELECT 1 FROM scim_log AS later
                                WHERE later.id = d.id AND later.seq > d.seq
                                  AND later.tenant = d.tenant
                                  AND later.action IN ('create', 'delete'))))
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token, l.method, l.target, l.status,
       l.scim_type, l.detail, l.action, l.type, l.id, l.version, l.before,
       l.after, l.member_add, l.member_drop, l.groups_left, l.source, o.name,
       l.shape
  FROM (SELECT 1) AS once
 CROSS JOIN scim_log AS l
  JOIN scim_name_other AS o ON o.tenant = l.tenant AND o.id = l.id
 WHERE o.deleted IS NULL
    OR NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = l.tenant AND r.id = l.id);
