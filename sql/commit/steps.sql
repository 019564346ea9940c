-- The steps of a change, in the order in which the triggers of an application
-- see them: the keys come first, so that whoever asks scim_filter within a
-- trigger is answered by what the change makes of it; a group comes before its
-- members, memberships go before the resource that goes, then come the rows
-- of the application's tables that maps keep, the log tells of it, and last the
-- outbox. What a step does stands with its view.
--
-- A trigger may have the extension make another change. That finds what is there
-- by then, and its row of the log has a later number than this one's, which is
-- given out before (seq): so what the log makes of members, the stays and what
-- strangers are called, has to be there before there is anything to be found. Where
-- it would find the half of something it is refused (ext/store/commit.c).
--
-- Of several triggers that fire for one row SQLite runs the newest first, which
-- nobody promises: so one and only one of these fires for a row. They are small
-- and hand on, because SQLite makes room for the registers and cursors of a
-- trigger before it looks at its WHEN: with all that is done in a single
-- trigger, a change took half as long again.

CREATE TRIGGER scim_commit_by_create INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'create'
BEGIN
  INSERT INTO scim_commit_member_call (tenant, joins)
  VALUES (NEW.tenant, NEW.joins);

  INSERT INTO scim_commit_unique_add (action, tenant, type, resource, keys)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.resource, NEW.unique_add);

  INSERT INTO scim_commit_value_add (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.value_add);

  INSERT INTO scim_commit_stay_add (tenant, group_id, time, joins, source)
  VALUES (NEW.tenant, NEW.id, NEW.time, NEW.joins, NEW.source);

  INSERT INTO scim_commit_create (tenant, type, resource, id, version, time,
         doc, inactive, renamed, name, email)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.id, NEW.version, NEW.time,
          NEW.doc, NEW.inactive, NEW.renamed, NEW.name, NEW.email);

  INSERT INTO scim_commit_member_add (tenant, resource, source, joins)
  VALUES (NEW.tenant, NEW.resource, NEW.source, NEW.joins);

  INSERT INTO scim_commit_map (tenant, time, steps)
  VALUES (NEW.tenant, NEW.time, NEW.maps);

  INSERT INTO scim_commit_log (action, tenant, type, id, version, time,
         member_add, member_drop, groups_left, token, method, target, status,
         scim_type, detail, before, after, source, digest, hash, request,
         shape, seq)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.member_add, NEW.member_drop, NEW.groups_left, NEW.token,
          NEW.method, NEW.target, NEW.status, NEW.scim_type, NEW.detail,
          NEW.before, NEW.after, NEW.source, NEW.digest, NEW.hash, NEW.request,
          NEW.shape, NEW.seq);

  INSERT INTO scim_commit_outbox (tenant, seq, time, jobs)
  VALUES (NEW.tenant, NEW.seq, NEW.time, NEW.jobs);
END;

CREATE TRIGGER scim_commit_by_update INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'update'
BEGIN
  INSERT INTO scim_commit_member_call (tenant, joins, patches)
  VALUES (NEW.tenant, NEW.joins, NEW.member_patch);

  INSERT INTO scim_commit_value_drop (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.value_drop);

  INSERT INTO scim_commit_unique_drop (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.unique_drop);

  INSERT INTO scim_commit_unique_add (action, tenant, type, resource, keys)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.resource, NEW.unique_add);

  INSERT INTO scim_commit_value_add (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.value_add);

  INSERT INTO scim_commit_stay_drop (tenant, group_id, time, ids, source)
  VALUES (NEW.tenant, NEW.id, NEW.time, NEW.member_drop,
          coalesce(NEW.source, 'idp'));

  INSERT INTO scim_commit_stay_add (tenant, group_id, time, joins, source)
  VALUES (NEW.tenant, NEW.id, NEW.time, NEW.joins, NEW.source);

  INSERT INTO scim_commit_update (tenant, type, resource, version, time, doc,
         inactive, renamed, name, email)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.version, NEW.time, NEW.doc,
          NEW.inactive, NEW.renamed, NEW.name, NEW.email);

  INSERT INTO scim_commit_member_drop (resource, source, ids)
  VALUES (NEW.resource, NEW.source, NEW.member_drop);

  INSERT INTO scim_commit_member_add (tenant, resource, source, joins)
  VALUES (NEW.tenant, NEW.resource, NEW.source, NEW.joins);

  INSERT INTO scim_commit_member_patch (tenant, resource, source, patches)
  VALUES (NEW.tenant, NEW.resource, NEW.source, NEW.member_patch);

  INSERT INTO scim_commit_map (tenant, time, steps)
  VALUES (NEW.tenant, NEW.time, NEW.maps);

  INSERT INTO scim_commit_log (action, tenant, type, id, version, time,
         member_add, member_drop, groups_left, token, method, target, status,
         scim_type, detail, before, after, source, digest, hash, request,
         shape, seq, member_patch)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.member_add, NEW.member_drop, NEW.groups_left, NEW.token,
          NEW.method, NEW.target, NEW.status, NEW.scim_type, NEW.detail,
          NEW.before, NEW.after, NEW.source, NEW.digest, NEW.hash, NEW.request,
          NEW.shape, NEW.seq, NEW.member_patch);

  INSERT INTO scim_commit_outbox (tenant, seq, time, jobs)
  VALUES (NEW.tenant, NEW.seq, NEW.time, NEW.jobs);
END;

