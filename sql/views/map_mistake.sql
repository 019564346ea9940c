-- What the application's tables lack of what maps name: nothing keeps a table from
-- being dropped or renamed, or from losing a column that a map writes. What the
-- extension found in a definition stands in the map itself.
--
-- SQLite renames in triggers too. So where a table was renamed and another has come
-- to bear its name, the triggers go on in the one of before: what they do not name
-- any more is told. That two columns have changed places nothing tells.
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
SELECT map, place, mistake
  FROM (SELECT p.map, p.place || coalesce('.' || p.inner, '') AS place,
               CASE
               WHEN NOT p.tabular
                    AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(s.name) AS c
                                     WHERE lower(c.name) = lower(p.word))
                 THEN 'there is no column ''' || p.word || ''' in ''' ||
                      s.name || ''''
               WHEN p.place = 'table' AND lower(d.tbl_name) <> lower(p.word)
                    OR p.place <> 'table' AND d.name IS NOT NULL
                       AND NOT EXISTS (
                         SELECT 1 FROM sqlite_schema AS o
                          WHERE o.type = 'trigger'
                            AND instr(o.name, 'scim_map.' || p.map || '.') = 1
                            AND instr(lower(o.sql), p.sought))
                 THEN 'the triggers do not know ''' || p.word ||
                      ''': it was renamed, or they are of another definition'
               END AS mistake
          FROM (SELECT map, place, inner, word, tabular,
                       replace(CASE iif(place = 'members', inner, '')
                               WHEN 'table' THEN 'into "?" ('
                               WHEN 'group' THEN '("?", '
                               WHEN 'member' THEN ', "?")' ELSE '"?"' END,
                               '?', replace(lower(word), '"', '""')) AS sought
                  FROM part) AS p
          JOIN part AS t ON t.map = p.map AND t.tabular
           AND (t.place = 'members') = (p.place = 'members')
          JOIN sqlite_schema AS s ON s.type = 'table'
           AND lower(s.name) = lower(t.word)
          LEFT JOIN sqlite_schema AS d ON d.type = 'trigger'
           AND d.name = 'scim_map.' || p.map || '.row_delete')
 WHERE mistake IS NOT NULL;
