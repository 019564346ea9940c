-- From version 12 to 13: views and triggers. The tables are as they were.
UPDATE scim_meta
   SET value = iif(name = 'version', 13, value + 1)
 WHERE name IN ('version', 'generation');
