-- From version 4 to 5: the log is a chain. Rows that are there by now have no
-- hash: scim_meta says up to which.

ALTER TABLE scim_log ADD COLUMN digest BLOB;
ALTER TABLE scim_log ADD COLUMN hash BLOB;
ALTER TABLE scim_log ADD COLUMN forgotten BLOB;

CREATE INDEX scim_log_left ON scim_log (tenant) WHERE groups_left IS NOT NULL;

.read ../tables/chain.sql

INSERT INTO scim_meta (name, value)
SELECT 'unchained',
       max((SELECT value FROM scim_meta WHERE name = 'deleted_seq'),
           (SELECT coalesce(max(seq), 0) FROM scim_log));

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 5 WHERE name = 'version';
