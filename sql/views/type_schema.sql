-- One row a schema that a resource type is made of (RFC 7643 section 6): its
-- own, and its extensions. place says where in the type it is named, and prefix
-- what is before the paths of its attributes: nothing, or "urn:…:". definition
-- is the JSON of an extension, or NULL where there is no object.
--   SELECT schema FROM scim_type_schema WHERE type = 'User';
CREATE VIEW scim_type_schema (
  type, schema, prefix, required, place, position, definition
) AS
SELECT s.type, s.schema, iif(s.position < 0, '', s.schema || ':'),
       coalesce(s.required, 0), s.place, s.position, s.definition
  FROM (SELECT d.name AS type,
               iif(lower(m.key) = 'schema', m.atom,
                   (SELECT n.atom
                      FROM json_each(iif(e.type = 'object', e.value, NULL)) AS n
                     WHERE lower(n.key) = 'schema')) AS schema,
               iif(lower(m.key) = 'schema', 1,
                   (SELECT n.atom
                      FROM json_each(iif(e.type = 'object', e.value, NULL)) AS n
                     WHERE lower(n.key) = 'required')) AS required,
               iif(lower(m.key) = 'schema', 'schema',
                   'schemaExtensions[' || e.key || ']') AS place,
               iif(lower(m.key) = 'schema', -1, e.key) AS position,
               iif(e.type = 'object', e.value, NULL) AS definition
          FROM scim_definition AS d, json_each(d.json) AS m,
               json_each(iif(lower(m.key) = 'schema', '[null]',
                             iif(m.type = 'array', m.value, NULL))) AS e
         WHERE d.source = 'scim_resource_type'
           AND lower(m.key) IN ('schema', 'schemaextensions')) AS s;
