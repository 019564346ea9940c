-- Which groups did which user join or leave, when, and by whom?
CREATE VIEW scim_report_user_group_changes (
  time, tenant, user, user_name, change, group_id, group_name, changed_by,
  source, seq
) AS
SELECT l.time, l.tenant, CAST(json_extract(m.value, '$.value') AS TEXT),
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant
           AND n.id = json_extract(m.value, '$.value')),
       'joined', l.id,
       (SELECT g.name FROM scim_name AS g
         WHERE g.tenant = l.tenant AND g.id = l.id),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.source, l.seq
  FROM scim_log AS l, json_each(l.member_add) AS m
 WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
   AND (SELECT n.type FROM scim_name AS n
         WHERE n.tenant = l.tenant
           AND n.id = json_extract(m.value, '$.value')) = 'User'
 UNION ALL
SELECT l.time, l.tenant, CAST(m.value AS TEXT),
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = m.value),
       'left', l.id,
       (SELECT g.name FROM scim_name AS g
         WHERE g.tenant = l.tenant AND g.id = l.id),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.source, l.seq
  FROM scim_log AS l, json_each(l.member_drop) AS m
 WHERE l.action IS NOT NULL AND l.member_drop IS NOT NULL
   AND (SELECT n.type FROM scim_name AS n
         WHERE n.tenant = l.tenant
           AND n.id = m.value) = 'User'
 UNION ALL
SELECT l.time, l.tenant, l.id,
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.id),
       'left', CAST(m.value AS TEXT),
       (SELECT g.name FROM scim_name AS g
         WHERE g.tenant = l.tenant AND g.id = m.value),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       CAST(NULL AS TEXT), l.seq
  FROM scim_log AS l, json_each(l.groups_left) AS m
 WHERE l.action = 'delete'
   AND l.groups_left IS NOT NULL
   AND (SELECT n.type FROM scim_name AS n
         WHERE n.tenant = l.tenant
           AND n.id = l.id) = 'User';
