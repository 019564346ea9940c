-- One row an attribute that one request changed, with the value before and
-- after. Sub-attributes are rows of their own (name.givenName), extension
-- attributes carry their URN, a multi-valued attribute is one row of JSON.
-- Members are rows with attribute members: joined has the id in new, left
-- has it in old, and source says by whose membership: NULL is by any, as when a
-- user is deleted, who shows as leaving each group.
-- A NULL token is a trusted caller from SQL, with the label '(sql)'.
--   SELECT time, label, old, new FROM scim_history
--    WHERE name = 'ada@example.com' AND attribute = 'title';
--
-- A condition on the columns of the log and on name reaches its indexes in each
-- arm, and no row is copied on its way, since all have their columns of one
-- affinity, which is what the casts are for. The label is joined, so that it is
-- found once a request and not once an attribute. Who left groups comes
-- within a loop of one turn, as in scim_log_named.
CREATE VIEW scim_history (
  seq, time, tenant, token, label, method, action, type, id, name,
  attribute, old, new, source
) AS
-- What the merge patches say, by the attributes of their shape (../tables/shape.sql).
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)', t.label),
       l.method, l.action, l.type, l.id, l.name,
       a.attribute, json_extract(l.before, a.path),
       json_extract(l.after, a.path), CAST(NULL AS TEXT)
  FROM scim_log_named AS l
  LEFT JOIN scim_token AS t ON t.token = l.token
  JOIN scim_shape_attribute AS a ON a.shape = l.shape
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)', t.label),
       l.method, l.action, l.type, l.id, l.name, CAST('members' AS TEXT),
       NULL, json_extract(m.value, '$.value'), l.source
  FROM scim_log_named AS l
  LEFT JOIN scim_token AS t ON t.token = l.token
  JOIN json_each(l.member_add) AS m
 WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)', t.label),
       l.method, l.action, l.type, l.id, l.name, CAST('members' AS TEXT),
       coalesce(m.value, NULL), NULL, l.source
  FROM scim_log_named AS l
  LEFT JOIN scim_token AS t ON t.token = l.token
  JOIN json_each(l.member_drop) AS m
 WHERE l.action IS NOT NULL AND l.member_drop IS NOT NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)', t.label),
       l.method, l.action, CAST('Group' AS TEXT), CAST(g.value AS TEXT),
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = g.value),
       CAST('members' AS TEXT), coalesce(l.id, NULL), NULL, CAST(NULL AS TEXT)
  FROM (SELECT 1) AS once
 CROSS JOIN scim_log AS l
  LEFT JOIN scim_token AS t ON t.token = l.token
  JOIN json_each(l.groups_left) AS g
 WHERE l.action = 'delete' AND l.groups_left IS NOT NULL;
