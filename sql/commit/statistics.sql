-- What the planner of SQLite is to think of the tables: that they are large, and
-- that what comes first in an index (tenant, type, attribute) tells little.
-- Without it SQLite takes three columns that are given for eight rows, and reads
-- all of scim_value for each row of a table that is joined to it. Counts of what
-- is there (ANALYZE) would be right until tables have grown a thousandfold; these
-- stand for directories of every size, so plans are the same in all of them.
-- The number of rows is the same for all of them, and greater than the million
-- that SQLite takes any other table for: it would fill a Bloom filter from a table
-- that seems to be searched more often than it has rows. Deletions seem fewer than
-- all rows of the log, so that they are looked into first for a name; and more than
-- a quarter of them, for which SQLite takes seq > ?, so that seq comes first. An
-- application that runs ANALYZE has its own instead, and should run it again
-- from time to time. This comes last: SQLite reads it when a schema is read.
ANALYZE sqlite_schema;

INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT column1, column2,
       CASE column2 WHEN 'scim_log_gone' THEN '500000000 '
                    WHEN 'scim_log_member' THEN '300000000 '
                    WHEN 'scim_log_loss' THEN '300000000 '
                    ELSE '1000000000 ' END || column3
  FROM (VALUES
   ('scim_resource', 'sqlite_autoindex_scim_resource_1', '500000000 1'),
   ('scim_resource', 'scim_resource_type_order', '500000000 300000000'),
   ('scim_resource', 'scim_resource_created', '500000000 300000000 5'),
   ('scim_resource', 'scim_resource_modified', '500000000 300000000 5'),
   ('scim_resource', 'scim_resource_name', '2'),
   ('scim_resource', 'scim_resource_email', '2'),
   ('scim_name', 'scim_name', '2 1'),
   ('scim_name', 'scim_name_name', '2 2'),
   ('scim_value', 'scim_value', '500000000 300000000 100000000 2 1'),
   ('scim_unique', 'scim_unique', '500000000 300000000 300000000 1'),
   ('scim_member', 'scim_member', '1000 2 1'),
   ('scim_member', 'scim_member_value', '5 2 1'),
   ('scim_stay', 'scim_stay', '500000000 1000 2 1'),
   ('scim_stay', 'scim_stay_member', '5'),
   ('scim_log', 'scim_log_id', '5'),
   ('scim_log', 'scim_log_token', '10000000 200000 2 1 1'),
   ('scim_log', 'scim_log_loss', '100000 5'),
   ('scim_log', 'scim_log_gone', '2 1'),
   ('scim_log', 'scim_log_member', '5'),
   ('scim_log', 'scim_log_shape', '30000000'),
   ('scim_shape_attribute', 'scim_shape_attribute', '10 1'),
   ('scim_shape_attribute', 'scim_shape_attribute_name', '10 1 1'))
 WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 AS s WHERE s.tbl = column1);
