-- Which groups did a user (:user, a name or an id; default all) join or leave?
-- time, tenant, user, user_name, change, group_id, group_name, changed_by, source
SELECT h.time, h.tenant, n.id AS user, n.name AS user_name,
       iif(h.new IS NULL, 'left', 'joined') AS change,
       h.id AS group_id, h.name AS group_name, h.label AS changed_by,
       h.source
  FROM scim_history AS h
  JOIN scim_name AS n ON n.tenant = h.tenant
                     AND n.id = coalesce(h.new, h.old)
 WHERE h.attribute = 'members'
   AND n.type = 'User'
   AND coalesce(:user, n.id) IN (n.id, n.name)
   AND h.tenant = coalesce(:tenant, h.tenant)
 ORDER BY h.time, h.seq, group_name;
