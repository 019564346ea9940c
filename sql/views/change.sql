-- What happened, as events, for whoever mirrors the directory: created,
-- updated, activated, deactivated and deleted are about a document, with the
-- merge patches (RFC 7396) of the log in old and new; member_added and
-- member_removed are about a group, with the id of the member in new or old. An
-- update that turns active is an updated and an activated or deactivated;
-- somebody is inactive whose active is false. Who is deleted is removed from
-- each group. name is the resource's, as scim_name has it.
--
-- Events of a request share its seq, so a reader takes whole requests, and one
-- number tells how far it is. A condition on seq, tenant, id or name reaches the log
-- in every arm, also by a subquery as below: for that SQLite has to see each
-- column of one affinity in all arms, which is what the casts are for.
-- By ORDER BY seq events come in the order of the log; only those about who was
-- deleted are sorted (scim_history). ext/model/event.c says the same in C.
--   SELECT * FROM scim_change
--    WHERE seq > (SELECT seq FROM scim_consumer WHERE name = 'mirror')
--    ORDER BY seq;
CREATE VIEW scim_change (
  seq, time, tenant, token, type, id, event, name, old, new
) AS
SELECT l.seq, l.time, l.tenant, l.token, l.type, l.id,
       CASE l.action WHEN 'create' THEN 'created'
                     WHEN 'update' THEN 'updated'
                     ELSE 'deleted' END,
       l.name, l.before, l.after
  FROM scim_log_named AS l
 WHERE l.action IN ('create', 'delete')
    OR (l.action = 'update' AND l.after IS NOT NULL)
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token, l.type, l.id,
       iif(json_type(l.after, '$.active') = 'false', 'deactivated',
           'activated'),
       l.name, l.before, l.after
  FROM scim_log_named AS l
 WHERE l.action = 'update'
   AND (instr(l.before, '"active"') OR instr(l.after, '"active"'))
   AND (json_type(l.before, '$.active') = 'false'
        OR json_type(l.after, '$.active') = 'false')
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token, l.type, l.id, 'member_removed', l.name,
       CAST(m.value AS TEXT), CAST(NULL AS TEXT)
  FROM scim_log_named AS l, json_each(l.member_drop) AS m
 WHERE l.action IS NOT NULL AND l.member_drop IS NOT NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token, l.type, l.id, 'member_added', l.name,
       CAST(NULL AS TEXT), CAST(json_extract(m.value, '$.value') AS TEXT)
  FROM scim_log_named AS l, json_each(l.member_add) AS m
 WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
 UNION ALL
SELECT l.seq, l.time, l.tenant, l.token,
       CAST(coalesce(n.type, 'Group') AS TEXT), CAST(g.value AS TEXT),
       'member_removed', n.name,
       l.id, CAST(NULL AS TEXT)
  FROM (SELECT 1) AS once
 CROSS JOIN scim_log AS l
  JOIN json_each(l.groups_left) AS g
  LEFT JOIN scim_name AS n ON n.tenant = l.tenant AND n.id = g.value
 WHERE l.action IS NOT NULL AND l.groups_left IS NOT NULL;
