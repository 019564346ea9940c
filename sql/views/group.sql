-- One row a group. members counts its direct members,
-- each once, whoever has put it there. scim_count has the tenants that have groups:
-- with them the index finds the groups, among whatever else there is.
--   SELECT display_name, members FROM scim_group ORDER BY members DESC;
CREATE VIEW scim_group (
  tenant, id, display_name, external_id, members, created, modified, version
) AS
SELECT g.tenant, g.id,
       json_extract(g.doc, '$.displayName'),
       json_extract(g.doc, '$.externalId'),
       (SELECT count(DISTINCT m.value)
          FROM scim_member AS m
         WHERE m."group" = g.resource),
       g.created, g.modified, g.version
  FROM scim_count AS c
 CROSS JOIN scim_resource AS g ON g.tenant = c.tenant AND g.type = c.type
 WHERE c.type = 'Group';
