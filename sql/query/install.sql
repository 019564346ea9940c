-- What scim_init asks of a database, and puts into a new one.

-- name: count_meta
-- row: installed (tables)
SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'scim_meta';

-- name: version
-- row: version (value)
SELECT value FROM scim_meta WHERE name = 'version';

-- Before there are triggers, which fill in id, name and endpoint afterwards.
-- name: insert_schema
INSERT INTO scim_schema (definition, id)
VALUES (json(:definition), json_extract(:definition, '$.id'));

-- name: insert_types
INSERT INTO scim_resource_type (definition, name, endpoint)
SELECT value, value ->> 'name', value ->> 'endpoint'
  FROM json_each(:definitions);

-- Triggers of an application on views of ours, which an upgrade has put aside.
-- name: saved_triggers
-- row: triggers (script)
SELECT group_concat(value, ';' || char(10)) AS script
  FROM (SELECT value
          FROM scim_meta
         WHERE name GLOB 'trigger *'
         ORDER BY name);
