-- Are its tables those that are here, and are those there whose names the
-- parameter has as JSON? NULL: they are.
SELECT CASE
       WHEN (SELECT value FROM {source}.scim_meta WHERE name = 'version')
            IS DISTINCT FROM
            (SELECT value FROM main.scim_meta WHERE name = 'version')
       THEN 'its tables are those of another version'
       ELSE (SELECT 'it has no table ' || m.name
               FROM main.sqlite_schema AS m
              WHERE m.type = 'table'
                AND m.name IN (SELECT value FROM json_each(?1))
                AND NOT EXISTS (SELECT 1 FROM {source}.sqlite_schema AS s
                                 WHERE s.type = 'table' AND s.name = m.name)
              LIMIT 1)
       END
