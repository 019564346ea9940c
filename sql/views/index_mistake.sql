-- What is wrong in scim_index: an index that can never be built.
CREATE VIEW scim_index_mistake (definition, place, mistake) AS
SELECT i.type || '.' || i.attribute, 'attribute',
       iif(p.type IS NULL, 'names no attribute of a resource',
           'is complex: name one of its sub-attributes')
  FROM scim_index AS i
  LEFT JOIN scim_path AS p ON p.type = i.type
   AND lower(i.attribute) IN (lower(p.path), lower(p.short), lower(p.long))
 WHERE p.type IS NULL OR p.kind = 'complex';
