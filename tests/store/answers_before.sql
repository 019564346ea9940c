-- The views of the first version as they were, with before_ for scim_: what the
-- views of today are compared with (answers.py). TEMP, so that nothing of theirs
-- is stored.
CREATE TEMP VIEW before_name (tenant, type, id, name, deleted) AS
SELECT r.tenant, r.type, r.id,
       coalesce(json_extract(r.doc, '$.userName'),
                json_extract(r.doc, '$.displayName')),
       CAST(NULL AS TEXT)
  FROM scim_resource AS r
 UNION ALL
SELECT d.tenant, d.type, d.id,
       coalesce(json_extract(d.before, '$.userName'),
                json_extract(d.before, '$.displayName')),
       d.time
  FROM scim_log AS d
 WHERE d.action = 'delete'
   AND d.seq = (SELECT max(later.seq) FROM scim_log AS later
                 WHERE later.id = d.id AND later.tenant = d.tenant
                   AND later.action IN ('create', 'delete'))
 UNION ALL
-- Strangers, who had no name in those times.
SELECT a.tenant, NULL, a.id, a.name, NULL
  FROM (SELECT l.tenant, j.value ->> 'value' AS id,
               j.value ->> 'display' AS name, max(l.seq)
          FROM (SELECT seq, tenant, member_add FROM scim_log
                 WHERE action IS NOT NULL
                 UNION ALL
                SELECT 0, tenant, json_array(json_object('value', value,
                       'display', display))
                  FROM scim_snapshot_member) AS l, json_each(l.member_add) AS j
         WHERE j.value ->> 'display' IS NOT NULL
         GROUP BY 1, 2) AS a
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = a.tenant AND r.id = a.id)
   AND NOT EXISTS (SELECT 1 FROM scim_log AS d
                    WHERE d.tenant = a.tenant AND d.id = a.id
                      AND d.action = 'delete');
CREATE TEMP VIEW before_user (
  tenant, id, user_name, external_id, active, display_name, given_name,
  family_name, title, email, department, employee_number, manager,
  manager_name, created, modified, version
) AS
SELECT u.tenant, u.id,
       json_extract(u.doc, '$.userName'),
       json_extract(u.doc, '$.externalId'),
       json_extract(u.doc, '$.active'),
       json_extract(u.doc, '$.displayName'),
       json_extract(u.doc, '$.name.givenName'),
       json_extract(u.doc, '$.name.familyName'),
       json_extract(u.doc, '$.title'),
       (SELECT json_extract(e.value, '$.value')
          FROM json_each(u.doc, '$.emails') AS e
         WHERE json_extract(e.value, '$.value') IS NOT NULL
         ORDER BY coalesce(json_extract(e.value, '$.primary') = 1, 0) DESC,
                  coalesce(lower(json_extract(e.value, '$.type')) = 'work',
                           0) DESC,
                  e.key
         LIMIT 1),
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".department'),
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.employeeNumber'),
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.manager.value'),
       (SELECT coalesce(json_extract(m.doc, '$.displayName'),
                        json_extract(m.doc, '$.userName'))
          FROM scim_resource AS m
         WHERE m.tenant = u.tenant AND m.id = json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.manager.value')),
       u.created, u.modified, u.version
  FROM scim_resource AS u
 WHERE u.type = 'User';
CREATE TEMP VIEW before_email (tenant, user, user_name, value, type, "primary") AS
SELECT u.tenant, u.id,
       json_extract(u.doc, '$.userName'),
       json_extract(e.value, '$.value'),
       json_extract(e.value, '$.type'),
       coalesce(json_extract(e.value, '$.primary') = 1, 0)
  FROM scim_resource AS u, json_each(u.doc, '$.emails') AS e
 WHERE u.type = 'User'
   AND json_extract(e.value, '$.value') IS NOT NULL;
CREATE TEMP VIEW before_membership (
  tenant, group_id, group_name, member, member_type, member_name, source
) AS
SELECT g.tenant, g.id,
       json_extract(g.doc, '$.displayName'),
       m.value,
       coalesce(r.type, m.type),
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = g.tenant AND n.id = m.value),
       m.source
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
  LEFT JOIN scim_resource AS r ON r.tenant = g.tenant AND r.id = m.value;
