-- What is wrong in scim_index: an index that can never be built.
CREATE VIEW scim_index_mistake (definition, place, mistake) AS
WITH
path AS MATERIALIZED (SELECT * FROM scim_path)
SELECT i.type || '.' || i.attribute, 'attribute',
       'names no attribute of a resource'
  FROM scim_index AS i
 WHERE NOT EXISTS (
       SELECT 1
         FROM path AS p
        WHERE p.type = i.type
          AND lower(i.attribute) IN (lower(p.path), lower(p.short),
                                     lower(p.long)))
 UNION ALL
SELECT i.type || '.' || i.attribute, 'attribute',
       'is complex: name one of its sub-attributes'
  FROM scim_index AS i
  JOIN path AS p ON p.type = i.type AND p.kind = 'complex'
   AND lower(i.attribute) IN (lower(p.path), lower(p.short), lower(p.long));
