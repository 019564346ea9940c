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
is "the message of one failing call is not that of the next" "$(sql \
  "SELECT * FROM scim_filter('Robot')" "SELECT * FROM scim_filter('Cat')" |
  sed 's/^Error: stepping, //')" "there is no resource type 'Robot'
there is no resource type 'Cat'"

finish
