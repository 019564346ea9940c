-- One row an attribute that resources of a type have: those of its schemas, and
-- those that every resource has (RFC 7643 section 3.1; the extension reads them
-- from Common.json). path is how a filter names it, with the URN where it
-- is one of an extension; short is the same without the URN, long always with.
--   SELECT path FROM scim_path WHERE type = 'User' AND name = 'manager';
--
-- The schemas are taken apart once, and not for each type that has them.
CREATE VIEW scim_path (
  type, path, short, long, schema, parent, name, kind, multi_valued, required,
  mutability
) AS
WITH attribute AS MATERIALIZED (
  SELECT *, lower(schema) AS folded FROM scim_attribute)
SELECT t.type, t.prefix || a.path, a.path, t.schema || ':' || a.path,
       a.schema, a.parent, a.name, lower(coalesce(a.type, 'string')),
       coalesce(a.multi_valued, 0), coalesce(a.required, 0),
       lower(coalesce(a.mutability, 'readWrite'))
  FROM scim_type_schema AS t
  JOIN attribute AS a ON a.folded = lower(t.schema)
 UNION ALL
SELECT t.type, c.column1, c.column1, t.schema || ':' || c.column1,
       NULL, c.column2, c.column3, c.column4, c.column5, 0, c.column6
  FROM scim_type_schema AS t,
       (VALUES ('schemas', NULL, 'schemas', 'reference', 1, 'readwrite'),
               ('id', NULL, 'id', 'string', 0, 'readonly'),
               ('externalId', NULL, 'externalId', 'string', 0, 'readwrite'),
               ('meta', NULL, 'meta', 'complex', 0, 'readonly'),
               ('meta.resourceType', 'meta', 'resourceType', 'string', 0,
                'readonly'),
               ('meta.created', 'meta', 'created', 'datetime', 0, 'readonly'),
               ('meta.lastModified', 'meta', 'lastModified', 'datetime', 0,
                'readonly'),
               ('meta.location', 'meta', 'location', 'reference', 0,
                'readonly'),
               ('meta.version', 'meta', 'version', 'string', 0, 'readonly'))
       AS c
 WHERE t.place = 'schema';