CREATE TEMP VIEW before_membership_effective (
  tenant, group_id, group_name, member, member_type, member_name, source
) AS
SELECT g.tenant, g.id,
       json_extract(g.doc, '$.displayName'),
       e.value ->> 0,
       coalesce(r.type, e.value ->> 2),
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = g.tenant AND n.id = e.value ->> 0),
       e.value ->> 1
  FROM scim_resource AS g
 CROSS JOIN json_each((
       WITH RECURSIVE inside (value, source, "group", own, type) AS (
         SELECT m.value, m.source, m."group", m.source, m.type
           FROM scim_member AS m
          WHERE m."group" = g.resource
          UNION
         SELECT m.value, max(i.source, m.source), m."group", m.source, m.type
           FROM inside AS i
          CROSS JOIN scim_resource AS s ON s.tenant = g.tenant AND s.id = i.value
          CROSS JOIN scim_member AS m ON m."group" = s.resource)
       SELECT json_group_array(json_array(value, source, type))
         FROM (SELECT value, source, type,
                      min(printf('%s %09d %s', source, "group", own))
                 FROM inside
                GROUP BY value))) AS e
  LEFT JOIN scim_resource AS r ON r.tenant = g.tenant AND r.id = e.value ->> 0
 WHERE g.type <> 'User'
   AND EXISTS (SELECT 1 FROM scim_member AS m WHERE m."group" = g.resource);
CREATE TEMP VIEW before_history (
  seq, time, tenant, token, label, method, action, type, id, name,
  attribute, old, new, source
) AS
WITH
leaf (seq, path, old, new) AS (
  SELECT l.seq, t.fullkey, json_extract(l.before, t.fullkey),
         json_extract(l.after, t.fullkey)
    FROM scim_log AS l, json_tree(l.after) AS t
   WHERE t.type <> 'object' AND instr(t.fullkey, '[') = 0
     AND json_type(l.before, t.fullkey) IS DISTINCT FROM 'object'
   UNION ALL
  SELECT l.seq, t.fullkey, json_extract(l.before, t.fullkey), NULL
    FROM scim_log AS l, json_tree(l.before) AS t
   WHERE t.type <> 'object' AND instr(t.fullkey, '[') = 0
     AND json_type(l.after, t.fullkey) IS NULL
),
change (seq, type, id, attribute, old, new, source) AS (
  SELECT l.seq, l.type, l.id,
         replace(CASE WHEN path LIKE '$."urn:%' AND instr(path, '".')
                      THEN substr(path, 4, instr(path, '".') - 4) || ':'
                           || substr(path, instr(path, '".') + 2)
                      ELSE substr(path, 3)
                 END, '"', ''),
         old, new, NULL
    FROM leaf JOIN scim_log AS l USING (seq)
   WHERE path NOT IN ('$.schemas', '$.id')
   UNION ALL
  SELECT l.seq, l.type, l.id, 'members', NULL,
         json_extract(m.value, '$.value'), l.source
    FROM scim_log AS l, json_each(l.member_add) AS m
   UNION ALL
  SELECT l.seq, l.type, l.id, 'members', m.value, NULL, l.source
    FROM scim_log AS l, json_each(l.member_drop) AS m
   UNION ALL
  SELECT l.seq, 'Group', g.value, 'members', l.id, NULL, NULL
    FROM scim_log AS l, json_each(l.groups_left) AS g
)
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)', t.label),
       l.method, l.action, c.type, c.id,
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = l.tenant AND n.id = c.id),
       c.attribute, c.old, c.new, c.source
  FROM change AS c
  JOIN scim_log AS l USING (seq)
  LEFT JOIN scim_token AS t ON t.token = l.token
 WHERE l.action IS NOT NULL;
CREATE TEMP VIEW before_change (
  seq, time, tenant, token, type, id, event, name, old, new
) AS
SELECT l.seq, l.time, l.tenant, l.token, l.type, l.id,
       CASE l.action WHEN 'create' THEN 'created'
                     WHEN 'update' THEN 'updated'
                     ELSE 'deleted' END,
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.id),
       l.before, l.after
  FROM scim_log AS l
 WHERE l.action IN ('create', 'delete')
    OR (l.action = 'update' AND l.after IS NOT NULL)
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token, l.type, l.id,
       iif(json_type(l.after, '$.active') = 'false', 'deactivated',
           'activated'),
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.id),
       l.before, l.after
  FROM scim_log AS l
 WHERE l.action = 'update'
   AND (json_type(l.before, '$.active') = 'false'
        OR json_type(l.after, '$.active') = 'false')
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token, l.type, l.id, 'member_removed',
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.id),
       CAST(m.value AS TEXT), CAST(NULL AS TEXT)
  FROM scim_log AS l, json_each(l.member_drop) AS m
 WHERE l.action IS NOT NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token, l.type, l.id, 'member_added',
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.id),
       CAST(NULL AS TEXT), CAST(json_extract(m.value, '$.value') AS TEXT)
  FROM scim_log AS l, json_each(l.member_add) AS m
 WHERE l.action IS NOT NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       CAST(coalesce((SELECT n.type FROM before_name AS n
                       WHERE n.tenant = l.tenant AND n.id = g.value),
                     'Group') AS TEXT),
       CAST(g.value AS TEXT), 'member_removed',
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = l.tenant AND n.id = g.value),
       l.id, CAST(NULL AS TEXT)
  FROM scim_log AS l, json_each(l.groups_left) AS g
 WHERE l.action IS NOT NULL;
