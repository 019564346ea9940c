-- Takes away the views and triggers of version 12, by name: others may begin with
-- scim_ too.
DROP TRIGGER IF EXISTS scim_commit_value_drop;
DROP TRIGGER IF EXISTS scim_commit_value_add;
DROP TRIGGER IF EXISTS scim_commit_unique_drop;
DROP TRIGGER IF EXISTS scim_commit_unique_add;
DROP TRIGGER IF EXISTS scim_commit_claim_add;
DROP TRIGGER IF EXISTS scim_commit_by_shared;
DROP TRIGGER IF EXISTS scim_claim_gone;
DROP TRIGGER IF EXISTS scim_commit_member_drop;
DROP TRIGGER IF EXISTS scim_commit_member_leave;
DROP TRIGGER IF EXISTS scim_commit_member_leave_all;
DROP TRIGGER IF EXISTS scim_commit_member_add;
DROP TRIGGER IF EXISTS scim_commit_member_call;
DROP TRIGGER IF EXISTS scim_map_join_none;
DROP TRIGGER IF EXISTS scim_commit_create;
DROP TRIGGER IF EXISTS scim_commit_update_doc;
DROP TRIGGER IF EXISTS scim_commit_update;
DROP TRIGGER IF EXISTS scim_commit_leave;
DROP TRIGGER IF EXISTS scim_commit_delete;
DROP TRIGGER IF EXISTS scim_resource_renamed;
DROP TRIGGER IF EXISTS scim_commit_stay_drop;
DROP TRIGGER IF EXISTS scim_commit_stay_leave;
DROP TRIGGER IF EXISTS scim_commit_stay_leave_all;
DROP TRIGGER IF EXISTS scim_commit_stay_end;
DROP TRIGGER IF EXISTS scim_commit_stay_add;
DROP TRIGGER IF EXISTS scim_commit_stay_join;
DROP TRIGGER IF EXISTS scim_commit_stay;
DROP TRIGGER IF EXISTS scim_stay_delete;
DROP TRIGGER IF EXISTS scim_commit_shape;
DROP TRIGGER IF EXISTS scim_shape_insert;
DROP TRIGGER IF EXISTS scim_shape_delete;
DROP TRIGGER IF EXISTS scim_commit_log;
DROP TRIGGER IF EXISTS scim_commit_outbox;
DROP TRIGGER IF EXISTS scim_work_prune;
DROP TRIGGER IF EXISTS scim_commit_prune_create;
DROP TRIGGER IF EXISTS scim_commit_prune_update;
DROP TRIGGER IF EXISTS scim_commit_prune_delete;
DROP TRIGGER IF EXISTS scim_commit_prune_member;
DROP TRIGGER IF EXISTS scim_commit_prune_name;
DROP TRIGGER IF EXISTS scim_work_forget_row;
DROP TRIGGER IF EXISTS scim_work_forget_job;
DROP TRIGGER IF EXISTS scim_work_forget;
DROP TRIGGER IF EXISTS scim_commit_map_create;
DROP TRIGGER IF EXISTS scim_commit_map_steps;
DROP TRIGGER IF EXISTS scim_map_row_create;
DROP TRIGGER IF EXISTS scim_map_create_none;
DROP TRIGGER IF EXISTS scim_commit_work_map;
DROP TRIGGER IF EXISTS scim_work_map_mistake;
DROP TRIGGER IF EXISTS scim_map_note_review;
DROP TRIGGER IF EXISTS scim_map_note_unlink;
DROP TRIGGER IF EXISTS scim_map_note_ignore;
DROP TRIGGER IF EXISTS scim_map_note_adopt;
DROP TRIGGER IF EXISTS scim_map_note_gone;
DROP TRIGGER IF EXISTS scim_map_note_reviewed;
DROP TRIGGER IF EXISTS scim_map_note_refer;
DROP TRIGGER IF EXISTS scim_map_note_unrefer;
DROP TRIGGER IF EXISTS scim_map_note_fold;
DROP TRIGGER IF EXISTS scim_map_note_define;
DROP TRIGGER IF EXISTS scim_map_note_state;
DROP TRIGGER IF EXISTS scim_map_note_forget;
DROP TRIGGER IF EXISTS scim_map_insert;
DROP TRIGGER IF EXISTS scim_map_update;
DROP TRIGGER IF EXISTS scim_map_delete;
DROP TRIGGER IF EXISTS scim_commit_former;
DROP TRIGGER IF EXISTS scim_commit_alert;
DROP TRIGGER IF EXISTS scim_work_release;
DROP TRIGGER IF EXISTS scim_commit_by_create;
DROP TRIGGER IF EXISTS scim_commit_by_update;
DROP TRIGGER IF EXISTS scim_commit_by_delete;
DROP TRIGGER IF EXISTS scim_commit_by_index;
DROP TRIGGER IF EXISTS scim_commit_by_new;
DROP TRIGGER IF EXISTS scim_commit_by_document;
DROP TRIGGER IF EXISTS scim_commit_by_gone;
DROP TRIGGER IF EXISTS scim_work_rebuild;
DROP TRIGGER IF EXISTS scim_work_built;
DROP TRIGGER IF EXISTS scim_work_token;
DROP TRIGGER IF EXISTS scim_work_rotate;
DROP TRIGGER IF EXISTS scim_work_remove;
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
DROP TRIGGER IF EXISTS scim_tenant_created;
DROP TRIGGER IF EXISTS scim_outbox_created;
DROP TRIGGER IF EXISTS scim_resource_delete;
DROP TRIGGER IF EXISTS scim_log_delete;
DROP TRIGGER IF EXISTS scim_token_delete;
DROP TRIGGER IF EXISTS scim_review_delete;
DROP TRIGGER IF EXISTS scim_log_unread;
DROP TRIGGER IF EXISTS scim_consumer_insert;
DROP TRIGGER IF EXISTS scim_consumer_update;
DROP TRIGGER IF EXISTS scim_rule_insert;
DROP TRIGGER IF EXISTS scim_rule_update;
DROP TRIGGER IF EXISTS scim_rule_delete;
DROP TRIGGER IF EXISTS scim_work_rule;

