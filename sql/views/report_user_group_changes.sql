-- Which groups did which user join or leave, when, and by whom?
--
-- A user or a user_name leads to the groups that the user was ever in, of which the
-- first time that each lasted tells (scim_stay), and by these to the requests. Where
-- neither is given the requests lead to the users, for which SQLite has to take the
-- way from a group to its requests for a long one (likelihood). The list of members
-- is read by its leaves, in a third of the time that taking each object apart would
-- take. A tenant leads nowhere (hence the cast): the requests that change groups are
-- fewer than those of a tenant. The tenant and the id of a request with a + lead to
-- a stay, and not from it, and the list of twice the same id from a stay to
-- requests: by an equation of the two SQLite may make an index of its own of the log
-- for it.
CREATE VIEW scim_report_user_group_changes (
  time, tenant, user, user_name, change, group_id, group_name, changed_by,
  source, seq
) AS
SELECT l.time, CAST(l.tenant AS TEXT), u.id, u.name, 'joined', l.id, l.name,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.source, l.seq
  FROM scim_log_named AS l
 CROSS JOIN json_tree(l.member_add) AS m
  JOIN scim_stay AS s ON s.tenant = +l.tenant AND s.member = m.atom
                     AND s.group_id = +l.id
                     AND likelihood(l.id IN (s.group_id, s.group_id), 0.001)
  JOIN scim_name AS u ON u.tenant = s.tenant AND u.id = s.member
 WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
   AND m.key = 'value'
   AND NOT EXISTS (SELECT 1 FROM scim_stay AS f
                    WHERE f.tenant = s.tenant AND f.group_id = l.id
                      AND f.member = s.member AND f.joined < s.joined)
   AND u.type = 'User'
 UNION ALL
SELECT l.time, CAST(l.tenant AS TEXT), u.id, u.name, 'left', l.id, l.name,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.source, l.seq
  FROM scim_log_named AS l
 CROSS JOIN json_tree(l.member_drop) AS m
  JOIN scim_stay AS s ON s.tenant = +l.tenant AND s.member = m.atom
                     AND s.group_id = +l.id
                     AND likelihood(l.id IN (s.group_id, s.group_id), 0.001)
  JOIN scim_name AS u ON u.tenant = s.tenant AND u.id = s.member
 WHERE l.action IS NOT NULL AND l.member_drop IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM scim_stay AS f
                    WHERE f.tenant = s.tenant AND f.group_id = l.id
                      AND f.member = s.member AND f.joined < s.joined)
   AND u.type = 'User'
 UNION ALL
SELECT l.time, CAST(l.tenant AS TEXT), l.id, l.name, 'left',
       CAST(m.value AS TEXT), g.name,
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       CAST(NULL AS TEXT), l.seq
  FROM scim_log_named AS l
 CROSS JOIN json_each(l.groups_left) AS m
  LEFT JOIN scim_name AS g ON g.tenant = l.tenant AND g.id = m.value
 WHERE l.action = 'delete' AND l.groups_left IS NOT NULL
   AND (SELECT n.type FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.id) = 'User';
