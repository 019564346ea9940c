-- From version 13 to 14: triggers. The tables are as they were.
UPDATE scim_meta
   SET value = iif(name = 'version', 14, value + 1)
 WHERE name IN ('version', 'generation');
