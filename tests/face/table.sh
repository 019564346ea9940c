#!/bin/bash
# What all tables have in common: they are not stored, they are there at once,
# and their cursors keep what they show whatever else is called.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

modules="scim scim_filter scim_attributes scim_as_of scim_stmt"

is "all are there without scim_init, and none in the file" "$(sql "
  SELECT count(*) FROM pragma_module_list WHERE name IN
    ('$(sed "s/ /', '/g" <<<"$modules")');
  SELECT count(*) FROM sqlite_schema")" "5
0"
is "none can be created" "$(for module in $modules; do
  sql "CREATE VIRTUAL TABLE mine USING $module" | sed 's/^Error: [a-z ]*, //'
done)" "$(printf 'no such module: %s\n' $modules)"
sql "SELECT scim_init();
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\"}')" >/dev/null
is "a cursor is filled anew for each row of a join" "$(sql "
  SELECT a.path, b.path FROM (SELECT doc FROM scim_resource) AS r,
    scim_attributes(r.doc) AS a, scim_attributes(r.doc) AS b
   WHERE a.path = 'userName' AND b.path = 'active'")" "userName|active
userName|active"
is "two cursors of one table do not know of each other" "$(sql "
  SELECT count(*) FROM scim_filter('User') AS a, scim_filter('User') AS b;
  SELECT count(*) FROM scim AS a, scim AS b")" "4
4"
is "what cursors show stays while each row makes a request" "$(sql "
  SELECT f.doc ->> '\$.userName', a.value,
    scim_apply('POST', '/Users', json_object('userName', 'new' || f.rowid))
      ->> '\$.status',
    (SELECT count(*) FROM scim_filter('User', 'userName sw \"new\"'
      || substr(f.id, 1, 0)))
    FROM scim_filter('User', 'userName ne \"x\"') AS f,
      scim_attributes(f.doc) AS a
   WHERE a.path = 'userName'")" "ann|ann|201|1
bob|bob|201|2"
# For an OR SQLite asks what each side would cost, and shows no arguments then.
sql "CREATE TABLE learner (id INTEGER PRIMARY KEY, login TEXT);
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"columns\":{\"login\":{\"from\":\"userName\"}}}')" >/dev/null
while IFS='|' read -r call one other; do
  is "either of two conditions: $call" "$(sql "
    SELECT count(*) > 0 FROM $call AS t WHERE t.$one OR t.$other;
    SELECT count(*) FROM $call AS t WHERE t.$one IS NULL OR t.$other IS NULL;
    SELECT (SELECT count(*) FROM $call AS t WHERE t.$one OR t.$other)
         = (SELECT count(*) FROM $call AS t WHERE NOT (t.$one)
               AND t.$other) + (SELECT count(*) FROM $call AS t WHERE t.$one)")" "1
0
1"
done <<'END'
scim_as_of('User', '2100-01-01')|version = 1|id = 'x'
scim_provenance((SELECT min(id) FROM scim_user))|attribute = 'userName'|value = 1
scim_attributes('{"userName":"ann","title":"x"}')|path = 'userName'|value = 'x'
scim_filter('User')|version = 1|id = 'x'
scim_explain('User', 'title pr')|how = 'all'|term = 'x'
scim_map_preview('learner')|decision = 'create'|"column" = 'x'
scim_preview('User', 'SELECT 1 AS userName')|action = 'create'|key = 'x'
END
is "IS is as good as = for an argument" "$(sql "
  INSERT INTO scim_tenant (name) VALUES ('acme');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"cid\"}',
    '{\"tenant\":\"acme\"}') IS NULL;
  SELECT group_concat(t.name || ' ' || (f.doc ->> 'userName')) FROM scim_tenant AS t
    JOIN scim_filter('User') AS f ON f.tenant IS t.name;
  SELECT count(*) FROM scim_as_of WHERE type IS 'User' AND time IS '2100-01-01'
     AND tenant IS 'acme';
  SELECT count(*) FROM scim_filter('User') WHERE tenant IS NULL;
  SELECT count(*), count(f.id) FROM scim_tenant AS t
    LEFT JOIN scim_filter('User') AS f ON f.tenant IS t.name AND f.version = 2")" \
  "0
acme cid,default ann,default bob,default new1,default new2
1
0
2|0"
while IFS='|' read -r call want; do
  is "an argument that is needed is asked for: $call" "$(sql \
    "SELECT * FROM $call" | sed 's/^Error: [a-z ]*, //; s/ (1)$//')" "$want"
done <<'END'
scim_as_of('User')|scim_as_of needs a type and a time
scim_provenance|scim_provenance needs an id
scim_attributes|
scim_filter|scim_filter needs a resource type
scim_explain('User')|scim_explain needs a type and a filter
scim_map_preview|scim_map_preview needs the name of a map
scim_preview('User')|scim_preview needs a resource type and a query
END
is "the message of one failing call is not that of the next" "$(sql \
  "SELECT * FROM scim_filter('Robot')" "SELECT * FROM scim_filter('Cat')" |
  sed 's/^Error: stepping, //')" "there is no resource type 'Robot'
there is no resource type 'Cat'"

finish
