-- Members of groups, and groups of members.

-- How many members a group will have after a change, as far as ?2 and one
-- more: nobody counts a large group to its end.
-- name: members_after
SELECT (SELECT count(*)
          FROM (SELECT 1
                  FROM scim_member
                 WHERE "group" = ?1
                 LIMIT ?2 + 1 + coalesce(json_array_length(?4), 0)))
     - coalesce(json_array_length(?4), 0)
     + (SELECT count(*)
          FROM json_each(?3) AS j
         WHERE NOT EXISTS (
               SELECT 1
                 FROM scim_member AS m
                WHERE m."group" = ?1
                  AND m.value = json_extract(j.value, '$.value')));

-- name: members
SELECT value, type, display FROM scim_member WHERE "group" = ?1;

-- The members that an edit adds, with the last word on each value.
-- name: members_to_add
WITH wanted AS (
  SELECT json_extract(value, '$.value') AS id, value AS entry,
         json_extract(value, '$.drop') AS dropped, max(key)
    FROM json_each(?2)
   GROUP BY 1)
SELECT json_group_array(json(w.entry))
  FROM wanted AS w
 WHERE w.dropped IS NULL
   AND NOT EXISTS (
       SELECT 1
         FROM scim_member AS m
        WHERE m."group" = ?1 AND m.value = w.id
          AND coalesce(json_extract(w.entry, '$.display'), m.display)
              IS m.display);

-- The members that an edit takes out; with ?3 every one that it does not
-- name, but for those that the platform has put there itself.
-- name: members_to_drop
WITH wanted AS (
  SELECT json_extract(value, '$.value') AS id,
         json_extract(value, '$.drop') AS dropped, max(key)
    FROM json_each(?2)
   GROUP BY 1)
SELECT json_group_array(value) FROM (
  SELECT m.value
    FROM wanted AS w
    JOIN scim_member AS m ON m."group" = ?1 AND m.value = w.id
   WHERE w.dropped IS NOT NULL
   UNION
  SELECT m.value
    FROM scim_member AS m
   WHERE ?3 AND m."group" = ?1 AND m.source = 'idp'
     AND m.value NOT IN (SELECT id FROM wanted WHERE dropped IS NULL));

-- name: dangling_members
SELECT json_extract(j.value, '$.value')
  FROM json_each(?2) AS j
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_resource AS r
        WHERE r.tenant = ?1 AND r.id = json_extract(j.value, '$.value'))
   AND json_extract(j.value, '$.value') NOT IN (SELECT value FROM json_each(?3))
 LIMIT 5;

-- The groups that name an id. Indirect ones are those of the groups found:
-- asked one by one, because a recursive query would allocate caches for its
-- tables on every reply. The document itself comes along when it is broken.
-- name: groups
SELECT g.id, g.type,
       CASE WHEN json_valid(g.doc) THEN g.doc ->> '$.displayName' END
       AS display,
       CASE WHEN NOT json_valid(g.doc) THEN g.doc END AS broken
  FROM scim_resource AS g
  JOIN scim_member AS m ON m."group" = g.resource
 WHERE m.value = ?2 AND g.tenant = ?1;
-- name: member_ids
SELECT nullif(json_group_array(value), '[]')
  FROM scim_member
 WHERE "group" = ?1;

-- name: group_ids
SELECT nullif(json_group_array(g.id), '[]')
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE m.value = ?2 AND g.tenant = ?1;
