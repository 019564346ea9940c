-- What resources hold that their definition does not fit (any more): names that
-- it does not know, values of another JSON type, what it requires and they are
-- without, and resources without a type. A definition may be replaced while
-- there are resources; nothing of them is lost, and this is what is to be
-- looked after.
--
-- What was created or changed under the definitions of today fits them. So only
-- those are looked into that were there when one of their type was last replaced
-- (scim_meta, 'unfit User'); of one that is asked for by id only that. All parts
-- begin with the resource and take apart one document after the other, which is
-- why their joins are CROSS: SQLite keeps that order. (And why they are put
-- together by UNION ALL: a condition on the view reaches into that.)
CREATE VIEW scim_misfit (tenant, type, id, attribute, reason) AS
WITH
-- Of what is writeOnly nothing is stored, and so it may be of what has such a part,
-- unless there must be another.
attribute (schema, parent, name, spelled, many, kind, required, part, vanishes)
AS MATERIALIZED (
  SELECT schema, parent, name, spelled, many, kind,
         parent = '' AND required AND kept AND NOT vanishes
         AND name <> 'members',
         parent <> '' AND required AND kept, parent = '' AND vanishes
    FROM (SELECT *, secret
                    OR max(parent <> '' AND secret) OVER whole
                       AND NOT max(parent <> '' AND required AND kept)
                             OVER whole AS vanishes
            FROM (SELECT lower(schema) AS schema,
                         coalesce(lower(parent), '') AS parent,
                         lower(name) AS name, name AS spelled,
                         coalesce(multi_valued, 0) AS many,
                         lower(coalesce(type, 'string')) AS kind,
                         coalesce(required, 0) AS required,
                         lower(coalesce(mutability, ''))
                         NOT IN ('readonly', 'writeonly') AS kept,
                         lower(coalesce(mutability, '')) = 'writeonly' AS secret
                    FROM scim_attribute)
          WINDOW whole AS (PARTITION BY schema, coalesce(nullif(parent, ''),
                                                         name)))),
type (type, schema, prefix, required, extends) AS MATERIALIZED (
  SELECT type, lower(schema), prefix, required, place <> 'schema'
    FROM scim_type_schema),
-- That there are few rows of scim_count keeps SQLite from making an index or a
-- filter of all resources first.
resource (tenant, type, id, doc) AS NOT MATERIALIZED (
  SELECT r.tenant, r.type, r.id, r.doc
    FROM scim_count AS c
   CROSS JOIN scim_meta AS m
   CROSS JOIN scim_resource AS r
   WHERE likelihood(c.live > 0, 0.000001) AND m.name = 'unfit ' || c.type
     AND r.tenant = c.tenant AND r.type = c.type AND +r.resource <= m.value),
-- The members of the document, and in the place of an extension's object what
-- is in that.
top (tenant, type, id, schema, prefix, name, kind, body) AS NOT MATERIALIZED (
  SELECT r.tenant, r.type, r.id, coalesce(x.schema, t.schema),
         coalesce(x.prefix, ''), iif(x.type IS NULL, m.key, d.key),
         iif(x.type IS NULL, m.type, d.type),
         iif(x.type IS NULL, m.value, d.value)
    FROM resource AS r
   CROSS JOIN type AS t
   CROSS JOIN json_each(r.doc) AS m
    LEFT JOIN type AS x
           ON x.schema = lower(m.key) AND x.type = r.type AND x.extends
    LEFT JOIN json_each(iif(x.extends AND m.type = 'object', m.value, NULL))
           AS d
   WHERE t.type = r.type AND NOT t.extends
     AND iif(x.type IS NULL, m.key NOT IN ('schemas', 'id', 'externalId'),
             d.key IS NOT NULL)),
