-- What a change does to the tables of the application: two views without rows,
-- into which it puts a row a step, for the triggers of the maps that are on
-- (../map, scim_map_sql shows them). The first is for new rows, with their links;
-- the second for rows that are there: step is 'link', 'update', and of a resource
-- that is gone 'inactive' or 'delete'. row is a JSON array of the values of the
-- columns, in the order of the definition.
CREATE VIEW scim_map_create (map, tenant, id, how, row, time) AS
SELECT NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE VIEW scim_map_row (map, step, tenant, id, key, how, row, time) AS
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

-- What it does to our own tables besides, and before. step is 'gone' (of the
-- resource: nothing is known of it any more), 'unlink', 'ignore', 'adopt', 'review',
-- 'reviewed', 'refer' and 'unrefer' (to the target), 'fold', and for a map itself
-- 'define', 'on', 'off', 'forget'. data is JSON.
CREATE VIEW scim_map_note (map, step, tenant, id, key, how, data, time) AS
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

-- All comes as JSON: an object with two arrays of steps, notes and rows, or for
-- what is most frequent and nothing else, a new row, the step itself. SQLite
-- makes room for each trigger of a view before it asks whether it fires, which
-- is what a create with a map costs: hence so many views.
CREATE VIEW scim_commit_map (tenant, time, steps) AS
SELECT NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_map_create INSTEAD OF INSERT ON scim_commit_map
WHEN NEW.steps ->> 'step' = 'create'
BEGIN
  INSERT INTO scim_map_create (map, tenant, id, how, row, time)
  VALUES (NEW.steps ->> 'map', NEW.tenant, NEW.steps ->> 'id',
          NEW.steps ->> 'how', NEW.steps -> 'row', NEW.time);
END;

CREATE TRIGGER scim_commit_map_steps INSTEAD OF INSERT ON scim_commit_map
WHEN NEW.steps -> 'rows' IS NOT NULL
BEGIN
  INSERT INTO scim_map_note (map, step, tenant, id, key, how, data, time)
  SELECT j.value ->> 'map', j.value ->> 'step', NEW.tenant, j.value ->> 'id',
         j.value ->> 'key', j.value ->> 'how', j.value -> 'data', NEW.time
    FROM json_each(NEW.steps, '$.notes') AS j;

  INSERT INTO scim_map_row (map, step, tenant, id, key, how, row, time)
  SELECT j.value ->> 'map', j.value ->> 'step', NEW.tenant, j.value ->> 'id',
         j.value ->> 'key', j.value ->> 'how', j.value -> 'row', NEW.time
    FROM json_each(NEW.steps, '$.rows') AS j;
END;

CREATE TRIGGER scim_map_row_create INSTEAD OF INSERT ON scim_map_row
WHEN NEW.step = 'create'
BEGIN
  INSERT INTO scim_map_create (map, tenant, id, how, row, time)
  VALUES (NEW.map, NEW.tenant, NEW.id, NEW.how, NEW.row, NEW.time);
END;

-- Where no map is on there is no other trigger, and could be no INSERT.
CREATE TRIGGER scim_map_create_none INSTEAD OF INSERT ON scim_map_create
WHEN false
BEGIN
  SELECT NULL;
END;

-- The same outside of any request: for a map that is made or switched, and for
-- what a review decides.
CREATE TRIGGER scim_commit_work_map INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'map'
BEGIN
  INSERT INTO scim_commit_map (tenant, time, steps)
  VALUES (NEW.tenant, NEW.time, NEW.data);
END;

-- What only the extension can find, for the view scim_mistake: that a map names
-- what a schema no longer has.
CREATE TRIGGER scim_work_map_mistake INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'map_mistake'
BEGIN
  UPDATE scim_map
     SET mistake = NEW.data ->> 'mistake'
   WHERE name = NEW.data ->> 'map';
END;

-- What is the same for all maps.
CREATE TRIGGER scim_map_note_review INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'review'
BEGIN
  INSERT INTO scim_review (review, map, tenant, id, candidates, reason, since)
  VALUES (1 + max((SELECT value FROM scim_meta WHERE name = 'deleted_review'),
                  (SELECT coalesce(max(review), 0) FROM scim_review)),
          NEW.map, NEW.tenant, NEW.id, json_extract(NEW.data, '$.candidates'),
          NEW.data ->> 'reason', NEW.time)
      ON CONFLICT (map, tenant, id) DO UPDATE
     SET candidates = excluded.candidates, reason = excluded.reason
   WHERE candidates <> excluded.candidates OR reason <> excluded.reason;
END;

CREATE TRIGGER scim_map_note_unlink INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'unlink'
BEGIN
  DELETE FROM scim_link
   WHERE map = NEW.map AND tenant = NEW.tenant AND id = NEW.id;
