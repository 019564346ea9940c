-- Pruning the log: data says up to which seq its rows go, and the horizon, the
-- moment from which on the rest tells everything. What the rows say goes into
-- the snapshot one by one, in their order, as the change itself went into
-- scim_resource and scim_member (resource.sql, member.sql). Of a tenant that is
-- being removed rows are missing already, and nothing is kept. The chain of each
-- tenant begins behind the last of its rows that go.
CREATE TRIGGER scim_work_prune INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'prune'
BEGIN
  INSERT INTO scim_commit_prune (action, seq, time, tenant, type, id, version,
         after, member_add, member_drop, groups_left, source, member_patch)
  SELECT l.action, l.seq, l.time, l.tenant, l.type, l.id, l.version, l.after,
         l.member_add, l.member_drop, l.groups_left, l.source, l.member_patch
    FROM scim_log AS l
   WHERE l.seq <= NEW.data ->> 'seq' AND l.action IS NOT NULL
     AND l.tenant IN (SELECT t.name FROM scim_tenant AS t
                       WHERE t.removing IS NULL)
   ORDER BY l.seq;

  UPDATE scim_chain
     SET (pruned_seq, pruned_hash) = (
         SELECT l.seq, l.hash
           FROM scim_log AS l
          WHERE l.seq <= NEW.data ->> 'seq' AND +l.tenant = scim_chain.tenant
            AND l.hash IS NOT NULL
          ORDER BY l.seq DESC
          LIMIT 1)
   WHERE tenant IN (SELECT l.tenant
                      FROM scim_log AS l
                     WHERE l.seq <= NEW.data ->> 'seq'
                       AND l.hash IS NOT NULL);

  -- Of the shapes only those that these rows have are looked at: there may be as
  -- many as there are rows. The last part looks at all, since who is forgotten and
  -- a tenant that is removed leave some. Not within a change, which may be about
  -- to be written with one of them.
  DELETE FROM scim_shape
   WHERE NEW.data ->> 'shapes'
     AND shape IN (SELECT l.shape
                     FROM scim_log AS l
                    WHERE l.seq <= NEW.data ->> 'seq'
                    UNION ALL
                   SELECT s.shape
                     FROM scim_shape AS s
                    WHERE NEW.data ->> 'last')
     AND NOT EXISTS (SELECT 1 FROM scim_log AS l
                      WHERE l.shape = scim_shape.shape
                        AND l.seq > NEW.data ->> 'seq');

  DELETE FROM scim_log WHERE seq <= NEW.data ->> 'seq';

  -- A row that is left may tell of a moment up to the horizon: who joined or left
  -- then is found by the stay (scim_report_user_group_changes).
  DELETE FROM scim_stay
   WHERE "left" <= NEW.data ->> 'horizon'
     AND coalesce(max(joined, "left")
                  < (SELECT min(l.time)
                       FROM scim_log AS l
                      WHERE l.member_add IS NOT NULL
                         OR l.member_drop IS NOT NULL), true);

  UPDATE scim_meta SET value = NEW.data ->> 'horizon' WHERE name = 'horizon';
  UPDATE scim_meta
     SET value = NEW.data ->> 'seq'
   WHERE name = 'horizon_seq' AND value < NEW.data ->> 'seq';
END;

