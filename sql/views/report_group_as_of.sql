-- Who is in which group, and since when? Told by the log, as the report of the
-- same name tells it of any moment; of whom was there at the horizon of a pruned
-- log (scim_prune), since then.
CREATE VIEW scim_report_group_as_of (
  tenant, group_id, group_name, member, member_name, since, source
) AS
WITH
whose (source) AS (VALUES ('idp'), ('manual')),
-- The IdP's membership of somebody and the platform's are two. A row that does
-- not say whose it drops, as that of a deletion, drops both.
event AS (
  SELECT 0 AS seq, h.value AS time, s.tenant, s.group_id, s.value AS member,
         s.source, 1 AS joined
    FROM scim_meta AS h, scim_snapshot_member AS s
   WHERE h.name = 'horizon'
   UNION ALL
  SELECT p.seq, p.time, p.tenant, p.id,
         json_extract(m.value, '$.value'), coalesce(p.source, 'idp'), 1
    FROM scim_log AS p, json_each(p.member_add) AS m
   WHERE p.action IS NOT NULL AND p.member_add IS NOT NULL
   UNION ALL
  SELECT p.seq, p.time, p.tenant, p.id, m.value, w.source, 0
    FROM scim_log AS p, json_each(p.member_drop) AS m, whose AS w
   WHERE w.source = coalesce(p.source, w.source) AND p.action IS NOT NULL
     AND p.member_drop IS NOT NULL
   UNION ALL
  SELECT p.seq, p.time, p.tenant, g.value, p.id, w.source, 0
    FROM scim_log AS p, json_each(p.groups_left) AS g, whose AS w
   WHERE +p.action = 'delete' AND p.groups_left IS NOT NULL
),
-- The last word on each. One request may drop a member and add it again.
latest AS (
  SELECT max(seq * 2 + joined) AS seq, time, tenant, group_id, member, source,
         joined
    FROM event
   GROUP BY tenant, group_id, member, source
)
SELECT l.tenant, l.group_id, g.name, l.member,
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = l.member),
       l.time, l.source
  FROM latest AS l
  JOIN scim_name AS g ON g.tenant = l.tenant AND g.id = l.group_id
 WHERE l.joined
   AND NOT EXISTS (SELECT 1 FROM scim_log AS d
                    WHERE d.tenant = l.tenant AND d.id = l.group_id
                      AND d.action = 'delete' AND d.seq > l.seq / 2);
