-- The statements that change the database, and what they are to be given.

-- What was asked goes into the log, also where it is not known.
-- name: commit_change
INSERT INTO scim_commit (
  action, tenant, type, resource, id, version, time, doc,
  value_add, value_drop, unique_add, unique_drop,
  member_add, joins, member_drop, groups_left, source, maps,
  token, method, target, status, scim_type, detail, before, after, data,
  jobs, inactive, digest, hash, renamed, name, email, request, shape)
VALUES (:action, :tenant, :type, :resource, :id, :version, :time, :doc,
  :value_add, :value_drop, :unique_add, :unique_drop,
  :member_add, :joins, :member_drop, :groups_left, :source, :maps,
  :token, coalesce(:method, ''), coalesce(:target, ''), :status,
  :scim_type, :detail, :before, :after, :data, :jobs,
  :inactive, :digest, :hash, :renamed, :name, :email, :request,
  :shape);

-- What has little to do goes through views with the same columns.
-- name: commit_new
-- like: commit_change, INTO scim_commit_new

-- name: commit_document
-- like: commit_change, INTO scim_commit_document

-- name: commit_gone
-- like: commit_change, INTO scim_commit_gone

-- name: commit_work
INSERT INTO scim_commit_work (action, tenant, type, time, data, digest,
  hash)
VALUES (:action, :tenant, :type, :time, :data, :digest, :hash);

-- name: last_seq
-- row: last (number)
SELECT max(seq) AS number FROM scim_log;

-- name: next_resource
-- row: last
SELECT 1 + max((SELECT value FROM scim_meta WHERE name = 'deleted_resource'),
               (SELECT coalesce(max(resource), 0) FROM scim_resource)) AS number;

-- Has a change that was refused left something? Its first step is the row.
-- name: change_left
-- row: change_left (left)
SELECT CASE :action
       WHEN 'delete'
       THEN NOT EXISTS (SELECT 1 FROM scim_resource
                         WHERE tenant = :tenant AND id = :id)
       ELSE EXISTS (SELECT 1 FROM scim_resource
                     WHERE tenant = :tenant AND id = :id
                       AND version >= :version AND :action <> 'none')
       END AS left;
