-- Who comes back, for the setting rehire.

-- Who has, and who had, what a document is known by: its userName before its
-- externalId. Of the deleted those whose id is not in use again. uniques and
-- values are the keys of the document (ext/store/keys.h).
-- name: former
-- row: former (attribute, resource, id, version, deleted)
WITH sent (place, attribute, key) AS (
  SELECT 1, value ->> 'attribute', value ->> 'key'
    FROM json_each(:uniques)
   WHERE value ->> 'attribute' = 'userName'
   UNION ALL
  SELECT 2, key, value
    FROM json_each(:values)
   WHERE key = 'externalId')
SELECT s.attribute,
       CASE s.place
         WHEN 1 THEN (SELECT u.resource
                        FROM scim_unique AS u
                       WHERE u.tenant = :tenant AND u.type = :type
                         AND u.attribute = s.attribute AND u.key = s.key)
         ELSE (SELECT v.resource
                 FROM scim_value AS v
                WHERE v.tenant = :tenant AND v.type = :type
                  AND v.attribute = s.attribute AND v.key = s.key
                LIMIT 1)
       END AS resource,
       f.id, f.version, f.deleted
  FROM sent AS s
  LEFT JOIN scim_former AS f
    ON f.tenant = :tenant AND f.type = :type AND f.attribute = s.attribute
   AND f.key = s.key
   AND NOT EXISTS (SELECT 1
                     FROM scim_resource AS r
                    WHERE r.tenant = f.tenant AND r.id = f.id)
 ORDER BY s.place;
