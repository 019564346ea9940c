-- What is wrong in the definitions: where, and what. Empty, because the
-- triggers below refuse a change that would put a row here.
CREATE VIEW scim_mistake (definition, place, mistake) AS
WITH attribute (definition, parent, place, position, value, type) AS (
  SELECT s.id, '', 'attributes[' || a.key || ']', a.key, a.value, a.type
    FROM scim_schema AS s, json_each(s.definition, '$.attributes') AS a
   UNION ALL
  SELECT t.definition, t.place, t.place || '.subAttributes[' || a.key || ']',
         a.key, a.value, a.type
    FROM attribute AS t, json_each(t.value, '$.subAttributes') AS a
   WHERE t.type = 'object' AND t.parent = ''),
object AS (
  SELECT definition, parent, position, value,
         place || ' (' || coalesce(json_extract(value, '$.name'), '') || ')'
         AS place,
         coalesce(json_extract(value, '$.name'), '') AS name,
         lower(coalesce(json_extract(value, '$.type'), 'string')) AS kind
    FROM attribute
   WHERE type = 'object'),
word (member, words) AS (
  VALUES ('mutability', 'readwrite readonly immutable writeonly'),
         ('returned', 'default always request never'),
         ('uniqueness', 'none server global')),
flag (member) AS (VALUES ('multiValued'), ('required'), ('caseExact'))
SELECT id, 'id', 'must be a URN'
  FROM scim_schema
 WHERE id IS NULL OR id NOT LIKE 'urn:_%'
 UNION ALL
SELECT id, 'attributes', 'must be an array'
  FROM scim_schema
 WHERE json_type(definition, '$.attributes') IS NOT 'array'
 UNION ALL
SELECT definition, place, 'must be an object'
  FROM attribute
 WHERE type <> 'object'
 UNION ALL
SELECT definition, place, 'needs a name of letters and digits'
  FROM object
 WHERE name NOT GLOB '[A-Za-z$]*' OR name GLOB '*[^-_A-Za-z0-9$]*'
 UNION ALL
SELECT definition, place, 'has an unknown type'
  FROM object
 WHERE kind NOT IN ('string', 'boolean', 'decimal', 'integer', 'datetime',
                    'binary', 'reference', 'complex')
 UNION ALL
SELECT definition, place, 'is complex within a complex attribute'
  FROM object
 WHERE kind = 'complex' AND parent <> ''
 UNION ALL
SELECT definition, place, 'is complex and needs subAttributes'
  FROM object
 WHERE kind = 'complex'
   AND coalesce(json_array_length(value, '$.subAttributes'), 0) = 0
 UNION ALL
SELECT definition, place, 'has an unknown ' || member
  FROM object, word
 WHERE json_type(value, '$.' || member) IS NOT NULL
   AND ' ' || words || ' ' NOT LIKE
       '% ' || json_extract(value, '$.' || member) || ' %'
 UNION ALL
SELECT definition, place, 'needs true or false for ' || member
  FROM object, flag
 WHERE json_type(value, '$.' || member) NOT IN ('true', 'false')
 UNION ALL
SELECT a.definition, a.place, 'has the name of another attribute'
  FROM object AS a
  JOIN object AS b USING (definition, parent)
 WHERE b.position < a.position AND lower(a.name) = lower(b.name)
 UNION ALL
SELECT name, 'name', 'must be text'
  FROM scim_resource_type
 WHERE json_type(definition, '$.name') IS NOT 'text' OR name = ''
 UNION ALL
SELECT name, 'endpoint', 'must be like "/Users" and no other''s'
  FROM scim_resource_type
 WHERE endpoint NOT GLOB '/[A-Za-z]*' OR substr(endpoint, 2) GLOB '*[/?#% ]*'
    OR endpoint IS NULL
    OR lower(endpoint) IN ('/schemas', '/resourcetypes', '/bulk', '/me',
                           '/serviceproviderconfig')
 UNION ALL
SELECT t.name, 'schema', 'names an unknown schema'
  FROM scim_resource_type AS t
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_schema AS s
        WHERE lower(s.id) = lower(json_extract(t.definition, '$.schema')))
 UNION ALL
SELECT a.name, 'name or endpoint', 'is that of ' || b.name
  FROM scim_resource_type AS a
  JOIN scim_resource_type AS b ON b.rowid < a.rowid
 WHERE lower(a.name) = lower(b.name) OR lower(a.endpoint) = lower(b.endpoint)
 UNION ALL
SELECT a.id, 'id', 'is that of another schema'
  FROM scim_schema AS a
  JOIN scim_schema AS b ON b.rowid < a.rowid AND lower(a.id) = lower(b.id)
 UNION ALL
SELECT name, 'schemaExtensions', 'must be an array'
  FROM scim_resource_type
 WHERE json_type(definition, '$.schemaExtensions') <> 'array'
 UNION ALL
SELECT t.name, 'schemaExtensions[' || e.key || ']', 'names an unknown schema'
  FROM scim_resource_type AS t,
       json_each(t.definition, '$.schemaExtensions') AS e
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_schema AS s
        WHERE lower(s.id) = CASE e.type WHEN 'object'
              THEN lower(json_extract(e.value, '$.schema')) END);
