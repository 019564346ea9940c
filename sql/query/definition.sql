-- What the definitions are, and whether they have changed since they were read.

-- name: generation
-- row: generation (value)
SELECT (SELECT value FROM scim_meta WHERE name = 'generation') AS value;

-- Whether the rows of scim_value wait to be made anew, and whether text is that of
-- UTF-16, which is in another order than that of UTF-8.
-- name: condition
-- row: condition (stale, utf16)
SELECT (SELECT value FROM scim_meta WHERE name = 'stale') AS stale,
       encoding <> 'UTF-8' AS utf16
  FROM pragma_encoding;

-- name: replicated
-- row: replicated (there)
SELECT count(*) AS there FROM scim_meta WHERE name = 'replicated';

-- Of which types scim_unique does not have every owner of a value.
-- name: shared
-- row: shared (type)
SELECT t.name AS type
  FROM scim_resource_type AS t
 WHERE EXISTS (SELECT 1 FROM scim_meta
                WHERE name = 'stale' AND value <> 0)
    OR EXISTS (SELECT 1 FROM scim_meta WHERE name = 'shared ' || t.name);

-- id and endpoint are for definitions that cannot be read.
-- name: schemas
-- row: schema (definition, id)
SELECT definition, id FROM scim_schema ORDER BY rowid;

-- name: resource_types
-- row: resource_type (definition, endpoint)
SELECT definition, endpoint FROM scim_resource_type ORDER BY rowid;

-- name: indexes
-- row: index (type, attribute, built)
SELECT type, attribute, built FROM scim_index ORDER BY type, attribute;

-- name: defaults
-- row: default (type, attribute, value)
SELECT type, attribute, value FROM scim_default ORDER BY type, attribute;

-- The last one first: rule_add puts each before those that it has.
-- name: rules
-- row: rule (rule, event, type, filter, kind, once, mistake)
SELECT rule, event, type, filter, kind, once, mistake
  FROM scim_rule
 ORDER BY rule DESC;

-- By which attributes people know a resource: C names none of User or Group.
-- name: naming_words
-- row: naming_words (name, other_name, addresses)
SELECT 'userName' AS name, 'displayName' AS other_name, 'emails' AS addresses;
