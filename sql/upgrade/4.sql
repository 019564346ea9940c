-- From version 4 to 5: an index of what failed, for the view scim_failure.
CREATE INDEX scim_log_failed ON scim_log (tenant, token, time)
WHERE status >= 400;

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 5 WHERE name = 'version';
