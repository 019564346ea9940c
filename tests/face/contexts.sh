#!/bin/bash
# One operation, called from everywhere SQL can call it from: each context
# leaves the same tables, and each can be rolled back.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
base=$folder/base
got=$folder/got

# copy: a copy of the base, with a connection to it. No other may be open while
# the file is written.
copy() {
  sql '.open :memory:'
  cp "$base" "$got"
  connect "$got"
}

# state FILE: all that an operation may change, as a new connection sees it.
# reply, of a test, is not.
# (.dump would have the schema read once more.)
state() {
  local table text=".output \"$folder/rows\""
  for table in scim_resource scim_member scim_value scim_unique scim_log \
    scim_count scim_index scim_default; do
    text+="
.mode insert $table
SELECT * FROM $table;"
  done
  connect "$1"
  sql "$text
.mode list
.output"
  cat "$folder/rows"
}

# as_before [FILE]: whether got has the state that is in the file.
as_before() {
  state "$got" | diff - "${1:-$folder/base.state}" && echo equal
}

# ---- the database that all start from, and the operations

ann=00000000-0000-4000-8000-00000000000a
sales=00000000-0000-4000-8000-00000000000b
now='"now":"2026-03-01T12:00:00Z"'
connect "$base"
sql "SELECT scim_init();
  CREATE TABLE request (method, target, body, options);
  CREATE TABLE reply (text);
  CREATE TABLE mine (note);
  INSERT INTO reply VALUES ('');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\",\"emails\":[
    {\"value\":\"ann@example.com\"}]}', '{\"id\":\"$ann\",$now}');
  SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"Sales\",
    \"members\":[{\"value\":\"$ann\"}]}',
    '{\"id\":\"$sales\",$now}')" >/dev/null
state "$base" >"$folder/base.state"

# operation <name>: an SQL list of method, target, body and options.
operation() {
  local options="'{\"id\":\"00000000-0000-4000-8000-00000000000c\",$now}'"
  case $1 in
  create) echo "'POST', '/Users', '{\"userName\":\"bob\"}', $options" ;;
  put) echo "'PUT', '/Users/$ann', '{\"userName\":\"anna\"}', $options" ;;
  patch) echo "'PATCH', '/Groups/$sales', '{\"Operations\":[{\"op\":\"add\",
    \"path\":\"members\",\"value\":[{\"value\":\"x\"}]}]}', $options" ;;
  delete) echo "'DELETE', '/Users/$ann', NULL, $options" ;;
  conflict) echo "'POST', '/Users', '{\"userName\":\"ANN\"}', $options" ;;
  wrong) echo "'PATCH', '/Users/$ann', '{\"Operations\":[
    {\"op\":\"add\",\"path\":\"title\",\"value\":\"x\"},
    {\"op\":\"add\",\"path\":\"a[b\"}]}', $options" ;;
  esac
}
operations="create put patch delete conflict wrong"

# context <name> <list>: a script that runs the operation in the context.
context() {
  local insert="INSERT INTO scim (method, target, body, options)"
  case $1 in
  'SELECT') echo "SELECT scim_apply($2);" ;;
  'SELECT in a transaction') echo "BEGIN; SELECT scim_apply($2); COMMIT;" ;;
  'SELECT in a savepoint')
    echo "SAVEPOINT s; SELECT scim_apply($2); RELEASE s;" ;;
  'SELECT FROM a table') echo "SELECT scim_apply($2) FROM reply;" ;;
  'SELECT with one argument')
    echo "WITH r(m, t, b, o) AS (VALUES ($2)) SELECT scim_apply(json_patch(o,
      json_object('method', m, 'target', t, 'body', json(b)))) FROM r;" ;;
  'INSERT') echo "$insert VALUES ($2);" ;;
  'INSERT in a transaction') echo "BEGIN; $insert VALUES ($2); COMMIT;" ;;
  'INSERT SELECT')
    echo "INSERT INTO request VALUES ($2); $insert SELECT * FROM request;" ;;
  'INSERT SELECT in a transaction')
    echo "BEGIN; $insert SELECT $2; COMMIT;" ;;
  'INSERT of several rows') echo "$insert VALUES ($2), ('GET', '/Users/$ann',
    NULL, NULL);" ;;
  'RETURNING')
    echo "INSERT INTO reply VALUES (scim_apply($2)) RETURNING text;" ;;
  'RETURNING in a transaction') echo "BEGIN; INSERT INTO reply
    VALUES (scim_apply($2)) RETURNING text; COMMIT;" ;;
  'INSERT into a table in a transaction')
    echo "BEGIN; INSERT INTO reply VALUES (scim_apply($2)); COMMIT;" ;;
  'UPDATE of a table') echo "UPDATE reply SET text = scim_apply($2);" ;;
  'a connection with foreign keys and recursive triggers')
    echo "PRAGMA foreign_keys = 1; PRAGMA recursive_triggers = 1;
      SELECT scim_apply($2);" ;;
  'a connection with neither')
    echo "PRAGMA foreign_keys = 0; PRAGMA recursive_triggers = 0;
      SELECT scim_apply($2);" ;;
  'a defensive connection')
    printf '%s\n' '.dbconfig defensive on' "SELECT scim_apply($2);" ;;
  'a connection that trusts no schema')
    printf '%s\n' '.dbconfig trusted_schema off' "SELECT scim_apply($2);" ;;
  esac
}
contexts="SELECT
SELECT in a transaction
SELECT in a savepoint
SELECT FROM a table
SELECT with one argument
INSERT
INSERT in a transaction
INSERT SELECT
INSERT SELECT in a transaction
INSERT of several rows
RETURNING
RETURNING in a transaction
INSERT into a table in a transaction
UPDATE of a table
a connection with foreign keys and recursive triggers
a connection with neither
a defensive connection"
# SQLite 3.40 takes its own JSON functions for unsafe, in every schema.
[ "$(sql "SELECT flags & 2097152 FROM pragma_function_list
  WHERE name = 'json_extract'")" = 0 ] || contexts="$contexts
