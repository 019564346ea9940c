-- When did each identity provider last sync, and what came of it?
CREATE VIEW scim_report_last_sync (
  tenant, label, started, ended, requests, created, updated, deactivated,
  reactivated, deleted, failed
) AS
SELECT tenant, label, max(started), ended, requests, created, updated,
       deactivated, reactivated, deleted, failed
  FROM scim_sync
 WHERE token IS NOT NULL
 GROUP BY tenant, token;
