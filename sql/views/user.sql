-- One row a user. email is the primary address, else the first of type work,
-- else the first. active is 1 or 0, or NULL if the client never said. user_name
-- and email are found by index.
--   SELECT user_name, email FROM scim_user WHERE active AND department = 'R&D';
CREATE VIEW scim_user (
  tenant, id, user_name, external_id, active, display_name, given_name,
  family_name, title, email, department, employee_number, manager,
  manager_name, created, modified, version
) AS
SELECT u.tenant, u.id, u.name,
       json_extract(u.doc, '$.externalId'),
       json_extract(u.doc, '$.active'),
       json_extract(u.doc, '$.displayName'),
       json_extract(u.doc, '$.name.givenName'),
       json_extract(u.doc, '$.name.familyName'),
       json_extract(u.doc, '$.title'),
       u.email,
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".department'),
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.employeeNumber'),
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.manager.value'),
       (SELECT coalesce(json_extract(m.doc, '$.displayName'),
                        json_extract(m.doc, '$.userName'))
          FROM scim_resource AS m
         WHERE m.tenant = u.tenant AND m.id = json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.manager.value')),
       u.created, u.modified, u.version
  FROM scim_resource AS u
 WHERE u.type = 'User';
