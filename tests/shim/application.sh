#!/bin/bash
# The application's own triggers, keys and extensions, behind scimd.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

"$SCIMD" init --db "$db"

# app "<statements>": the application, which has not got the extension.
app() { sqlite3 -batch -cmd '.timeout 10000' "$db" "$@" 2>&1; }

app "CREATE TABLE seat (tenant TEXT, id TEXT,
    FOREIGN KEY (tenant, id) REFERENCES scim_resource (tenant, id)
    ON DELETE CASCADE);
  CREATE TRIGGER app_seat AFTER INSERT ON scim_resource BEGIN
    INSERT INTO seat VALUES (NEW.tenant, NEW.id);
    SELECT RAISE(ROLLBACK, 'scim:409:uniqueness:no seats left')
     WHERE NEW.doc ->> 'userName' = 'rollback';
    SELECT RAISE(FAIL, 'half') WHERE NEW.doc ->> 'userName' = 'fail';
  END"

# ---- one request, and those beside it

start
is "what a trigger raises is the reply" \
  "$(curl -s -H "$bearer" -H "$json" -d "$(user rollback)" "$url/Users")" \
  '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness","detail":"no seats left"}'
for i in $(seq 40); do
  case $i in
    7 | 23) create rollback ;;
    11 | 31) create fail ;;
    *) create "beside-$i" ;;
  esac >"$dir/code.$i" &
  writers="${writers:-} $!"
done
wait $writers
is "it costs no other request, whatever is raised" \
  "$(for i in $(seq 40); do cat "$dir/code.$i"; echo; done | sort | uniq -c | awk '{ print $1, $2 }')" \
  "36 201
2 400
2 409"
is "and leaves nothing of its own but rows of the log" \
  "$(app "SELECT count(*), count(DISTINCT id) FROM seat;
    SELECT count(*) FROM scim_user;
    SELECT status, count(*) FROM scim_log GROUP BY status")" "36|36
36
201|36
400|2
409|3"
is "no request was a failure of the database" \
  "$(grep -c '"event":"database"' "$dir/log")" 0

# ---- foreign keys

id=$(app "SELECT id FROM seat LIMIT 1")
is "foreign keys are on" "$(code -X DELETE -H "$bearer" "$url/Users/$id")
$(app "SELECT count(*) FROM seat WHERE id = '$id'")" "204
0"
stop
start --no-foreign-keys
id=$(app "SELECT id FROM seat LIMIT 1")
is "unless they are not wanted" "$(code -X DELETE -H "$bearer" "$url/Users/$id")
$(app "SELECT count(*) FROM seat WHERE id = '$id'")" "204
1"
stop

# ---- extensions of the application's own

cat >"$dir/shout.c" <<'C'
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1
static void shout(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  char *text = sqlite3_mprintf("%s!", sqlite3_value_text(values[0]));
  sqlite3_result_text(context, text, -1, sqlite3_free);
}
int sqlite3_shout_init(sqlite3 *db, char **message,
                       const sqlite3_api_routines *api) {
  (void)message;
  SQLITE_EXTENSION_INIT2(api);
  return sqlite3_create_function(db, "shout", 1, SQLITE_UTF8, 0, shout, 0, 0);
}
C
"${CC:-cc}" -shared -fPIC -o "$dir/shout.so" "$dir/shout.c"
app "CREATE TABLE said (what TEXT);
  CREATE TRIGGER app_said AFTER INSERT ON scim_resource BEGIN
    INSERT INTO said VALUES (shout(NEW.doc ->> 'userName'));
  END"
start
is "a function that is not there is no fault of the client's" \
  "$(create silent)" 503
is "and the operator is told" \
  "$(until_is 1 logged 'no such function: shout')" 1
stop
start --load "$dir/shout.so"
is "--load brings it" "$(create ann) $(app "SELECT what FROM said")" "201 ann!"
stop
is "one that cannot be loaded ends scimd" \
  "$("$SCIMD" serve --db "$db" --load "$dir/no.so" >/dev/null 2>"$dir/err"
    echo $?) $(grep -c "cannot load $dir/no.so" "$dir/err")" "1 1"

finish
