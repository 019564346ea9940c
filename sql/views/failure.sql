-- One row a request that failed in the latest run of whoever made it: a load by
-- INSERT INTO scim, an import, a sync of an identity provider. A run is what
-- scim_sync has as one: the requests of one token, or of all trusted callers,
-- with less than 20 minutes between one and the next.
--
-- Requests that no token was found for (401), which an earlier version logged,
-- are nobody's.
--
-- Only callers with failures are looked at, which an index of the failures
-- finds. A run is found from its end, as in scim_status: which callers there are
-- the two ask in other ways, and a recursion cannot be shared by them but as a view
-- of the latest runs of all callers, who would all be walked through each time.
--   SELECT method, target, status, detail FROM scim_failure ORDER BY seq;
CREATE VIEW scim_failure (
  seq, time, tenant, token, method, target, status, scim_type, detail
) AS
WITH RECURSIVE
caller (tenant, token) AS MATERIALIZED (
  SELECT DISTINCT l.tenant, l.token
    FROM scim_log AS l INDEXED BY scim_log_failed
   WHERE l.status >= 400 AND l.tenant IS NOT NULL
     AND (l.token IS NOT NULL OR l.status <> 401)),
latest (tenant, token, time) AS MATERIALIZED (
  SELECT c.tenant, c.token,
         (SELECT l.time FROM scim_log AS l
           WHERE l.tenant = c.tenant AND l.token IS c.token
             AND (l.token IS NOT NULL OR l.status <> 401)
           ORDER BY l.time DESC LIMIT 1)
    FROM caller AS c),
step (tenant, token, started, ended) AS (
  SELECT a.tenant, a.token, a.time, a.time FROM latest AS a
   UNION
  SELECT s.tenant, s.token,
         (SELECT l.time FROM scim_log AS l
           WHERE l.tenant = s.tenant AND l.token IS s.token
             AND (l.token IS NOT NULL OR l.status <> 401)
             AND l.time >= strftime('%Y-%m-%dT%H:%M:%S', s.started,
                                    '-1199 seconds')
           ORDER BY l.time LIMIT 1),
         s.ended
    FROM step AS s),
run (tenant, token, started, ended) AS MATERIALIZED (
  SELECT tenant, token, min(started), ended
    FROM step
   GROUP BY tenant, token)
SELECT l.seq, l.time, l.tenant, l.token, l.method, l.target, l.status,
       l.scim_type, l.detail
  FROM run AS r
 CROSS JOIN scim_log AS l
    ON l.tenant = r.tenant AND l.token IS r.token
   AND l.time BETWEEN r.started AND r.ended
 WHERE l.status >= 400
   AND (l.token IS NOT NULL OR l.status <> 401);
