-- What happened to the resources of a type, or to one of them (first and last
-- are then its id), for scim_as_of, an event a row: what is known at the horizon
-- of the log, the changes that it tells of, members of a group who left it because
-- they were deleted, and, to check them all by, what is there now.
-- The terms with a + would else lead to an index in another order.
-- name: log_of_type
-- row: change (id, seq, action, version, time, after)
SELECT id, seq, action, version, time,
       iif(time <= :time, after, NULL) AS after
  FROM scim_log INDEXED BY scim_log_id
 WHERE tenant = :tenant AND type = :type AND action IS NOT NULL
   AND id IS NOT NULL AND id BETWEEN :first AND coalesce(:last, x'')
 UNION ALL
SELECT id, 0, 'known', version, modified, doc
  FROM scim_snapshot
 WHERE tenant = :tenant AND +type = :type
   AND id BETWEEN :first AND coalesce(:last, x'')
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

-- The same from the other end.
-- name: previous_log
-- row: log
SELECT seq, method, target, status, scim_type, detail, time, tenant, token,
       action, type, id, version, before, after
  FROM scim_log
 WHERE seq > :after AND seq <= :last
 ORDER BY seq DESC
 LIMIT 1;

-- What came of a request that has a name, made then or later. The + leads to the
-- index of names: that of time would go through all that came since.
-- name: named_log
-- row: log
SELECT seq, method, target, status, scim_type, detail, time, tenant, token,
       action, type, id, version, before, after
  FROM scim_log
 WHERE request = :request AND +tenant = :tenant AND +time >= :time
   AND method = :method AND target = :target
 ORDER BY +seq
 LIMIT 1;

-- The number of the next row, number and hash of the tenant's last one, and the
-- number of the shape, NULL where no change had it so far.
-- name: chain_end
-- row: chain_end (seq, last, hash, shape)
SELECT 1 + max((SELECT value FROM scim_meta WHERE name = 'deleted_seq'),
               (SELECT coalesce(max(seq), 0) FROM scim_log)) AS seq,
       c.seq AS last, c.hash,
       (SELECT shape FROM scim_shape WHERE form = :form) AS shape
  FROM (SELECT 1)
  LEFT JOIN scim_chain AS c ON c.tenant = :tenant;

-- All rows, as the chain has them.
-- name: chain_rows
-- row: chain (seq, time, tenant, token, method, target, status, scim_type,
--   detail, action, type, id, version, before, after, member_add, member_drop,
--   groups_left, source, digest, hash, forgotten, member_patch)
SELECT seq, time, tenant, token, method, target, status, scim_type, detail,
       action, type, id, version, before, after, member_add, member_drop,
       groups_left, source, digest, hash, forgotten, member_patch
  FROM scim_log
 ORDER BY seq;

-- Has the tenant's log anything of a resource, and is that still there?
-- name: forgettable
-- row: forgettable (known, alive)
SELECT EXISTS (SELECT 1 FROM scim_log
                WHERE id = :id AND tenant = :tenant)
       OR EXISTS (SELECT 1 FROM scim_snapshot_member
                   WHERE tenant = :tenant AND value = :id)
       OR EXISTS (SELECT 1 FROM scim_name
                   WHERE tenant = :tenant AND id = :id) AS known,
       EXISTS (SELECT 1 FROM scim_resource
                WHERE tenant = :tenant AND id = :id) AS alive;

-- What the log says of a resource.
-- name: values_of
-- row: patch (before, after)
SELECT before, after
  FROM scim_log
 WHERE id = :id AND tenant = :tenant
 UNION ALL
SELECT doc, NULL
  FROM scim_snapshot
 WHERE tenant = :tenant AND id = :id;

-- By what clients called somebody whom they made a member. :quoted is the id as
-- JSON has it.
-- name: displays_of
-- row: display (display)
SELECT m.value ->> 'display' AS display
  FROM scim_log AS l,
       json_each(json_array(l.member_add, l.member_patch)) AS t,
       json_each(iif(json_valid(t.value), t.value, '[]')) AS m
 WHERE +l.tenant = :tenant
   AND (instr(l.member_add, :quoted) > 0 OR instr(l.member_patch, :quoted) > 0)
   AND coalesce(m.value ->> 'value', m.key) = :id
 UNION
SELECT display
  FROM scim_snapshot_member
 WHERE tenant = :tenant AND value = :id
 UNION
SELECT m.display
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE m.value = :id AND g.tenant = :tenant
 UNION
SELECT name
  FROM scim_name
 WHERE tenant = :tenant AND id = :id AND type IS NULL;

-- The next row that may have something in it of a resource: its own, those of
-- groups that it was put into, and those of requests that failed. :quoted is the id
-- as JSON has it.
-- name: next_trace
-- row: chain
SELECT seq, time, tenant, token, method, target, status, scim_type, detail,
       action, type, id, version, before, after, member_add, member_drop,
       groups_left, source, digest, hash, forgotten, member_patch
  FROM scim_log
 WHERE seq > :after AND +tenant = :tenant
   AND (id = :id OR detail IS NOT NULL OR instr(member_add, :quoted) > 0
        OR instr(member_patch, :quoted) > 0 OR action IS NULL)
 ORDER BY seq
 LIMIT 1;

-- Jobs with somebody's values in them: his own, and those of groups that he came
-- into or left.
-- name: next_job_of
-- row: job (job, id, payload)
SELECT job, id, payload
  FROM scim_outbox
 WHERE job > :after AND tenant = :tenant
   AND (id = :id OR instr(payload, :quoted) > 0)
   AND (payload IS NOT NULL OR error IS NOT NULL)
 ORDER BY job
 LIMIT 1;
