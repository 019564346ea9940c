-- What is wrong in scim_default, which is given where a create leaves an
-- attribute out, and must be such that a client could have sent it.
CREATE VIEW scim_default_mistake (definition, place, mistake) AS
WITH
path AS MATERIALIZED (SELECT * FROM scim_path WHERE parent IS NULL),
-- What the row names, in the spelling of the schema, or NULL where there is no
-- such attribute, and its value, NULL where it is no JSON; list is what a list
-- has in it, or the value as the only one.
given (definition, schema, name, kind, many, mutability, json, value,
       list) AS (
  SELECT s.type || '.' || s.attribute, p.schema, p.name, p.kind,
         p.multi_valued, p.mutability, v.type, v.value,
         iif(v.type IS NULL, NULL,
             iif(NOT p.multi_valued, '[' || s.value || ']',
                 iif(v.type = 'array', v.value, NULL)))
    FROM scim_default AS s
    LEFT JOIN path AS p ON p.type = s.type
     AND lower(s.attribute) IN (lower(p.path), lower(p.short), lower(p.long))
    LEFT JOIN json_each(iif(json_valid(s.value), '[' || s.value || ']',
                            NULL)) AS v),
-- The values of that, or of a complex one its members, with what they should
-- be: known is 0 for a member that is not defined. What should be complex and is
-- no object stays whole.
part (definition, place, known, kind, many, json, value) AS (
  SELECT g.definition, iif(g.kind = 'complex' AND e.type = 'object',
                           'value.' || m.key, 'value'),
         g.kind <> 'complex' OR e.type <> 'object' OR a.name IS NOT NULL,
         iif(g.kind = 'complex' AND e.type = 'object',
             lower(coalesce(a.type, 'string')), g.kind),
         coalesce(a.multi_valued, 0), m.type, m.value
    FROM given AS g, json_each(g.list) AS e,
         json_each(iif(g.kind = 'complex' AND e.type = 'object', e.value,
                       '[' || (g.list -> e.fullkey) || ']')) AS m
    LEFT JOIN scim_attribute AS a ON g.kind = 'complex' AND e.type = 'object'
     AND a.schema = g.schema AND lower(a.parent) = lower(g.name)
     AND lower(a.name) = lower(m.key)),
-- One value of a part at a time; a part that has none is there for itself, with
-- NULL.
simple (definition, place, known, kind, many, list, first, json, value) AS (
  SELECT p.definition, p.place, p.known, p.kind, p.many, p.json = 'array',
         coalesce(e.key, 0) = 0, iif(p.many, e.type, p.json),
         iif(p.many, e.value, p.value)
    FROM part AS p
    LEFT JOIN json_each(iif(p.many, iif(p.json = 'array', p.value, NULL),
                            '[0]')) AS e)
SELECT g.definition, e.key, e.atom
  FROM given AS g,
       json_each(json_object(
         'attribute', iif(g.name IS NULL, 'names no attribute of a resource',
           CASE WHEN g.json IS NULL THEN NULL
                WHEN g.mutability = 'readonly' THEN 'is readOnly'
                WHEN g.mutability = 'writeonly' THEN 'is writeOnly' END),
         'value', iif(g.name IS NOT NULL
                      AND (g.json = 'null' OR g.value IN ('', '[]', '{}')),
                      'is no value', NULL),
         'value', iif(g.many <> (g.json = 'array'),
                      iif(g.many, 'must be a list', 'must be one value'),
                      NULL))) AS e
 WHERE e.atom IS NOT NULL
 UNION ALL
-- What is required, and what is writeOnly: that would stand here for everybody to
-- read, and be kept of nobody.
SELECT g.definition, 'value.' || a.name,
       iif(lower(a.mutability) = 'writeonly', 'is writeOnly', 'is required')
  FROM given AS g, json_each(g.list) AS e
  JOIN scim_attribute AS a ON a.schema = g.schema
   AND lower(a.parent) = lower(g.name)
 WHERE g.kind = 'complex'
   AND (lower(a.mutability) = 'writeonly'
        OR a.required AND lower(coalesce(a.mutability, '')) <> 'readonly')
   AND coalesce(lower(a.mutability) = 'writeonly', 0)
       = EXISTS (SELECT 1
                   FROM json_each(iif(e.type = 'object', e.value, NULL)) AS m
                  WHERE lower(m.key) = lower(a.name)
                    AND m.type <> 'null' AND m.value <> '')
 UNION ALL
-- Of a time (RFC 3339) the part up to its seconds is 19 characters, the zone the
-- last one or six, and a fraction may be between. A day that there is not becomes
-- another one when it is calculated with.
SELECT s.definition, s.place, e.atom
  FROM simple AS s,
       json_each(json_array(
         iif(NOT s.known, 'is not defined',
             iif(s.first AND s.place <> 'value' AND s.many <> s.list,
                 iif(s.many, 'must be a list', 'must be one value'), NULL)),
         iif(s.kind = 'complex' AND s.place = 'value',
             iif(s.json <> 'object', 'must be an object', NULL),
             iif(s.known AND s.json IS NOT NULL
                 AND ((s.kind, s.json) NOT IN (SELECT f.kind, f.json
                                                 FROM scim_fit AS f)
                      OR (s.kind = 'integer' AND s.json = 'real'
                          AND (s.value <> round(s.value)
                               OR abs(s.value) > 9e15))
                      OR (s.kind = 'decimal'
                          AND abs(s.value) >= 9e999) -- infinite
                      OR (s.kind = 'binary'
                          AND (rtrim(s.value, '=') GLOB '*[^-A-Za-z0-9+/_]*'
                               OR length(rtrim(s.value, '=')) % 4 = 1
                               OR (s.value GLOB '*='
                                   AND length(s.value) % 4 <> 0)
                               OR s.value GLOB '*==='))
                      OR (s.kind = 'datetime' AND s.json = 'text'
                          AND (strftime('%Y-%m-%dT%H:%M:%S',
                                        substr(s.value, 1, 19), '+0 days')
                               IS NOT substr(s.value, 1, 19)
                               OR NOT (s.value GLOB '*Z'
                                       OR substr(s.value, -6)
                                          GLOB '[-+][0-2][0-9]:[0-5][0-9]')
                               OR (SELECT f <> ''
                                          AND (f NOT GLOB '.[0-9]*'
                                               OR f GLOB '.*[^0-9]*')
                                     FROM (SELECT substr(
                                             s.value, 20, length(s.value) - 19
                                             - iif(s.value GLOB '*Z', 1, 6))
                                             AS f))))),
                 'must be of type ' || s.kind, NULL)))) AS e
 WHERE e.atom IS NOT NULL;
