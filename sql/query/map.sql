-- Maps: their definitions, the application's tables, and which row is whose.

-- name: maps
-- row: map (name, definition, state, mistake, since)
SELECT name, definition, state, mistake, since FROM scim_map ORDER BY rowid;

-- Why writes fail that once did not.
-- name: map_mistake
-- row: map_mistake (map, place, mistake)
SELECT map, place, scim_map_mistake.mistake
  FROM scim_map_mistake
  JOIN scim_map ON name = map AND state = 'on'
 LIMIT 1;

-- An application's table: no view, nothing of an attached database, and nothing
-- of SQLite's or ours. pragma_table_list would say all of it, but works out all
-- views whenever it is asked, which takes longer than all the rest of a map: so
-- it is asked only of what may be a table of a virtual one's, whose name goes
-- on with that of the table. A table WITHOUT ROWID is its own index. A temporary
-- table or view of the same name hides it from all that does not name its
-- database.
-- name: map_table
-- row: map_table (name, without_rowid, text, hidden)
SELECT s.name,
       EXISTS (SELECT 1 FROM pragma_index_info(s.name, 'main'))
       AS without_rowid,
       s.sql AS text,
       EXISTS (SELECT 1 FROM sqlite_temp_schema AS h
                WHERE h.type IN ('table', 'view')
                  AND lower(h.name) = lower(s.name)) AS hidden
  FROM sqlite_schema AS s
 WHERE s.type = 'table' AND s.rootpage > 0 AND lower(s.name) = lower(:table)
   AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\'
   AND s.name NOT LIKE 'scim\_%' ESCAPE '\'
   AND (NOT EXISTS (SELECT 1 FROM sqlite_schema AS v
                     WHERE v.type = 'table' AND v.rootpage = 0
                       AND instr(lower(s.name), lower(v.name) || '_') = 1)
        OR EXISTS (SELECT 1 FROM pragma_table_list(s.name) AS t
                    WHERE t.schema = 'main' AND t.type = 'table'));

-- Does a column of numbers, or of floating-point ones, hold the tenant's name as
-- it is? Compared with a number the text becomes one as it does in the column,
-- where it looks like it.
-- name: map_holds
-- row: map_holds (holds)
SELECT CAST(:tenant AS NUMERIC) <> :tenant
       OR iif(:floats, CAST(CAST(:tenant AS REAL) AS TEXT),
              CAST(CAST(:tenant AS NUMERIC) AS TEXT)) = :tenant AS holds;

-- name: map_columns
-- row: map_column (name, type, required, default_value, primary_key, hidden)
SELECT name, upper(type) AS type, "notnull" AS required,
       dflt_value AS default_value, pk AS primary_key, hidden
  FROM pragma_table_xinfo(:table);

-- Is the key the primary key by itself, and has it no index of its own? Then it
-- is another name of the rowid. And does it, perhaps together with the tenant,
-- tell one row from all others?
-- name: map_key
-- row: map_key (alone, indexed, distinguishes)
SELECT (SELECT count(*) FROM pragma_table_xinfo(:table) WHERE pk > 0) = 1
       AS alone,
       (SELECT count(*) FROM pragma_index_list(:table) WHERE origin = 'pk')
       AS indexed,
       EXISTS (
         SELECT 1
           FROM pragma_index_list(:table) AS i
          WHERE i."unique" AND NOT i.partial
            AND EXISTS (SELECT 1 FROM pragma_index_info(i.name) AS c
                         WHERE lower(c.name) = lower(:key))
            AND NOT EXISTS (SELECT 1 FROM pragma_index_info(i.name) AS c
                             WHERE lower(c.name)
                                   IS DISTINCT FROM lower(:key)
                               AND lower(c.name)
                                   IS DISTINCT FROM lower(:tenant)))
       AS distinguishes;

-- What there is of a resource: the key of its row, of JSON null where it shall
-- have none, and whether it waits for a person.
-- name: map_state
-- row: map_state (key, waits)
SELECT (SELECT json_quote(key)
          FROM scim_link
         WHERE map = :map AND tenant = :tenant AND id = :id) AS key,
       EXISTS (SELECT 1
                 FROM scim_review
                WHERE map = :map AND tenant = :tenant AND id = :id) AS waits;

-- Indexes that let no two rows be alike, a row a column of each.
-- name: map_unique
-- row: map_unique (number, name, collation)
SELECT i.seq AS number, c.name, c.coll AS collation
  FROM pragma_index_list(:table) AS i, pragma_index_xinfo(i.name) AS c
 WHERE i."unique" AND NOT i.partial AND c.key
 ORDER BY i.seq, c.seqno;

-- name: map_owner
-- row: map_owner (id)
SELECT id
  FROM scim_link
 WHERE map = :map AND tenant = :tenant AND key = json_extract(:key, '$');

