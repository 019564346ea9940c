-- How pruned7.db was made: members of both sources whose log was pruned when some
-- had joined, and went on. m1 is held by both, m2 by the platform from later on;
-- m3 comes back, m4 is sent again with a name; m5 changes hands behind the horizon.
--
--   sqlite3 pruned7.db -cmd '.load scim' <pruned7.sql
PRAGMA page_size = 1024;
.bail on
SELECT scim_init('{"now":"2026-01-01T00:00:00Z"}');
CREATE TEMP TABLE request (at TEXT, source TEXT, target TEXT, op TEXT, ids TEXT);
CREATE TEMP VIEW sent (at, source, target, body) AS
SELECT at, source, target, json_object('Operations', json_array(json_object(
         'op', op, 'path', 'members', 'value', json(ids))))
  FROM request
 ORDER BY request.rowid;
SELECT scim_apply('POST', '/Users', json_object('userName', 'm' || value),
         json_object('id', 'm' || value, 'now', '2026-01-01T00:00:00Z'))
         ->> 'status'
  FROM json_each('[1,2,3,4,5,6]');
SELECT scim_apply('POST', '/Groups', json_object('displayName', value),
         json_object('id', value, 'now', '2026-01-01T00:00:00Z')) ->> 'status'
  FROM json_each('["g","h"]');

INSERT INTO request VALUES
  ('01', 'idp', 'g', 'add', '[{"value":"m1"},{"value":"m2"},{"value":"m3"},
    {"value":"m4"},{"value":"m5"},{"value":"m6"}]'),
  ('02', 'manual', 'g', 'add', '[{"value":"m1"}]'),
  ('03', 'idp', 'h', 'add', '[{"value":"g"},{"value":"nobody"}]'),
  ('04', 'idp', 'g', 'remove', '[{"value":"m3"}]');
SELECT scim_apply('PATCH', '/Groups/' || target, body, json_object('source',
         source, 'now', '2026-02-' || at || 'T00:00:00Z')) ->> 'status'
  FROM sent;
SELECT scim_prune('2026-02-10');
DELETE FROM request;
INSERT INTO request VALUES
  ('11', 'idp', 'g', 'add', '[{"value":"m3"}]'),
  ('12', 'manual', 'g', 'add', '[{"value":"m2"},{"value":"m5"}]'),
  ('13', 'idp', 'g', 'add', '[{"value":"m4","display":"Four"}]'),
  ('14', 'idp', 'g', 'remove', '[{"value":"m5"},{"value":"m6"}]'),
  ('15', 'manual', 'h', 'add', '[{"value":"nobody"},{"value":"m1"}]'),
  ('16', 'idp', 'h', 'add', '[{"value":"m1"}]');
SELECT scim_apply('PATCH', '/Groups/' || target, body, json_object('source',
         source, 'now', '2026-02-' || at || 'T00:00:00Z')) ->> 'status'
  FROM sent;
VACUUM;
