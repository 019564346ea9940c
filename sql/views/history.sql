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
-- affinity, which is what the casts are for. The values are read outside of the
-- arms: what counts rows does not read them. All are JSON for that, ids of members
-- as well, so that no row of the many has to ask which of the arms it is from. The
-- label is joined, so that it is found once a request and not once an attribute.
-- Who left groups comes within a loop of one turn: by that SQLite does not take the
-- order of the log for that of its rows. With ORDER BY seq it would rather read the
-- whole log than sort the few rows that a condition finds.
CREATE VIEW scim_history (
  seq, time, tenant, token, label, method, action, type, id, name,
  attribute, old, new, source
) AS
WITH change (
  seq, time, tenant, token, label, method, action, type, id, name, attribute,
  path, old, new, source
) AS (
-- What the merge patches say, by the attributes of their shape (../tables/shape.sql).
  SELECT l.seq, l.time, l.tenant, l.token, t.label, l.method, l.action, l.type,
         l.id, l.name, a.attribute, a.path, l.before, l.after,
         CAST(NULL AS TEXT)
    FROM scim_log_named AS l
    LEFT JOIN scim_token AS t ON t.token = l.token
    JOIN scim_shape_attribute AS a ON a.shape = l.shape
   UNION ALL
  SELECT l.seq, l.time, l.tenant, l.token, t.label, l.method, l.action, l.type,
         l.id, l.name, CAST('members' AS TEXT), CAST('$.value' AS TEXT),
         CAST(NULL AS TEXT), CAST(m.value AS TEXT), l.source
    FROM scim_log_named AS l
    LEFT JOIN scim_token AS t ON t.token = l.token
    JOIN json_each(l.member_add) AS m
   WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
   UNION ALL
  SELECT l.seq, l.time, l.tenant, l.token, t.label, l.method, l.action, l.type,
         l.id, l.name, CAST('members' AS TEXT), CAST('$' AS TEXT),
         CAST(json_quote(m.value) AS TEXT), CAST(NULL AS TEXT), l.source
    FROM scim_log_named AS l
    LEFT JOIN scim_token AS t ON t.token = l.token
    JOIN json_each(l.member_drop) AS m
   WHERE l.action IS NOT NULL AND l.member_drop IS NOT NULL
   UNION ALL
  SELECT l.seq, l.time, l.tenant, l.token, t.label, l.method, l.action,
         CAST('Group' AS TEXT), CAST(g.value AS TEXT), n.name,
         CAST('members' AS TEXT), CAST('$' AS TEXT),
         CAST(json_quote(l.id) AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT)
    FROM (SELECT 1) AS once
   CROSS JOIN scim_log AS l
    LEFT JOIN scim_token AS t ON t.token = l.token
    JOIN json_each(l.groups_left) AS g
    LEFT JOIN scim_name AS n ON n.tenant = l.tenant AND n.id = g.value
   WHERE l.action = 'delete' AND l.groups_left IS NOT NULL)
SELECT seq, time, tenant, token,
       coalesce(label, iif(token IS NULL, '(sql)', NULL)), method, action, type,
       id, name, attribute, iif(old IS NULL, NULL, json_extract(old, path)),
       json_extract(new, path), source
  FROM change;
