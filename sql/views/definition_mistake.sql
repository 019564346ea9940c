-- What is wrong in the definitions of schemas and types, and in whatever else
-- scim_text_mistake names: the part of scim_mistake that a definition is checked
-- by. To compile the rest as well would take twice as long.
CREATE VIEW scim_definition_mistake (definition, place, mistake, source) AS
WITH
-- What a characteristic of an attribute may be (RFC 7643 section 7): the JSON
-- type and, of a text, the word. null is as if it were not there.
word (member, json, word) AS (
  VALUES ('type', 'null', ''), ('type', 'text', 'string'),
         ('type', 'text', 'boolean'), ('type', 'text', 'decimal'),
         ('type', 'text', 'integer'), ('type', 'text', 'datetime'),
         ('type', 'text', 'binary'), ('type', 'text', 'reference'),
         ('type', 'text', 'complex'), ('mutability', 'null', ''),
         ('mutability', 'text', 'readwrite'),
         ('mutability', 'text', 'readonly'),
         ('mutability', 'text', 'immutable'),
         ('mutability', 'text', 'writeonly'), ('returned', 'null', ''),
         ('returned', 'text', 'default'), ('returned', 'text', 'always'),
         ('returned', 'text', 'request'), ('returned', 'text', 'never'),
         ('uniqueness', 'null', ''), ('uniqueness', 'text', 'none'),
         ('uniqueness', 'text', 'server'), ('uniqueness', 'text', 'global'),
         ('multivalued', 'true', ''), ('multivalued', 'false', ''),
         ('required', 'true', ''), ('required', 'false', ''),
         ('caseexact', 'true', ''), ('caseexact', 'false', '')),
attribute AS MATERIALIZED (
  SELECT *, place || ' (' || coalesce(name, '') || ')' AS named
    FROM scim_attribute),
text AS MATERIALIZED (SELECT * FROM scim_text_mistake),
schema (definition, place, mistake) AS (
  SELECT name, place, mistake
    FROM text
   WHERE source = 'scim_schema'
   UNION ALL
  SELECT name, 'definition', 'must be a JSON object'
    FROM scim_definition
   WHERE source = 'scim_schema' AND json_type(json) <> 'object'
   UNION ALL
  SELECT d.name, 'id', 'must be a URN'
    FROM scim_definition AS d
   WHERE d.source = 'scim_schema'
     AND NOT EXISTS (SELECT 1
                       FROM json_each(d.json) AS m
                      WHERE lower(m.key) = 'id' AND m.type = 'text'
                        AND lower(m.atom) GLOB 'urn:?*'
                        -- No URI has these (RFC 3986), and a path of
                        -- SQLite's no quote in a name.
                        AND m.atom NOT GLOB '*[]["\<>^`{|}' || char(1) || '- ]*')
   UNION ALL
  SELECT d.name, 'attributes', 'must be an array'
    FROM scim_definition AS d
   WHERE d.source = 'scim_schema'
     AND NOT EXISTS (SELECT 1
                       FROM json_each(d.json) AS m
                      WHERE lower(m.key) = 'attributes' AND m.type = 'array')
   UNION ALL
  SELECT schema, place, 'must be an object'
    FROM attribute
   WHERE definition IS NULL
   UNION ALL
  SELECT schema, named, 'needs a name of letters, digits, "$", "-" and "_"'
    FROM attribute
   WHERE definition IS NOT NULL
     AND (name IS NULL OR name NOT GLOB '[A-Za-z$]*'
          OR name GLOB '*[^-_$A-Za-z0-9]*')
   UNION ALL
  SELECT a.schema, a.named,
         iif((lower(m.key), 'true') IN (SELECT member, json FROM word),
             'needs true or false for ', 'has an unknown ') || m.key
    FROM attribute AS a, json_each(a.definition) AS m
   WHERE lower(m.key) IN (SELECT member FROM word)
     AND (lower(m.key), m.type, iif(m.type = 'text', lower(m.atom), ''))
         NOT IN (SELECT member, json, word FROM word)
   UNION ALL
  SELECT schema, named, 'is complex within a complex attribute'
    FROM attribute
   WHERE lower(type) = 'complex' AND parent IS NOT NULL
   UNION ALL
  SELECT a.schema, a.named, 'is complex and needs subAttributes'
    FROM attribute AS a
   WHERE lower(a.type) = 'complex'
     AND NOT EXISTS (SELECT 1
                       FROM json_each(a.definition) AS m
                      WHERE lower(m.key) = 'subattributes'
                        AND iif(m.type = 'array', m.value, '[]') <> '[]')
   UNION ALL
  SELECT a.schema, a.named, 'has the name of another attribute'
    FROM attribute AS a
    JOIN attribute AS b ON b.schema = a.schema AND b.position < a.position
     AND lower(b.path) = lower(a.path)),
