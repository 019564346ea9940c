-- What a dry run finds in the application's tables, before and after it.

-- Resources whose rows hold the key of this one's.
-- name: written_references
-- row: written_reference (map, id)
SELECT DISTINCT map, id
  FROM scim_map_reference
 WHERE tenant = :tenant AND target = :id;

-- Rows of a join table that are about the resource as a member, or as the group
-- of members that come or go.
-- name: written_joins
-- row: written_join (pair)
SELECT json_array(group_key, member_key) AS pair
  FROM scim_map_member
 WHERE map = :map AND tenant = :tenant AND member = :id
 UNION
SELECT json_array(group_key, member_key)
  FROM scim_map_member
 WHERE map = :map AND "group" = :resource
   AND member IN (SELECT value ->> 'value' FROM json_each(:member_add)
                   UNION ALL
                  SELECT value FROM json_each(:member_drop));
