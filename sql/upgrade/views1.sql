-- Takes away the views and triggers of version 1, by name: others may begin with
-- scim_ too.
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
