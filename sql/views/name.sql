-- One row a name: of every resource that lives, and of every one that was
-- deleted. name is userName, else displayName; deleted is when, or NULL.
--   SELECT name, deleted FROM scim_name WHERE id = '…';
--
-- In three arms, so that each finds its names by an index: scim_resource.name
-- is NULL of a user without userName. SQLite takes a condition into the arms only
-- where they have each column of one affinity, which is what the casts are for.
CREATE VIEW scim_name (tenant, type, id, name, deleted) AS
SELECT r.tenant, r.type, r.id, r.name, CAST(NULL AS TEXT)
  FROM scim_resource AS r
 WHERE r.name IS NOT NULL
 UNION ALL
SELECT tenant, type, id, name, deleted
  FROM scim_name_other;
