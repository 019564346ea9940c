-- From version 8 to 9: views that find more by index. The tables are as they were.
UPDATE scim_meta
   SET value = iif(name = 'version', 9, value + 1)
 WHERE name IN ('version', 'generation');
