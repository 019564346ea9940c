-- Who was in a group at the horizon of the log, and since when, which the
-- snapshot does not tell. Since when by each source comes with the rest (rest.sql).
INSERT INTO main.scim_stay (tenant, group_id, member, joined, idp, manual)
SELECT m.tenant, m.group_id, m.value,
       coalesce((SELECT max(s.joined)
                   FROM {source}.scim_stay AS s
                  WHERE s.tenant = m.tenant AND s.group_id = m.group_id
                    AND s.member = m.value AND s.joined <= h.value), h.value),
       iif(max(m.source = 'idp'), h.value, NULL),
       iif(max(m.source = 'manual'), h.value, NULL)
  FROM main.scim_meta AS h
 CROSS JOIN main.scim_snapshot_member AS m
 WHERE h.name = 'horizon'
 GROUP BY m.tenant, m.group_id, m.value