-- What is left on the views is the application's, or a map's, and would go with
-- them. The program makes it anew in this order, which is the one in which it was
-- made, and clears it away.
INSERT INTO scim_meta (name, value)
SELECT printf('trigger %09d', rowid), sql
  FROM sqlite_schema
 WHERE type = 'trigger'
   AND tbl_name COLLATE nocase IN (
       'scim_attribute', 'scim_cause', 'scim_change', 'scim_client',
       'scim_default_mistake', 'scim_definition', 'scim_definition_mistake',
       'scim_email', 'scim_failure', 'scim_fit', 'scim_group', 'scim_history',
       'scim_index_mistake', 'scim_log_named', 'scim_map_mistake',
       'scim_membership', 'scim_membership_effective',
       'scim_membership_interval', 'scim_misfit', 'scim_mistake', 'scim_path',
       'scim_report_active_without_manager', 'scim_report_dangling_members',
       'scim_report_department_changes', 'scim_report_duplicate_emails',
       'scim_report_empty_groups', 'scim_report_failed_requests',
       'scim_report_group_as_of', 'scim_report_last_sync',
       'scim_report_leavers', 'scim_report_reactivated',
       'scim_report_stale_accounts', 'scim_report_token_inventory',
       'scim_report_user_group_changes', 'scim_rule_mistake', 'scim_setting',
       'scim_setting_mistake', 'scim_shape_leaf', 'scim_status', 'scim_sync',
       'scim_tenant_setting', 'scim_text_mistake', 'scim_type_schema',
       'scim_user', 'scim_commit', 'scim_commit_new', 'scim_commit_document',
       'scim_commit_gone', 'scim_commit_shared', 'scim_commit_value_drop',
       'scim_commit_value_add', 'scim_commit_unique_drop',
       'scim_commit_unique_add', 'scim_commit_claim_add',
       'scim_commit_member_drop', 'scim_commit_member_leave',
       'scim_commit_member_add', 'scim_commit_member_call', 'scim_map_join',
       'scim_commit_create', 'scim_commit_update', 'scim_commit_leave',
       'scim_commit_delete', 'scim_commit_stay_drop', 'scim_commit_stay_leave',
       'scim_commit_stay_end', 'scim_commit_stay_add', 'scim_commit_stay_join',
       'scim_commit_stay', 'scim_commit_shape', 'scim_commit_log',
       'scim_commit_outbox', 'scim_commit_work', 'scim_commit_prune',
       'scim_commit_prune_member', 'scim_commit_prune_name', 'scim_map_create',
       'scim_map_row', 'scim_map_note', 'scim_commit_map',
       'scim_commit_former', 'scim_commit_alert', 'scim_definition_change');

