-- Whose department changed in the last 90 days, from what to what?
-- time, tenant, user, user_name, old, new, changed_by   (:days 90)
SELECT h.time, h.tenant, h.id AS user, h.name AS user_name, h.old, h.new,
       h.label AS changed_by
  FROM scim_history AS h
 WHERE h.tenant = coalesce(:tenant, h.tenant)
   AND h.action = 'update'
   AND h.attribute = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:'
                     || 'User:department'
   AND h.time >= strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(:now, 'now'),
                          '-' || coalesce(:days, 90) || ' days')
 ORDER BY h.time DESC, h.seq DESC;
