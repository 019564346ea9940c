-- Who is in which group, and since when? Told by the log, as the report of the
-- same name tells it of any moment; of whom was there at the horizon of a pruned
-- log (scim_prune), since then.
--
-- Each group is told by itself, so that one which is asked for costs what its own
-- rows of the log say: as an object of JSON, since a subquery in FROM cannot know
-- which group that is. A key of it is the member after the first letter of source.
CREATE VIEW scim_report_group_as_of (
  tenant, group_id, group_name, member, member_name, since, source
) AS
WITH
whose (source) AS (VALUES ('idp'), ('manual')),
-- Who was deleted left all groups.
gone (seq, time, tenant, group_id, member) AS MATERIALIZED (
  SELECT p.seq, p.time, p.tenant, g.value, p.id
    FROM scim_log AS p
   CROSS JOIN json_each(p.groups_left) AS g
   WHERE +p.action = 'delete' AND p.groups_left IS NOT NULL)
SELECT g.tenant, g.id, g.name, substr(e.key, 2),
       coalesce(u.name, (SELECT n.name FROM scim_name AS n
                          WHERE n.tenant = g.tenant
                            AND n.id = substr(e.key, 2))),
       e.value, iif(substr(e.key, 1, 1) = 'i', 'idp', 'manual')
  FROM scim_count AS c
 CROSS JOIN scim_resource AS g ON g.tenant = c.tenant AND g.type = c.type
 CROSS JOIN json_each((
-- The IdP's membership of somebody and the platform's are two. A row that does
-- not say whose it drops, as that of a deletion, drops both. The last word on each
-- counts, and of the group after it was last deleted. One request may drop a member
-- and add it again.
       SELECT json_group_object(substr(source, 1, 1) || member, time)
         FROM (SELECT max(seq * 2 + joined) AS seq, time, member, source, joined
                 FROM (SELECT 0 AS seq, h.value AS time, s.value AS member,
                              s.source, 1 AS joined
                         FROM scim_snapshot_member AS s
                        CROSS JOIN scim_meta AS h ON h.name = 'horizon'
                        WHERE s.tenant = g.tenant AND s.group_id = g.id
                        UNION ALL
                       SELECT p.seq, p.time, json_extract(m.value, '$.value'),
                              coalesce(p.source, 'idp'), 1
                         FROM scim_log AS p
                        CROSS JOIN json_each(p.member_add) AS m
                        WHERE p.id = g.id AND p.tenant = g.tenant
                          AND p.action IS NOT NULL AND p.member_add IS NOT NULL
                        UNION ALL
                       SELECT p.seq, p.time, m.value, w.source, 0
                         FROM scim_log AS p
                        CROSS JOIN json_each(p.member_drop) AS m
                        CROSS JOIN whose AS w
                        WHERE p.id = g.id AND p.tenant = g.tenant
                          AND w.source = coalesce(p.source, w.source)
                          AND p.action IS NOT NULL AND p.member_drop IS NOT NULL
                        UNION ALL
                       SELECT l.seq, l.time, l.member, w.source, 0
                         FROM gone AS l
                        CROSS JOIN whose AS w
                        WHERE l.tenant = g.tenant AND l.group_id = g.id)
                GROUP BY member, source)
        WHERE joined
          AND seq > coalesce((SELECT max(d.seq) FROM scim_log AS d
                               WHERE d.tenant = g.tenant AND d.id = g.id
                                 AND d.action = 'delete'), -1) * 2)) AS e
  LEFT JOIN scim_resource AS u ON u.tenant = g.tenant AND u.id = substr(e.key, 2)
 WHERE c.type <> 'User';
