-- What is in the forms of scim_shape, leaf by leaf: scim_shape_attribute has it,
-- written once. A sub-attribute is named with its attribute (name.givenName); what
-- is in the object of an extension has the name of that before it, in which there
-- are colons, and in no other.
CREATE VIEW scim_shape_leaf (shape, path, attribute) AS
SELECT f.shape, p.fullkey || coalesce(substr(s.fullkey, 2), ''),
       iif(s.type IS NULL, p.key,
           p.key || iif(instr(p.key, ':'), ':', '.') ||
           iif(s.parent = 0, s.key,
               replace(substr(s.path, 3), '"', '') || '.' || s.key))
  FROM scim_shape AS f, json_each(f.form) AS p
  LEFT JOIN json_tree(iif(p.type = 'object', p.value, NULL)) AS s
 WHERE s.type IS NOT 'object';
