-- From version 4 to 5: views and triggers only.

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 5 WHERE name = 'version';
