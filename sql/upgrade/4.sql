-- From version 4 to 5: a log that can be pruned, and who was in which group when:
-- that is filled when the triggers are there (query/install.sql).
.read ../tables/snapshot.sql
.read ../tables/stay.sql
CREATE INDEX scim_log_groups_left ON scim_log (tenant)
 WHERE groups_left IS NOT NULL;
INSERT INTO scim_meta VALUES
  ('horizon', ''),
  ('horizon_seq', 0),
  ('horizon_resource', 0);

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 5 WHERE name = 'version';
