-- The door for what is no change of a resource: a trigger for each action, in
-- the files of what it is about. Those that make or remove a tenant are long, and
-- SQLite compiles all that an INSERT may set off: through scim_commit each new
-- connection would wait twice as long for its first write.
CREATE VIEW scim_commit_work (
  action, tenant, type, time, data, digest, hash, seq
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;
