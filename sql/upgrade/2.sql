-- From version 2 to 3: the IdP's and the platform's membership of one person are
-- two rows; maps, tenants that can be off, tokens with scopes of their own, the
-- outbox and what else the platform's side needs.
--
-- The program has put the members aside and dropped the table, whose primary
-- key is another from now on.
.read ../tables/member.sql
INSERT INTO scim_member ("group", value, type, display, source)
SELECT "group", value, type, display, source FROM scim_member_before;

-- Who reads scim_change, and how far.
.read ../tables/consumer.sql

-- Runs, for scim_status.
CREATE INDEX scim_log_run ON scim_log (tenant, time, token, action, status);

-- Which events leave a job, and the jobs.
.read ../tables/rule.sql
.read ../tables/outbox.sql

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 3 WHERE name = 'version';
