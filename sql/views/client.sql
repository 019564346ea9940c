-- The clients that ask for tokens by OAuth 2.0 (RFC 6749 section 4.4), a row
-- each; their rows in scim_token are what the log names.
CREATE VIEW scim_client (
  client_id, tenant, label, idp, scopes, created, expires, revoked, last_used,
  last_four, token
) AS
SELECT client, tenant, label, idp, scopes, created, expires, revoked, last_used,
       last_four, token
  FROM scim_token
 WHERE kind = 'client';
