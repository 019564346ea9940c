-- The names that scim_resource.name does not tell: of users without userName and
-- of those that were deleted. For scim_name and scim_log_named. These are found by
-- their name and by their id: so no index is named here, and what a deletion is, is
-- said as the two indexes say it (../tables/log.sql). A tenant leads nowhere, hence
-- its cast: deletions are fewer than all that a tenant did.
CREATE VIEW scim_name_other (tenant, type, id, name, deleted) AS
SELECT r.tenant, r.type, r.id,
       CAST(json_extract(r.doc, '$.displayName') AS TEXT), CAST(NULL AS TEXT)
  FROM scim_resource AS r
 WHERE r.name IS NULL
 UNION ALL
SELECT CAST(d.tenant AS TEXT), d.type, d.id, d.name, d.time
  FROM scim_log AS d
 WHERE d.action > 'create' AND d.action < 'update'
   AND NOT EXISTS (SELECT 1 FROM scim_log AS later
                    WHERE later.id = d.id AND later.seq > d.seq
                      AND later.tenant = d.tenant
                      AND later.action IN ('create', 'delete'));
