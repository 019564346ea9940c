-- Resources one by one, and how many there are.

-- name: resource_by_id
SELECT resource, type, id, version, created, modified, doc
  FROM scim_resource
 WHERE tenant = ?1 AND id = ?2;

-- name: resource_by_row
SELECT resource, type, id, version, created, modified, doc
  FROM scim_resource
 WHERE resource = ?1 AND tenant = ?2;

-- name: cursor_key
SELECT value FROM scim_meta WHERE name = 'cursor_key';

-- name: live_count
SELECT live FROM scim_count WHERE tenant = ?1 AND type = ?2;

-- name: next_of_type
SELECT resource, type, id, version, created, modified, doc, tenant
  FROM scim_resource
 WHERE type = ?1 AND resource > ?2
 ORDER BY resource
 LIMIT 1;
