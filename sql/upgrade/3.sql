-- From version 3 to 4: a map that cannot be read any more says why.
ALTER TABLE scim_map ADD COLUMN mistake TEXT;

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 4 WHERE name = 'version';