a connection that trusts no schema"

# ---- the same in every context

for name in $operations; do
  copy
  sql "SELECT scim_apply($(operation "$name"))" >/dev/null
  state "$got" >"$folder/want.$name"
  while read -r where; do
    taken || continue
    copy
    sql "$(context "$where" "$(operation "$name")")" >"$folder/printed"
    is "$name in $where does the same" \
      "$(as_before "$folder/want.$name"; grep '^Error' "$folder/printed")" equal
  done <<<"$contexts"
done
enough $((6 * $(wc -l <<<"$contexts")))

is "a failed operation leaves its row of the log and nothing else" \
  "$(for name in conflict wrong; do
    diff "$folder/base.state" "$folder/want.$name" | grep -c '^[<>]'
    diff "$folder/base.state" "$folder/want.$name" |
      grep -c '^> INSERT INTO scim_log'
  done | tr '\n' ' ')" "1 1 1 1 "

# ---- rolled back

for name in $operations; do
  list=$(operation "$name")
  for call in "SELECT scim_apply($list)" \
    "INSERT INTO scim (method, target, body, options) VALUES ($list)" \
    "INSERT INTO reply VALUES (scim_apply($list))"; do
    taken || continue
    copy
    sql "BEGIN; $call; ROLLBACK;" >/dev/null
    is "$name is rolled back with the transaction (${call%% *})" \
      "$(as_before)" equal
    sql "BEGIN; INSERT INTO mine VALUES ('before');
      SAVEPOINT s; $call; ROLLBACK TO s; RELEASE s;
      INSERT INTO mine VALUES ('after'); COMMIT;" >/dev/null
    is "$name is rolled back with a savepoint (${call%% *})" \
      "$(as_before; sql 'SELECT group_concat(note) FROM mine')" "equal
before,after"
  done
done
enough $((6 * $(wc -l <<<"$contexts") + 6 * 3))

copy
sql "BEGIN; INSERT INTO mine VALUES ('kept');
  SELECT scim_apply($(operation conflict));
  SELECT scim_apply($(operation create)); COMMIT" >/dev/null
is "what the caller wrote survives an operation that fails" \
  "$(sql 'SELECT note FROM mine; SELECT count(*) FROM scim_user;
    SELECT group_concat(status) FROM scim')" "kept
2
201,201,409,201"

# ---- all or nothing in the database

# A database error in the middle of an operation, at the last table written.
copy
sql "CREATE TRIGGER no BEFORE INSERT ON scim_member
  BEGIN INSERT INTO no_member_today VALUES (1); END" >/dev/null
state "$got" >"$folder/before"
for where in SELECT 'SELECT in a transaction' INSERT 'INSERT in a transaction' \
  'INSERT SELECT' RETURNING 'INSERT into a table in a transaction'; do
  connect "$got"
  printed=$(sql "$(context "$where" "$(operation patch)")" |
    grep -o 'no_member_today' | head -1)
  is "an error in the database undoes the whole operation: $where" \
    "$printed $(as_before "$folder/before")" \
    "no_member_today equal"
done

# ---- where it is refused

copy
is "a trigger may not call scim_apply" "$(sql "
  CREATE TRIGGER t AFTER INSERT ON mine
  BEGIN SELECT scim_apply($(operation create)); END;
  INSERT INTO mine VALUES (1);" | grep -o 'unsafe use of scim_apply()')" \
  "unsafe use of scim_apply()"
copy
is "a trigger may not insert into scim" "$(sql "
  CREATE TRIGGER t AFTER INSERT ON mine
  BEGIN INSERT INTO scim (method, target) VALUES ('GET', '/Users'); END;
  INSERT INTO mine VALUES (1);" | grep -o 'unsafe use of virtual table.*')" \
  'unsafe use of virtual table "scim"'
