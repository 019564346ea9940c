-- From version 8 to 9: views that find more by index. Deletions are found by the
-- name of what was deleted, and scim_log_gone, which has the same rows as before,
-- says otherwise which these are (../tables/log.sql). The ALTER TABLE behind it
-- has the schema read anew (5.sql).
PRAGMA writable_schema = 1;
UPDATE sqlite_schema
   SET sql = 'CREATE INDEX scim_log_gone ON scim_log (id, tenant)
 WHERE action > ''create'' AND action < ''update'''
 WHERE type = 'index' AND name = 'scim_log_gone';
PRAGMA writable_schema = 0;

ALTER TABLE scim_log ADD COLUMN name TEXT;
UPDATE scim_log
   SET name = coalesce(before ->> '$.userName', before ->> '$.displayName')
 WHERE action = 'delete' AND json_valid(before);
CREATE INDEX scim_log_gone_name ON scim_log (name)
 WHERE action > 'create' AND action < 'update';

-- Whom a tenant lost is few of its rows of the log, and so is whom all tenants
-- lost: that is what the planner is to think of scim_log_loss, unless an
-- application has counted.
ANALYZE sqlite_schema;
UPDATE sqlite_stat1
   SET stat = '300000000 100000 5'
 WHERE idx = 'scim_log_loss' AND stat = '1000000000 500000000 5';
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT 'scim_log', 'scim_log_gone_name', '500000000 2'
 WHERE EXISTS (SELECT 1 FROM sqlite_stat1
                WHERE idx = 'scim_log_gone' AND stat = '500000000 2 1');

UPDATE scim_meta
   SET value = iif(name = 'version', 9, value + 1)
 WHERE name IN ('version', 'generation');
