-- What is wrong in the settings of tenants. Asked about one tenant it looks at
-- no other, however many there are: so nothing here goes over all of them, as GROUP
-- BY would. What is there twice is looked for in the text itself, because SQLite
-- takes no tenant of an outer query into scim_tenant_setting, and would read all of
-- it for each. A nested setting cannot be written at the top by its name, where it
-- would be taken for another.
CREATE VIEW scim_setting_mistake (tenant, setting, mistake) AS
SELECT name, 'settings', 'must be a JSON object'
  FROM scim_tenant
 WHERE iif(json_valid(settings), json_type(settings), '') <> 'object'
 UNION ALL
SELECT tenant, name, 'is no setting'
  FROM scim_tenant_setting
 WHERE lower(name) NOT IN (SELECT s.name
                             FROM scim_setting AS s
                            WHERE (instr(s.name, '.') > 0) = nested)
 UNION ALL
SELECT t.name, w.value, 'is there twice'
  FROM scim_tenant AS t,
       json_each((SELECT json_group_array(n.name)
                    FROM (SELECT min(a.name) AS name
                            FROM (SELECT o.key AS name
                                    FROM json_each(iif(json_valid(t.settings),
                                                       t.settings, NULL)) AS o
                                   UNION ALL
                                  SELECT o.key || '.' || m.key
                                    FROM json_each(iif(json_valid(t.settings),
                                                       t.settings, NULL)) AS o
                                    JOIN scim_setting AS s
                                      ON s.name = lower(o.key)
                                     AND s.kind = 'object',
                                         json_each(iif(o.type = 'object',
                                                       o.value, NULL)) AS m
                                 ) AS a
                           GROUP BY lower(a.name)
                          HAVING count(*) > 1) AS n)) AS w
 WHERE t.settings <> '{}'
 UNION ALL
SELECT a.tenant, a.name, e.atom
  FROM scim_tenant_setting AS a
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
  FROM scim_tenant_setting AS a
  JOIN scim_setting AS s ON s.name = lower(a.name) AND s.kind = 'paths',
       json_each(iif(a.type = 'array', a.value, NULL)) AS e
 WHERE e.type <> 'text'
    OR lower(e.value) NOT IN (
       SELECT lower(i.type || '.' || p.path)
         FROM scim_index AS i
         JOIN scim_path AS p ON p.type = i.type
          AND lower(i.attribute) IN (lower(p.path), lower(p.short),
                                     lower(p.long)));
