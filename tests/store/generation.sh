#!/bin/bash
# Which definitions a connection goes by, when a change of them is undone: the
# number of the change, scim_meta's generation, is then given out again, by this
# connection or by another one, and must not stand for what was undone. (D20)
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty
sql "SELECT scim_init(); CREATE TABLE t (x)" >/dev/null

# schema <name>: INSERTs the schema urn:<name>.
schema() {
  printf "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:%s\",
    \"name\":\"%s\",\"attributes\":[]}');" "$1" "$1"
}

# seen <name> …: a query for the statuses of schemas, "404 200".
seen() {
  local name query
  for name in "$@"; do
    query+="${query:+ || ' ' || }(scim_apply('GET', '/Schemas/urn:$name', NULL,
      NULL) ->> '\$.status')"
  done
  printf 'SELECT %s;' "$query"
}

# other <statements>: by a second connection, while the first stays open.
sql '.connection 1' ".open \"$db\"" ".load $extension" '.connection 0'
other() {
  sql '.connection 1' "$@" '.connection 0'
}

# undone <sentence> <statements that undo urn:undone>: afterwards another
# connection commits a schema under the same number, then this one does.
count=0
undone() {
  local sentence=$1 before
  shift
  sql "$(seen undone)" >/dev/null
  before=$(sql "SELECT value FROM scim_meta WHERE name = 'generation'")
  sql "$@" >/dev/null
  count=$((count + 1))
  is "$sentence: the number is as before" \
    "$(other "SELECT value FROM scim_meta WHERE name = 'generation'")" "$before"
  other "$(schema "other$count")"
  is "$sentence: what another commits is seen" \
    "$(sql "$(seen undone "other$count")")" "404 200"
}

look="$(schema undone) $(seen undone)"
undone "ROLLBACK" "BEGIN; $look ROLLBACK"
undone "ROLLBACK TO" "BEGIN; SAVEPOINT s; $look ROLLBACK TO s; COMMIT"
undone "ROLLBACK TO an outer savepoint" "SAVEPOINT a; SAVEPOINT b; $look
  RELEASE b; SAVEPOINT c; ROLLBACK TO a; RELEASE a"
undone "ROLLBACK TO after the look" "BEGIN; SAVEPOINT s; $look
  SAVEPOINT t; ROLLBACK TO t; ROLLBACK TO s; COMMIT"
undone "scim_match" "BEGIN; $(schema undone)
  SELECT scim_match('userName pr', '{\"userName\":\"a\"}'); ROLLBACK"
sql "CREATE TRIGGER t AFTER INSERT ON t BEGIN
  $(schema undone)
  SELECT scim_match('userName pr', '{\"userName\":\"a\"}');
  SELECT CASE NEW.x WHEN 1 THEN RAISE(ABORT, 'no')
                    WHEN 2 THEN RAISE(ROLLBACK, 'no')
                    WHEN 3 THEN RAISE(FAIL, 'no') END;
END"
undone "RAISE(ABORT)" "INSERT INTO t VALUES (1)"
undone "RAISE(ABORT) in a transaction" "BEGIN" "INSERT INTO t VALUES (1)" COMMIT
undone "RAISE(ROLLBACK)" "BEGIN" "INSERT INTO t VALUES (2)"
undone "RAISE(FAIL) and ROLLBACK" "BEGIN" "INSERT INTO t VALUES (3)" ROLLBACK
sql "DROP TRIGGER t"

# The same connection gives the number out again before it looks.
is "another change in the same transaction is seen" "$(sql "BEGIN;
  SAVEPOINT s; $look ROLLBACK TO s; $(schema again) $(seen undone again)
  COMMIT; $(seen undone again)")" "200
404 200
404 200"
is "another change in the next transaction is seen" "$(sql "BEGIN; $look
  ROLLBACK; BEGIN; $(schema next) $(seen undone next) COMMIT;" "$(seen next)")" \
"200
404 200
200"
is "what is committed is seen" \
  "$(sql "BEGIN; $(schema kept) $(seen kept) COMMIT; $(seen kept)")
$(other "$(seen kept)")" "200
200
200"

# An index that a request builds is a change too.
sql "SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\",\"title\":\"x\"}',
  NULL)" >/dev/null
found="SELECT count(*) FROM scim_filter('User', 'title eq \"x\"');"
is "an index that was built and undone is not used" "$(sql "BEGIN;
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
  SELECT scim_init(); $found ROLLBACK; $found")
$(other "INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation'")$(
  sql "$found")" "16
1
1
1"

# ---- The tables of another file

connect :memory:
sql "ATTACH '$db' AS a" "$(seen kept)" >/dev/null
undone "ROLLBACK in an attached file" "BEGIN; $look ROLLBACK"

# ---- What it costs

connect
loads="SELECT runs FROM scim_stmt WHERE sql LIKE 'SELECT definition, id%'"
sql "SELECT scim_init(); BEGIN IMMEDIATE; $(seen kept) COMMIT" >/dev/null
before=$(sql "$loads")
is "transactions that write read the definitions once" \
  "$(sql "BEGIN IMMEDIATE; $(seen kept) COMMIT; BEGIN IMMEDIATE;
    SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\"}', NULL)
      ->> '\$.status'; ROLLBACK; BEGIN IMMEDIATE; $(seen kept) COMMIT; $loads")" \
"200
201
200
$before"
is "a change is read once, though it is not committed" "$(sql "BEGIN;
  $(schema once) $(seen once) $(seen once) $(seen once)
  SELECT ($loads) - $before; COMMIT; $(seen once)
  SELECT ($loads) - $before")" \
"200
200
200
1
200
1"
connect
other "BEGIN IMMEDIATE; INSERT INTO t VALUES (0)"
is "who writes a temporary table only waits for no other" "$(sql "
  CREATE TEMP TABLE own (x);
  INSERT INTO own SELECT scim_match('userName pr', '{\"userName\":\"a\"}');
  INSERT INTO own SELECT scim_match('userName pr', '{\"userName\":\"a\"}');
  SELECT sum(x) FROM own; $loads")" "2
1"
other COMMIT
is "a connection closes in the middle of it" "$(sql "BEGIN; $look")
$(connect; sql "$(seen undone)")" "200
404"
is "scim_stmt has no row that could be changed" \
  "$(sql "DELETE FROM scim_stmt" "INSERT INTO scim_stmt VALUES ('x', 1)" |
    sed 's/.*, //')" "attempt to write a readonly database (8)
attempt to write a readonly database (8)"
finish
