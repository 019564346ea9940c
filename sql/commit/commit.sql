-- The one door for changes of resources. The extension computes, then executes a
-- single INSERT INTO scim_commit; triggers (steps.sql) spread the row over the
-- tables.
-- One statement is atomic wherever it is called from: a SELECT, a
-- transaction, a trigger, a virtual table. Built-in functions only.
--
-- action is 'create', 'update', 'delete', 'none' (log only) or 'index' (the keys
-- of one resource, while an index is built). Work of another kind has a door of
-- its own (work.sql).
--
-- resource is the row of scim_resource, a new one for a create; doc is NULL in
-- an update that leaves the document as it is. value_add and
-- value_drop are JSON objects of attribute and key, an attribute as often as it
-- has keys; unique_add and unique_drop are arrays of {attribute, key}, and what
-- is unique among all tenants has the tenant "" as well. member_add is an array of
-- {value, type, display}, which is what the log has of it, and joins the same as an
-- object of ids, from which the rows are made: the value is NULL, the type, or an
-- object of type and display. member_drop is an array of ids, all of the
-- memberships of source ('idp', also where it is NULL, or 'manual'); groups_left
-- of a delete is an array of ids too. member_patch is of an update: an object of
-- members who are there and stay, in neither of the lists, their ids with merge
-- patches (RFC 7396) of type and display. maps is what maps do to the application's
-- tables (map.sql). A row with a status is logged. data is JSON, what the breaker has
-- to say of a 'none' (alert.sql). jobs is an array of what goes into the outbox,
-- {type, id, event, kind, once, member, payload}. inactive is how many more of the
-- type are inactive from now on: 1, -1, or NULL for none.
-- seq, digest and hash are those of the row of the log (NULL: the next number),
-- request the name of what was asked, where that is kept.
-- shape is the number of the attributes that before and after touch (log.sql) or,
-- where they have none so far, their form, as text.
-- renamed is 1 where name and email are given: by a create, which otherwise takes
-- them from the document, and by an update of which one of them is another.
CREATE VIEW scim_commit (
  action, tenant, type, resource, id, version, time, doc,
  value_add, value_drop, unique_add, unique_drop,
  member_add, joins, member_drop, member_patch, groups_left, source, maps,
  token, method, target, status, scim_type, detail, before, after, data,
  jobs, inactive, digest, hash, renamed, name, email, request, shape, seq
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
WHERE 0;

-- The same for changes without members, maps and jobs, which are most, and have
-- less to do: a create, an update of nothing but the document, a delete. A
-- trigger that does not fire costs about as much as one that does, so each of
-- them has a view, and a single trigger (steps.sql).
CREATE VIEW scim_commit_new AS SELECT * FROM scim_commit;
CREATE VIEW scim_commit_document AS SELECT * FROM scim_commit;
CREATE VIEW scim_commit_gone AS SELECT * FROM scim_commit;

-- The same for an update or a delete that gives up unique values of a type of which
-- several may claim one (claim.sql).
CREATE VIEW scim_commit_shared AS SELECT * FROM scim_commit;
