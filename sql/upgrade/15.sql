-- From version 15 to 16: the key of scim_name begins with what tells most
-- (../tables/name.sql), and so its index of names goes on with the tenant. What
-- would mean another thing by that, or be told one that is not so meanwhile, is
-- named; nothing has changed then.
SELECT json_extract('{}', 'the table ' || t.name || ' refers to scim_name without '
                            || 'naming its columns, tenant and id')
  FROM main.sqlite_schema AS t, pragma_foreign_key_list(t.name, 'main') AS f
 WHERE t.type = 'table' AND lower(f."table") = 'scim_name' AND f."to" IS NULL;
SELECT json_extract('{}', 'the TEMP trigger ' || name || ' is on scim_name')
  FROM sqlite_temp_schema
 WHERE type = 'trigger' AND lower(tbl_name) = 'scim_name';
SELECT json_extract('{}', 'an id in scim_name has U+0000')
  FROM main.scim_name
 WHERE instr(id, char(0));

-- The fields of the key stand first in a row, in its order, and rows are sorted by
-- them (https://sqlite.org/fileformat2.html, section 2.4): so rows whose tenant and
-- id are exchanged are those of the new key, in their place, and columns, triggers
-- and views of an application stay. Indexes, its own as well, wait in scim_meta:
-- they hold either column, and one may be unique by the id, or take it for JSON.
INSERT INTO scim_meta (name, value)
SELECT 'index ' || rowid, json_array(name, tbl_name, rootpage, sql)
  FROM main.sqlite_schema
 WHERE type = 'index' AND lower(tbl_name) = 'scim_name' AND sql IS NOT NULL;
PRAGMA writable_schema = 1;
DELETE FROM main.sqlite_schema
 WHERE type = 'index' AND lower(tbl_name) = 'scim_name' AND sql IS NOT NULL;
PRAGMA writable_schema = RESET;

-- Where one tenant's name is another's id and the other way round, one of the two
-- rows steps aside by a U+0000, which no id has. A table whose text is another
-- keeps its key.
UPDATE main.scim_name
   SET tenant = id || iif(EXISTS (SELECT 1 FROM main.scim_name AS o
                                   WHERE o.tenant = scim_name.id
                                     AND o.id = scim_name.tenant
                                     AND o.id <> o.tenant), char(0), ''),
       id = tenant
 WHERE (SELECT instr(sql, 'PRIMARY KEY (tenant, id)')
          FROM main.sqlite_schema
         WHERE type = 'table' AND name = 'scim_name');
PRAGMA writable_schema = 1;
UPDATE main.sqlite_schema
   SET sql = replace(sql, 'PRIMARY KEY (tenant, id)', 'PRIMARY KEY (id, tenant)')
 WHERE type = 'table' AND name = 'scim_name';
PRAGMA writable_schema = RESET;
UPDATE main.scim_name SET id = substr(id, 1, length(id)) WHERE instr(id, char(0));

PRAGMA writable_schema = 1;
INSERT INTO main.sqlite_schema (rowid, type, name, tbl_name, rootpage, sql)
SELECT CAST(substr(name, length('index ') + 1) AS INTEGER), 'index', value ->> 0,
       value ->> 1, value ->> 2,
       replace(value ->> 3, 'CREATE INDEX scim_name_name ON scim_name (name)',
               'CREATE INDEX scim_name_name ON scim_name (name, tenant)')
  FROM scim_meta
 WHERE name GLOB 'index [0-9]*';
DELETE FROM scim_meta WHERE name GLOB 'index [0-9]*';
PRAGMA writable_schema = RESET;
REINDEX main.scim_name;

-- Also where an application has counted.
ANALYZE sqlite_schema;
UPDATE sqlite_stat1
   SET stat = iif(idx = 'scim_name', substr(stat, 1, instr(stat, ' ')) || '2 1',
                  stat || substr(stat, instr(stat, ' ')))
 WHERE tbl = 'scim_name' AND idx IN ('scim_name', 'scim_name_name')
   AND (SELECT instr(sql, 'PRIMARY KEY (id, tenant)')
          FROM main.sqlite_schema
         WHERE type = 'table' AND name = 'scim_name');

UPDATE scim_meta
   SET value = iif(name = 'version', 16, value + 1)
 WHERE name IN ('version', 'generation');
