-- When did each identity provider last sync, and what came of it?
-- tenant, label, started, ended and the counts of scim_sync
SELECT tenant, label, max(started) AS started, ended, requests, created,
       updated, deactivated, reactivated, deleted, failed
  FROM scim_sync
 WHERE token IS NOT NULL
   AND tenant = coalesce(:tenant, tenant)
 GROUP BY tenant, token
 ORDER BY tenant, label;
