-- What resources hold that their definition does not fit (any more): names that
-- it does not know, values of another JSON type, what it requires and they are
-- without, and resources without a type. A definition may be replaced while
-- there are resources; nothing of them is lost, and this is what is to be
-- looked after.
--
-- What was created or changed under the definitions of today fits them. So only
-- those are looked into that were there when one of their type was last replaced
-- (scim_meta, 'unfit User'); of one that is asked for by id only that.
CREATE VIEW scim_misfit (tenant, type, id, attribute, reason) AS
WITH
attribute (schema, parent, name, many, kind, required) AS MATERIALIZED (
  SELECT lower(schema), coalesce(lower(parent), ''), lower(name),
         coalesce(multi_valued, 0), lower(coalesce(type, 'string')),
         parent IS NULL AND coalesce(required, 0)
    FROM scim_attribute),
type (type, schema, prefix, required, place) AS MATERIALIZED (
  SELECT type, lower(schema), prefix, required, place
    FROM scim_type_schema),
resource (tenant, type, id, doc) AS NOT MATERIALIZED (
  SELECT r.tenant, r.type, r.id, r.doc
    FROM scim_meta AS m
   CROSS JOIN scim_resource AS r
   WHERE m.name GLOB 'unfit *' AND r.type = substr(m.name, 7)
     AND r.resource <= m.value),
part (tenant, type, id, schema, prefix, body) AS NOT MATERIALIZED (
  SELECT r.tenant, r.type, r.id, t.schema, '', r.doc
    FROM resource AS r
    JOIN type AS t ON t.type = r.type AND t.place = 'schema'
   UNION ALL
  SELECT r.tenant, r.type, r.id, t.schema, t.prefix,
         iif(d.type = 'object', d.value, '{}')
    FROM resource AS r
    JOIN type AS t ON t.type = r.type AND t.place <> 'schema',
         json_each(r.doc) AS d
   WHERE lower(d.key) = t.schema),
top (tenant, type, id, schema, prefix, name, kind, body) AS NOT MATERIALIZED (
  SELECT p.tenant, p.type, p.id, p.schema, p.prefix, d.key, d.type, d.value
    FROM part AS p, json_each(p.body) AS d
   WHERE p.prefix <> ''
      OR (d.key NOT IN ('schemas', 'id', 'externalId')
          AND lower(d.key) NOT IN (SELECT t.schema FROM type AS t
                                    WHERE t.type = p.type
                                      AND t.place <> 'schema'))),
element (tenant, type, id, schema, prefix, name, kind, body) AS NOT MATERIALIZED (
  SELECT t.tenant, t.type, t.id, t.schema, t.prefix, t.name, e.type, e.value
    FROM top AS t, json_each(t.body) AS e
   WHERE t.kind = 'array'
   UNION ALL
  SELECT tenant, type, id, schema, prefix, name, kind, body
    FROM top
   WHERE kind <> 'array'),
sub (tenant, type, id, schema, prefix, parent, name, kind) AS NOT MATERIALIZED (
  SELECT e.tenant, e.type, e.id, e.schema, e.prefix, e.name, d.key, d.type
    FROM element AS e, json_each(e.body) AS d
   WHERE e.kind = 'object')
SELECT tenant, type, id, prefix || name, 'is not defined'
  FROM top
 WHERE NOT EXISTS (SELECT 1 FROM attribute AS a
                    WHERE a.schema = top.schema AND a.parent = ''
                      AND a.name = lower(top.name))
 UNION ALL
SELECT t.tenant, t.type, t.id, t.prefix || t.name,
       CASE WHEN a.many THEN 'is no list' ELSE 'is a list' END
  FROM top AS t
  JOIN attribute AS a ON a.schema = t.schema AND a.parent = ''
                     AND a.name = lower(t.name)
 WHERE a.many <> (t.kind = 'array')
 UNION
SELECT e.tenant, e.type, e.id, e.prefix || e.name, 'is of JSON type ' || e.kind
  FROM element AS e
  JOIN attribute AS a ON a.schema = e.schema AND a.parent = ''
                     AND a.name = lower(e.name)
 WHERE (a.kind, e.kind) NOT IN (SELECT f.kind, f.json FROM scim_fit AS f)
 UNION
SELECT s.tenant, s.type, s.id, s.prefix || s.parent || '.' || s.name,
       CASE WHEN b.name IS NULL THEN 'is not defined'
            ELSE 'is of JSON type ' || s.kind END
  FROM sub AS s
  JOIN attribute AS a ON a.schema = s.schema AND a.parent = ''
                     AND a.name = lower(s.parent) AND a.kind = 'complex'
  LEFT JOIN attribute AS b ON b.schema = s.schema AND b.parent = a.name
                          AND b.name = lower(s.name)
 WHERE b.name IS NULL
    OR (NOT b.many
        AND (b.kind, s.kind) NOT IN (SELECT f.kind, f.json FROM scim_fit AS f))
 UNION ALL
SELECT p.tenant, p.type, p.id, p.prefix || a.name, 'is required'
  FROM part AS p
  JOIN attribute AS a ON a.schema = p.schema AND a.parent = '' AND a.required
 WHERE a.name <> 'members'
   AND NOT EXISTS (SELECT 1 FROM json_each(p.body) AS d
                    WHERE lower(d.key) = a.name)
 UNION ALL
SELECT r.tenant, r.type, r.id, substr(t.prefix, 1, length(t.prefix) - 1),
       'is required'
  FROM resource AS r
  JOIN type AS t ON t.type = r.type AND t.place <> 'schema' AND t.required
 WHERE NOT EXISTS (SELECT 1 FROM json_each(r.doc) AS d
                    WHERE lower(d.key) = t.schema)
 UNION ALL
SELECT r.tenant, r.type, r.id, NULL, 'is of a type that is not defined'
  FROM scim_count AS c
 CROSS JOIN scim_resource AS r
 WHERE r.tenant = c.tenant AND r.type = c.type
   AND NOT EXISTS (SELECT 1 FROM type AS t WHERE t.type = c.type);
