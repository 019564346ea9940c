-- What the application's tables lack of what maps name: nothing keeps a table from
-- being dropped or renamed, or from losing a column that a map writes. What the
-- extension found in a definition stands in the map itself.
--
-- A map that is on holds up every write then, since its triggers cannot be compiled
-- any more. That is what it promises: nobody leaves the directory and stays in the
-- table.
CREATE VIEW scim_map_mistake (map, place, mistake) AS
WITH
-- What a definition names: a table, or a column of it.
part (map, place, inner, word, tabular) AS (
  SELECT m.name, lower(d.key), NULL, d.atom, lower(d.key) = 'table'
    FROM scim_map AS m,
         json_each(iif(json_valid(m.definition), m.definition, '{}')) AS d
   WHERE lower(d.key) IN ('table', 'key', 'tenant')
   UNION ALL
  SELECT m.name, lower(d.key), c.key, c.key, 0
    FROM scim_map AS m,
         json_each(iif(json_valid(m.definition), m.definition, '{}')) AS d,
         json_each(iif(d.type = 'object', d.value, '{}')) AS c
   WHERE lower(d.key) = 'columns'
   UNION ALL
  SELECT m.name, lower(d.key), lower(c.key), c.atom, lower(c.key) = 'table'
    FROM scim_map AS m,
         json_each(iif(json_valid(m.definition), m.definition, '{}')) AS d,
         json_each(iif(d.type = 'object', d.value, '{}')) AS c
   WHERE lower(d.key) = 'members'
     AND lower(c.key) IN ('table', 'group', 'member'))
SELECT map, place || coalesce('.' || inner, ''),
       'there is no table ''' || word || ''''
  FROM part
 WHERE tabular
   AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS s
                    WHERE s.type = 'table' AND lower(s.name) = lower(part.word))
 UNION ALL
SELECT p.map, p.place || coalesce('.' || p.inner, ''),
       'there is no column ''' || p.word || ''' in ''' || s.name || ''''
  FROM part AS p
  JOIN part AS t ON t.map = p.map AND t.tabular
   AND (t.place = 'members') = (p.place = 'members')
  JOIN sqlite_schema AS s ON s.type = 'table' AND lower(s.name) = lower(t.word)
 WHERE NOT p.tabular
   AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(s.name) AS c
                    WHERE lower(c.name) = lower(p.word));
