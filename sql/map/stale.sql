-- Links to rows that the application has deleted while the map was off. A new
-- row may get the same key before their resources have their turn.
DELETE FROM scim_link
 WHERE map = {map} AND key IS NOT NULL
   AND NOT EXISTS (SELECT 1
                     FROM {table} AS t
                    WHERE t.{key} = scim_link.key
                      AND {row tenant} = scim_link.tenant);

-- Or given another key that is the same to the column's collation.
UPDATE scim_link
   SET key = (SELECT t.{key}
                FROM {table} AS t
               WHERE t.{key} = scim_link.key
                 AND {row tenant} = scim_link.tenant)
 WHERE map = {map} AND key IS NOT NULL
   AND NOT EXISTS (SELECT 1
                     FROM {table} AS t
                    WHERE t.{key} = scim_link.key
                      AND t.{key} COLLATE BINARY = scim_link.key
                      AND {row tenant} = scim_link.tenant)
   AND NOT EXISTS (SELECT 1
                     FROM {table} AS t
                     JOIN scim_link AS o
                       ON o.map = {map} AND o.tenant = scim_link.tenant
                      AND o.key = +t.{key}
                    WHERE t.{key} = scim_link.key
                      AND {row tenant} = scim_link.tenant);

-- Nobody decides about who has gone while the map was off.
DELETE FROM scim_review
 WHERE map = {map}
   AND NOT EXISTS (SELECT 1
                     FROM scim_resource AS r
                    WHERE r.tenant = scim_review.tenant
                      AND r.id = scim_review.id);
