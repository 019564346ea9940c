-- One row a schema that a resource type is made of (RFC 7643 section 6): its
-- own, and its extensions. place says where in the type it is named, and prefix
-- what is before the paths of its attributes: nothing, or "urn:…:". definition
-- is the JSON of an extension, or NULL where there is no object.
--   SELECT schema FROM scim_type_schema WHERE type = 'User';
CREATE VIEW scim_type_schema (
  type, schema, prefix, required, place, position, definition
) AS
SELECT d.name, m.atom, '', 1, 'schema', -1, NULL
  FROM scim_definition AS d, json_each(d.json) AS m
 WHERE d.source = 'scim_resource_type' AND lower(m.key) = 'schema'
 UNION ALL
SELECT d.name,
       (SELECT n.atom
          FROM json_each(iif(e.type = 'object', e.value, NULL)) AS n
         WHERE lower(n.key) = 'schema'),
       (SELECT n.atom || ':'
          FROM json_each(iif(e.type = 'object', e.value, NULL)) AS n
         WHERE lower(n.key) = 'schema'),
       coalesce((SELECT n.atom
                   FROM json_each(iif(e.type = 'object', e.value, NULL)) AS n
                  WHERE lower(n.key) = 'required'), 0),
       'schemaExtensions[' || e.key || ']', e.key,
       iif(e.type = 'object', e.value, NULL)
  FROM scim_definition AS d, json_each(d.json) AS m,
       json_each(iif(m.type = 'array', m.value, NULL)) AS e
 WHERE d.source = 'scim_resource_type' AND lower(m.key) = 'schemaextensions';
