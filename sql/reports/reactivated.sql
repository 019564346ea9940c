-- Who was reactivated in the last 90 days, and how long had they been away?
-- time, tenant, user, user_name, reactivated_by, days_away   (:days 90)
SELECT h.time, h.tenant, h.id AS user, h.name AS user_name,
       h.label AS reactivated_by,
       (SELECT round(julianday(h.time) - julianday(off.time), 1)
          FROM scim_history AS off
         WHERE off.tenant = h.tenant AND off.id = h.id AND off.seq < h.seq
           AND off.attribute = 'active' AND off.new = 0
         ORDER BY off.seq DESC
         LIMIT 1) AS days_away
  FROM scim_history AS h
 WHERE h.tenant = coalesce(:tenant, h.tenant)
   AND h.action = 'update' AND h.attribute = 'active'
   AND h.old = 0 AND h.new = 1
   AND h.time >= strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(:now, 'now'),
                          '-' || coalesce(:days, 90) || ' days')
 ORDER BY h.time DESC, h.seq DESC;
