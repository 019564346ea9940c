-- The names that scim_resource.name does not tell: of users without userName and
-- of those that were deleted. For scim_name and scim_log_named.
CREATE VIEW scim_name_other (tenant, type, id, name, deleted) AS
SELECT r.tenant, r.type, r.id,
       CAST(json_extract(r.doc, '$.displayName') AS TEXT), CAST(NULL AS TEXT)
  FROM scim_resource AS r
 WHERE r.name IS NULL
 UNION ALL
SELECT d.tenant, d.type, d.id,
       CAST(coalesce(json_extract(d.before, '$.userName'),
                     json_extract(d.before, '$.displayName')) AS TEXT),
       d.time
  FROM scim_log AS d INDEXED BY scim_log_gone
 WHERE d.action = 'delete'
   AND NOT EXISTS (SELECT 1 FROM scim_log AS later
                    WHERE later.id = d.id AND later.seq > d.seq
                      AND later.tenant = d.tenant
                      AND later.action IN ('create', 'delete'));
