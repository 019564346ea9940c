-- One row a run of an IdP: the requests of one token with less than 20
-- minutes between one and the next. deactivated and reactivated are also
-- counted in updated. Requests that no token was found for (401) are nobody's
-- run and left out.
--   SELECT label, started, failed FROM scim_sync ORDER BY started DESC;
CREATE VIEW scim_sync (
  tenant, token, label, started, ended, requests, created, updated,
  deactivated, reactivated, deleted, failed
) AS
WITH
request AS (
  SELECT seq, tenant, token, time, status, action,
         iif(action = 'update', json_extract(before, '$.active'), NULL) AS old,
         iif(action = 'update', json_extract(after, '$.active'), NULL) AS new,
         unixepoch(time) - lag(unixepoch(time)) OVER (
           PARTITION BY tenant, token ORDER BY time, seq) AS gap
    FROM scim_log
   WHERE token IS NOT NULL OR status <> 401
),
numbered AS (
  SELECT *, count(*) FILTER (WHERE gap >= 20 * 60) OVER (
              PARTITION BY tenant, token ORDER BY time, seq) AS run
    FROM request
)
SELECT n.tenant, n.token,
       iif(n.token IS NULL, '(sql)', t.label),
       min(n.time), max(n.time), count(*),
       count(*) FILTER (WHERE action = 'create'),
       count(*) FILTER (WHERE action = 'update'),
       count(*) FILTER (WHERE new = 0),
       count(*) FILTER (WHERE new = 1 AND old = 0),
       count(*) FILTER (WHERE action = 'delete'),
       count(*) FILTER (WHERE status >= 400)
  FROM numbered AS n
  LEFT JOIN scim_token AS t ON t.token = n.token
 GROUP BY n.tenant, n.token, n.run;
