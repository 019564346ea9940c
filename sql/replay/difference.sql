-- The first row that one of both has and the other has not, and whom it is
-- about. Whoever is in a group has a stay that is open. Of types that are not
-- defined any more nothing is in an index.
WITH
"left" (what, number, tenant, id, a, b, c, d) AS (
  SELECT 'scim_member', "group", NULL, NULL, value, type, display, source
    FROM main.scim_member
   UNION ALL
  SELECT 'scim_value', resource, NULL, NULL, tenant, type, attribute, key
    FROM main.scim_value
   UNION ALL
  SELECT 'scim_unique', resource, NULL, NULL, tenant, type, attribute, key
    FROM main.scim_unique
   UNION ALL
  SELECT 'scim_claim', resource, NULL, NULL, tenant, type, attribute, key
    FROM main.scim_claim
   UNION ALL
  SELECT 'scim_name', NULL, tenant, id, type, name, deleted, NULL
    FROM main.scim_name
   UNION ALL
  SELECT 'scim_count', NULL, tenant, type, live, active, NULL, NULL
    FROM main.scim_count
   UNION ALL
  SELECT 'scim_stay', joined, tenant, group_id, member, "left", idp, manual
    FROM main.scim_stay
   UNION ALL
  SELECT 'scim_stay', NULL, tenant, group_id, member, idp IS NOT NULL,
         manual IS NOT NULL, NULL
    FROM main.scim_stay
   WHERE "left" IS NULL),
"right" (what, number, tenant, id, a, b, c, d) AS (
  SELECT 'scim_member', "group", NULL, NULL, value, type, display, source
    FROM {source}.scim_member
   UNION ALL
  SELECT 'scim_value', resource, NULL, NULL, tenant, type, attribute, key
    FROM {source}.scim_value
   WHERE type IN (SELECT name FROM main.scim_resource_type)
   UNION ALL
  SELECT 'scim_unique', resource, NULL, NULL, tenant, type, attribute, key
    FROM {source}.scim_unique
   WHERE type IN (SELECT name FROM main.scim_resource_type)
   UNION ALL
  SELECT 'scim_claim', resource, NULL, NULL, tenant, type, attribute, key
    FROM {source}.scim_claim
   WHERE type IN (SELECT name FROM main.scim_resource_type)
   UNION ALL
  SELECT 'scim_name', NULL, tenant, id, type, name, deleted, NULL
    FROM {source}.scim_name
   UNION ALL
  SELECT 'scim_count', NULL, tenant, type, live, active, NULL, NULL
    FROM {source}.scim_count
   UNION ALL
  SELECT 'scim_stay', joined, tenant, group_id, member, "left", idp, manual
    FROM {source}.scim_stay
   UNION ALL
  SELECT 'scim_stay', NULL, g.tenant, g.id, m.value, max(m.source = 'idp'),
         max(m.source = 'manual'), NULL
    FROM main.scim_member AS m
    JOIN main.scim_resource AS g ON g.resource = m."group"
   GROUP BY g.tenant, g.id, m.value)
SELECT d.what, coalesce(d.tenant, r.tenant, ''), coalesce(d.id, r.id, d.number)
  FROM (SELECT * FROM (SELECT * FROM "left" EXCEPT SELECT * FROM "right")
         UNION ALL
        SELECT * FROM (SELECT * FROM "right" EXCEPT SELECT * FROM "left")) AS d
  LEFT JOIN main.scim_resource AS r ON r.resource = d.number
 LIMIT 1