-- Each value, and in the place of one that is an object what is in that.
value (tenant, type, id, attribute, kind, fits) AS NOT MATERIALIZED (
  SELECT t.tenant, t.type, t.id,
         t.prefix || t.name || iif(s.key IS NULL, '', '.' || s.key),
         iif(s.key IS NOT NULL, iif(b.name IS NULL, NULL, s.type),
             iif(t.kind = 'array', e.type, t.kind)),
         iif(s.key IS NOT NULL, b.many, e.type IS NULL AND t.kind = 'array')
         OR (iif(s.key IS NULL, a.kind, b.kind),
             iif(s.key IS NOT NULL, s.type,
                 iif(t.kind = 'array', e.type, t.kind)))
            IN (SELECT f.kind, f.json FROM scim_fit AS f)
    FROM top AS t
   CROSS JOIN attribute AS a
    LEFT JOIN json_each(iif(t.kind = 'array', t.body, NULL)) AS e
    LEFT JOIN json_each(iif(a.kind = 'complex'
                            AND 'object' IN (t.kind, e.type),
                            iif(t.kind = 'array', e.value, t.body), NULL))
           AS s
    LEFT JOIN attribute AS b ON b.schema = a.schema AND b.parent = a.name
                            AND b.name = lower(s.key)
   WHERE a.schema = t.schema AND a.parent = '' AND a.name = lower(t.name))
SELECT t.tenant, t.type, t.id, t.prefix || t.name,
       CASE WHEN a.name IS NULL THEN 'is not defined'
            WHEN a.many THEN 'is no list' ELSE 'is a list' END
  FROM top AS t
  LEFT JOIN attribute AS a ON a.schema = t.schema AND a.parent = ''
                          AND a.name = lower(t.name)
 WHERE a.name IS NULL OR a.many <> (t.kind = 'array')
 UNION ALL
SELECT DISTINCT tenant, type, id, attribute,
       coalesce('is of JSON type ' || kind, 'is not defined')
  FROM value
 WHERE fits IS NOT 1
 UNION ALL
SELECT r.tenant, r.type, r.id, a.spelled, 'is required'
  FROM resource AS r
 CROSS JOIN type AS t
 CROSS JOIN attribute AS a
 WHERE t.type = r.type AND NOT t.extends AND a.schema = t.schema
   AND a.required
   AND NOT EXISTS (SELECT 1 FROM json_each(r.doc) AS d
                    WHERE lower(d.key) = a.name)
 UNION ALL
SELECT r.tenant, r.type, r.id, x.prefix || a.spelled, 'is required'
  FROM resource AS r
 CROSS JOIN type AS x
 CROSS JOIN attribute AS a
 CROSS JOIN json_each(r.doc) AS m
 WHERE x.type = r.type AND x.extends AND a.schema = x.schema AND a.required
   AND lower(m.key) = x.schema
   AND NOT EXISTS (SELECT 1
                     FROM json_each(iif(m.type = 'object', m.value, NULL)) AS d
                    WHERE lower(d.key) = a.name)
 UNION ALL
SELECT DISTINCT t.tenant, t.type, t.id,
       t.prefix || t.name || '.' || b.spelled, 'is required'
  FROM top AS t
 CROSS JOIN attribute AS b
  LEFT JOIN json_each(iif(t.kind = 'array', t.body, NULL)) AS e
 WHERE b.schema = t.schema AND b.parent = lower(t.name) AND b.part
   AND 'object' IN (t.kind, e.type)
   AND NOT EXISTS (SELECT 1
                     FROM json_each(CASE 'object' WHEN t.kind THEN t.body
                                     WHEN e.type THEN e.value END) AS d
                    WHERE lower(d.key) = b.name)
 UNION ALL
SELECT r.tenant, r.type, r.id, substr(x.prefix, 1, length(x.prefix) - 1),
       'is required'
  FROM resource AS r
 CROSS JOIN type AS x
 WHERE x.type = r.type AND x.extends AND x.required
   AND (SELECT NOT coalesce(max(a.vanishes), 0) OR max(a.required)
          FROM attribute AS a
         WHERE a.schema = x.schema)
   AND NOT EXISTS (SELECT 1 FROM json_each(r.doc) AS d
                    WHERE lower(d.key) = x.schema)
 UNION ALL
SELECT r.tenant, r.type, r.id, NULL, 'is of a type that is not defined'
  FROM scim_count AS c
 CROSS JOIN scim_resource AS r
 WHERE r.tenant = c.tenant AND r.type = c.type
   AND NOT EXISTS (SELECT 1 FROM type AS t WHERE t.type = c.type);
