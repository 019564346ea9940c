-- From version 6 to 7. Which attributes a change touches: the program fills it in
-- for the rows that are there (ext/store/shapes.c).
.read ../tables/shape.sql

-- scim_log_token does what scim_log_run did, and scim_log_shape takes its place in
-- the file: an index cannot be dropped while rows are read. The ALTER TABLE behind
-- it has the schema read anew (5.sql). Where somebody has dropped it, there is
-- none to rename.
PRAGMA writable_schema = 1;
UPDATE sqlite_schema
   SET name = 'scim_log_shape',
       sql = 'CREATE INDEX scim_log_shape ON scim_log (shape) WHERE shape IS NOT NULL'
 WHERE type = 'index' AND name = 'scim_log_run';
PRAGMA writable_schema = 0;

ALTER TABLE scim_log ADD COLUMN shape INTEGER;
CREATE INDEX IF NOT EXISTS scim_log_shape ON scim_log (shape) WHERE shape IS NOT NULL;
REINDEX scim_log_shape;

-- What ../commit/statistics.sql had put there comes anew, with the new index; what
-- an application has counted stays.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1
 WHERE idx = 'scim_log_run'
    OR (tbl = 'scim_log'
        AND EXISTS (SELECT 1 FROM sqlite_stat1
                     WHERE idx = 'scim_log_gone'
                       AND stat = '200000000 2 1'));

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 7 WHERE name = 'version';
