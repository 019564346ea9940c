-- The breaker: what a token has already taken away, and of how many.

-- Nothing before the end of a release counts. While one lasts, since is after
-- now.
-- name: breaker_window
-- row: breaker_window (since, active)
SELECT max(strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-' || :minutes || ' minutes'),
           coalesce((SELECT max(until)
                       FROM scim_alert
                      WHERE tenant = :tenant AND kind = 'breaker'), ''))
         AS since,
       coalesce((SELECT active
                   FROM scim_count
                  WHERE tenant = :tenant AND type = 'User'), 0) AS active;

-- How many others have gone since then, counted as far as is of interest, and
-- when the first of them did. The index holds some who have not: those of whom
-- something else that is called active became false.
-- name: breaker_losses
-- row: losses (number, first)
SELECT (SELECT count(*)
          FROM (SELECT DISTINCT id
                  FROM scim_log INDEXED BY scim_log_loss
                 WHERE token IS NOT NULL AND type = 'User' AND
                       (action = 'delete' OR
                        action = 'update' AND
                        instr(after, '"active":false') > 0)
                   AND tenant = :tenant AND time > :since AND id <> :id
                   AND (action = 'delete' OR
                        json_extract(iif(json_valid(after), after, NULL),
                                     '$.active') = 0)
                 LIMIT :most)) AS number,
       (SELECT time
          FROM scim_log INDEXED BY scim_log_loss
         WHERE token IS NOT NULL AND type = 'User' AND
               (action = 'delete' OR
                action = 'update' AND instr(after, '"active":false') > 0)
           AND tenant = :tenant AND time > :since
         ORDER BY time
         LIMIT 1) AS first;

-- name: add_minutes
-- row: moment (time)
SELECT strftime('%Y-%m-%dT%H:%M:%fZ', :now, '+' || :minutes || ' minutes')
         AS time;
