-- Are its tables those that are here? NULL: they are.
SELECT CASE
       WHEN (SELECT value FROM {source}.scim_meta WHERE name = 'version')
            IS DISTINCT FROM
            (SELECT value FROM main.scim_meta WHERE name = 'version')
       THEN 'its tables are those of another version'
       ELSE (SELECT 'it has no table ' || m.name
               FROM main.sqlite_schema AS m
              WHERE m.type = 'table' AND m.name IN (
                    'scim_meta', 'scim_tenant', 'scim_token', 'scim_schema',
                    'scim_resource_type', 'scim_index', 'scim_default',
                    'scim_rule', 'scim_former', 'scim_consumer', 'scim_alert',
                    'scim_log', 'scim_chain', 'scim_snapshot',
                    'scim_snapshot_member', 'scim_resource', 'scim_member',
                    'scim_value', 'scim_unique', 'scim_count', 'scim_stay')
                AND NOT EXISTS (SELECT 1 FROM {source}.sqlite_schema AS s
                                 WHERE s.type = 'table' AND s.name = m.name)
              LIMIT 1)
       END