CREATE VIEW scim_commit_prune (
  action, seq, time, tenant, type, id, version, after,
  member_add, member_drop, groups_left, source, member_patch
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

-- The number of a resource that is there still is known. One that is gone had
-- the next one, as every resource gets it.
CREATE TRIGGER scim_commit_prune_create INSTEAD OF INSERT ON scim_commit_prune
WHEN NEW.action = 'create'
BEGIN
  SELECT json_extract('{}', 'scim_log lacks the end of ' || s.type || ' '
                            || s.id || ', which seq ' || NEW.seq || ' creates')
    FROM scim_snapshot AS s
   WHERE s.tenant = NEW.tenant AND s.id = NEW.id;

  INSERT INTO scim_snapshot (tenant, type, id, resource, version, created,
         modified, doc)
  VALUES (NEW.tenant, NEW.type, NEW.id,
          coalesce((SELECT r.resource
                      FROM scim_resource AS r
                     WHERE r.tenant = NEW.tenant AND r.id = NEW.id
                       AND NOT EXISTS (
                           SELECT 1
                             FROM scim_log AS l
                            WHERE l.id = NEW.id AND l.tenant = NEW.tenant
                              AND l.action = 'create' AND l.seq > NEW.seq)),
                   1 + (SELECT value FROM scim_meta
                         WHERE name = 'horizon_resource')),
          NEW.version, NEW.time, NEW.time, NEW.after);

  UPDATE scim_meta
     SET value = max(value, (SELECT s.resource
                               FROM scim_snapshot AS s
                              WHERE s.tenant = NEW.tenant AND s.id = NEW.id))
   WHERE name = 'horizon_resource';

  UPDATE scim_snapshot_member
     SET type = NEW.type
   WHERE tenant = NEW.tenant AND value = NEW.id AND type IS NOT NEW.type;

  INSERT INTO scim_commit_prune_member (tenant, id, source, member_add)
  VALUES (NEW.tenant, NEW.id, NEW.source, NEW.member_add);
END;

CREATE TRIGGER scim_commit_prune_update INSTEAD OF INSERT ON scim_commit_prune
WHEN NEW.action = 'update'
BEGIN
  SELECT json_extract('{}', 'scim_log lacks a change of ' || NEW.type || ' '
                            || NEW.id || ' before seq ' || NEW.seq)
   WHERE NOT EXISTS (SELECT 1
                       FROM scim_snapshot AS s
                      WHERE s.tenant = NEW.tenant AND s.id = NEW.id
                        AND s.version = NEW.version - 1);

  UPDATE scim_snapshot
     SET version = NEW.version, modified = NEW.time,
         doc = iif(NEW.after IS NULL, doc, json_patch(doc, NEW.after))
   WHERE tenant = NEW.tenant AND id = NEW.id;

  DELETE FROM scim_snapshot_member
   WHERE tenant = NEW.tenant AND group_id = NEW.id
     AND value IN (SELECT value FROM json_each(NEW.member_drop))
     AND source = coalesce(NEW.source, source);

  INSERT INTO scim_commit_prune_member (tenant, id, source, member_add)
  VALUES (NEW.tenant, NEW.id, NEW.source, NEW.member_add);

  INSERT OR REPLACE INTO scim_snapshot_member (tenant, group_id, value, source,
         type, display)
  SELECT m.tenant, m.group_id, m.value, m.source,
         coalesce(m.type, j.value ->> 'type'),
         iif(json_type(j.value, '$.display') IS NULL, m.display,
             j.value ->> 'display')
    FROM json_each(NEW.member_patch) AS j
   CROSS JOIN scim_snapshot_member AS m
      ON m.tenant = NEW.tenant AND m.group_id = NEW.id AND m.value = j.key
     AND m.source = coalesce(NEW.source, 'idp');
END;

CREATE TRIGGER scim_commit_prune_delete INSTEAD OF INSERT ON scim_commit_prune
WHEN NEW.action = 'delete'
BEGIN
  SELECT json_extract('{}', 'scim_log lacks a change of ' || NEW.type || ' '
                            || NEW.id || ' before seq ' || NEW.seq)
   WHERE NOT EXISTS (SELECT 1
                       FROM scim_snapshot AS s
                      WHERE s.tenant = NEW.tenant AND s.id = NEW.id
                        AND s.version = NEW.version);

  UPDATE scim_snapshot
     SET version = version + 1,
         modified = CASE WHEN NEW.time >= modified THEN NEW.time
             ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', modified,
                                    '+0.001 seconds'), NEW.time) END
   WHERE tenant = NEW.tenant
     AND id IN (SELECT value FROM json_each(NEW.groups_left));

  DELETE FROM scim_snapshot_member
   WHERE tenant = NEW.tenant AND value = NEW.id;

  DELETE FROM scim_snapshot_member
   WHERE tenant = NEW.tenant AND group_id = NEW.id;

  DELETE FROM scim_snapshot WHERE tenant = NEW.tenant AND id = NEW.id;

  INSERT INTO scim_commit_prune_name (tenant, id, seq, time)
  VALUES (NEW.tenant, NEW.id, NEW.seq, NEW.time);
END;

CREATE VIEW scim_commit_prune_member (tenant, id, source, member_add) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_prune_member
INSTEAD OF INSERT ON scim_commit_prune_member
WHEN NEW.member_add IS NOT NULL
BEGIN
  INSERT INTO scim_snapshot_member (tenant, group_id, value, source, type,
         display)
  SELECT NEW.tenant, NEW.id, j.value ->> 'value', coalesce(NEW.source, 'idp'),
         coalesce((SELECT s.type FROM scim_snapshot AS s
                    WHERE s.tenant = NEW.tenant AND s.id = j.value ->> 'value'),
                  j.value ->> 'type'),
         j.value ->> 'display'
    FROM json_each(NEW.member_add) AS j
   WHERE true
      ON CONFLICT (tenant, group_id, value, source) DO UPDATE
     SET type = coalesce(excluded.type, type),
         display = coalesce(excluded.display, display);
END;

-- The name of who was deleted goes with that, if it was the last time. Who was a
-- member since then is known by what the client called them last: in a list of
-- members, or in an object of ids (member_patch).
CREATE VIEW scim_commit_prune_name (tenant, id, seq, time) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_prune_name
INSTEAD OF INSERT ON scim_commit_prune_name
BEGIN
  DELETE FROM scim_name
   WHERE tenant = NEW.tenant AND id = NEW.id AND deleted IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM scim_log AS l
                      WHERE l.id = NEW.id AND l.tenant = NEW.tenant
                        AND l.action > 'create' AND l.action < 'update'
                        AND l.seq > NEW.seq);

  INSERT INTO scim_name (tenant, id, name)
  SELECT NEW.tenant, NEW.id, j.value ->> 'display'
    FROM scim_stay AS s
   CROSS JOIN scim_log AS l ON l.id = s.group_id AND l.tenant = s.tenant
   CROSS JOIN json_each(json_array(l.member_add, l.member_patch)) AS told
   CROSS JOIN json_each(told.value) AS j
   WHERE s.member = NEW.id AND s.tenant = NEW.tenant
     AND (s."left" IS NULL OR s."left" > NEW.time)
     AND l.seq > NEW.seq AND l.action IS NOT NULL
     AND coalesce(j.value ->> 'value', j.key) = NEW.id
     AND j.value ->> 'display' IS NOT NULL
   ORDER BY l.seq DESC
   LIMIT 1
      ON CONFLICT (tenant, id) DO NOTHING;
END;
