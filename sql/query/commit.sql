-- The one statement that changes the database, and what it is to be given.

-- name: commit_change
INSERT INTO scim_commit (
  action, tenant, type, resource, id, version, time, doc,
  value_add, value_drop, unique_add, unique_drop,
  member_add, member_drop, groups_left, source,
  token, method, target, status, scim_type, detail, before, after, data)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
  ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25);

-- name: last_seq
SELECT max(seq) FROM scim_log;

-- name: last_resource
SELECT max(resource) FROM scim_resource;
