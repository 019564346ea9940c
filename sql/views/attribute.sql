-- One row an attribute that a schema defines (RFC 7643 section 7), as it is
-- written there: what it leaves out is NULL. parent is the name of the complex
-- attribute that a sub-attribute is in; path is both with a dot between. place
-- says where in the schema it is; definition is its JSON, or NULL where there
-- is something else than an object.
--   SELECT path, type FROM scim_attribute WHERE schema LIKE '%:Group';
CREATE VIEW scim_attribute (
  schema, parent, name, path, type, multi_valued, required, mutability, place,
  position, definition
) AS
WITH
top (schema, position, place, definition) AS (
  SELECT d.name, a.key, 'attributes[' || a.key || ']',
         iif(a.type = 'object', a.value, NULL)
    FROM scim_definition AS d, json_each(d.json) AS m,
         json_each(iif(m.type = 'array', m.value, NULL)) AS a
   WHERE d.source = 'scim_schema' AND lower(m.key) = 'attributes'),
-- RFC 7643 section 2.3.8: only a complex attribute has sub-attributes.
complex (schema, name, place, definition) AS (
  SELECT t.schema, (SELECT n.atom FROM json_each(t.definition) AS n
                     WHERE lower(n.key) = 'name'),
         t.place, t.definition
    FROM top AS t, json_each(t.definition) AS m
   WHERE lower(m.key) = 'type' AND lower(m.atom) = 'complex'),
every (schema, parent, position, place, definition) AS (
  SELECT schema, NULL, position, place, definition
    FROM top
   UNION ALL
  SELECT c.schema, coalesce(c.name, ''), a.key,
         c.place || '.subAttributes[' || a.key || ']',
         iif(a.type = 'object', a.value, NULL)
    FROM complex AS c, json_each(c.definition) AS m,
         json_each(iif(m.type = 'array', m.value, NULL)) AS a
   WHERE lower(m.key) = 'subattributes'),
named AS (
  SELECT *, (SELECT m.atom FROM json_each(definition) AS m
              WHERE lower(m.key) = 'name' AND m.type = 'text') AS name
    FROM every)
SELECT schema, parent, name, iif(parent IS NULL, name, parent || '.' || name),
       (SELECT m.atom FROM json_each(definition) AS m
         WHERE lower(m.key) = 'type'),
       (SELECT m.atom FROM json_each(definition) AS m
         WHERE lower(m.key) = 'multivalued'),
       (SELECT m.atom FROM json_each(definition) AS m
         WHERE lower(m.key) = 'required'),
       (SELECT m.atom FROM json_each(definition) AS m
         WHERE lower(m.key) = 'mutability'),
       place, position, definition
  FROM named;
