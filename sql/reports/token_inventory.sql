-- Which tokens are there, and which expire soon (:days 30) or lie unused?
-- tenant, token, label, scopes, state, created, expires, last_used
-- Clients of OAuth 2.0 are among them, the tokens that they get for an hour not.
WITH moment AS (
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:now, ''), 'now')) AS now,
         strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:now, ''), 'now'),
                  '+' || coalesce(nullif(:days, ''), 30) || ' days') AS soon,
         strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(:now, ''), 'now'),
                  '-' || coalesce(nullif(:days, ''), 30) || ' days') AS lately
)
SELECT t.tenant, t.token, t.label, t.scopes,
       CASE WHEN t.revoked IS NOT NULL THEN 'revoked'
            WHEN julianday(t.expires) <= julianday(now) THEN 'expired'
            WHEN julianday(t.expires) <= julianday(soon) THEN 'expiring'
            WHEN coalesce(t.last_used, t.created) < lately THEN 'unused'
            ELSE 'good'
       END AS state,
       t.created, t.expires, t.last_used
  FROM scim_token AS t, moment
 WHERE t.tenant = coalesce(nullif(:tenant, ''), t.tenant) AND t.kind <> 'access'
 ORDER BY t.tenant, t.label, t.token;
