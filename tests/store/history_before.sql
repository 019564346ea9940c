-- scim_history as version 6 had it, which walks through every change: by it the one
-- of today is judged (shapes.sh).
CREATE VIEW old_history (
  seq, time, tenant, token, label, method, action, type, id, name,
  attribute, old, new, source
) AS
-- What the merge patches say, leaf by leaf: an object is no leaf and an array
-- is one, with all that is in it. What is in the object of an extension has the
-- name of that before it, in which there are colons, and in no other. To make a
-- name costs more than to find the leaf, and where one attribute is asked for
-- millions are made: hence the order of the conditions, the cheap ones first, and
-- that few columns of json_tree are used.
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.method, l.action, l.type, l.id, l.name,
       iif(s.type IS NULL, p.key,
           p.key || iif(instr(p.key, ':'), ':', '.') ||
           iif(s.parent = 0, s.key,
               replace(substr(s.path, 3), '"', '') || '.' || s.key)),
       json_extract(l.before, p.fullkey || coalesce(substr(s.fullkey, 2), '')),
       json_extract(l.after, p.fullkey || coalesce(substr(s.fullkey, 2), '')),
       CAST(NULL AS TEXT)
  FROM scim_log_named AS l, json_each(l.after) AS p
  LEFT JOIN json_tree(iif(p.type = 'object', p.value, NULL)) AS s
 WHERE l.action IS NOT NULL
   AND p.key NOT IN ('schemas', 'id')
   AND s.type IS NOT 'object'
   AND (s.type IS NULL OR s.parent = 0 OR instr(s.fullkey, '[') = 0)
   AND (l.before IS NULL
        OR json_type(l.before, p.fullkey || coalesce(substr(s.fullkey, 2), ''))
           IS NOT 'object')
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.method, l.action, l.type, l.id, l.name,
       iif(s.type IS NULL, p.key,
           p.key || iif(instr(p.key, ':'), ':', '.') ||
           iif(s.parent = 0, s.key,
               replace(substr(s.path, 3), '"', '') || '.' || s.key)),
       json_extract(l.before, p.fullkey || coalesce(substr(s.fullkey, 2), '')),
       NULL, CAST(NULL AS TEXT)
  FROM scim_log_named AS l, json_each(l.before) AS p
  LEFT JOIN json_tree(iif(p.type = 'object', p.value, NULL)) AS s
 WHERE l.action IS NOT NULL AND l.before IS NOT NULL
   AND p.key NOT IN ('schemas', 'id')
   AND s.type IS NOT 'object'
   AND (s.type IS NULL OR s.parent = 0 OR instr(s.fullkey, '[') = 0)
   AND json_type(l.after, p.fullkey || coalesce(substr(s.fullkey, 2), ''))
       IS NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.method, l.action, l.type, l.id, l.name, 'members', NULL,
       json_extract(m.value, '$.value'), l.source
  FROM scim_log_named AS l, json_each(l.member_add) AS m
 WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.method, l.action, l.type, l.id, l.name, 'members',
       coalesce(m.value, NULL), NULL, l.source
  FROM scim_log_named AS l, json_each(l.member_drop) AS m
 WHERE l.action IS NOT NULL AND l.member_drop IS NOT NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.method, l.action, CAST('Group' AS TEXT), CAST(g.value AS TEXT),
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = g.value),
       'members', coalesce(l.id, NULL), NULL, CAST(NULL AS TEXT)
  FROM scim_log AS l, json_each(l.groups_left) AS g
 WHERE l.action = 'delete' AND l.groups_left IS NOT NULL;
