-- What is wrong in the definitions, in what goes with them, in rules and maps, and
-- in the settings of tenants: source is the table, definition the id of a schema,
-- the name of a type, map or tenant, a type and an attribute, or the number of a
-- rule with its kind; place says where in it.
--
-- Empty, but for rows that have got in while the triggers of ../commit were not
-- there, and for indexes, defaults, maps and unique_attributes whose attribute
-- went later. The extension does without what is named here, and with all the rest:
-- a schema takes the types that name it along. But not without a map that is on, and
-- whose table or column is gone (map_mistake.sql), or without its triggers.
CREATE VIEW scim_mistake (definition, place, mistake, source) AS
SELECT definition, place, mistake, source
  FROM scim_definition_mistake
 UNION ALL
SELECT definition, place, mistake, 'scim_default'
  FROM scim_default_mistake
 UNION ALL
SELECT definition, place, mistake, 'scim_index'
  FROM scim_index_mistake
 UNION ALL
SELECT tenant, setting, mistake, 'scim_tenant'
  FROM scim_setting_mistake
 UNION ALL
SELECT rule || ' (' || kind || ')', place, mistake, 'scim_rule'
  FROM scim_rule_mistake
 UNION ALL
SELECT name, 'definition', mistake, 'scim_map'
  FROM scim_map
 WHERE mistake IS NOT NULL
 UNION ALL
SELECT map, place, mistake, 'scim_map'
  FROM scim_map_mistake
 UNION ALL
-- Some that every map has. Those on a table go with it when it is dropped, and
-- nothing else is missing when another one has its name.
SELECT m.name, 'table',
       'the map is on, and triggers of it are gone: switch it on again', 'scim_map'
  FROM scim_map AS m
 WHERE m.state = 'on'
   AND EXISTS (
       SELECT 1
         FROM json_each(iif(json_valid(m.definition), m.definition, '{}')) AS d
         JOIN sqlite_schema AS t ON t.type = 'table'
          AND lower(t.name) = lower(d.atom)
        WHERE lower(d.key) = 'table')
   AND (SELECT count(*)
          FROM sqlite_schema AS s
         WHERE s.type = 'trigger'
           AND s.name IN ('scim_map.' || m.name || '.create',
                          'scim_map.' || m.name || '.link',
                          'scim_map.' || m.name || '.update',
                          'scim_map.' || m.name || '.row_delete',
                          'scim_map.' || m.name || '.row_key')) < 5;
