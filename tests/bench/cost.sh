#!/bin/bash
# What a write costs in instructions of the processor, which do not depend on
# what else the machine does: the difference between a run of few requests and
# one of a hundred more, by valgrind. Each request is a transaction of its own,
# on 2,000 users, but for those of INSERT INTO scim, which are in one.
#
#   BUILD=build/release bash tests/bench/cost.sh [WORD]
#
# with a word only the lines that have it; two builds are compared by calling it
# twice. With KEEP=file the profile of the last line is left there, for
# callgrind_annotate; with KEEPDIR=folder, an empty one, the database too. Ids are
# random, and where rows go with them: figures differ by 1 % from run to run.
set -eu -o pipefail
export LC_ALL=C # the decimal point of figures is one

BUILD=$(cd "${BUILD:-build/release}" && pwd)
source=$(dirname "$0")
word=${1:-}
FEW=20
MANY=120
most=1000000000
tunables=glibc.cpu.x86_rep_stosb_threshold=$most
tunables=$tunables:glibc.cpu.x86_rep_movsb_threshold=$most
dir=${KEEPDIR:-$(mktemp -d)}
[ -n "${KEEPDIR:-}" ] || trap 'rm -rf "$dir"' EXIT
${CC:-cc} -O2 -std=c11 -o "$dir/apply" "$source/apply.c" "$source/bench.c" \
  -lsqlite3

sql() { sqlite3 -bail "$1" ".load $BUILD/scim" "$2"; }

# count <command>: the instructions of it. Valgrind counts "rep stosb", by which
# glibc fills and copies much at once, as one for every byte: so it does without.
count() {
  GLIBC_TUNABLES=$tunables valgrind --tool=callgrind \
    --callgrind-out-file="${KEEP:-/dev/null}" "$@" 2>&1 >/dev/null | sed -n 's/.*Collected : //p'
}

# row <name> <instructions of few> <of many>
row() {
  printf '%-38s %9d\n' "$1" $((($3 - $2) / (MANY - FEW)))
}

# requests <name> <query>: counts what the lines of the query cost.
requests() {
  case $1 in *"$word"*) ;; *) return 0 ;; esac
  local number figures=
  sqlite3 "$dir/users.db" "$2" >"$dir/all"
  for number in $FEW $MANY; do
    cp "$dir/users.db" "$dir/work.db"
    head -n $number "$dir/all" >"$dir/lines"
    figures="$figures $(count "$dir/apply" "$dir/work.db" "$BUILD/scim" \
      "$dir/lines")"
  done
  row "$1" $figures
}

# load_rows: the same for users in one statement.
load_rows() {
  case 'INSERT INTO scim SELECT' in *"$word"*) ;; *) return 0 ;; esac
  local number figures=
  for number in $FEW $MANY; do
    cp "$dir/users.db" "$dir/work.db"
    figures="$figures $(count sqlite3 -bail "$dir/work.db" \
      ".load $BUILD/scim" 'PRAGMA temp_store = MEMORY' \
      "ATTACH '$dir/payload.db' AS p" "INSERT INTO scim (method, target, body)
       SELECT 'POST', '/Users', body FROM p.payload
        WHERE n > 2000 LIMIT $number")"
  done
  row 'INSERT INTO scim SELECT' $figures
}

sqlite3 -bail "$dir/payload.db" ".parameter init" \
  ".parameter set :people 3000" ".read $source/payload.sql"
sql "$dir/users.db" "
  SELECT scim_init(); PRAGMA journal_mode = WAL;
  ATTACH '$dir/payload.db' AS p;
  INSERT INTO scim (method, target, body)
  SELECT 'POST', '/Users', body FROM p.payload WHERE n <= 2000;
  INSERT INTO scim (method, target, body)
  SELECT 'POST', '/Groups', json_object(
      'schemas', json_array('urn:ietf:params:scim:schemas:core:2.0:Group'),
      'displayName', 'First ' || size, 'members', (
        SELECT json_group_array(json_object('value', id))
          FROM scim_resource WHERE type = 'User' AND resource <= size))
    FROM (SELECT 10 AS size UNION ALL SELECT 1000 UNION ALL SELECT 1500)" \
  >/dev/null

# Views of the requests: of the last users, who are in no group.
sqlite3 -bail "$dir/users.db" "
CREATE TABLE cost_new AS SELECT 1 AS n, '' AS body WHERE false;
ATTACH '$dir/payload.db' AS p;
INSERT INTO cost_new SELECT n, body FROM p.payload WHERE n > 2000;
CREATE VIEW cost_late AS
SELECT id, doc FROM scim_resource WHERE type = 'User'
 ORDER BY resource DESC LIMIT $MANY;
CREATE VIEW cost_early AS
SELECT id, doc FROM scim_resource WHERE type = 'User'
 ORDER BY resource LIMIT $MANY"

# patched <operation>: a PATCH as an expression of SQL.
patched() {
  echo "json_object('schemas', json_array(
    'urn:ietf:params:scim:api:messages:2.0:PatchOp'), 'Operations',
    json_array(json_object($1)))"
}

# of_group <number>: the path of the first, second or third group.
of_group() {
  echo "'PATCH /Groups/' || (SELECT id FROM scim_resource WHERE type = 'Group'
    ORDER BY resource LIMIT 1 OFFSET $1) || ' '"
}

requests POST "SELECT 'POST /Users ' || body FROM cost_new"
load_rows
requests PUT "SELECT 'PUT /Users/' || id || ' ' ||
  json_set(doc, '\$.title', 'Chief') FROM cost_late"
requests 'PATCH active' "SELECT 'PATCH /Users/' || id || ' ' || $(patched \
  "'op', 'Replace', 'path', 'active', 'value', 'False'") FROM cost_late"
requests 'PATCH displayName' "SELECT 'PATCH /Users/' || id || ' ' || $(patched \
  "'op', 'Replace', 'path', 'displayName', 'value', 'Ada'") FROM cost_late"
add=$(patched "'op', 'Add', 'path', 'members', 'value',
  json_array(json_object('value', id))")
remove=$(patched "'op', 'Remove', 'path',
  'members[value eq \"' || id || '\"]'")
requests 'PATCH adds a member, to 10' \
  "SELECT $(of_group 0) || $add FROM cost_late"
requests 'PATCH adds a member, to 1000' \
  "SELECT $(of_group 1) || $add FROM cost_late"
# The reply shows the 999 that are left; of more than 1,000 it shows none.
requests 'PATCH removes a member, of 1000' \
  "SELECT $(of_group 1) || $remove FROM cost_early"
requests 'PATCH removes a member, of 1500' \
  "SELECT $(of_group 2) || $remove FROM cost_early"
requests 'PATCH removes one by a list, of 1500' \
  "SELECT $(of_group 2) || $(patched "'op', 'Remove', 'path', 'members', 'value',
  json_array(json_object('value', id))") FROM cost_early"
requests DELETE "SELECT 'DELETE /Users/' || id || ' ' FROM cost_late"
requests 'DELETE of a member' \
  "SELECT 'DELETE /Users/' || id || ' ' FROM cost_early"
requests GET "SELECT 'GET /Users/' || id || ' ' FROM cost_late"
requests 'GET by userName' "SELECT 'GET /Users?filter=userName%20eq%20%22' ||
  json_extract(doc, '\$.userName') || '%22 ' FROM cost_late"
requests 'GET by a userName of nobody' \
  "SELECT 'GET /Users?filter=userName%20eq%20%22' || id || '%22 ' FROM cost_late"
