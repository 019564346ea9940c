-- Resources one by one, and how many there are.

-- name: resource_by_id
-- row: resource (resource, type, id, version, created, modified, doc)
SELECT resource, type, id, version, created, modified, doc
  FROM scim_resource
 WHERE tenant = :tenant AND id = :id;

-- name: resource_by_number
-- row: resource
SELECT resource, type, id, version, created, modified, doc
  FROM scim_resource
 WHERE resource = :resource AND tenant = :tenant;

-- The resources of a page, in its order: rows is a JSON array of their numbers,
-- which json_each gives one after the other; CROSS says that they come first.
-- name: resources_of_page
-- row: resource
SELECT r.resource, r.type, r.id, r.version, r.created, r.modified, r.doc
  FROM json_each(:rows) AS j
 CROSS JOIN scim_resource AS r ON r.resource = j.value
 WHERE r.tenant = :tenant;

-- name: cursor_key
-- row: cursor_key (value)
SELECT value FROM scim_meta WHERE name = 'cursor_key';

-- name: live_count
-- row: count (live)
SELECT live FROM scim_count WHERE tenant = :tenant AND type = :type;

-- Of every tenant, in the order of their rows: how indexes are built.
-- name: next_of_type
-- row: document (resource, tenant, doc)
SELECT resource, tenant, doc
  FROM scim_resource
 WHERE type = :type AND resource > :after
 ORDER BY resource
 LIMIT 1;
