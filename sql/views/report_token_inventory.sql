-- Which tokens are there, and which expire within 30 days or lie unused as long?
-- Clients of OAuth 2.0 are among them, the tokens that they get for an hour not.
CREATE VIEW scim_report_token_inventory (
  tenant, token, label, scopes, state, created, expires, last_used
) AS
WITH moment AS (
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS now,
         strftime('%Y-%m-%dT%H:%M:%fZ', 'now',
                  '+30 days') AS soon,
         strftime('%Y-%m-%dT%H:%M:%fZ', 'now',
                  '-30 days') AS lately
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
 WHERE t.kind <> 'access';
