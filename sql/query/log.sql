-- What happened to the resources of a type, or to one of them (first and last
-- are then its id), for scim_as_of, an event a row: what is known at the horizon
-- of the log, the changes that it tells of, members of a group who left it because
-- they were deleted, and, to check them all by, what is there now.
-- The terms with a + would else lead to an index in another order.
-- name: log_of_type
-- row: change (id, seq, action, version, time, after)
SELECT id, 0 AS seq, 'known' AS action, version, modified AS time, doc AS after
  FROM scim_snapshot
 WHERE tenant = :tenant AND +type = :type
   AND id BETWEEN :first AND coalesce(:last, x'')
 UNION ALL
SELECT id, seq, action, version, time, iif(time <= :time, after, NULL)
  FROM scim_log INDEXED BY scim_log_id
 WHERE tenant = :tenant AND type = :type AND action IS NOT NULL
   AND id IS NOT NULL AND id BETWEEN :first AND coalesce(:last, x'')
 UNION ALL
SELECT g.value, l.seq, 'left', NULL, l.time, NULL
  FROM scim_log AS l, json_each(l.groups_left) AS g
 WHERE :members AND l.tenant = :tenant AND l.groups_left IS NOT NULL
   AND g.value BETWEEN :first AND coalesce(:last, x'')
 UNION ALL
SELECT id, 0x7fffffffffffffff, 'now', version, modified, NULL
  FROM scim_resource
 WHERE tenant = :tenant AND +type = :type
   AND id BETWEEN :first AND coalesce(:last, x'')
 ORDER BY id, seq;

-- name: horizon
-- row: horizon (value)
SELECT value FROM scim_meta WHERE name = 'horizon';

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
