-- Of each table the statement that reads all of it, a text a row, in an order that
-- its contents alone decide: what two copies of a database have in common. Run it,
-- then each of its statements; copies are the same whose rows are. A rowid that is no
-- column is not shown, for VACUUM gives others, but its order is. What SQLite knows of
-- its own (statistics, pages) is left out; the application's tables are not.
-- Columns: name, sql
WITH own (name, without_rowid) AS (
  SELECT name, wr
    FROM pragma_table_list
   WHERE schema = 'main' AND type = 'table' AND name NOT GLOB 'sqlite_stat*'
     AND name <> 'sqlite_schema')
SELECT name,
       printf('SELECT %s AS line FROM "%w" ORDER BY %s',
              (SELECT group_concat(printf('quote("%w")', c.name),
                                   ' || '','' || ')
                 FROM pragma_table_xinfo(own.name) AS c),
              name,
              CASE WHEN without_rowid
                   THEN (SELECT group_concat(printf('"%w"', c.name), ', ')
                           FROM (SELECT x.name
                                   FROM pragma_table_xinfo(own.name) AS x
                                  WHERE x.pk > 0
                                  ORDER BY x.pk) AS c)
                   ELSE 'rowid' END) AS sql
  FROM own
 UNION ALL
SELECT 'sqlite_schema',
       'SELECT type || '' '' || name || '' '' || coalesce(sql, '''') AS line'
       || ' FROM sqlite_schema WHERE tbl_name NOT GLOB ''sqlite_stat*'''
       || ' ORDER BY type, name'
 ORDER BY name;
