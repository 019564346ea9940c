-- From version 4 to 5: the log is a chain, and can be pruned, and it is known who
-- was in which group when: that is filled when the triggers are there
-- (query/install.sql). What failed has an index. Rows of the log that are there
-- by now have no hash; scim_meta says up to which.
ALTER TABLE scim_log ADD COLUMN digest BLOB;
ALTER TABLE scim_log ADD COLUMN hash BLOB;
ALTER TABLE scim_log ADD COLUMN forgotten BLOB;

.read ../tables/chain.sql
.read ../tables/snapshot.sql
.read ../tables/stay.sql

CREATE INDEX scim_log_failed ON scim_log (tenant, token, time)
WHERE status >= 400;
CREATE INDEX scim_log_groups_left ON scim_log (tenant)
 WHERE groups_left IS NOT NULL;

INSERT INTO scim_meta (name, value)
SELECT 'unchained',
       max((SELECT value FROM scim_meta WHERE name = 'deleted_seq'),
           (SELECT coalesce(max(seq), 0) FROM scim_log));
INSERT INTO scim_meta VALUES
  ('horizon', ''),
  ('horizon_seq', 0),
  ('horizon_resource', 0);

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 5 WHERE name = 'version';
