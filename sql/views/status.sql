-- How each tenant is doing: its latest run (as scim_sync has them: the latest
-- of a token, or where no token has one, of trusted callers), what failed in it
-- and what to do, and whatever else waits for a person. scimd status prints it.
--
-- Nothing walks through the log. A run is found from its end: the earliest
-- request less than 20 minutes before is of it, and the one before that, until
-- there is none (scim_failure says why each does so for itself). lag is for how
-- many seconds the oldest change waits that a consumer has not read, or a job
-- that is not done nor given up; 0 where nothing waits.
--   SELECT tenant, last_run, failed, failures FROM scim_status;
CREATE VIEW scim_status (
  tenant, enabled, last_run, created, updated, deactivated, deleted, failed,
  failures, users, groups, tokens_expiring, reviews, alerts, lag
) AS
WITH RECURSIVE
-- A row of each token and tenant, and of each tenant that of trusted callers: one
-- look at the index of the log for each.
known (seq) AS (
  SELECT (SELECT l.seq FROM scim_log AS l
           WHERE l.token IS NOT NULL
           ORDER BY l.token, l.tenant LIMIT 1)
   UNION ALL
  SELECT coalesce((SELECT n.seq FROM scim_log AS n
                    WHERE n.token = l.token AND n.tenant > l.tenant
                    ORDER BY n.tenant LIMIT 1),
                  (SELECT n.seq FROM scim_log AS n
                    WHERE n.token > l.token
                    ORDER BY n.token, n.tenant LIMIT 1))
    FROM known AS k
    JOIN scim_log AS l ON l.seq = k.seq),
caller (tenant, token, time) AS (
  SELECT a.tenant, a.token,
         (SELECT max(l.time) FROM scim_log AS l
           WHERE l.token = a.token AND l.tenant = a.tenant)
    FROM known AS k
    JOIN scim_log AS a ON a.seq = k.seq
   UNION ALL
  SELECT t.name, NULL,
         (SELECT max(l.time) FROM scim_log AS l
           WHERE l.token IS NULL AND l.tenant = t.name)
    FROM scim_tenant AS t),
latest (tenant, token, time, place) AS (
  SELECT c.tenant, c.token, c.time,
         row_number() OVER (
           PARTITION BY c.tenant
           ORDER BY c.token IS NULL, c.time DESC,
                    (SELECT max(l.seq) FROM scim_log AS l
                      WHERE l.token IS c.token AND l.tenant = c.tenant
                        AND l.time = c.time) DESC)
    FROM caller AS c
   WHERE c.time IS NOT NULL),
step (tenant, token, started, ended) AS (
  SELECT a.tenant, a.token, a.time, a.time
    FROM latest AS a
   WHERE a.place = 1
   UNION
  SELECT s.tenant, s.token,
         (SELECT l.time FROM scim_log AS l
           WHERE l.tenant = s.tenant AND l.token IS s.token
             AND l.time >= strftime('%Y-%m-%dT%H:%M:%S', s.started,
                                    '-1199 seconds')
           ORDER BY l.time LIMIT 1),
         s.ended
    FROM step AS s),
run (tenant, token, started, ended) AS MATERIALIZED (
  SELECT tenant, token, min(started), ended
    FROM step
   GROUP BY tenant),
counted (tenant, created, updated, deactivated, deleted, failed)
AS MATERIALIZED (
  SELECT r.tenant,
         count(*) FILTER (WHERE l.action = 'create'),
         count(*) FILTER (WHERE l.action = 'update'),
         count(*) FILTER (WHERE iif(l.action = 'update',
                                    json_extract(l.after, '$.active'),
                                    NULL) = 0),
         count(*) FILTER (WHERE l.action = 'delete'),
         count(*) FILTER (WHERE l.status >= 400)
    FROM run AS r
   CROSS JOIN scim_log AS l
      ON l.tenant = r.tenant AND l.token IS r.token
     AND l.time BETWEEN r.started AND r.ended
   GROUP BY r.tenant),
