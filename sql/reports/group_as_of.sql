-- Who was in a group (:group, a name or an id; default all) on a date?
-- tenant, group_id, group_name, member, member_name, since, source   (:time)
-- Who was in it at the horizon of a pruned log (scim_prune) is so since then; of
-- a moment before, nothing is known.
WITH
whose (source) AS (VALUES ('idp'), ('manual')),
-- Everything up to that moment, told by the log.
moment (time) AS (
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:time, ''), 'now'))),
-- The groups that are asked for, or NULL.
wanted (id) AS MATERIALIZED (
  SELECT DISTINCT id FROM scim_name WHERE name = :group AND :group <> ''
   UNION
  SELECT :group WHERE :group <> ''),
-- The log until then, for each question anew: by its indexes of members and of
-- what is gone, and without the documents of the rows.
past AS NOT MATERIALIZED (
  SELECT l.*
    FROM scim_log AS l
   WHERE l.action IS NOT NULL AND l.time <= (SELECT time FROM moment)
     AND l.tenant = coalesce(nullif(:tenant, ''), l.tenant)
),
horizon (time) AS (SELECT value FROM scim_meta WHERE name = 'horizon'),
-- The IdP's membership of somebody and the platform's are two. A row that does
-- not say whose it drops, as that of a deletion, drops both.
event AS (
  SELECT 0 AS seq, h.time, s.tenant, s.group_id, s.value AS member, s.source,
         1 AS joined
    FROM horizon AS h, scim_snapshot_member AS s
   WHERE s.tenant = coalesce(nullif(:tenant, ''), s.tenant)
     AND (coalesce(:group, '') = '' OR s.group_id IN (SELECT id FROM wanted))
   UNION ALL
  SELECT p.seq, p.time, p.tenant, p.id,
         json_extract(m.value, '$.value'), coalesce(p.source, 'idp'), 1
    FROM past AS p, json_each(p.member_add) AS m
   WHERE p.member_add IS NOT NULL
     AND (coalesce(:group, '') = '' OR p.id IN (SELECT id FROM wanted))
   UNION ALL
  SELECT p.seq, p.time, p.tenant, p.id, m.value, w.source, 0
    FROM past AS p, json_each(p.member_drop) AS m, whose AS w
   WHERE w.source = coalesce(p.source, w.source) AND p.member_drop IS NOT NULL
     AND (coalesce(:group, '') = '' OR p.id IN (SELECT id FROM wanted))
   UNION ALL
  SELECT p.seq, p.time, p.tenant, g.value, p.id, w.source, 0
    FROM scim_log AS p INDEXED BY scim_log_groups_left,
         json_each(p.groups_left) AS g, whose AS w
   WHERE p.action = 'delete' AND p.groups_left IS NOT NULL
     AND p.time <= (SELECT time FROM moment)
     AND p.tenant = coalesce(nullif(:tenant, ''), p.tenant)
     AND (coalesce(:group, '') = '' OR g.value IN (SELECT id FROM wanted))
),
-- The last word on each. One request may drop a member and add it again.
latest AS (
  SELECT max(seq * 2 + joined) AS seq, time, tenant, group_id, member, source,
         joined
    FROM event
   GROUP BY tenant, group_id, member, source
)
SELECT l.tenant, l.group_id, g.name AS group_name, l.member,
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.member) AS member_name,
       l.time AS since, l.source
  FROM latest AS l
  JOIN scim_name AS g ON g.tenant = l.tenant AND g.id = l.group_id
 WHERE l.joined
   AND (SELECT time FROM moment) >= (SELECT time FROM horizon)
   AND coalesce(nullif(:group, ''), g.id) IN (g.id, g.name)
   AND l.tenant = coalesce(nullif(:tenant, ''), l.tenant)
   AND NOT EXISTS (SELECT 1 FROM past AS d
                    WHERE d.tenant = l.tenant AND d.id = l.group_id
                      AND d.action = 'delete' AND d.seq > l.seq / 2)
 ORDER BY l.tenant, group_name, member_name, l.member, l.source;
