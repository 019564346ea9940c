-- What is wrong in scim_default, which is given where a create leaves an
-- attribute out, and must be such that a client could have sent it.
CREATE VIEW scim_default_mistake (definition, place, mistake) AS
WITH
path AS MATERIALIZED (SELECT * FROM scim_path WHERE parent IS NULL),
-- What the row names, in the spelling of the schema, and its value; list is what
-- a list has in it, or the value as the only one.
given (definition, type, schema, name, kind, many, mutability, json, value,
       list) AS (
  SELECT d.name, p.type, p.schema, p.name, p.kind, p.multi_valued,
         p.mutability, v.type, v.value,
         iif(NOT p.multi_valued, '[' || d.json || ']',
             iif(v.type = 'array', v.value, NULL))
    FROM scim_default AS s
    JOIN scim_definition AS d ON d.source = 'scim_default'
     AND d.name = s.type || '.' || s.attribute
    JOIN path AS p ON p.type = s.type
     AND lower(s.attribute) IN (lower(p.path), lower(p.short), lower(p.long)),
         json_each('[' || d.json || ']') AS v),
element (definition, schema, name, kind, json, value) AS (
  SELECT g.definition, g.schema, g.name, g.kind, e.type, e.value
    FROM given AS g, json_each(g.list) AS e),
sub (definition, schema, parent, name, json, value) AS (
  SELECT e.definition, e.schema, e.name, m.key, m.type, m.value
    FROM element AS e,
         json_each(iif(e.json = 'object', e.value, NULL)) AS m
   WHERE e.kind = 'complex'),
-- Every value that is not complex, with the type that it should be of.
simple (definition, place, kind, json, value) AS (
  SELECT definition, 'value', kind, json, value
    FROM element
   WHERE kind <> 'complex'
   UNION ALL
  SELECT s.definition, 'value.' || s.name, lower(coalesce(a.type, 'string')),
         iif(a.multi_valued, e.type, s.json),
         iif(a.multi_valued, e.value, s.value)
    FROM sub AS s
    JOIN scim_attribute AS a ON a.schema = s.schema
     AND lower(a.parent) = lower(s.parent) AND lower(a.name) = lower(s.name)
    JOIN json_each(iif(a.multi_valued, iif(s.json = 'array', s.value, NULL),
                       '[0]')) AS e)
SELECT s.type || '.' || s.attribute, 'attribute',
       'names no attribute of a resource'
  FROM scim_default AS s
 WHERE NOT EXISTS (
       SELECT 1
         FROM path AS p
        WHERE p.type = s.type
          AND lower(s.attribute) IN (lower(p.path), lower(p.short),
                                     lower(p.long)))
 UNION ALL
SELECT definition, 'attribute', 'is readOnly'
  FROM given
 WHERE mutability = 'readonly'
 UNION ALL
SELECT definition, 'value', 'is no value'
  FROM given
 WHERE json = 'null' OR value IN ('', '[]', '{}')
 UNION ALL
SELECT definition, 'value', iif(many, 'must be a list', 'must be one value')
  FROM given
 WHERE many <> (json = 'array')
 UNION ALL
SELECT definition, 'value', 'must be an object'
  FROM element
 WHERE kind = 'complex' AND json <> 'object'
 UNION ALL
SELECT s.definition, 'value.' || s.name,
       iif(a.name IS NULL, 'is not defined',
           iif(a.multi_valued, 'must be a list', 'must be one value'))
  FROM sub AS s
  LEFT JOIN scim_attribute AS a ON a.schema = s.schema
   AND lower(a.parent) = lower(s.parent) AND lower(a.name) = lower(s.name)
 WHERE a.name IS NULL OR coalesce(a.multi_valued, 0) <> (s.json = 'array')
 UNION ALL
SELECT e.definition, 'value.' || a.name, 'is required'
  FROM element AS e
  JOIN scim_attribute AS a ON a.schema = e.schema AND a.required
   AND lower(a.parent) = lower(e.name)
 WHERE e.kind = 'complex'
   AND lower(coalesce(a.mutability, '')) NOT IN ('readonly', 'writeonly')
   AND NOT EXISTS (SELECT 1
                     FROM json_each(iif(e.json = 'object', e.value, NULL)) AS m
                    WHERE lower(m.key) = lower(a.name)
                      AND m.type <> 'null' AND m.value <> '')
 UNION ALL
-- Of a time (RFC 3339) the part up to its seconds is 19 characters, the zone the
-- last one or six, and a fraction may be between. A day that there is not becomes
-- another one when it is calculated with.
SELECT definition, place, 'must be of type ' || kind
  FROM simple
 WHERE (kind, json) NOT IN (SELECT f.kind, f.json FROM scim_fit AS f)
    OR (kind = 'integer' AND json = 'real'
        AND (value <> round(value) OR abs(value) > 9e15))
    OR (kind = 'decimal' AND abs(value) >= 9e999) -- infinite
    OR (kind = 'binary'
        AND (rtrim(value, '=') GLOB '*[^-A-Za-z0-9+/_]*'
             OR length(rtrim(value, '=')) % 4 = 1
             OR (value GLOB '*=' AND length(value) % 4 <> 0)
             OR value GLOB '*==='))
    OR (kind = 'datetime' AND json = 'text'
        AND (strftime('%Y-%m-%dT%H:%M:%S', substr(value, 1, 19), '+0 days')
             IS NOT substr(value, 1, 19)
             OR NOT (value GLOB '*Z'
                     OR substr(value, -6) GLOB '[-+][0-2][0-9]:[0-5][0-9]')
             OR (SELECT f <> '' AND
                        (f NOT GLOB '.[0-9]*' OR f GLOB '.*[^0-9]*')
                   FROM (SELECT substr(value, 20, length(value) - 19
                                       - iif(value GLOB '*Z', 1, 6)) AS f))));
