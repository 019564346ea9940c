-- From version 14 to 15: views and triggers.
UPDATE scim_meta
   SET value = iif(name = 'version', 15, value + 1)
 WHERE name IN ('version', 'generation');
