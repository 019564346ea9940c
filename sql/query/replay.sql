-- Rebuilding a directory from the log of another one (scim_replay): what is
-- about the database "main" only. What reads the source is in ../replay/.

-- The schema, as an identifier; none where nothing is attached under that name,
-- or it is the database that is to be filled.
-- name: replay_source
-- row: replay_source (source)
SELECT printf('"%w"', name) AS source
  FROM pragma_database_list
 WHERE name = :source COLLATE NOCASE AND name <> 'main' AND name <> 'temp';

-- Is it a schema, whether or not it can be replayed? Otherwise it is a file.
-- name: replay_schema
-- row: replay_schema (schema)
SELECT lower(:source) IN ('main', 'temp')
       OR EXISTS (SELECT 1 FROM pragma_database_list
                   WHERE name = :source COLLATE NOCASE) AS schema;

-- Is there something that would be lost, or that maps should have seen?
-- name: replay_filled
-- row: replay_filled (filled)
SELECT EXISTS (SELECT 1 FROM scim_resource)
       OR EXISTS (SELECT 1 FROM scim_log)
       OR EXISTS (SELECT 1 FROM scim_snapshot)
       OR EXISTS (SELECT 1 FROM scim_token)
       OR EXISTS (SELECT 1 FROM scim_map) AS filled;

-- The script that takes tables over as they are. An application may have added
-- columns to either: those that both have go.
-- name: replay_copy
-- row: replay_copy (script)
SELECT group_concat(printf('DELETE FROM main.%s;%sINSERT INTO main.%s (%s)'
                           || ' SELECT %s FROM "%w".%s;', t.name, char(10),
                           t.name, t.columns, t.columns, :source, t.name),
                    char(10)) AS script
  FROM (SELECT j.value AS name,
               (SELECT group_concat(printf('"%w"', c.name), ', ')
                  FROM pragma_table_info(j.value, 'main') AS c
                 WHERE c.name IN (SELECT s.name
                                    FROM pragma_table_info(j.value, :source)
                                         AS s)) AS columns
          FROM json_each(:tables) AS j) AS t;

-- Connections read the definitions anew, and all indexes are to be built.
-- name: replay_generation
UPDATE scim_meta
   SET value = iif(name = 'stale', 1, max(value, :generation) + 1)
 WHERE name = 'stale' OR name = 'generation';

-- Plays the log: what pruning would come to that took all of it. A change that
-- does not follow the one before is an error.
-- name: replay_log
INSERT INTO scim_commit_prune (action, seq, time, tenant, type, id, version,
       after, member_add, member_drop, groups_left, source, member_patch)
SELECT action, seq, time, tenant, type, id, version, after, member_add,
       member_drop, groups_left, source, member_patch
  FROM scim_log
 WHERE action IS NOT NULL
 ORDER BY seq;

-- name: replay_resource
INSERT INTO scim_resource (resource, tenant, type, id, version, created,
       modified, doc, name, email)
SELECT :resource, s.tenant, s.type, s.id, s.version, s.created, s.modified,
       :doc, :name, :email
  FROM scim_snapshot AS s
 WHERE s.tenant = :tenant AND s.id = :id;

-- Whom the log makes, and nobody has asked for.
-- name: replay_left
-- row: replay_left (tenant, type, id)
SELECT s.tenant, s.type, s.id
  FROM scim_snapshot AS s
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = s.tenant AND r.id = s.id)
 LIMIT 1;

-- name: replay_members
INSERT INTO scim_member ("group", value, type, display, source)
SELECT r.resource, m.value, m.type, m.display, m.source
  FROM scim_snapshot_member AS m
  JOIN scim_resource AS r ON r.tenant = m.tenant AND r.id = m.group_id;

-- name: replay_counts
INSERT INTO scim_count (tenant, type, live, active)
SELECT tenant, type, count(*),
       sum(json_type(doc, '$.active') IS DISTINCT FROM 'false')
  FROM scim_resource
 GROUP BY tenant, type;
