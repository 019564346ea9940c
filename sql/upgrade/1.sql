-- From version 1 to 2: numbers of rows are not used again, keys of scim_commit
-- are objects, and reals and integers from 9e18 on have other keys.
--
-- No table changes its form, so that rows, indexes, columns and triggers that
-- an application has added to them stay as they are. Views and triggers of
-- version 1 go, by name: others may begin with scim_ too. Those of the new
-- version are made afterwards, from the files that make a new database.
DROP TRIGGER IF EXISTS scim_commit_log;
DROP TRIGGER IF EXISTS scim_commit_create;
DROP TRIGGER IF EXISTS scim_commit_update;
DROP TRIGGER IF EXISTS scim_commit_delete;
DROP TRIGGER IF EXISTS scim_commit_value_drop;
DROP TRIGGER IF EXISTS scim_commit_value_add;
DROP TRIGGER IF EXISTS scim_commit_unique_drop;
DROP TRIGGER IF EXISTS scim_commit_unique_add;
DROP TRIGGER IF EXISTS scim_commit_member_drop;
DROP TRIGGER IF EXISTS scim_commit_member_add;
DROP TRIGGER IF EXISTS scim_commit_rebuild;
DROP TRIGGER IF EXISTS scim_commit_built;
DROP TRIGGER IF EXISTS scim_commit_token;
DROP TRIGGER IF EXISTS scim_schema_insert;
DROP TRIGGER IF EXISTS scim_schema_update;
DROP TRIGGER IF EXISTS scim_schema_delete;
DROP TRIGGER IF EXISTS scim_resource_type_insert;
DROP TRIGGER IF EXISTS scim_resource_type_update;
DROP TRIGGER IF EXISTS scim_resource_type_delete;
DROP TRIGGER IF EXISTS scim_index_insert;
DROP TRIGGER IF EXISTS scim_index_update;
DROP TRIGGER IF EXISTS scim_index_delete;
DROP TRIGGER IF EXISTS scim_default_insert;
DROP TRIGGER IF EXISTS scim_default_update;
DROP TRIGGER IF EXISTS scim_default_delete;
DROP TRIGGER IF EXISTS scim_tenant_insert;
DROP TRIGGER IF EXISTS scim_tenant_update;

-- What is left on the views is the application's, and would go with them. The
-- program makes it anew in this order, which is the one in which it was made,
-- and clears it away.
INSERT INTO scim_meta (name, value)
SELECT printf('trigger %09d', rowid), sql
  FROM sqlite_schema
 WHERE type = 'trigger'
   AND tbl_name COLLATE nocase IN (
       'scim_commit', 'scim_mistake', 'scim_user', 'scim_group', 'scim_email',
       'scim_name', 'scim_membership', 'scim_history', 'scim_sync',
       'scim_misfit');

DROP VIEW IF EXISTS scim_commit;
DROP VIEW IF EXISTS scim_mistake;
DROP VIEW IF EXISTS scim_user;
DROP VIEW IF EXISTS scim_group;
DROP VIEW IF EXISTS scim_email;
DROP VIEW IF EXISTS scim_name;
DROP VIEW IF EXISTS scim_membership;
DROP VIEW IF EXISTS scim_history;
DROP VIEW IF EXISTS scim_sync;
DROP VIEW IF EXISTS scim_misfit;

-- As far as the log goes back: a resource took one number more than the highest
-- that was there, so none is above the count of those created. Of the tokens
-- that are gone it knows those that were used.
INSERT INTO scim_meta (name, value) VALUES
  ('deleted_resource',
   (SELECT count(*) FROM scim_log WHERE action = 'create')),
  ('deleted_seq', 0),
  ('deleted_token', (SELECT coalesce(max(token), 0) FROM scim_log));

-- All keys are to be made anew; until then no filter looks at them.
UPDATE scim_index SET built = 0;
UPDATE scim_meta SET value = 1 WHERE name = 'stale';
UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 2 WHERE name = 'version';
