-- What is wrong in scim_index: an index that can never be built.
CREATE VIEW scim_index_mistake (definition, place, mistake) AS
SELECT i.type || '.' || i.attribute, 'attribute',
       CASE WHEN p.type IS NULL THEN 'names no attribute of a resource'
            WHEN p.kind = 'complex'
              THEN 'is complex: name one of its sub-attributes'
            ELSE 'is writeOnly: it is not stored, and not searched for' END
  FROM scim_index AS i
  LEFT JOIN scim_path AS p ON p.type = i.type
   AND lower(i.attribute) IN (lower(p.path), lower(p.short), lower(p.long))
 WHERE p.type IS NULL OR p.kind = 'complex' OR p.mutability = 'writeonly';
