-- From version 5 to 6.

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 6 WHERE name = 'version';
