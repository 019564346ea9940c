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

-- The number of the next row, and the hash of the tenant's last one.
-- name: chain_end
-- row: chain_end (seq, hash)
SELECT 1 + max((SELECT value FROM scim_meta WHERE name = 'deleted_seq'),
               (SELECT coalesce(max(seq), 0) FROM scim_log)) AS seq,
       (SELECT hash FROM scim_chain WHERE tenant = :tenant) AS hash;

-- Rows from a number on, as the chain has them: of all tenants, or of one.
-- name: chain_rows
-- row: chain (seq, time, tenant, token, method, target, status, scim_type,
--   detail, action, type, id, version, before, after, member_add, member_drop,
--   groups_left, source, digest, hash, forgotten)
SELECT seq, time, tenant, token, method, target, status, scim_type, detail,
       action, type, id, version, before, after, member_add, member_drop,
       groups_left, source, digest, hash, forgotten
  FROM scim_log
 WHERE seq >= :first AND (:tenant IS NULL OR tenant = :tenant)
 ORDER BY seq;
