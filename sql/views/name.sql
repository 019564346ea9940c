-- One row a name: of every resource that lives, and of every one that was
-- deleted. name is userName, else displayName; deleted is when, or NULL.
--   SELECT name, deleted FROM scim_name WHERE id = '…';
CREATE VIEW scim_name (tenant, type, id, name, deleted) AS
SELECT r.tenant, r.type, r.id,
       coalesce(json_extract(r.doc, '$.userName'),
                json_extract(r.doc, '$.displayName')),
       CAST(NULL AS TEXT)
  FROM scim_resource AS r
 UNION ALL
SELECT d.tenant, d.type, d.id,
       coalesce(json_extract(d.before, '$.userName'),
                json_extract(d.before, '$.displayName')),
       d.time
  FROM scim_log AS d
 WHERE d.action = 'delete'
   AND d.seq = (SELECT max(later.seq) FROM scim_log AS later
                 WHERE later.id = d.id AND later.tenant = d.tenant
                   AND later.action IN ('create', 'delete'));
