-- What is wrong in the settings of tenants. Asked about one tenant it looks at
-- no other, however many there are. Members of a setting that is an object are
-- settings themselves, as breaker.percent; such a name cannot be written at the
-- top, where it would be taken for one.
CREATE VIEW scim_setting_mistake (tenant, setting, mistake) AS
WITH top (tenant, name, type, value) AS (
  SELECT t.name, m.key, m.type, m.value
    FROM scim_tenant AS t,
         json_each(iif(json_valid(t.settings), t.settings, NULL)) AS m
   WHERE t.settings <> '{}'),
said (tenant, name, type, value, nested) AS (
  SELECT tenant, name, type, value, 0
    FROM top
   UNION ALL
  SELECT o.tenant, o.name || '.' || m.key, m.type, m.value, 1
    FROM top AS o
    JOIN scim_setting AS s ON s.name = lower(o.name) AND s.kind = 'object',
         json_each(iif(o.type = 'object', o.value, NULL)) AS m)
SELECT name, 'settings', 'must be a JSON object'
  FROM scim_tenant
 WHERE iif(json_valid(settings), json_type(settings), '') <> 'object'
 UNION ALL
SELECT tenant, name, 'is no setting'
  FROM said
 WHERE lower(name) NOT IN (SELECT s.name
                             FROM scim_setting AS s
                            WHERE (instr(s.name, '.') > 0) = nested)
 UNION ALL
SELECT tenant, min(name), 'is there twice'
  FROM said
 GROUP BY tenant, lower(name)
HAVING count(*) > 1
 UNION ALL
SELECT a.tenant, a.name, e.atom
  FROM said AS a
  JOIN scim_setting AS s ON s.name = lower(a.name),
       json_each(json_array(CASE s.kind
         WHEN 'integer' THEN
           iif(a.type = 'integer' AND a.value BETWEEN s.least AND s.most, NULL,
               'must be an integer from ' || s.least || ' to ' || s.most)
         WHEN 'boolean' THEN
           iif(a.type IN ('true', 'false')
               OR (a.type = 'integer' AND a.value IN (0, 1)), NULL,
               'must be true or false')
         WHEN 'word' THEN
           iif(a.type = 'text'
               AND lower(a.value) IN (SELECT lower(w.value)
                                        FROM json_each(s.words) AS w), NULL,
               'must be one of ' || s.words)
         WHEN 'object' THEN
           iif(EXISTS (
             SELECT 1
               FROM json_each(iif(a.type = 'object', a.value, NULL)) AS m,
                    json_each(s.words) AS w
              WHERE lower(m.key) = w.value), NULL,
             'must be an object with one of ' || s.words)
         WHEN 'paths' THEN
           iif(a.type = 'array', NULL,
               'must be a list of attributes, as ["User.title"]')
         END)) AS e
 WHERE e.atom IS NOT NULL
 UNION ALL
SELECT a.tenant, a.name, 'names ' || e.value || ', which is not in scim_index'
  FROM said AS a
  JOIN scim_setting AS s ON s.name = lower(a.name) AND s.kind = 'paths',
       json_each(iif(a.type = 'array', a.value, NULL)) AS e
 WHERE e.type <> 'text'
    OR lower(e.value) NOT IN (
       SELECT lower(i.type || '.' || p.path)
         FROM scim_index AS i
         JOIN scim_path AS p ON p.type = i.type
          AND lower(i.attribute) IN (lower(p.path), lower(p.short),
                                     lower(p.long)));
