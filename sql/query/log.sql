-- What happened to the resources of a type up to a moment, for scim_as_of.

-- name: log_of_type
SELECT id, action, version, time, after
  FROM scim_log
 WHERE tenant = ?1 AND type = ?2 AND time <= ?3 AND action IS NOT NULL
 ORDER BY id, seq;

-- The next row behind a seq, up to another: how the table scim is read.
-- name: next_log_row
SELECT seq, method, target, status, scim_type, detail, time, tenant, token,
       action, type, id, version, before, after
  FROM scim_log
 WHERE seq > ?1 AND seq <= ?2
 ORDER BY seq
 LIMIT 1;
