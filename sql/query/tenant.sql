-- Who asks: the tenant, and the token by the digest of its secret.

-- name: tenant_by_name
-- row: tenant (id, base_url, settings)
SELECT name AS id, base_url, settings FROM scim_tenant WHERE name = :name;

-- name: token_by_digest
-- row: token (token, tenant, digest, scopes, resource, expires, revoked)
SELECT token, tenant, digest, scopes, resource, expires, revoked
  FROM scim_token
 WHERE digest = :digest;
