-- What the definitions are, and whether they have changed since they were read.

-- name: generation
SELECT (SELECT value FROM scim_meta WHERE name = 'generation'),
       (SELECT value FROM scim_meta WHERE name = 'version');

-- name: stale
SELECT value FROM scim_meta WHERE name = 'stale';

-- id and endpoint are for definitions that cannot be read.
-- name: schemas
SELECT definition, id FROM scim_schema ORDER BY rowid;

-- name: resource_types
SELECT definition, endpoint FROM scim_resource_type ORDER BY rowid;

-- name: indexes
SELECT type, attribute, built FROM scim_index;

-- name: defaults
SELECT type, attribute, value FROM scim_default;
