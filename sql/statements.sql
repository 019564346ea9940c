-- Every fixed statement that the extension runs, by name. The build makes an
-- enum and a table of texts of them; store/connection.c prepares each when it
-- is first used and keeps it. The queries that filters become are put
-- together in store/plan.c.

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: probe_savepoint
SAVEPOINT scim_probe;

-- name: release_probe
RELEASE scim_probe;

-- Takes the write lock within a statement of the caller that writes elsewhere.
-- name: lock
DELETE FROM scim_meta WHERE 0;

-- name: begin_init
SAVEPOINT scim_init;

-- name: undo_init
ROLLBACK TO scim_init;

-- name: release_init
RELEASE scim_init;

-- name: generation
SELECT value FROM scim_meta WHERE name = 'generation';

-- name: stale
SELECT value FROM scim_meta WHERE name = 'stale';

-- name: schemas
SELECT definition FROM scim_schema ORDER BY rowid;

-- name: resource_types
SELECT definition FROM scim_resource_type ORDER BY rowid;

-- name: indexes
SELECT type, attribute, built FROM scim_index;

-- name: defaults
SELECT type, attribute, value FROM scim_default;

-- name: tenant
SELECT base_url, settings FROM scim_tenant WHERE name = ?1;

-- name: token
SELECT token, tenant, digest, scopes, resource, expires, revoked
  FROM scim_token
 WHERE digest = ?1;

-- name: resource_by_id
SELECT resource, type, id, version, created, modified, doc
  FROM scim_resource
 WHERE tenant = ?1 AND id = ?2;

-- name: resource_by_row
SELECT resource, type, id, version, created, modified, doc
  FROM scim_resource
 WHERE resource = ?1;

-- name: cursor_key
SELECT value FROM scim_meta WHERE name = 'cursor_key';

-- name: live_count
SELECT live FROM scim_count WHERE tenant = ?1 AND type = ?2;

-- name: unique_owner
SELECT u.resource, r.id
  FROM scim_unique AS u
  JOIN scim_resource AS r ON r.resource = u.resource
 WHERE u.tenant = ?1 AND u.type = ?2 AND u.attribute = ?3
   AND u.key = json_extract(?4, '$');

-- For attributes that a tenant wants to be unique: they have to be indexed.
-- name: value_owner
SELECT resource
  FROM scim_value
 WHERE tenant = ?1 AND type = ?2 AND attribute = ?3
   AND key = json_extract(?4, '$') AND resource <> ?5
 LIMIT 1;

-- How many members a group will have after a change, as far as ?2 and one
-- more: nobody counts a large group to its end.
-- name: members_after
SELECT (SELECT count(*)
          FROM (SELECT 1
                  FROM scim_member
                 WHERE "group" = ?1
                 LIMIT ?2 + 1 + coalesce(json_array_length(?4), 0)))
     - coalesce(json_array_length(?4), 0)
     + (SELECT count(*)
          FROM json_each(?3) AS j
         WHERE NOT EXISTS (
               SELECT 1
                 FROM scim_member AS m
                WHERE m."group" = ?1
                  AND m.value = json_extract(j.value, '$.value')));

-- name: members
SELECT value, type, display FROM scim_member WHERE "group" = ?1;

-- The members that an edit adds, with the last word on each value.
-- name: members_to_add
WITH wanted AS (
  SELECT json_extract(value, '$.value') AS id, value AS entry,
         json_extract(value, '$.drop') AS dropped, max(key)
    FROM json_each(?2)
   GROUP BY 1)
SELECT json_group_array(json(w.entry))
  FROM wanted AS w
 WHERE w.dropped IS NULL
   AND NOT EXISTS (
       SELECT 1
         FROM scim_member AS m
        WHERE m."group" = ?1 AND m.value = w.id
          AND coalesce(json_extract(w.entry, '$.display'), m.display)
              IS m.display);

-- The members that an edit takes out; with ?3 every one that it does not
-- name, but for those that the platform has put there itself.
-- name: members_to_drop
WITH wanted AS (
  SELECT json_extract(value, '$.value') AS id,
         json_extract(value, '$.drop') AS dropped, max(key)
    FROM json_each(?2)
   GROUP BY 1)
SELECT json_group_array(value) FROM (
  SELECT m.value
    FROM wanted AS w
    JOIN scim_member AS m ON m."group" = ?1 AND m.value = w.id
   WHERE w.dropped IS NOT NULL
   UNION
  SELECT m.value
    FROM scim_member AS m
   WHERE ?3 AND m."group" = ?1 AND m.source = 'idp'
     AND m.value NOT IN (SELECT id FROM wanted WHERE dropped IS NULL));

-- name: dangling_members
SELECT json_extract(j.value, '$.value')
  FROM json_each(?2) AS j
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_resource AS r
        WHERE r.tenant = ?1 AND r.id = json_extract(j.value, '$.value'))
   AND json_extract(j.value, '$.value') NOT IN (SELECT value FROM json_each(?3))
 LIMIT 5;

-- The groups that name an id. Indirect ones are those of the groups found:
-- asked one by one, because a recursive query would allocate caches for its
-- tables on every reply.
-- name: groups
SELECT g.id, g.type, json_extract(g.doc, '$.displayName')
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE m.value = ?2 AND g.tenant = ?1;

-- name: commit_change
INSERT INTO scim_commit (
  action, tenant, type, resource, id, version, time, doc,
  value_add, value_drop, unique_add, unique_drop,
  member_add, member_drop, groups_left, source,
  token, method, target, status, scim_type, detail, before, after, data)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
  ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25);

-- name: last_seq
SELECT max(seq) FROM scim_log;

-- name: last_resource
SELECT max(resource) FROM scim_resource;

-- name: member_ids
SELECT nullif(json_group_array(value), '[]')
  FROM scim_member
 WHERE "group" = ?1;

-- name: group_ids
SELECT nullif(json_group_array(g.id), '[]')
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE m.value = ?2 AND g.tenant = ?1;

-- name: stale_types
SELECT DISTINCT type FROM scim_index WHERE NOT built;

-- name: next_of_type
SELECT resource, type, id, version, created, modified, doc, tenant
  FROM scim_resource
 WHERE type = ?1 AND resource > ?2
 ORDER BY resource
 LIMIT 1;

-- name: log_of_type
SELECT id, action, version, time, after
  FROM scim_log
 WHERE tenant = ?1 AND type = ?2 AND time <= ?3 AND action IS NOT NULL
 ORDER BY id, seq;

-- name: next_log_row
SELECT seq, method, target, status, scim_type, detail, time, tenant, token,
       action, type, id, version, before, after
  FROM scim_log
 WHERE seq > ?1 AND seq <= ?2
 ORDER BY seq
 LIMIT 1;
