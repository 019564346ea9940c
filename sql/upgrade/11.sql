-- From version 11 to 12: views and triggers. The tables are as they were.
UPDATE scim_meta
   SET value = iif(name = 'version', 12, value + 1)
 WHERE name IN ('version', 'generation');