-- Failed requests by cause, and jobs of the outbox that were given up; of each
-- the last for an example.
failure (tenant, cause, number, last, example, remedy) AS (
  SELECT r.tenant,
         coalesce(l.scim_type, CAST(l.status AS TEXT)) AS cause, count(*),
         max(l.seq),
         l.method || ' ' || l.target || coalesce(': ' || l.detail, ''),
         coalesce((SELECT c.remedy FROM scim_cause AS c
                    WHERE c.cause = coalesce(l.scim_type,
                                             CAST(l.status AS TEXT))),
                  'The example says what is wrong.')
    FROM run AS r
   CROSS JOIN scim_log AS l
      ON l.tenant = r.tenant AND l.token IS r.token
     AND l.time BETWEEN r.started AND r.ended
   WHERE l.status >= 400
   GROUP BY r.tenant, cause
   UNION ALL
  SELECT o.tenant, 'outbox', count(*), max(o.job),
         o.kind || ' of ' || o.id || coalesce(': ' || o.error, ''),
         'A job was tried five times. When what its error says is mended, set '
         || 'tries to 0 in scim_outbox; or set done, to do without it.'
    FROM scim_outbox AS o
   WHERE o.done IS NULL AND o.tries >= 5
   GROUP BY o.tenant),
explained (tenant, failures) AS MATERIALIZED (
  SELECT tenant,
         json_group_array(json_object('cause', cause, 'count', number,
                                      'example', example, 'do', remedy))
    FROM (SELECT * FROM failure ORDER BY tenant, number DESC, cause)
   GROUP BY tenant),
expiring (tenant, number) AS MATERIALIZED (
  SELECT k.tenant, count(*)
    FROM scim_token AS k
   WHERE k.revoked IS NULL AND k.kind <> 'access'
     AND k.expires > strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
     AND k.expires <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+30 days')
   GROUP BY k.tenant),
undecided (tenant, number) AS MATERIALIZED (
  SELECT tenant, count(*)
    FROM scim_review
   GROUP BY tenant),
-- The slowest consumer, where it is behind the log.
behind (seq) AS MATERIALIZED (
  SELECT c.seq
    FROM scim_consumer AS c
   WHERE c.seq < (SELECT max(l.seq) FROM scim_log AS l)
   ORDER BY c.seq LIMIT 1),
waiting (tenant, time) AS (
  SELECT l.tenant, min(l.time)
    FROM scim_log AS l
   WHERE l.seq > (SELECT b.seq FROM behind AS b) AND l.action IS NOT NULL
   GROUP BY l.tenant
   UNION ALL
  SELECT t.name,
         (SELECT o.created FROM scim_outbox AS o
           WHERE o.tenant = t.name AND o.done IS NULL AND o.tries < 5
           ORDER BY o.created LIMIT 1)
    FROM scim_tenant AS t),
late (tenant, seconds) AS MATERIALIZED (
  SELECT tenant, max(0, unixepoch('now') - min(unixepoch(time)))
    FROM waiting
   GROUP BY tenant)
SELECT t.name, iif(t.removing IS NULL, t.enabled, 0), r.ended,
       coalesce(c.created, 0), coalesce(c.updated, 0),
       coalesce(c.deactivated, 0), coalesce(c.deleted, 0),
       coalesce(c.failed, 0), coalesce(x.failures, '[]'),
       coalesce((SELECT n.live FROM scim_count AS n
                  WHERE n.tenant = t.name AND n.type = 'User'), 0),
       coalesce((SELECT n.live FROM scim_count AS n
                  WHERE n.tenant = t.name AND n.type = 'Group'), 0),
       coalesce(e.number, 0),
       coalesce(u.number, 0),
       (SELECT count(*) FROM scim_alert AS a
         WHERE a.tenant = t.name AND a.released IS NULL),
       coalesce(l.seconds, 0)
  FROM scim_tenant AS t
  LEFT JOIN run AS r ON r.tenant = t.name
  LEFT JOIN counted AS c ON c.tenant = t.name
  LEFT JOIN explained AS x ON x.tenant = t.name
  LEFT JOIN expiring AS e ON e.tenant = t.name
  LEFT JOIN undecided AS u ON u.tenant = t.name
  LEFT JOIN late AS l ON l.tenant = t.name;
