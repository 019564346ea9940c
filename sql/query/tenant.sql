-- Who asks: the tenant, and the token by the digest of its secret.

-- name: tenant
SELECT base_url, settings, name AS id FROM scim_tenant WHERE name = ?1;

-- name: token
SELECT token, tenant, digest, scopes, resource, expires, revoked
  FROM scim_token
 WHERE digest = ?1;
