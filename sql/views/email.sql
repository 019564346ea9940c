-- One row an e-mail address of a user, in the spelling that was sent. Where a
-- definition has something else for emails than objects, that is none.
-- user_name is found by index.
--   SELECT user_name FROM scim_email WHERE value LIKE '%@example.com';
CREATE VIEW scim_email (tenant, user, user_name, value, type, "primary") AS
SELECT u.tenant, u.id, u.name,
       json_extract(e.value, '$.value'),
       json_extract(e.value, '$.type'),
       coalesce(json_extract(e.value, '$.primary') = 1, 0)
  FROM scim_resource AS u, json_each(u.doc, '$.emails') AS e
 WHERE u.type = 'User'
   AND json_extract(iif(e.type = 'object', e.value, NULL), '$.value')
       IS NOT NULL;
