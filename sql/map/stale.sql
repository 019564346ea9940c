-- Links to rows that the application has deleted while the map was off. A new
-- row may get the same key before their resources have their turn.
DELETE FROM scim_link
 WHERE map = {map} AND key IS NOT NULL
   AND NOT EXISTS (SELECT 1
                     FROM {table} AS t
                    WHERE t.{key} = scim_link.key
                      AND {row tenant} = scim_link.tenant);
