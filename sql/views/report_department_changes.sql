-- Whose department changed, from what to what? The document's change is in the
-- log as it was written, so that most rows need not be parsed.
CREATE VIEW scim_report_department_changes (
  time, tenant, user, user_name, old, new, changed_by, seq
) AS
SELECT l.time, l.tenant, l.id, l.name,
       json_extract(l.before,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".department'),
       json_extract(l.after,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".department'),
       iif(l.token IS NULL, '(sql)',
           (SELECT t.label FROM scim_token AS t WHERE t.token = l.token)),
       l.seq
  FROM scim_log_named AS l
 WHERE l.action = 'update'
   AND (instr(l.after, '"department"') OR instr(l.before, '"department"'))
   AND coalesce(json_type(l.before,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".department'),
                json_type(l.after,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".department'))
       <> 'object';
