-- Where the values of a resource come from.

-- Each value that it has now, with the last row of the log that set it: the
-- rows since the resource was created, whose patches name the place of the
-- value. A list is one value; each member of a group is one. What no row tells
-- of was there at the horizon of the log. What is in a list is told by a [ in its
-- place, behind the id of an extension, which stands in quotes and may have one
-- itself.
-- name: provenance
-- row: provenance (attribute, value, flag, seq, time, token, label, idp)
WITH
resource (resource, doc) AS MATERIALIZED (
  SELECT resource, doc
    FROM scim_resource
   WHERE tenant = :tenant AND id = :id),
own (seq, after, member_add, source) AS MATERIALIZED (
  SELECT seq, after, member_add, coalesce(source, 'idp')
    FROM scim_log
   WHERE id = :id AND tenant = :tenant AND action IS NOT NULL
     AND seq >= coalesce((SELECT max(seq)
                            FROM scim_log
                           WHERE id = :id AND tenant = :tenant
                             AND action = 'create'), 0)),
placed (place, seq) AS MATERIALIZED (
  SELECT t.fullkey, max(o.seq)
    FROM own AS o, json_tree(o.after) AS t
   WHERE t.type <> 'object' AND t.type <> 'null'
   GROUP BY t.fullkey),
-- The casts let SQLite look them up by an index of its own.
joined (member, source, seq) AS MATERIALIZED (
  SELECT CAST(m.value ->> 'value' AS TEXT) AS member,
         CAST(o.source AS TEXT) AS source, max(o.seq)
    FROM own AS o, json_each(o.member_add) AS m
   GROUP BY member, source),
-- $."urn:a:b".c.d becomes urn:a:b:c.d, and $.name.givenName loses its start.
set_by (attribute, value, flag, seq) AS (
  SELECT replace(iif(lower(t.fullkey) GLOB '$."urn:*'
                     AND instr(t.fullkey, '".'),
                     substr(t.fullkey, 4, instr(t.fullkey, '".') - 4) || ':'
                     || substr(t.fullkey, instr(t.fullkey, '".') + 2),
                     substr(t.fullkey, 3)), '"', ''),
         t.value, t.type = 'true' OR t.type = 'false', p.seq
    FROM resource AS r, json_tree(r.doc) AS t
    LEFT JOIN placed AS p ON p.place = t.fullkey
   WHERE t.type <> 'object'
     AND instr(iif(t.fullkey GLOB '$."*',
                   substr(t.fullkey, 4 + instr(substr(t.fullkey, 4), '"')),
                   t.fullkey), '[') = 0
     AND t.fullkey <> '$.schemas'
     AND t.fullkey <> '$.id'
   UNION ALL
  SELECT 'members', m.value, 0, j.seq
    FROM resource AS r
    JOIN scim_member AS m ON m."group" = r.resource
    LEFT JOIN joined AS j ON j.member = m.value AND j.source = m.source)
SELECT s.attribute, s.value, s.flag, s.seq,
       coalesce(l.time,
                (SELECT nullif(h.value, '') FROM scim_meta AS h
                  WHERE h.name = 'horizon')) AS time,
       l.token,
       CASE WHEN l.token IS NOT NULL THEN t.label
            WHEN l.seq IS NOT NULL THEN '(sql)' END AS label,
       iif(l.token IS NULL, NULL,
           coalesce(t.idp, (SELECT c.idp FROM scim_tenant AS c
                             WHERE c.name = :tenant))) AS idp
  FROM set_by AS s
  LEFT JOIN scim_log AS l ON l.seq = s.seq
  LEFT JOIN scim_token AS t ON t.token = l.token
 ORDER BY s.attribute, s.value;
