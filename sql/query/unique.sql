-- Who has a value that must be unique (RFC 7643 section 7, "uniqueness").

-- name: unique_owner
SELECT u.resource, r.id
  FROM scim_unique AS u
  LEFT JOIN scim_resource AS r ON r.resource = u.resource
 WHERE u.tenant = ?1 AND u.type = ?2 AND u.attribute = ?3
   AND u.key = json_extract(?4, '$');

-- For attributes that a tenant wants to be unique: they have to be indexed.
-- name: value_owner
SELECT resource
  FROM scim_value
 WHERE tenant = ?1 AND type = ?2 AND attribute = ?3
   AND key = json_extract(?4, '$') AND resource <> ?5
 LIMIT 1;
