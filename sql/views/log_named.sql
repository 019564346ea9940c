-- scim_log with the name of what each row is about, as scim_name has it; NULL
-- where a request was about nothing that has one.
--   SELECT time, action, detail FROM scim_log_named WHERE name = 'ada@example.com';
CREATE VIEW scim_log_named (
  seq, time, tenant, token, method, target, status, scim_type, detail, action,
  type, id, version, before, after, member_add, member_drop, groups_left,
  source, name, shape, member_patch
) AS
SELECT l.seq, l.time, l.tenant, l.token, l.method, l.target, l.status,
       l.scim_type, l.detail, l.action, l.type, l.id, l.version, l.before,
       l.after, l.member_add, l.member_drop, l.groups_left, l.source, n.name,
       l.shape, l.member_patch
  FROM scim_log AS l
  LEFT JOIN scim_name AS n ON n.tenant = l.tenant AND n.id = l.id;