CREATE TEMP VIEW before_sync (
  tenant, token, label, started, ended, requests, created, updated,
  deactivated, reactivated, deleted, failed
) AS
WITH
request AS (
  SELECT seq, tenant, token, time, status, action,
         iif(action = 'update', json_extract(before, '$.active'), NULL) AS old,
         iif(action = 'update', json_extract(after, '$.active'), NULL) AS new,
         unixepoch(time) - lag(unixepoch(time)) OVER (
           PARTITION BY tenant, token ORDER BY time, seq) AS gap
    FROM scim_log
   WHERE token IS NOT NULL OR status <> 401
),
numbered AS (
  SELECT *, count(*) FILTER (WHERE gap >= 20 * 60) OVER (
              PARTITION BY tenant, token ORDER BY time, seq) AS run
    FROM request
)
SELECT n.tenant, n.token,
       iif(n.token IS NULL, '(sql)', t.label),
       min(n.time), max(n.time), count(*),
       count(*) FILTER (WHERE action = 'create'),
       count(*) FILTER (WHERE action = 'update'),
       count(*) FILTER (WHERE new = 0),
       count(*) FILTER (WHERE new = 1 AND old = 0),
       count(*) FILTER (WHERE action = 'delete'),
       count(*) FILTER (WHERE status >= 400)
  FROM numbered AS n
  LEFT JOIN scim_token AS t ON t.token = n.token
 GROUP BY n.tenant, n.token, n.run;
CREATE TEMP VIEW before_group (
  tenant, id, display_name, external_id, members, created, modified, version
) AS
SELECT g.tenant, g.id,
       json_extract(g.doc, '$.displayName'),
       json_extract(g.doc, '$.externalId'),
       (SELECT count(DISTINCT m.value)
          FROM scim_member AS m
         WHERE m."group" = g.resource),
       g.created, g.modified, g.version
  FROM scim_resource AS g
 WHERE g.type = 'Group';
CREATE TEMP VIEW before_report_active_without_manager AS
SELECT u.tenant, u.id AS user, u.user_name, u.display_name, u.department,
       u.manager
  FROM before_user AS u
 WHERE 1
   AND u.active IS NOT 0
   AND NOT EXISTS (SELECT 1 FROM scim_resource AS m
                    WHERE m.tenant = u.tenant AND m.id = u.manager);
CREATE TEMP VIEW before_report_department_changes AS
SELECT h.time, h.tenant, h.id AS user, h.name AS user_name, h.old, h.new,
       h.label AS changed_by
  FROM before_history AS h
 WHERE 1
   AND h.action = 'update'
   AND h.attribute = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:'
                     || 'User:department';
CREATE TEMP VIEW before_report_empty_groups AS
WITH RECURSIVE reach (tenant, group_id, member) AS (
  SELECT tenant, group_id, member FROM before_membership
   UNION
  SELECT r.tenant, r.group_id, m.member
    FROM reach AS r
    JOIN before_membership AS m ON m.tenant = r.tenant AND m.group_id = r.member
)
SELECT g.tenant, g.id AS group_id, g.display_name AS group_name, g.members,
       g.created
  FROM before_group AS g
 WHERE 1
   AND (g.tenant, g.id) NOT IN (
       SELECT r.tenant, r.group_id
         FROM reach AS r
         JOIN before_user AS u ON u.tenant = r.tenant AND u.id = r.member
        WHERE u.active IS NOT 0);
