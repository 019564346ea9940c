-- Takes away the views and triggers of version 2, by name: others may begin with
-- scim_ too.
DROP TRIGGER IF EXISTS scim_commit_log;
DROP TRIGGER IF EXISTS scim_commit_create;
DROP TRIGGER IF EXISTS scim_commit_update;
DROP TRIGGER IF EXISTS scim_commit_delete;
DROP TRIGGER IF EXISTS scim_commit_value_drop;
DROP TRIGGER IF EXISTS scim_commit_value_add;
DROP TRIGGER IF EXISTS scim_commit_unique_drop;
DROP TRIGGER IF EXISTS scim_commit_unique_add;
DROP TRIGGER IF EXISTS scim_commit_unique_index;
DROP TRIGGER IF EXISTS scim_commit_member_drop;
DROP TRIGGER IF EXISTS scim_commit_member_add;
DROP TRIGGER IF EXISTS scim_commit_rebuild;
DROP TRIGGER IF EXISTS scim_commit_built;
DROP TRIGGER IF EXISTS scim_commit_token;
DROP TRIGGER IF EXISTS scim_definition_changed;
DROP TRIGGER IF EXISTS scim_schema_insert;
DROP TRIGGER IF EXISTS scim_schema_update;
DROP TRIGGER IF EXISTS scim_schema_delete;
DROP TRIGGER IF EXISTS scim_resource_type_insert;
DROP TRIGGER IF EXISTS scim_resource_type_update;
DROP TRIGGER IF EXISTS scim_resource_type_delete;
DROP TRIGGER IF EXISTS scim_index_insert;
DROP TRIGGER IF EXISTS scim_index_update;
DROP TRIGGER IF EXISTS scim_index_built;
DROP TRIGGER IF EXISTS scim_index_delete;
DROP TRIGGER IF EXISTS scim_meta_version;
DROP TRIGGER IF EXISTS scim_default_insert;
DROP TRIGGER IF EXISTS scim_default_update;
DROP TRIGGER IF EXISTS scim_default_delete;
DROP TRIGGER IF EXISTS scim_tenant_insert;
DROP TRIGGER IF EXISTS scim_tenant_update;
DROP TRIGGER IF EXISTS scim_resource_delete;
DROP TRIGGER IF EXISTS scim_log_delete;
DROP TRIGGER IF EXISTS scim_token_delete;

-- What is left on the views is the application's, and would go with them. The
-- program makes it anew in this order, which is the one in which it was made,
-- and clears it away.
INSERT INTO scim_meta (name, value)
SELECT printf('trigger %09d', rowid), sql
  FROM sqlite_schema
 WHERE type = 'trigger'
   AND tbl_name COLLATE nocase IN (
       'scim_attribute', 'scim_default_mistake', 'scim_definition',
       'scim_email', 'scim_fit', 'scim_group', 'scim_history',
       'scim_membership', 'scim_misfit', 'scim_mistake', 'scim_name',
       'scim_path', 'scim_setting', 'scim_setting_mistake', 'scim_sync',
       'scim_text_mistake', 'scim_type_schema', 'scim_user', 'scim_commit',
       'scim_definition_change');

DROP VIEW IF EXISTS scim_attribute;
DROP VIEW IF EXISTS scim_default_mistake;
DROP VIEW IF EXISTS scim_definition;
DROP VIEW IF EXISTS scim_email;
DROP VIEW IF EXISTS scim_fit;
DROP VIEW IF EXISTS scim_group;
DROP VIEW IF EXISTS scim_history;
DROP VIEW IF EXISTS scim_membership;
DROP VIEW IF EXISTS scim_misfit;
DROP VIEW IF EXISTS scim_mistake;
DROP VIEW IF EXISTS scim_name;
DROP VIEW IF EXISTS scim_path;
DROP VIEW IF EXISTS scim_setting;
DROP VIEW IF EXISTS scim_setting_mistake;
DROP VIEW IF EXISTS scim_sync;
DROP VIEW IF EXISTS scim_text_mistake;
DROP VIEW IF EXISTS scim_type_schema;
DROP VIEW IF EXISTS scim_user;
DROP VIEW IF EXISTS scim_commit;
DROP VIEW IF EXISTS scim_definition_change;
