-- One row an attribute that one request changed, with the value before and
-- after. Sub-attributes are rows of their own (name.givenName), extension
-- attributes carry their URN, a multi-valued attribute is one row of JSON.
-- Members are rows with attribute members: joined has the id in new, left
-- has it in old, and source says by whose membership: NULL is by any, as when a
-- user is deleted, who shows as leaving each group.
-- A NULL token is a trusted caller from SQL, with the label '(sql)'.
--   SELECT time, label, old, new FROM scim_history
--    WHERE name = 'ada@example.com' AND attribute = 'title';
CREATE VIEW scim_history (
  seq, time, tenant, token, label, method, action, type, id, name,
  attribute, old, new, source
) AS
WITH
-- What the merge patches of the log say, leaf by leaf. An object is no leaf
-- and an array is one, with all that is in it.
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
-- $."urn:a:b".c.d becomes urn:a:b:c.d, and $.name.givenName loses its start.
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
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = c.id),
       c.attribute, c.old, c.new, c.source
  FROM change AS c
  JOIN scim_log AS l USING (seq)
  LEFT JOIN scim_token AS t ON t.token = l.token
 WHERE l.action IS NOT NULL;
