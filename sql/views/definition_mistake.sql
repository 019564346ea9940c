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
-- repeated: an earlier attribute of the schema has the name.
attribute AS (
  SELECT *, path IS NOT NULL
            AND rank() OVER (PARTITION BY schema, lower(path)
                             ORDER BY position) > 1 AS repeated
    FROM scim_attribute),
-- Whatever is wrong with one thing by itself is in an array, or in an object
-- under its place. A SELECT for each would name its view or its CTE again, and
-- SQLite from 3.54 on refuses a statement that names a thousand tables, those
-- included that are named within views.
found (definition, place, mistake, source) AS (
  SELECT name, place, mistake, source
    FROM scim_text_mistake
   UNION ALL
  SELECT d.name, e.key, e.atom, d.source
    FROM scim_definition AS d,
         json_each(json_object(
           'definition', iif(json_type(d.json) <> 'object',
                             'must be a JSON object', NULL),
           'id', iif(NOT EXISTS (
             SELECT 1
               FROM json_each(d.json) AS m
              WHERE lower(m.key) = 'id' AND m.type = 'text'
                AND lower(m.atom) GLOB 'urn:?*'
                -- A path of SQLite's can have neither in a name.
                AND m.atom NOT GLOB '*["' || char(1) || '-' || char(31)
                                    || ']*'),
             'must be a URN', NULL),
           'attributes', iif(NOT EXISTS (
             SELECT 1
               FROM json_each(d.json) AS m
              WHERE lower(m.key) = 'attributes' AND m.type = 'array'),
             'must be an array', NULL))) AS e
   WHERE d.source = 'scim_schema' AND e.atom IS NOT NULL
   UNION ALL
  SELECT a.schema,
         a.place || iif(a.definition IS NULL, '',
                        ' (' || coalesce(a.name, '') || ')'),
         e.atom, 'scim_schema'
    FROM attribute AS a,
         json_tree(iif(
           a.definition IS NULL, json_array('must be an object'),
           json_array(
             iif(a.name IS NULL OR a.name NOT GLOB '[A-Za-z$]*'
                 OR a.name GLOB '*[^-_$A-Za-z0-9]*',
                 'needs a name of letters, digits, "$", "-" and "_"', NULL),
             json((
               SELECT json_group_array(
                        iif((lower(m.key), 'true') IN
                            (SELECT member, json FROM word),
                            'needs true or false for ', 'has an unknown ')
                        || m.key)
                 FROM json_each(a.definition) AS m
                WHERE lower(m.key) IN (SELECT member FROM word)
                  AND (lower(m.key), m.type,
                       iif(m.type = 'text', lower(m.atom), ''))
                      NOT IN (SELECT member, json, word FROM word))),
             iif(lower(a.type) = 'complex' AND a.parent IS NOT NULL,
                 'is complex within a complex attribute', NULL),
             iif(lower(a.type) = 'complex' AND NOT EXISTS (
               SELECT 1
                 FROM json_each(a.definition) AS m
                WHERE lower(m.key) = 'subattributes'
                  AND iif(m.type = 'array', m.value, '[]') <> '[]'),
               'is complex and needs subAttributes', NULL),
             iif(a.repeated, 'has the name of another attribute', NULL)))) AS e
   WHERE e.atom IS NOT NULL),
type (name, number, json, endpoint) AS (
  SELECT d.name, d.number, d.json,
         (SELECT m.atom FROM json_each(d.json) AS m
           WHERE lower(m.key) = 'endpoint' AND m.type = 'text')
    FROM scim_definition AS d
   WHERE d.source = 'scim_resource_type'),
-- What only one may have, folded: equal ones find each other by that, and not
-- each compared with each.
own (source, name, number, place, folded) AS MATERIALIZED (
  SELECT 'scim_schema', name, number, 'id', lower(name)
    FROM scim_definition
   WHERE source = 'scim_schema'
   UNION ALL
  SELECT 'scim_resource_type', name, number, 'name', lower(name)
    FROM type
   UNION ALL
  SELECT 'scim_resource_type', name, number, 'endpoint', lower(endpoint)
    FROM type),
named AS (
  SELECT *, schema IS NOT NULL
            AND rank() OVER (PARTITION BY type, lower(schema)
                             ORDER BY position) > 1 AS repeated
    FROM scim_type_schema)
SELECT definition, place, mistake, source
  FROM found
 UNION ALL
SELECT b.name, b.place,
       iif(a.place = 'id', 'is that of another schema', 'is that of ' || a.name),
       b.source
  FROM own AS a
  JOIN own AS b ON b.place = a.place AND b.folded = a.folded
   AND b.number > a.number
 WHERE a.place <> 'endpoint' OR lower(b.name) <> lower(a.name)
 UNION ALL
SELECT t.name, e.key, e.atom, 'scim_resource_type'
  FROM type AS t,
       json_each(json_object(
         'definition', iif(json_type(t.json) <> 'object',
                           'must be a JSON object', NULL),
         'name', iif(NOT EXISTS (
           SELECT 1
             FROM json_each(t.json) AS m
            WHERE lower(m.key) = 'name' AND m.type = 'text' AND m.atom <> ''),
           'must be text', NULL),
         'endpoint', iif(t.endpoint IS NULL
                         OR t.endpoint NOT GLOB '/[A-Za-z]*'
                         OR substr(t.endpoint, 2) GLOB '*[/?#% ]*'
                         OR lower(t.endpoint) IN
                            ('/schemas', '/resourcetypes', '/bulk', '/me',
                             '/serviceproviderconfig'),
           'must be like "/Users", and none of the protocol', NULL),
         'schema', iif(NOT EXISTS (
           SELECT 1
             FROM json_each(t.json) AS m
            WHERE lower(m.key) = 'schema' AND m.type = 'text'),
           'names an unknown schema', NULL))) AS e
 WHERE e.atom IS NOT NULL
 UNION ALL
SELECT t.name, m.key, 'must be an array', 'scim_resource_type'
  FROM type AS t, json_each(t.json) AS m
 WHERE lower(m.key) = 'schemaextensions' AND m.type <> 'array'
 UNION ALL
SELECT s.type, s.place, e.atom, 'scim_resource_type'
  FROM named AS s,
       json_each(json_array(
         iif(s.schema IS NULL OR lower(s.schema) NOT IN
             (SELECT lower(d.name)
                FROM scim_definition AS d
               WHERE d.source = 'scim_schema'),
             'names an unknown schema', NULL),
         iif(lower(s.schema) IN (SELECT lower(f.definition)
                                   FROM found AS f
                                  WHERE f.source = 'scim_schema'),
             'names a schema that is wrong', NULL),
         iif(s.repeated, 'names a schema for the second time', NULL),
         (SELECT 'needs true or false for ' || m.key
            FROM json_each(s.definition) AS m
           WHERE lower(m.key) = 'required'
             AND m.type NOT IN ('true', 'false')))) AS e
 WHERE e.atom IS NOT NULL;
