-- From version 8 to 9: views that find more by index. The tables are as they were.
-- Whom a tenant lost is few of its rows of the log: that is what the planner is to
-- think of scim_log_loss, unless an application has counted.
ANALYZE sqlite_schema;
UPDATE sqlite_stat1
   SET stat = '1000000000 100000 5'
 WHERE idx = 'scim_log_loss' AND stat = '1000000000 500000000 5';

UPDATE scim_meta
   SET value = iif(name = 'version', 9, value + 1)
 WHERE name IN ('version', 'generation');
