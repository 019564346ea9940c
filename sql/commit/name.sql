-- What a resource is called from now on (../tables/name.sql), also where its name is
-- changed by hand; with one that comes or goes it is written in resource.sql. What
-- another trigger has made of the resource meanwhile counts, hence the SELECT.
CREATE TRIGGER scim_resource_renamed AFTER UPDATE OF type, name ON scim_resource
BEGIN
  UPDATE scim_name
     SET (type, name) = (SELECT r.type,
                                coalesce(r.name, r.doc ->> '$.displayName')
                           FROM scim_resource AS r
                          WHERE r.resource = NEW.resource)
   WHERE tenant = NEW.tenant AND id = NEW.id;
END;
