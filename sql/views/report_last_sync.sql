-- When did each identity provider last sync, and what came of it? Which tokens
-- there are is what the log tells, so those that scim_token has no more are among
-- them, without a label: each is found behind the one before, and its last run from
-- its end, as in scim_status, so that nothing walks through the log.
CREATE VIEW scim_report_last_sync (
  tenant, label, started, ended, requests, created, updated, deactivated,
  reactivated, deleted, failed
) AS
WITH RECURSIVE
caller (token) AS (
  SELECT min(l.token) FROM scim_log AS l
   UNION
  SELECT (SELECT min(l.token) FROM scim_log AS l WHERE l.token > c.token)
    FROM caller AS c),
held (token, tenant) AS (
  SELECT c.token,
         (SELECT min(l.tenant) FROM scim_log AS l WHERE l.token = c.token)
    FROM caller AS c
   UNION
  SELECT h.token,
         (SELECT min(l.tenant) FROM scim_log AS l
           WHERE l.token = h.token AND l.tenant > h.tenant)
    FROM held AS h),
latest (tenant, token, time) AS (
  SELECT h.tenant, h.token,
         (SELECT max(l.time) FROM scim_log AS l
           WHERE l.tenant = h.tenant AND l.token = h.token)
    FROM held AS h),
step (tenant, token, started, ended) AS (
  SELECT tenant, token, time, time
    FROM latest
   WHERE time IS NOT NULL
   UNION
  SELECT s.tenant, s.token,
         (SELECT l.time FROM scim_log AS l
           WHERE l.tenant = s.tenant AND l.token = s.token
             AND l.time >= strftime('%Y-%m-%dT%H:%M:%S', s.started,
                                    '-1199 seconds')
           ORDER BY l.time LIMIT 1),
         s.ended
    FROM step AS s),
run (tenant, token, started, ended) AS MATERIALIZED (
  SELECT tenant, token, min(started), ended
    FROM step
   GROUP BY tenant, token)
SELECT r.tenant,
       (SELECT t.label FROM scim_token AS t WHERE t.token = r.token),
       r.started, r.ended, count(*),
       count(*) FILTER (WHERE l.action = 'create'),
       count(*) FILTER (WHERE l.action = 'update'),
       count(*) FILTER (WHERE iif(l.action = 'update',
                                  json_extract(l.after, '$.active'),
                                  NULL) = 0),
       count(*) FILTER (WHERE iif(l.action = 'update',
                                  json_extract(l.after, '$.active') = 1
                                  AND json_extract(l.before, '$.active') = 0,
                                  NULL)),
       count(*) FILTER (WHERE l.action = 'delete'),
       count(*) FILTER (WHERE l.status >= 400)
  FROM run AS r
 CROSS JOIN scim_log AS l
    ON l.tenant = r.tenant AND l.token = r.token
   AND l.time BETWEEN r.started AND r.ended
 GROUP BY r.tenant, r.token;
