-- Which groups did which user join or leave, when, and by whom?
--
-- Most are there still: their rows are looked up once, that of a group once a
-- request, and scim_name is asked for the others alone.
CREATE VIEW scim_report_user_group_changes (
  time, tenant, user, user_name, change, group_id, group_name, changed_by,
  source, seq
) AS
SELECT l.time, l.tenant, CAST(json_extract(m.value, '$.value') AS TEXT),
       coalesce(u.name, (SELECT n.name FROM scim_name AS n
                          WHERE n.tenant = l.tenant
                            AND n.id = json_extract(m.value, '$.value'))),
       'joined', l.id,
       coalesce(g.name, (SELECT n.name FROM scim_name AS n
                          WHERE n.tenant = l.tenant AND n.id = l.id)),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.source, l.seq
  FROM scim_log AS l
  LEFT JOIN scim_resource AS g ON g.tenant = l.tenant AND g.id = l.id
 CROSS JOIN json_each(l.member_add) AS m
  LEFT JOIN scim_resource AS u
         ON u.tenant = l.tenant AND u.id = json_extract(m.value, '$.value')
 WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
   AND coalesce(u.type, (SELECT n.type FROM scim_name AS n
                          WHERE n.tenant = l.tenant
                            AND n.id = json_extract(m.value, '$.value')))
       = 'User'
 UNION ALL
SELECT l.time, l.tenant, CAST(m.value AS TEXT),
       coalesce(u.name, (SELECT n.name FROM scim_name AS n
                          WHERE n.tenant = l.tenant AND n.id = m.value)),
       'left', l.id,
       coalesce(g.name, (SELECT n.name FROM scim_name AS n
                          WHERE n.tenant = l.tenant AND n.id = l.id)),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.source, l.seq
  FROM scim_log AS l
  LEFT JOIN scim_resource AS g ON g.tenant = l.tenant AND g.id = l.id
 CROSS JOIN json_each(l.member_drop) AS m
  LEFT JOIN scim_resource AS u ON u.tenant = l.tenant AND u.id = m.value
 WHERE l.action IS NOT NULL AND l.member_drop IS NOT NULL
   AND coalesce(u.type, (SELECT n.type FROM scim_name AS n
                          WHERE n.tenant = l.tenant AND n.id = m.value))
       = 'User'
 UNION ALL
SELECT l.time, l.tenant, l.id,
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.id),
       'left', CAST(m.value AS TEXT),
       coalesce(g.name, (SELECT n.name FROM scim_name AS n
                          WHERE n.tenant = l.tenant AND n.id = m.value)),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       CAST(NULL AS TEXT), l.seq
  FROM scim_log AS l
 CROSS JOIN json_each(l.groups_left) AS m
  LEFT JOIN scim_resource AS g ON g.tenant = l.tenant AND g.id = m.value
 WHERE l.action = 'delete'
   AND l.groups_left IS NOT NULL
   AND (SELECT n.type FROM scim_name AS n
         WHERE n.tenant = l.tenant
           AND n.id = l.id) = 'User';