END;

-- A resource that shall have no row.
CREATE TRIGGER scim_map_note_ignore INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'ignore'
BEGIN
  INSERT INTO scim_link (map, tenant, id, key, how, since)
  VALUES (NEW.map, NEW.tenant, NEW.id, NULL, NEW.how, NEW.time);
  DELETE FROM scim_review
   WHERE map = NEW.map AND tenant = NEW.tenant AND id = NEW.id;
END;

-- A row that is a resource's from its beginning, by a map that is off.
CREATE TRIGGER scim_map_note_adopt INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'adopt'
BEGIN
  INSERT INTO scim_link (map, tenant, id, key, how, since)
  VALUES (NEW.map, NEW.tenant, NEW.id, NEW.key, NEW.how, NEW.time);
END;

-- What there was of a resource that is gone, whatever became of its row.
CREATE TRIGGER scim_map_note_gone INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'gone'
BEGIN
  DELETE FROM scim_review
   WHERE map = NEW.map AND tenant = NEW.tenant AND id = NEW.id;
  DELETE FROM scim_link
   WHERE map = NEW.map AND tenant = NEW.tenant AND id = NEW.id;
END;

CREATE TRIGGER scim_map_note_reviewed INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'reviewed'
BEGIN
  DELETE FROM scim_review
   WHERE map = NEW.map AND tenant = NEW.tenant AND id = NEW.id;
END;

CREATE TRIGGER scim_map_note_refer INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'refer'
BEGIN
  INSERT INTO scim_map_reference (tenant, target, map, "column", id)
  VALUES (NEW.tenant, NEW.data ->> 'target', NEW.map, NEW.data ->> 'column',
          NEW.id)
      ON CONFLICT DO NOTHING;
END;

-- Without a target to all that there may be: somebody has to look for them.
CREATE TRIGGER scim_map_note_unrefer INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'unrefer'
BEGIN
  DELETE FROM scim_map_reference
   WHERE tenant = NEW.tenant AND target = NEW.data ->> 'target'
     AND map = NEW.map AND "column" = NEW.data ->> 'column' AND id = NEW.id;
  DELETE FROM scim_map_reference
   WHERE NEW.data ->> 'target' IS NULL AND tenant = NEW.tenant
     AND map = NEW.map AND "column" = NEW.data ->> 'column' AND id = NEW.id;
END;

-- Folded values for rows that were without. The row may be another's by now.
CREATE TRIGGER scim_map_note_fold INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'fold'
BEGIN
  UPDATE scim_map_fold
     SET folded = NEW.data ->> 'folded'
   WHERE map = NEW.map AND rule = NEW.data ->> 'rule'
     AND tenant = NEW.tenant AND key = NEW.key;
END;

-- The maps themselves. how says what a definition that replaces another makes
-- void: the 'links', or only what is known of the 'members'.
CREATE TRIGGER scim_map_note_define INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'define'
BEGIN
  INSERT INTO scim_map (name, definition, state, since)
  VALUES (NEW.map, NEW.data, 'off', NEW.time)
      ON CONFLICT (name) DO UPDATE
     SET definition = excluded.definition, since = excluded.since,
         mistake = NULL;
  DELETE FROM scim_map_member
   WHERE map = NEW.map AND (NEW.how = 'links' OR NEW.how = 'members');
  DELETE FROM scim_map_reference WHERE map = NEW.map;
  DELETE FROM scim_review WHERE map = NEW.map AND NEW.how = 'links';
  DELETE FROM scim_link WHERE map = NEW.map AND NEW.how = 'links';
END;

CREATE TRIGGER scim_map_note_state INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'on' OR NEW.step = 'off'
BEGIN
  UPDATE scim_map SET state = NEW.step, since = NEW.time WHERE name = NEW.map;
END;

-- The rows of the application stay as they are.
CREATE TRIGGER scim_map_note_forget INSTEAD OF INSERT ON scim_map_note
WHEN NEW.step = 'forget'
BEGIN
  DELETE FROM scim_review WHERE map = NEW.map;
  DELETE FROM scim_map_reference WHERE map = NEW.map;
  DELETE FROM scim_map_member WHERE map = NEW.map;
  DELETE FROM scim_link WHERE map = NEW.map;
  DELETE FROM scim_map_fold WHERE map = NEW.map;
  DELETE FROM scim_map WHERE name = NEW.map;
END;

-- Connections read maps together with the definitions.
CREATE TRIGGER scim_map_insert AFTER INSERT ON scim_map
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

CREATE TRIGGER scim_map_update AFTER UPDATE ON scim_map
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

CREATE TRIGGER scim_map_delete AFTER DELETE ON scim_map
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
