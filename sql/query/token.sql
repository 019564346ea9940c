-- Who asks: by the digest of a secret, by the id of a client, by number.

-- An access token stands for its client, whose number is the one that the log
-- shows: that of the token itself is gone in an hour. It is good only while the
-- client is.
-- name: token_by_digest
-- row: token (token, tenant, label, idp, digest, previous_digest,
--   previous_until, scopes, client_scopes, resource, expires, client_expires,
--   revoked)
SELECT coalesce(c.token, t.token) AS token, t.tenant, t.label, t.idp, t.digest,
       t.previous_digest, t.previous_until, t.scopes,
       c.scopes AS client_scopes, t.resource, t.expires,
       c.expires AS client_expires, coalesce(t.revoked, c.revoked) AS revoked
  FROM scim_token AS t
  LEFT JOIN scim_token AS c
    ON t.kind = 'access' AND c.kind = 'client' AND c.client = t.client
 WHERE t.token = coalesce(
       (SELECT token FROM scim_token WHERE digest = :digest),
       (SELECT token FROM scim_token WHERE previous_digest = :digest))
   AND (t.kind = 'token' OR c.token IS NOT NULL);

-- name: client_by_id
-- row: token
SELECT token, tenant, label, idp, digest, previous_digest, previous_until,
       scopes, NULL AS client_scopes, resource, expires, NULL AS client_expires,
       revoked
  FROM scim_token
 WHERE kind = 'client' AND client = :client;

-- name: token_by_number
-- row: token
SELECT token, tenant, label, idp, digest, previous_digest, previous_until,
       scopes, NULL AS client_scopes, resource, expires, NULL AS client_expires,
       revoked
  FROM scim_token
 WHERE kind = 'token' AND token = :token;