CREATE TEMP VIEW before_report_leavers AS
WITH leaving AS (
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
  JOIN before_name AS n ON n.tenant = l.tenant AND n.id = l.id
  LEFT JOIN scim_token AS t ON t.token = l.token
 WHERE 1
   AND NOT EXISTS (SELECT 1 FROM before_user AS u
                    WHERE u.tenant = l.tenant AND u.id = l.id
                      AND u.active IS NOT 0);
CREATE TEMP VIEW before_report_reactivated AS
SELECT h.time, h.tenant, h.id AS user, h.name AS user_name,
       h.label AS reactivated_by,
       (SELECT round(julianday(h.time) - julianday(off.time), 1)
          FROM before_history AS off
         WHERE off.tenant = h.tenant AND off.id = h.id AND off.seq < h.seq
           AND off.attribute = 'active' AND off.new = 0
         ORDER BY off.seq DESC
         LIMIT 1) AS days_away
  FROM before_history AS h
 WHERE 1
   AND h.action = 'update' AND h.attribute = 'active'
   AND h.old = 0 AND h.new = 1;
CREATE TEMP VIEW before_report_user_group_changes AS
SELECT h.time, h.tenant, n.id AS user, n.name AS user_name,
       iif(h.new IS NULL, 'left', 'joined') AS change,
       h.id AS group_id, h.name AS group_name, h.label AS changed_by,
       h.source
  FROM before_history AS h
  JOIN before_name AS n ON n.tenant = h.tenant
                     AND n.id = coalesce(h.new, h.old)
 WHERE h.attribute = 'members'
   AND n.type = 'User';
CREATE TEMP VIEW before_report_duplicate_emails AS
WITH shared AS (
  SELECT tenant, key
    FROM scim_value
   WHERE type = 'User' AND attribute = 'emails.value'
   GROUP BY tenant, key
  HAVING count(*) > 1
)
SELECT s.tenant, s.key AS email, u.id AS user, u.user_name, u.active
  FROM shared AS s
  JOIN scim_value AS v USING (tenant, key)
  JOIN scim_resource AS r USING (resource)
  JOIN scim_user AS u ON u.tenant = r.tenant AND u.id = r.id
 WHERE v.type = 'User' AND v.attribute = 'emails.value';

CREATE TEMP VIEW before_report_last_sync AS
SELECT tenant, label, max(started) AS started, ended, requests, created,
       updated, deactivated, reactivated, deleted, failed
  FROM before_sync
 WHERE token IS NOT NULL
 GROUP BY tenant, token;
CREATE TEMP VIEW before_report_dangling_members AS
SELECT m.tenant, m.group_id, m.group_name, m.member, m.member_name, m.source
  FROM before_membership AS m
 WHERE 1
   AND NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = m.tenant AND r.id = m.member);
CREATE TEMP VIEW before_report_group_as_of (
  tenant, group_id, group_name, member, member_name, since, source
) AS
WITH
whose (source) AS (VALUES ('idp'), ('manual')),
-- The IdP's membership of somebody and the platform's are two. A row that does
-- not say whose it drops, as that of a deletion, drops both.
event AS (
  SELECT 0 AS seq, h.value AS time, s.tenant, s.group_id, s.value AS member,
         s.source, 1 AS joined
    FROM scim_meta AS h, scim_snapshot_member AS s
   WHERE h.name = 'horizon'
   UNION ALL
  SELECT p.seq, p.time, p.tenant, p.id,
         json_extract(m.value, '$.value'), coalesce(p.source, 'idp'), 1
    FROM scim_log AS p, json_each(p.member_add) AS m
   WHERE p.action IS NOT NULL AND p.member_add IS NOT NULL
   UNION ALL
  SELECT p.seq, p.time, p.tenant, p.id, m.value, w.source, 0
    FROM scim_log AS p, json_each(p.member_drop) AS m, whose AS w
   WHERE w.source = coalesce(p.source, w.source) AND p.action IS NOT NULL
     AND p.member_drop IS NOT NULL
   UNION ALL
  SELECT p.seq, p.time, p.tenant, g.value, p.id, w.source, 0
    FROM scim_log AS p, json_each(p.groups_left) AS g, whose AS w
   WHERE +p.action = 'delete' AND p.groups_left IS NOT NULL
),
-- The last word on each. One request may drop a member and add it again.
latest AS (
  SELECT max(seq * 2 + joined) AS seq, time, tenant, group_id, member, source,
         joined
    FROM event
   GROUP BY tenant, group_id, member, source
)
SELECT l.tenant, l.group_id, g.name, l.member,
       (SELECT n.name FROM before_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.member),
       l.time, l.source
  FROM latest AS l
  JOIN before_name AS g ON g.tenant = l.tenant AND g.id = l.group_id
 WHERE l.joined
   AND NOT EXISTS (SELECT 1 FROM scim_log AS d
                    WHERE d.tenant = l.tenant AND d.id = l.group_id
                      AND d.action = 'delete' AND d.seq > l.seq / 2);
