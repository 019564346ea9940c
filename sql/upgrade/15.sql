-- From version 15 to 16: the key of scim_name begins with what tells most
-- (../tables/name.sql). A foreign key of an application that names no columns would
-- mean others by it; those who wrote it are to name them.
SELECT json_extract('{}', 'the table ' || t.name
                            || ' refers to scim_name (tenant, id): name these')
  FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f
 WHERE t.type = 'table' AND lower(f."table") = 'scim_name' AND f."to" IS NULL;

-- The fields of the key stand first in a row, in its order, and rows are sorted by
-- them (https://sqlite.org/fileformat2.html, section 2.4): so rows whose tenant and
-- id are exchanged are those of the new key, in their place, and columns, triggers
-- and views of an application stay. An index of its own may hold either, so all are
-- made anew, before one of them is read. Where one tenant's name is another's id and
-- the other way round, one of the two rows steps aside meanwhile: nobody's id has a
-- U+0000. A table whose text is another keeps its key.
UPDATE main.scim_name
   SET tenant = id || iif(EXISTS (SELECT 1 FROM main.scim_name AS o
                                   WHERE o.tenant = scim_name.id
                                     AND o.id = scim_name.tenant
                                     AND o.id <> o.tenant), char(0), ''),
       id = tenant
 WHERE (SELECT instr(sql, 'PRIMARY KEY (tenant, id)')
          FROM sqlite_schema
         WHERE type = 'table' AND name = 'scim_name');
PRAGMA writable_schema = 1;
UPDATE sqlite_schema
   SET sql = replace(sql, 'PRIMARY KEY (tenant, id)', 'PRIMARY KEY (id, tenant)')
 WHERE type = 'table' AND name = 'scim_name';
PRAGMA writable_schema = RESET;
REINDEX main.scim_name;
UPDATE main.scim_name SET id = substr(id, 1, length(id)) WHERE instr(id, char(0));

-- Also where an application has counted.
ANALYZE sqlite_schema;
UPDATE sqlite_stat1
   SET stat = substr(stat, 1, instr(stat, ' ')) || '2 1'
 WHERE tbl = 'scim_name' AND idx = 'scim_name';

UPDATE scim_meta
   SET value = iif(name = 'version', 16, value + 1)
 WHERE name IN ('version', 'generation');
