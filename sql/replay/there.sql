-- Why the source is none, as far as can be told without reading a table of it:
-- NULL. A stranger's file may have views of these names.
SELECT 'there are no tables of scim_init in it'
 WHERE NOT EXISTS (SELECT 1 FROM {source}.sqlite_schema
                    WHERE type = 'table' AND name = 'scim_meta')
