#!/bin/bash
# What the other scripts rely on in tests/lib.sh and tests/service/service.inc:
# an error must not pass for an answer, nor one answer for another.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# ---- Statements

is "rows are columns|of|text" "$(sql "SELECT 1, NULL, 'a b'; SELECT 2.5")" \
  "1||a b
2.5"
is "every line of an answer is kept, and no more than that" \
  "$(sql "SELECT ' a

 b '"; sql "SELECT 2")" " a

 b 
2"
is "what is not read does not get into the next answer" \
  "$(sql "SELECT 1; SELECT 2" | head -n 1; sql "SELECT 3")" "1
3"
is "a text may hold a semicolon at the end of a line, in a trigger for one" \
  "$(sql "CREATE TABLE t (a);
    CREATE TRIGGER r AFTER INSERT ON t BEGIN
      UPDATE t SET a = 2;
    END;
    INSERT INTO t VALUES (1);
    SELECT a FROM t")" 2
is "a command of the shell may come first" \
  "$(sql ".mode list
SELECT 1, 2;")" "1|2"

is "dump says what .dump says, and the session goes on" \
  "$(dump; sql "SELECT 4")" "$(sql .dump "SELECT 4")"

# ---- Errors

for text in "SELECT bad" "SELECT abs(-9223372036854775808)" "SELEC" \
  "SELECT 1; SELECT bad; SELECT 2" "SELECT 1;
SELECT abs(-9223372036854775808);
SELECT 2"; do
  is "an error is told as on the command line, and ends: ${text//$'\n'/ }" \
    "$(sql "$text" | grep -v '^ ' | sort)" \
    "$(stock :memory: "$text" | grep -v '^ ' | sort)"
done
is "the next text is run again" "$(sql "SELECT bad" >/dev/null
  sql "SELECT 1")" 1

# ---- Connections

sql "CREATE TEMP TABLE mine (a); BEGIN; INSERT INTO t VALUES (3)"
is "the connection stays" "$(sql "SELECT count(*) FROM mine, t")" 0
is "a transaction too" "$(sql "SELECT count(*) FROM t")" 2
is "another process does not see what is not committed" \
  "$(process "SELECT count(*) FROM t")" 1
# Errors are not buffered, and so come first.
is "a fresh connection has neither" \
  "$(fresh "SELECT count(*) FROM t; SELECT count(*) FROM mine" |
    grep -v '^ ')" "Error: in prepare, no such table: mine
1"
is "connect goes to another file, with the extension" \
  "$(connect :memory:
    sql "SELECT count(*) FROM sqlite_schema; SELECT scim_init() > 0")" "0
1"
connect
is "and back" "$(sql "SELECT count(*) FROM t")" 1

# ---- Replies

reply='{"a":"é \"x\"\n","b":[1,{"c":null}],"t":true,"f":false,"n":null,
  "i":7,"r":1.5,"e":{}}'
for filter in .a .b .t .f .n .i .r .e .none .e.none; do
  is "$filter is read as jq reads it" "$(look "$filter" "$reply")" \
    "$(jq -rc "$filter" <<<"$reply")"
done
# Members in an order that is not that of their names, and what asks for them.
reply='{"body":{"z":1,"a":"x y","m":[{"id":"b"},{"id":"a","c":null}]},"status":9}'
for filter in . .body '[.body, .status]' '.body | keys_unsorted' \
  '[.body[]] | length' '.body[]' '.body.m[]' '[.. | numbers]' \
  '.body | to_entries | map(.key) | join(" ")' '.body | with_entries(.)' \
  '[.status, .body.none // empty] | join(" ")' '[.body.m[].id] | join("+")' \
  '[.status, .body.none] | join(" ")' '.body.a | split(" ")[1:]' \
  '.body.none // empty' '.body.m | map(.c)' \
  'if .status == 9 then "nine" else 0 end' \
  '.body | del(.m, .a)' '.body | del(.z)' '.body | del(.z, .m) | tostring' \
  '.body | del(.none)' '.body | keys' '.body.a, .status' '.body.m[5].id'; do
  is "$filter is what jq says" "$(look "$filter" "$reply")" \
    "$(jq -rc "$filter" <<<"$reply")"
done
is "what is no JSON is no answer" \
  "$(look .a 'oh dear' | grep -c '^Error')$(look '[.a]' 'oh dear')" \
  "1no reply: oh dear"

# ---- Failures

# failing "<line>": how a script ends that has this line, and what it counts.
failing() {
  printf '%s\n' '. tests/lib.sh' open_database "$1" finish >"$folder/script"
  bash "$folder/script" 2>/dev/null | grep -v '^ok' | tail -n 1
  echo "${PIPESTATUS[0]}"
}
is "a check that does not hold fails the script" \
  "$(failing 'is a "$(sql "SELECT 1")" 2')" "1 passed, 1 failed
1"
is "so does a sqlite3 that crashes, whatever is asked of it then" \
  "$(failing 'sql ".shell kill -SEGV \$PPID" >/dev/null
    is a "$(sql "SELECT 1")" 1')" "0 passed, 2 failed
1"
is "and one that says something as it ends" \
  "$(failing "printf '.print words\\n' >&\"\$to_session\"")" \
  "0 passed, 1 failed
1"
finish
