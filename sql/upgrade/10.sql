-- From version 10 to 11: views and triggers. The tables are as they were.
UPDATE scim_meta
   SET value = iif(name = 'version', 11, value + 1)
 WHERE name IN ('version', 'generation');