CREATE TRIGGER scim_commit_by_delete INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'delete'
BEGIN
  INSERT INTO scim_commit_value_drop (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.value_drop);

  INSERT INTO scim_commit_unique_drop (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.unique_drop);

  INSERT INTO scim_commit_former (tenant, type, id, version, time,
         unique_drop, value_drop)
  VALUES (NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.unique_drop, NEW.value_drop);

  INSERT INTO scim_commit_stay_drop (tenant, group_id, time, ids)
  VALUES (NEW.tenant, NEW.id, NEW.time, NEW.member_drop);

  INSERT INTO scim_commit_stay_end (tenant, member, time, groups)
  VALUES (NEW.tenant, NEW.id, NEW.time, NEW.groups_left);

  INSERT INTO scim_commit_leave (tenant, id, time, groups)
  VALUES (NEW.tenant, NEW.id, NEW.time, NEW.groups_left);

  INSERT INTO scim_commit_delete (tenant, type, resource, id, time, inactive)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.id, NEW.time, NEW.inactive);

  INSERT INTO scim_commit_map (tenant, time, steps)
  VALUES (NEW.tenant, NEW.time, NEW.maps);

  INSERT INTO scim_commit_log (action, tenant, type, id, version, time,
         member_add, member_drop, groups_left, token, method, target, status,
         scim_type, detail, before, after, digest, hash, request,
         shape, seq)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.member_add, NEW.member_drop, NEW.groups_left, NEW.token,
          NEW.method, NEW.target, NEW.status, NEW.scim_type, NEW.detail,
          NEW.before, NEW.after, NEW.digest, NEW.hash, NEW.request,
          NEW.shape, NEW.seq);

  INSERT INTO scim_commit_outbox (tenant, seq, time, jobs)
  VALUES (NEW.tenant, NEW.seq, NEW.time, NEW.jobs);
END;

-- The keys of a resource, while an index is built (there is no status then, and
-- no row of the log), or a request that changed nothing (there are no keys then):
-- one trigger, for one that does not fire costs every change as well.
CREATE TRIGGER scim_commit_by_index INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'index' OR NEW.action = 'none'
BEGIN
  INSERT INTO scim_commit_claim_add (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.unique_add);

  INSERT INTO scim_commit_unique_add (action, tenant, type, resource, keys)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.resource, NEW.unique_add);

  INSERT INTO scim_commit_value_add (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.value_add);

  INSERT INTO scim_commit_alert (tenant, token, time, data)
  VALUES (NEW.tenant, NEW.token, NEW.time, NEW.data);

  INSERT INTO scim_commit_log (action, tenant, type, id, version, time,
         member_add, member_drop, groups_left, token, method, target, status,
         scim_type, detail, before, after, digest, hash, request,
         shape, seq)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.member_add, NEW.member_drop, NEW.groups_left, NEW.token,
          NEW.method, NEW.target, NEW.status, NEW.scim_type, NEW.detail,
          NEW.before, NEW.after, NEW.digest, NEW.hash, NEW.request,
          NEW.shape, NEW.seq);
END;

-- The doors of what is most frequent do without the steps that have nothing to do:
-- a resource that nobody but it is about, without members, maps and jobs, comes,
-- has another document and nothing else, as of most PATCHes, or goes.
CREATE TRIGGER scim_commit_by_new INSTEAD OF INSERT ON scim_commit_new
BEGIN
  INSERT INTO scim_commit_unique_add (action, tenant, type, resource, keys)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.resource, NEW.unique_add);

  INSERT INTO scim_commit_value_add (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.value_add);

  INSERT INTO scim_commit_create (tenant, type, resource, id, version, time,
         doc, inactive, renamed, name, email)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.id, NEW.version, NEW.time,
          NEW.doc, NEW.inactive, NEW.renamed, NEW.name, NEW.email);

  INSERT INTO scim_commit_log (action, tenant, type, id, version, time, token,
         method, target, status, scim_type, detail, after, digest, hash,
         request, shape, seq)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.token, NEW.method, NEW.target, NEW.status, NEW.scim_type,
          NEW.detail, NEW.after, NEW.digest, NEW.hash, NEW.request,
          NEW.shape, NEW.seq);
END;

CREATE TRIGGER scim_commit_by_document INSTEAD OF INSERT ON scim_commit_document
BEGIN
  INSERT INTO scim_commit_update (tenant, type, resource, version, time, doc,
         inactive)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.version, NEW.time, NEW.doc,
          NEW.inactive);

  INSERT INTO scim_commit_log (action, tenant, type, id, version, time, token,
         method, target, status, scim_type, detail, before, after, digest, hash,
         request, shape, seq)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.token, NEW.method, NEW.target, NEW.status, NEW.scim_type,
          NEW.detail, NEW.before, NEW.after, NEW.digest, NEW.hash, NEW.request,
          NEW.shape, NEW.seq);
END;

CREATE TRIGGER scim_commit_by_gone INSTEAD OF INSERT ON scim_commit_gone
BEGIN
  INSERT INTO scim_commit_value_drop (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.value_drop);

  INSERT INTO scim_commit_unique_drop (tenant, type, resource, keys)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.unique_drop);

  INSERT INTO scim_commit_former (tenant, type, id, version, time,
         unique_drop, value_drop)
  VALUES (NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.unique_drop, NEW.value_drop);

  INSERT INTO scim_commit_delete (tenant, type, resource, id, time, inactive)
  VALUES (NEW.tenant, NEW.type, NEW.resource, NEW.id, NEW.time, NEW.inactive);

  INSERT INTO scim_commit_log (action, tenant, type, id, version, time, token,
         method, target, status, scim_type, detail, before, digest, hash,
         request, shape, seq)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
          NEW.token, NEW.method, NEW.target, NEW.status, NEW.scim_type,
          NEW.detail, NEW.before, NEW.digest, NEW.hash, NEW.request,
          NEW.shape, NEW.seq);
END;
