-- Who was in which group, and when: scim_stay follows what the log tells. Each
-- step has a view and a trigger of its own, since most changes of members are
-- one of them only, and finds its rows by whole keys: a group may have 100,000
-- members, of whom one joins.
--
-- A stay is over when nobody holds it any more. One that ends at the moment at
-- which the next one begins goes on: no moment is between. A clock that was set
-- back may end one before it has begun: nobody was in the group then, and the
-- view leaves it out.

-- Members who leave, by the source or, where that is NULL, by whomever. Whom
-- the same request adds again (added) was never out: that is only to be found in
-- a log, since a change has nobody in both of its lists (ext/store/members.c).
CREATE VIEW scim_commit_stay_drop (
  tenant, group_id, time, ids, added, source
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

-- ids that name all who are there, in the order of the rows, become NULL, as in
-- member.sql. A group whose stays are many more than it names is not gone
-- through.
CREATE TRIGGER scim_commit_stay_drop INSTEAD OF INSERT ON scim_commit_stay_drop
WHEN NEW.ids IS NOT NULL
BEGIN
  INSERT INTO scim_commit_stay_leave (tenant, group_id, time, ids, added,
         source)
  VALUES (NEW.tenant, NEW.group_id, NEW.time,
          CASE
          WHEN NEW.added IS NOT NULL
            OR EXISTS (SELECT 1
                         FROM scim_stay
                        WHERE tenant = NEW.tenant AND group_id = NEW.group_id
                        LIMIT 1 OFFSET 4 * json_array_length(NEW.ids))
          THEN NEW.ids
          ELSE nullif(NEW.ids,
                      (SELECT json_group_array(member)
                         FROM (SELECT member
                                 FROM scim_stay
                                WHERE tenant = NEW.tenant
                                  AND group_id = NEW.group_id
                                  AND "left" IS NULL
                                ORDER BY member)))
          END,
          NEW.added, NEW.source);
END;

CREATE VIEW scim_commit_stay_leave (
  tenant, group_id, time, ids, added, source
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_stay_leave
INSTEAD OF INSERT ON scim_commit_stay_leave
WHEN NEW.ids IS NOT NULL
BEGIN
  UPDATE scim_stay
     SET idp = iif(NEW.source IS 'manual', idp, NULL),
         manual = iif(NEW.source IS 'idp', manual, NULL),
         "left" = CASE WHEN NEW.source IS 'manual' AND idp IS NOT NULL THEN NULL
                       WHEN NEW.source IS 'idp' AND manual IS NOT NULL THEN NULL
                       ELSE NEW.time END
   WHERE tenant = NEW.tenant AND group_id = NEW.group_id
     AND member IN (SELECT value FROM json_each(NEW.ids))
     AND "left" IS NULL
     AND (NEW.added IS NULL
          OR member NOT IN (SELECT a.value ->> 'value'
                              FROM json_each(NEW.added) AS a));
END;

CREATE TRIGGER scim_commit_stay_leave_all
INSTEAD OF INSERT ON scim_commit_stay_leave
WHEN NEW.ids IS NULL
BEGIN
  UPDATE scim_stay
     SET idp = iif(NEW.source IS 'manual', idp, NULL),
         manual = iif(NEW.source IS 'idp', manual, NULL),
         "left" = CASE WHEN NEW.source IS 'manual' AND idp IS NOT NULL THEN NULL
                       WHEN NEW.source IS 'idp' AND manual IS NOT NULL THEN NULL
                       ELSE NEW.time END
   WHERE tenant = NEW.tenant AND group_id = NEW.group_id
     AND "left" IS NULL;
END;

-- Somebody who is deleted leaves the groups: all of their stays are gone through,
-- which in many groups is quicker than to look for each (hence the +).
CREATE VIEW scim_commit_stay_end (tenant, member, time, groups) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_stay_end INSTEAD OF INSERT ON scim_commit_stay_end
WHEN NEW.groups IS NOT NULL
BEGIN
  UPDATE scim_stay
     SET "left" = NEW.time, idp = NULL, manual = NULL
   WHERE tenant = NEW.tenant AND member = NEW.member AND "left" IS NULL
     AND +group_id IN (SELECT value FROM json_each(NEW.groups));
END;

-- Members who join, by the source, which is 'idp' where it is NULL; joins is an
-- object whose names are their ids. A stay that is not over, or not before now,
-- goes on: held is an object of who has one, and since when. It is found before
-- any row is written, because SQLite first puts into a table of its own what goes
-- into one that the same statement reads. Each is looked for among the stays of
-- the group or, where these are few, so that there is one at most for a hundred
-- characters of joins, first in a list of whom they are of, which is quicker.
CREATE VIEW scim_commit_stay_add (tenant, group_id, time, joins, source) AS
SELECT NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_stay_add INSTEAD OF INSERT ON scim_commit_stay_add
WHEN NEW.joins IS NOT NULL
BEGIN
  INSERT INTO scim_commit_stay_join (tenant, group_id, time, joins, source,
         held)
  VALUES (NEW.tenant, NEW.group_id, NEW.time, NEW.joins, NEW.source,
          (SELECT json_group_object(j.key, s.joined)
             FROM json_each(NEW.joins) AS j
            CROSS JOIN scim_stay AS s
               ON s.tenant = NEW.tenant AND s.group_id = NEW.group_id
              AND s.member = j.key
              AND coalesce(s."left", NEW.time) >= NEW.time
              AND NOT EXISTS (
                  SELECT 1
                    FROM scim_stay AS l
                   WHERE l.tenant = s.tenant AND l.group_id = s.group_id
                     AND l.member = s.member AND l.joined > s.joined
                     AND coalesce(l."left", NEW.time) >= NEW.time)
            WHERE EXISTS (SELECT 1
                            FROM scim_stay
                           WHERE tenant = NEW.tenant
                             AND group_id = NEW.group_id
                           LIMIT 1 OFFSET length(NEW.joins) / 100)
               OR j.key IN (SELECT member
                              FROM scim_stay
                             WHERE tenant = NEW.tenant
                               AND group_id = NEW.group_id)));
END;

CREATE VIEW scim_commit_stay_join (
  tenant, group_id, time, joins, source, held
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_stay_join INSTEAD OF INSERT ON scim_commit_stay_join
BEGIN
  INSERT INTO scim_stay (tenant, group_id, member, joined, idp, manual)
  SELECT NEW.tenant, NEW.group_id, h.key, h.value,
         iif(NEW.source IS NOT 'manual', NEW.time, NULL),
         iif(NEW.source IS 'manual', NEW.time, NULL)
    FROM json_each(NEW.held) AS h
   WHERE true
      ON CONFLICT (tenant, group_id, member, joined) DO UPDATE
     SET "left" = NULL, idp = coalesce(excluded.idp, idp),
         manual = coalesce(excluded.manual, manual);

  INSERT INTO scim_stay (tenant, group_id, member, joined, idp, manual)
  SELECT NEW.tenant, NEW.group_id, j.key, NEW.time,
         iif(NEW.source IS NOT 'manual', NEW.time, NULL),
         iif(NEW.source IS 'manual', NEW.time, NULL)
    FROM json_each(NEW.joins) AS j
   WHERE NEW.held = '{}'
      OR j.key NOT IN (SELECT key FROM json_each(NEW.held))
      ON CONFLICT (tenant, group_id, member, joined) DO UPDATE
     SET "left" = NULL, idp = coalesce(excluded.idp, idp),
         manual = coalesce(excluded.manual, manual);
END;

-- All of what a row of the log tells, for an upgrade (query/install.sql).
CREATE VIEW scim_commit_stay (
  tenant, id, time, member_add, member_drop, groups_left, source
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_stay INSTEAD OF INSERT ON scim_commit_stay
BEGIN
  INSERT INTO scim_commit_stay_drop (tenant, group_id, time, ids, added,
         source)
  VALUES (NEW.tenant, NEW.id, NEW.time, NEW.member_drop, NEW.member_add,
          NEW.source);

  INSERT INTO scim_commit_stay_end (tenant, member, time, groups)
  VALUES (NEW.tenant, NEW.id, NEW.time, NEW.groups_left);

  INSERT INTO scim_commit_stay_add (tenant, group_id, time, joins, source)
  SELECT NEW.tenant, NEW.id, NEW.time,
         json_group_object(j.value ->> 'value', NULL), NEW.source
    FROM json_each(NEW.member_add) AS j;
END;

-- A stranger of whom no stay is left is named by nothing any more.
CREATE TRIGGER scim_stay_delete AFTER DELETE ON scim_stay
BEGIN
  DELETE FROM scim_name
   WHERE tenant = OLD.tenant AND id = OLD.member AND type IS NULL
     AND NOT EXISTS (SELECT 1 FROM scim_stay
                      WHERE member = OLD.member AND tenant = OLD.tenant);
END;