type (name, number, json, endpoint) AS (
  SELECT d.name, d.number, d.json,
         (SELECT m.atom FROM json_each(d.json) AS m
           WHERE lower(m.key) = 'endpoint' AND m.type = 'text')
    FROM scim_definition AS d
   WHERE d.source = 'scim_resource_type')
SELECT definition, place, mistake, 'scim_schema'
  FROM schema
 UNION ALL
SELECT b.name, 'id', 'is that of another schema', 'scim_schema'
  FROM scim_definition AS a
  JOIN scim_definition AS b ON b.source = a.source AND b.number > a.number
   AND lower(b.name) = lower(a.name)
 WHERE a.source = 'scim_schema'
 UNION ALL
SELECT name, place, mistake, source
  FROM text
 WHERE source <> 'scim_schema'
 UNION ALL
SELECT name, 'definition', 'must be a JSON object', 'scim_resource_type'
  FROM type
 WHERE json_type(json) <> 'object'
 UNION ALL
SELECT t.name, 'name', 'must be text', 'scim_resource_type'
  FROM type AS t
 WHERE NOT EXISTS (SELECT 1
                     FROM json_each(t.json) AS m
                    WHERE lower(m.key) = 'name' AND m.type = 'text'
                      AND m.atom <> '')
 UNION ALL
SELECT name, 'endpoint', 'must be like "/Users", and none of the protocol',
       'scim_resource_type'
  FROM type
 WHERE endpoint IS NULL OR endpoint NOT GLOB '/[A-Za-z]*'
    OR substr(endpoint, 2) GLOB '*[/?#% ]*'
    OR lower(endpoint) IN ('/schemas', '/resourcetypes', '/bulk', '/me',
                           '/serviceproviderconfig')
 UNION ALL
SELECT b.name, iif(lower(a.name) = lower(b.name), 'name', 'endpoint'),
       'is that of ' || a.name, 'scim_resource_type'
  FROM type AS a
  JOIN type AS b ON b.number > a.number
   AND (lower(b.name) = lower(a.name) OR lower(b.endpoint) = lower(a.endpoint))
 UNION ALL
SELECT t.name, 'schema', 'names an unknown schema', 'scim_resource_type'
  FROM type AS t
 WHERE NOT EXISTS (SELECT 1
                     FROM json_each(t.json) AS m
                    WHERE lower(m.key) = 'schema' AND m.type = 'text')
 UNION ALL
SELECT t.name, m.key, 'must be an array', 'scim_resource_type'
  FROM type AS t, json_each(t.json) AS m
 WHERE lower(m.key) = 'schemaextensions' AND m.type <> 'array'
 UNION ALL
SELECT s.type, s.place, 'names an unknown schema', 'scim_resource_type'
  FROM scim_type_schema AS s
 WHERE s.schema IS NULL
    OR lower(s.schema) NOT IN (SELECT lower(d.name)
                                 FROM scim_definition AS d
                                WHERE d.source = 'scim_schema')
 UNION ALL
SELECT s.type, s.place, 'names a schema that is wrong', 'scim_resource_type'
  FROM scim_type_schema AS s
 WHERE lower(s.schema) IN (SELECT lower(definition) FROM schema)
 UNION ALL
SELECT b.type, b.place, 'names a schema for the second time',
       'scim_resource_type'
  FROM scim_type_schema AS a
  JOIN scim_type_schema AS b ON b.type = a.type AND b.position > a.position
   AND lower(b.schema) = lower(a.schema)
 UNION ALL
SELECT s.type, s.place, 'needs true or false for ' || m.key,
       'scim_resource_type'
  FROM scim_type_schema AS s, json_each(s.definition) AS m
 WHERE lower(m.key) = 'required' AND m.type NOT IN ('true', 'false');
