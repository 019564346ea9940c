-- The application of the soak: tables with maps on them, jobs for two events,
-- and triggers of its own, one of which refuses people. The cluster
-- (../cluster) has the same, so that nothing here may draw the clock.
CREATE TABLE learner (id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE,
  name TEXT, active INTEGER,
  manager INTEGER REFERENCES learner (id) ON DELETE SET NULL);
CREATE TABLE tag (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE learner_tag (tag TEXT NOT NULL, learner INTEGER NOT NULL,
  PRIMARY KEY (tag, learner)) WITHOUT ROWID;
CREATE TABLE seat (tenant TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (tenant, id)) WITHOUT ROWID;
CREATE TABLE note (text TEXT NOT NULL);
CREATE TRIGGER app_seat AFTER INSERT ON scim_resource WHEN NEW.type = 'User'
BEGIN
  INSERT INTO seat VALUES (NEW.tenant, NEW.id);
  SELECT RAISE(ABORT, 'scim:409:uniqueness:no seats left')
   WHERE NEW.doc ->> 'displayName' = 'refuse me';
END;
CREATE TRIGGER app_seat_free AFTER DELETE ON scim_resource
BEGIN
  DELETE FROM seat WHERE tenant = OLD.tenant AND id = OLD.id;
END;
SELECT scim_map('learner', '{"type":"User","table":"learner","key":"id",
  "columns":{"login":{"from":"userName"},"name":{"from":"displayName"},
    "active":{"from":"active"},
    "manager":{"from":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
               "as":"key"}},
  "match":["login"],"deleted":"delete"}', '{"now":"2026-01-01T00:00:00Z"}');
SELECT scim_map('tag', '{"type":"Group","table":"tag","key":"id",
  "columns":{"name":{"from":"displayName"}},"deleted":"delete",
  "members":{"table":"learner_tag","group":"tag","member":"learner",
             "of":"learner"}}', '{"now":"2026-01-01T00:00:00Z"}');
SELECT scim_map_switch('learner', 'on', '{"now":"2026-01-01T00:00:00Z"}'),
       scim_map_switch('tag', 'on', '{"now":"2026-01-01T00:00:00Z"}');
INSERT INTO scim_rule (event, kind) VALUES
  ('created', 'invite'), ('deleted', 'farewell');
