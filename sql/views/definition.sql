-- What was defined in JSON: a row each of scim_schema, scim_resource_type and
-- scim_default, which "source" names. name is what people call it: the id of a
-- schema, the name of a type, "User.active" for a default; a definition that
-- says neither is called by its row. json is the text where it is JSON, else
-- NULL, so that whoever reads it with json_each meets no error.
--
-- Names of members are compared without regard to case, as everywhere in SCIM
-- (RFC 7643 section 2.1), and with their escapes decoded, which json_each does
-- and a path like '$.name' does not.
CREATE VIEW scim_definition (source, number, name, text, json) AS
SELECT 'scim_schema', s.rowid,
       coalesce((SELECT nullif(m.atom, '')
                   FROM json_each(iif(json_valid(s.definition), s.definition,
                                      NULL)) AS m
                  WHERE lower(m.key) = 'id'),
                'row ' || s.rowid),
       s.definition, iif(json_valid(s.definition), s.definition, NULL)
  FROM scim_schema AS s
 UNION ALL
SELECT 'scim_resource_type', t.rowid,
       coalesce((SELECT nullif(m.atom, '')
                   FROM json_each(iif(json_valid(t.definition), t.definition,
                                      NULL)) AS m
                  WHERE lower(m.key) = 'name'),
                'row ' || t.rowid),
       t.definition, iif(json_valid(t.definition), t.definition, NULL)
  FROM scim_resource_type AS t
 UNION ALL
SELECT 'scim_default', NULL, d.type || '.' || d.attribute, d.value,
       iif(json_valid(d.value), d.value, NULL)
  FROM scim_default AS d;
