-- What the databases from version 3 on have besides: maps that are on, a rule, a
-- consumer, and what became of a person by them.
--
--   sqlite3 versionN.db -cmd '.load scim' <make3.sql
.bail on
PRAGMA trusted_schema = 1;
CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT UNIQUE, name TEXT,
  boss INTEGER, status TEXT);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE learner_tag (tag INTEGER, learner INTEGER,
  PRIMARY KEY (tag, learner));
INSERT INTO learner (upn, name) VALUES ('eve@example.com', 'Known before');
SELECT scim_map('learner', '{"type":"User","table":"learner","key":"id",
  "columns":{"upn":{"from":"userName"},"name":{"from":["displayName",
    "name.familyName"]},"boss":{"from":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value","as":"key"},
    "status":{"active":"in","inactive":"out"}},
  "match":["upn"],"deleted":"inactive"}');
SELECT scim_map('tag', '{"type":"Group","table":"tag","key":"id",
  "columns":{"name":{"from":"displayName","unique":" (%d)"}},
  "deleted":"delete","members":{"table":"learner_tag","group":"tag",
    "member":"learner","of":"learner"}}');
SELECT scim_map_switch('learner', 'on'), scim_map_switch('tag', 'on');
INSERT INTO scim_rule (event, type, kind) VALUES ('created', 'User', 'invite');
INSERT INTO scim_consumer VALUES ('mirror', 3);
UPDATE scim_map SET since = '2026-03-01T00:00:00.000Z';
UPDATE scim_link SET since = '2026-03-01T00:00:00.000Z';
SELECT scim_apply('POST', '/Users', '{"userName":"fay@example.com"}',
  '{"id":"fay","now":"2026-03-01T00:00:00Z"}') ->> 'status';
