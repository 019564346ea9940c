-- Members, of one source: the rows of the other stay as they are. type is what
-- the id really is, else what was sent, now or before. Where an application's
-- trigger says RAISE(IGNORE) to each who joins it has refused the change; to count
-- them would cost more than it is worth, so scim_check tells of some. Of who stays
-- and is named it has refused it as well, also if it took him out by itself.

-- ids is an array in the order of the rows. Where it names all that there are,
-- which is found by making the same text of them, they are taken out without
-- looking for each. Groups that have more than it names are not gone through.
CREATE VIEW scim_commit_member_drop (resource, source, ids) AS
SELECT NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_drop
INSTEAD OF INSERT ON scim_commit_member_drop
WHEN NEW.ids IS NOT NULL
BEGIN
  INSERT INTO scim_commit_member_leave (resource, source, ids)
  VALUES (NEW.resource, coalesce(NEW.source, 'idp'),
          CASE
          WHEN EXISTS (SELECT 1
                         FROM scim_member
                        WHERE "group" = NEW.resource
                          AND source = coalesce(NEW.source, 'idp')
                        LIMIT 1 OFFSET json_array_length(NEW.ids))
          THEN NEW.ids
          ELSE nullif(NEW.ids,
                      (SELECT json_group_array(value)
                         FROM (SELECT value
                                 FROM scim_member
                                WHERE "group" = NEW.resource
                                  AND source = coalesce(NEW.source, 'idp')
                                ORDER BY value)))
          END);
END;

-- Those of ids, or where that is NULL all: SQLite goes once through rows that no
-- subquery chooses, and otherwise notes them first.
CREATE VIEW scim_commit_member_leave (resource, source, ids) AS
SELECT NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_leave
INSTEAD OF INSERT ON scim_commit_member_leave
WHEN NEW.ids IS NOT NULL
BEGIN
  DELETE FROM scim_member
   WHERE "group" = NEW.resource AND source = NEW.source
     AND value IN (SELECT value FROM json_each(NEW.ids));
END;

CREATE TRIGGER scim_commit_member_leave_all
INSTEAD OF INSERT ON scim_commit_member_leave
WHEN NEW.ids IS NULL
BEGIN
  DELETE FROM scim_member
   WHERE "group" = NEW.resource AND source = NEW.source;
END;

-- joins is an object of what each id gets (commit.sql): so they are read without
-- JSON being taken apart for each, which took longer than to write the rows. Nobody
-- of them was there; who is by now was put in by a trigger of the application.
CREATE VIEW scim_commit_member_add (tenant, resource, source, joins) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_add
INSTEAD OF INSERT ON scim_commit_member_add
WHEN NEW.joins IS NOT NULL
BEGIN
  INSERT INTO scim_member ("group", value, type, display, source)
  SELECT NEW.resource,
         j.key,
         coalesce((SELECT n.type FROM scim_name AS n
                    WHERE n.tenant = NEW.tenant AND n.id = j.key
                      AND n.deleted IS NULL),
                  iif(j.type = 'object', j.value ->> 'type', j.value)),
         iif(j.type = 'object', j.value ->> 'display', NULL),
         coalesce(NEW.source, 'idp')
    FROM json_each(NEW.joins) AS j
   WHERE true
      ON CONFLICT ("group", value, source) DO UPDATE
     SET type = coalesce(excluded.type, type),
         display = coalesce(excluded.display, display);

  SELECT RAISE(ABORT, 'scim:400:invalidValue:the application ignores this')
   WHERE changes() = 0;

  INSERT INTO scim_map_join (tenant, resource, joins)
  VALUES (NEW.tenant, NEW.resource, NEW.joins);
END;

-- What members who stay are called, or are where that was not said: patches is
-- member_patch of commit.sql. Nobody joins or leaves by it.
CREATE VIEW scim_commit_member_patch (tenant, resource, source, patches) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_patch
INSTEAD OF INSERT ON scim_commit_member_patch
WHEN NEW.patches IS NOT NULL
BEGIN
  INSERT INTO scim_commit_member_rename (tenant, resource, source, value, patch)
  SELECT NEW.tenant, NEW.resource, coalesce(NEW.source, 'idp'), j.key, j.value
    FROM json_each(NEW.patches) AS j;
END;

-- One of them, found by the whole key: of an UPDATE of all of them SQLite would go
-- through the group for each.
CREATE VIEW scim_commit_member_rename (
  tenant, resource, source, value, patch
) AS SELECT NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_rename
INSTEAD OF INSERT ON scim_commit_member_rename
BEGIN
  UPDATE scim_member
     SET type = coalesce(type,
                         (SELECT n.type FROM scim_name AS n
                           WHERE n.tenant = NEW.tenant AND n.id = NEW.value
                             AND n.deleted IS NULL),
                         NEW.patch ->> 'type'),
         display = iif(json_type(NEW.patch, '$.display') IS NULL, display,
                       NEW.patch ->> 'display')
   WHERE "group" = NEW.resource AND value = NEW.value AND source = NEW.source;

  SELECT RAISE(ABORT, 'scim:400:invalidValue:the application ignores this')
   WHERE changes() = 0;
END;

-- Names of those who are nobody's here: where there is a row, it is somebody's,
-- or of a stranger who may have another name by now. A display that goes leaves
-- the name: that is what they were last called. Few clients send names, and so a
-- small trigger hands on where there are some (steps.sql).
CREATE VIEW scim_commit_member_call (tenant, joins, patches) AS
SELECT NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_call
INSTEAD OF INSERT ON scim_commit_member_call
WHEN instr(NEW.joins, '{"display":') OR NEW.patches IS NOT NULL
BEGIN
  INSERT INTO scim_commit_member_name (tenant, joins, patches)
  VALUES (NEW.tenant, NEW.joins, NEW.patches);
END;

CREATE VIEW scim_commit_member_name (tenant, joins, patches) AS
SELECT NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_member_name
INSTEAD OF INSERT ON scim_commit_member_name
BEGIN
  INSERT INTO scim_name (tenant, id, name)
  SELECT NEW.tenant, j.key, j.value ->> 'display'
    FROM (SELECT key, value FROM json_each(NEW.joins) WHERE type = 'object'
           UNION ALL
          SELECT key, value FROM json_each(NEW.patches)) AS j
   WHERE j.value ->> 'display' IS NOT NULL
      ON CONFLICT (tenant, id) DO UPDATE
     SET name = excluded.name
   WHERE type IS NULL AND name <> excluded.name;
END;

-- Who was to join a group, for the maps that are on (../map): all of a change at
-- once, when they have their rows. For a trigger on each row SQLite makes room
-- anew, and it would look for the row of the group each time.
CREATE VIEW scim_map_join (tenant, resource, joins) AS
SELECT NULL, NULL, NULL
 WHERE 0;

-- Where no map is on there is no other trigger, and could be no INSERT.
CREATE TRIGGER scim_map_join_none INSTEAD OF INSERT ON scim_map_join
WHEN false
BEGIN
  SELECT NULL;
END;
