-- How far the log can be pruned.

-- The last of the oldest rows, of which no more than the limit are looked at,
-- that may go: all of them are before the moment, every consumer has read them,
-- no job that is still to be done refers to them, no breaker counts them (of which
-- the longest window is taken), and they are before the change within whose
-- statement this is called, if any, whose own row may be yet to come. rows says
-- how many they are, and horizon the moment from which on the rest tells
-- everything: the one that was asked for, where nothing before it is left; else
-- that of the latest row which goes. It never goes back.
-- name: prune_reach
-- row: prune_reach (seq, rows, horizon, former)
WITH
floor (time) AS MATERIALIZED (
  SELECT min(:before,
             coalesce((SELECT min(strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-'
                                  || max(1, min(10080, coalesce(
                                       json_extract(settings,
                                                    '$.breaker.minutes'), 60)))
                                  || ' minutes'))
                         FROM scim_tenant
                        WHERE iif(json_valid(settings),
                                  json_type(settings, '$.breaker'), NULL)
                              IS NOT NULL),
                      :before))),
oldest (seq, time) AS MATERIALIZED (
  SELECT seq, time
    FROM scim_log
   ORDER BY seq
   LIMIT :limit),
reach (seq) AS MATERIALIZED (
  SELECT min((SELECT coalesce(max(seq), 0) FROM oldest),
             coalesce((SELECT min(o.seq) - 1
                         FROM oldest AS o, floor AS f
                        WHERE o.time >= f.time), 0x7fffffffffffffff),
             coalesce((SELECT min(seq) FROM scim_consumer),
                      0x7fffffffffffffff),
             coalesce((SELECT min(seq) - 1
                         FROM scim_outbox
                        WHERE done IS NULL AND tries < 5),
                      0x7fffffffffffffff),
             coalesce(:within - 1, 0x7fffffffffffffff)))
SELECT r.seq,
       (SELECT count(*) FROM oldest AS o WHERE o.seq <= r.seq) AS rows,
       max(m.value,
           CASE WHEN coalesce((SELECT l.time >= :before
                                 FROM scim_log AS l
                                WHERE l.seq > r.seq
                                ORDER BY l.seq
                                LIMIT 1), 1)
                THEN :before
                ELSE coalesce((SELECT max(o.time)
                                 FROM oldest AS o
                                WHERE o.seq <= r.seq), '')
           END) AS horizon,
       m.value AS former
  FROM reach AS r
  JOIN scim_meta AS m ON m.name = 'horizon';
