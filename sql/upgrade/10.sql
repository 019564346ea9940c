-- From version 10 to 11: who else has a value that only one may have is kept. Where
-- there may be somebody, the next write builds all indexes anew.
.read ../tables/claim.sql
UPDATE scim_meta
   SET value = 1
 WHERE name = 'stale'
   AND EXISTS (SELECT 1 FROM scim_meta
                WHERE name > 'shared ' AND name < 'shared!');

UPDATE scim_meta
   SET value = iif(name = 'version', 11, value + 1)
 WHERE name IN ('version', 'generation');