DROP VIEW IF EXISTS scim_attribute;
DROP VIEW IF EXISTS scim_cause;
DROP VIEW IF EXISTS scim_change;
DROP VIEW IF EXISTS scim_client;
DROP VIEW IF EXISTS scim_default_mistake;
DROP VIEW IF EXISTS scim_definition;
DROP VIEW IF EXISTS scim_definition_mistake;
DROP VIEW IF EXISTS scim_email;
DROP VIEW IF EXISTS scim_failure;
DROP VIEW IF EXISTS scim_fit;
DROP VIEW IF EXISTS scim_group;
DROP VIEW IF EXISTS scim_history;
DROP VIEW IF EXISTS scim_index_mistake;
DROP VIEW IF EXISTS scim_log_named;
DROP VIEW IF EXISTS scim_map_mistake;
DROP VIEW IF EXISTS scim_membership;
DROP VIEW IF EXISTS scim_membership_effective;
DROP VIEW IF EXISTS scim_membership_interval;
DROP VIEW IF EXISTS scim_misfit;
DROP VIEW IF EXISTS scim_mistake;
DROP VIEW IF EXISTS scim_path;
DROP VIEW IF EXISTS scim_report_active_without_manager;
DROP VIEW IF EXISTS scim_report_dangling_members;
DROP VIEW IF EXISTS scim_report_department_changes;
DROP VIEW IF EXISTS scim_report_duplicate_emails;
DROP VIEW IF EXISTS scim_report_empty_groups;
DROP VIEW IF EXISTS scim_report_failed_requests;
DROP VIEW IF EXISTS scim_report_group_as_of;
DROP VIEW IF EXISTS scim_report_last_sync;
DROP VIEW IF EXISTS scim_report_leavers;
DROP VIEW IF EXISTS scim_report_reactivated;
DROP VIEW IF EXISTS scim_report_stale_accounts;
DROP VIEW IF EXISTS scim_report_token_inventory;
DROP VIEW IF EXISTS scim_report_user_group_changes;
DROP VIEW IF EXISTS scim_rule_mistake;
DROP VIEW IF EXISTS scim_setting;
DROP VIEW IF EXISTS scim_setting_mistake;
DROP VIEW IF EXISTS scim_shape_leaf;
DROP VIEW IF EXISTS scim_status;
DROP VIEW IF EXISTS scim_sync;
DROP VIEW IF EXISTS scim_tenant_setting;
DROP VIEW IF EXISTS scim_text_mistake;
DROP VIEW IF EXISTS scim_type_schema;
DROP VIEW IF EXISTS scim_user;
DROP VIEW IF EXISTS scim_commit;
DROP VIEW IF EXISTS scim_commit_new;
DROP VIEW IF EXISTS scim_commit_document;
DROP VIEW IF EXISTS scim_commit_gone;
DROP VIEW IF EXISTS scim_commit_shared;
DROP VIEW IF EXISTS scim_commit_value_drop;
DROP VIEW IF EXISTS scim_commit_value_add;
DROP VIEW IF EXISTS scim_commit_unique_drop;
DROP VIEW IF EXISTS scim_commit_unique_add;
DROP VIEW IF EXISTS scim_commit_claim_add;
DROP VIEW IF EXISTS scim_commit_member_drop;
DROP VIEW IF EXISTS scim_commit_member_leave;
DROP VIEW IF EXISTS scim_commit_member_add;
DROP VIEW IF EXISTS scim_commit_member_call;
DROP VIEW IF EXISTS scim_map_join;
DROP VIEW IF EXISTS scim_commit_create;
DROP VIEW IF EXISTS scim_commit_update;
DROP VIEW IF EXISTS scim_commit_leave;
DROP VIEW IF EXISTS scim_commit_delete;
DROP VIEW IF EXISTS scim_commit_stay_drop;
DROP VIEW IF EXISTS scim_commit_stay_leave;
DROP VIEW IF EXISTS scim_commit_stay_end;
DROP VIEW IF EXISTS scim_commit_stay_add;
DROP VIEW IF EXISTS scim_commit_stay_join;
DROP VIEW IF EXISTS scim_commit_stay;
DROP VIEW IF EXISTS scim_commit_shape;
DROP VIEW IF EXISTS scim_commit_log;
DROP VIEW IF EXISTS scim_commit_outbox;
DROP VIEW IF EXISTS scim_commit_work;
DROP VIEW IF EXISTS scim_commit_prune;
DROP VIEW IF EXISTS scim_commit_prune_member;
DROP VIEW IF EXISTS scim_commit_prune_name;
DROP VIEW IF EXISTS scim_map_create;
DROP VIEW IF EXISTS scim_map_row;
DROP VIEW IF EXISTS scim_map_note;
DROP VIEW IF EXISTS scim_commit_map;
DROP VIEW IF EXISTS scim_commit_former;
DROP VIEW IF EXISTS scim_commit_alert;
DROP VIEW IF EXISTS scim_definition_change;
