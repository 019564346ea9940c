-- Who has a value that must be unique (RFC 7643 section 7, "uniqueness").

-- name: unique_owner
-- row: owner (resource, id)
SELECT u.resource, r.id
  FROM scim_unique AS u
  LEFT JOIN scim_resource AS r ON r.resource = u.resource
 WHERE u.tenant = :tenant AND u.type = :type AND u.attribute = :attribute
   AND u.key = json_extract(:key, '$');

-- For attributes that a tenant wants to be unique: they have to be indexed. Asked
-- for a resource other than :own.
-- name: value_owner
-- row: value_owner (resource)
SELECT resource
  FROM scim_value
 WHERE tenant = :tenant AND type = :type AND attribute = :attribute
   AND key = json_extract(:key, '$')
   AND resource <> :own
 LIMIT 1;
