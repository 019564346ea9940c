-- What happened to the resources of a type up to a moment, for scim_as_of.

-- name: log_of_type
-- row: change (id, action, version, time, after)
SELECT id, action, version, time, after
  FROM scim_log
 WHERE tenant = :tenant AND type = :type AND time <= :time
   AND action IS NOT NULL
 ORDER BY id, seq;

-- The next row behind a seq, up to another: how the table scim is read.
-- name: next_log
-- row: log (seq, method, target, status, scim_type, detail, time, tenant,
--   token, action, type, id, version, before, after)
SELECT seq, method, target, status, scim_type, detail, time, tenant, token,
       action, type, id, version, before, after
  FROM scim_log
 WHERE seq > :after AND seq <= :last
 ORDER BY seq
 LIMIT 1;

-- The same from the other end.
-- name: previous_log
-- row: log
SELECT seq, method, target, status, scim_type, detail, time, tenant, token,
       action, type, id, version, before, after
  FROM scim_log
 WHERE seq > :after AND seq <= :last
 ORDER BY seq DESC
 LIMIT 1;
