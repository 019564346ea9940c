-- The resources of the source, in the order of their numbers, what the log has
-- made of each (scim_snapshot, for the time being), and what of it differs.
SELECT r.resource, r.tenant, r.type, r.id, s.doc, r.doc, r.name,
       r.email,
       CASE WHEN s.id IS NULL THEN 'the log has no creation of it'
            WHEN s.type <> r.type THEN 'the type is not that of the log'
            WHEN s.version <> r.version
            THEN 'the version is not that of the log'
            WHEN s.created <> r.created
            THEN '''created'' is not the time of its creation'
            WHEN s.modified <> r.modified
            THEN '''modified'' is not the time of its last change' END
  FROM {source}.scim_resource AS r
  LEFT JOIN main.scim_snapshot AS s ON s.tenant = r.tenant AND s.id = r.id
 ORDER BY r.resource
