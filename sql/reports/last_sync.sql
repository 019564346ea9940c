-- When did each identity provider last sync, and what came of it?
-- tenant, label, started, ended and the counts of scim_sync
SELECT *
  FROM (SELECT *
          FROM scim_report_last_sync
         WHERE nullif(:tenant, '') IS NULL
         UNION ALL
        SELECT *
          FROM scim_report_last_sync
         WHERE tenant = nullif(:tenant, ''))
 ORDER BY +tenant, label;
