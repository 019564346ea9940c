-- From version 15 to 16: views and triggers. The tables are as they were.
UPDATE scim_meta
   SET value = iif(name = 'version', 16, value + 1)
 WHERE name IN ('version', 'generation');
