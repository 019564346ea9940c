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

-- The userName is found in scim_unique, if that has every owner of one (4.sql and
-- ../query/definition.sql), and if nobody has made something else of the attribute.
DELETE FROM scim_index
 WHERE type = 'User' AND attribute = 'userName' AND built = 1
   AND EXISTS (SELECT 1
                 FROM scim_schema AS s,
                      json_each(iif(json_valid(s.definition), s.definition, '{}'),
                                '$.attributes') AS a
                WHERE s.id = 'urn:ietf:params:scim:schemas:core:2.0:User'
                  AND a.type = 'object' AND a.value ->> 'name' = 'userName'
                  AND a.value ->> 'uniqueness' = 'server')
   AND NOT EXISTS (SELECT 1 FROM scim_meta
                    WHERE (name = 'stale' AND value <> 0)
                       OR name = 'shared User')
   AND NOT EXISTS (SELECT 1 FROM scim_tenant
                    WHERE instr(lower(settings), 'username') > 0)
   AND NOT EXISTS (SELECT 1
                     FROM scim_value AS v
                    WHERE v.type = 'User' AND v.attribute = 'userName'
                      AND NOT EXISTS (
                          SELECT 1
                            FROM scim_unique AS u
                           WHERE u.tenant = v.tenant AND u.type = 'User'
                             AND u.attribute = 'userName' AND u.key = v.key
                             AND u.resource = v.resource));
DELETE FROM scim_value
 WHERE type = 'User' AND attribute = 'userName'
   AND NOT EXISTS (SELECT 1 FROM scim_index
                    WHERE type = 'User' AND attribute = 'userName');

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 7 WHERE name = 'version';
