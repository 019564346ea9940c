-- The one door for changes. The extension computes, then executes a single
-- INSERT INTO scim_commit; the triggers below spread the row over the tables.
-- One statement is atomic wherever it is called from: a SELECT, a
-- transaction, a trigger, a virtual table. Built-in functions only.
--
-- action is 'create', 'update', 'delete', 'none' (log only), 'token', 'release'
-- (of what the breaker holds), or one of the steps in which a filter index is built: 'rebuild' (empties it for a
-- type), 'index' (the keys of one resource), 'built' (it may be used).
--
-- resource is the row of scim_resource, a new one for a create. value_add,
-- value_drop, unique_add and unique_drop are arrays of {attribute, key}; a key
-- that is unique among all tenants has the tenant "" as well. member_add is an
-- array of {value, type, display}, member_drop an array of ids, as is
-- groups_left of a delete. A row with a status is logged. data is the JSON of a
-- 'token' and of a 'release', and of a 'none' what the breaker has to say.
--
-- A trigger for each thing to do, so that what a row does not ask for costs
-- nothing. None relies on another having run before.
CREATE VIEW scim_commit (
  action, tenant, type, resource, id, version, time, doc,
  value_add, value_drop, unique_add, unique_drop,
  member_add, member_drop, groups_left, source,
  token, method, target, status, scim_type, detail, before, after, data
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
WHERE 0;