-- name: review
-- row: review (map, tenant, id)
SELECT map, tenant, id FROM scim_review WHERE review = :review;

-- What a switch goes through: resources in the order of their creation, and
-- links whose resource went while the map was off.
-- name: map_next
-- row: map_next (resource, tenant, id, doc)
SELECT resource, tenant, id, doc
  FROM scim_resource
 WHERE type = :type AND resource > :after
 ORDER BY resource
 LIMIT 1;

-- name: map_orphan
-- row: map_orphan (tenant, id)
SELECT l.tenant, l.id
  FROM scim_link AS l
 WHERE l.map = :map
   AND (l.tenant, l.id) > (:tenant, :after)
   AND NOT EXISTS (SELECT 1
                     FROM scim_resource AS r
                    WHERE r.tenant = l.tenant AND r.id = l.id)
 ORDER BY l.tenant, l.id
 LIMIT 1;

-- Before each resource has its turn, which says anew whom it refers to.
-- name: forget_references
DELETE FROM scim_map_reference WHERE map = :map;

-- How many triggers a map has, and how many of these are in its script as they
-- are: SQLite keeps their texts.
-- name: map_triggers
-- row: map_triggers (number, same)
SELECT count(*) AS number,
       count(nullif(instr(:script, sql), 0)) AS same
  FROM sqlite_schema
 WHERE type = 'trigger' AND substr(name, 1, length(:prefix)) = :prefix;

-- What scim_map_switch has made for a map: triggers, and indexes. An index is the
-- same where the script makes it just so: SQLite keeps its text from the name on,
-- which is behind the first 13 letters.
-- name: map_made
-- row: map_made (name, same)
SELECT name, instr(coalesce(:script, ''), substr(sql, 14)) > 0 AS same
  FROM sqlite_schema
 WHERE type = :type AND substr(name, 1, length(:prefix)) = :prefix;

-- Is an index that was made for a map one of the table?
-- name: map_indexed
-- row: map_indexed (found)
SELECT EXISTS (SELECT 1
                 FROM sqlite_schema
                WHERE type = 'index' AND lower(tbl_name) = lower(:table)
                  AND substr(name, 1, length(:prefix)) = :prefix) AS found;

-- Has the table the two columns?
-- name: map_joins
-- row: map_joins (there)
SELECT count(*) = 2 AS there
  FROM pragma_table_xinfo(:table, 'main')
 WHERE lower(name) IN (lower(:group), lower(:member));

-- How many rows a change of members brings into a table of members (map_reach.c),
-- and how many ids were gone through for that.
-- Those who join, unless a group with members is among them: then none.
-- name: reach_flat
-- row: reach (number, seen)
SELECT CASE
       WHEN EXISTS (SELECT 1
                      FROM json_each(:joins) AS j
                     CROSS JOIN scim_resource AS g
                        ON g.tenant = :tenant AND g.id = j.key
                     WHERE EXISTS (SELECT 1
                                     FROM scim_member
                                    WHERE "group" = g.resource))
       THEN 0
       ELSE (SELECT count(*) FROM json_each(:joins))
       END AS number, 0 AS seen;

-- The group and those above it, as far as they have a row.
-- name: reach_above
-- row: reach
WITH RECURSIVE above (id) AS MATERIALIZED (
  SELECT :id
   UNION
  SELECT g.id
    FROM above AS a
   CROSS JOIN scim_member AS m ON m.value = a.id
   CROSS JOIN scim_resource AS g ON g.resource = m."group"
   WHERE g.tenant = :tenant)
SELECT count(*) AS number, (SELECT count(*) FROM above) AS seen
  FROM above AS a
 CROSS JOIN scim_link AS l
    ON l.map = :map AND l.tenant = :tenant AND l.id = a.id
 WHERE l.key IS NOT NULL;

-- Those who join, or are in the group, and who is in groups among them, as far as
-- :most. Who has no row does not count, such as these groups; but beyond a thousand
-- of them nobody is asked.
-- name: reach_below
-- row: reach
WITH RECURSIVE below (id) AS MATERIALIZED (
  SELECT key FROM json_each(:joins)
   UNION
  SELECT value FROM scim_member WHERE "group" = :group
   UNION
  SELECT m.value
    FROM below AS b
   CROSS JOIN scim_resource AS g ON g.tenant = :tenant AND g.id = b.id
   CROSS JOIN scim_member AS m ON m."group" = g.resource
   LIMIT :most + 1000)
SELECT CASE
       WHEN (SELECT count(*) FROM below) >= :most + 1000 THEN :most
       ELSE (SELECT count(*)
               FROM below AS b
              CROSS JOIN scim_link AS l
                 ON l.map = :of AND l.tenant = :tenant AND l.id = b.id
              WHERE l.key IS NOT NULL)
       END AS number,
       (SELECT count(*) FROM below) AS seen;