copy
is "a view may not call scim_apply" "$(sql "
  CREATE VIEW v AS SELECT scim_apply($(operation create));
  SELECT * FROM v" | grep -o 'unsafe use of scim_apply()')" \
  "unsafe use of scim_apply()"
is "views may call scim_filter and scim_match though no schema is trusted" \
  "$(sql "PRAGMA trusted_schema = 0;
  CREATE VIEW f AS SELECT id FROM scim_filter('User', 'userName eq \"ann\"');
  CREATE VIEW m AS SELECT scim_match('userName eq \"ann\"', doc)
    FROM scim_resource WHERE type = 'User';
  CREATE VIEW a AS SELECT count(*) FROM scim_resource AS r,
    scim_attributes(r.doc) WHERE path = 'emails.value';
  CREATE VIEW h AS SELECT count(*) FROM scim_as_of('User', '2027-01-01');
  SELECT * FROM f; SELECT * FROM m; SELECT * FROM a; SELECT * FROM h")" "$ann
1
1
1"

# ---- where nothing can be written

for how in query_only mode=ro; do
  if [ "$how" = query_only ]; then
    connect "$base" 'PRAGMA query_only = 1;'
  else
    connect "file:$base?mode=ro"
  fi
  for call in "SELECT scim_apply($(operation create))" \
    "SELECT scim_token('default', 'x')" \
    "SELECT scim_client('default', 'x')" \
    "SELECT scim_tenant_remove('default', 1)" \
    "INSERT INTO scim (method, target) VALUES ('DELETE', '/Users/$ann')"; do
    is "SQLITE_READONLY for ${call%%(*} ($how)" \
      "$(sql "$call" | grep -o '(8)$')" "(8)"
  done
  is "reads work where nothing can be written ($how)" "$(sql "
    SELECT scim_apply('GET', '/Users/$ann', NULL, NULL) ->> '$.status';
    SELECT scim_apply('GET', '/Users?filter=userName+sw+%22a%22', NULL, NULL)
      ->> '$.body.totalResults';
    SELECT count(*) FROM scim_filter('User', 'userName sw \"a\"');
    SELECT scim_match('userName pr', doc) FROM scim_resource LIMIT 1;
    SELECT count(*) FROM scim_as_of('User', '2027-01-01');
    SELECT count(*) FROM scim")" "200
1
1
1
1
2"
done

# ---- what is many statements

# Within one that writes SQLite has no savepoint, and commits nothing: so they
# say at once how they are to be called. Nothing is done, and no transaction
# left open.
copy
sql "CREATE TEMP TABLE theirs (x); CREATE TABLE person (login);
  SELECT scim_apply('DELETE', '/Users/$ann')" >/dev/null
state "$got" >"$folder/before"
connect "$got" "CREATE TEMP TABLE theirs (x);"
while read -r call; do
  is "${call%%(*} is refused in a statement that writes, and says so" "$(
    for statement in "CREATE TABLE made AS SELECT $call" \
      "CREATE TEMP TABLE made AS SELECT $call" \
      "INSERT INTO mine SELECT $call" "INSERT INTO mine VALUES ($call)" \
      "INSERT INTO theirs SELECT $call" "UPDATE reply SET text = $call" \
      "INSERT INTO mine VALUES (1) RETURNING $call" \
      "DELETE FROM reply WHERE $call" \
      "BEGIN; INSERT INTO mine SELECT $call"; do
      sql "$statement" | grep -o 'this cannot.*'
      [[ $statement == BEGIN* ]] || sql BEGIN
      sql ROLLBACK
    done | uniq -c | sed 's/^ *//')" "9 this cannot be called by a statement \
that writes: call it by SELECT (5)"
done <<'END'
scim_init()
scim_forget('default', '00000000-0000-4000-8000-00000000000a')
scim_replay('old.db')
scim_replay('temp')
scim_map('people', '{"table":"person","key":"login","columns":{}}')
scim_map_drop('people')
scim_map_adopt('people')
END
is "and nothing has changed" "$(as_before "$folder/before")" equal

# ---- the same on every node

for i in 1 2; do
  connect "$folder/node$i"
  sql "SELECT scim_init()" >/dev/null
  for name in create put patch delete conflict wrong; do
    sql "SELECT scim_apply('POST', '/Users',
      '{\"userName\":\"ann\",\"emails\":[{\"value\":\"ann@example.com\"}]}',
      '{\"id\":\"$ann\",$now}');
      SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"Sales\"}',
      '{\"id\":\"$sales\",$now}');
      INSERT INTO scim (method, target, body, options)
      VALUES ($(operation "$name"))" >>"$folder/replies$i"
  done
  state "$folder/node$i" >"$folder/state$i"
done
is "the same requests with id and now leave the same bytes in two files" \
  "$(diff "$folder/state1" "$folder/state2" &&
    diff "$folder/replies1" "$folder/replies2" && echo equal)" equal

finish
