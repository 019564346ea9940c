#!/bin/bash
# make bench: what scim does in a second, beside the most that the libraries
# below it can do, measured in the same run on the same machine. Each pair is
# measured in turns, ROUNDS times; the medians are printed. Nothing is
# judged: it fails only if something does not work.
#
# Then tables of their own: how costs grow with the number of users, what other
# servers do, and what scimd does on nodes of rqlite.
#
#   BUILD=build [GROWTH=1000000] [PEERS=build/peers] bash tests/bench/bench.sh
set -eu -o pipefail
export LC_ALL=C # the decimal point of figures is one

BUILD=${BUILD:-build}
BUILD=$(cd "$BUILD" && pwd)
source=$(dirname "$0")
tools=$BUILD/bench
ROUNDS=${ROUNDS:-3}
USERS=100000
READS=8000      # GETs in a round
WRITES=4000     # POSTs in a round
CHANGES=600     # PATCHes in a round, on half as many people
MAPPED=20000    # users through a map in a round
GROWTH=${GROWTH:-100000} # the most users of the table of growth
PEERS=${PEERS:-} # where other servers are installed

dir=$(mktemp -d)
scimd= bare= hop= memory=
clean_up() {
  [ -z "$scimd" ] || kill "$scimd" 2>/dev/null || true
  [ -z "$bare" ] || kill "$bare" 2>/dev/null || true
  [ -z "$hop" ] || kill "$hop" 2>/dev/null || true
  wait
  rm -rf "$dir" "$memory"
}
trap clean_up EXIT

# ---- tools

compile() {
  local name=$1
  shift
  ${CC:-cc} -O2 -std=c11 -Wall -Wextra -o "$tools/$name" "$source/$name.c" \
    "$source/bench.c" "$@"
}
mkdir -p "$tools"
compile load -lpthread
compile bare -lcivetweb
compile apply -lsqlite3
compile raw -lsqlite3
${CC:-cc} -O2 -std=c11 -Wall -Wextra -shared -fPIC -o "$tools/sync.so" \
  "$source/sync.c"

# sql <file> <statement>: the stock shell with the extension.
sql() { sqlite3 -bail "$1" ".load $BUILD/scim" "$2"; }

# wait_for <file> <pattern>: the first match of sed's pattern.
wait_for() {
  local i found
  for i in $(seq 200); do
    found=$(sed -n "$2" "$1")
    [ -n "$found" ] && echo "$found" && return
    sleep 0.05
  done
  cat "$1" >&2
  return 1
}

# serve <database>: sets scimd, port and token.
serve() {
  : >"$dir/log" # or the line of the server before this one would be found
  "$BUILD/scimd" serve --db "$1" --listen 127.0.0.1:0 --quiet 2>"$dir/log" &
  scimd=$!
  port=$(wait_for "$dir/log" 's/.*"listening".*"port":\([0-9]*\).*/\1/p')
  token=$("$BUILD/scimd" token add --db "$1" --label bench)
}

# serve_bare <file> [workers]: sets bare and bare_port.
serve_bare() {
  "$tools/bare" "$@" >"$dir/bare.log" &
  bare=$!
  bare_port=$(wait_for "$dir/bare.log" '/^[0-9]/p')
}

stop() {
  kill "$1"
  wait "$1"
}

# median <file> <column>
median() {
  cut -d ' ' -f "$2" "$1" | sort -n | sed -n "$(((ROUNDS + 1) / 2))p"
}

# ratio <figures> <limits>: the median of what the rounds say; on a machine
# with other work the two of a pair are slow together.
ratio() {
  paste -d ' ' <(cut -d ' ' -f 1 "$1") <(cut -d ' ' -f 1 "$2") |
    awk '{ print $1 / $2 }' >"$dir/ratios"
  median "$dir/ratios" 1
}

# ---- the table

heading() {
  printf '%-42s %9s %9s %6s %5s %12s\n' "" scim limit ratio aim \
    'p50/p99 us'
}

# row <work> <aim> <figures> <limits>: a line of the table; the files have one
# line a round, with the rate first.
row() {
  local figure limit latency=
  figure=$(median "$3" 1)
  limit=$(median "$4" 1)
  if [ "$(head -n 1 "$3" | wc -w)" -ge 3 ]; then
    latency=$(median "$3" 2)/$(median "$3" 3)
  fi
  awk -v work="$1" -v aim="$2" -v figure="$figure" -v limit="$limit" \
    -v latency="$latency" -v ratio="$(ratio "$3" "$4")" 'BEGIN {
      printf "%-42s %7d/s %7d/s %6.2f %5s %12s\n", work, figure, limit,
        ratio, aim, latency }'
}

# ---- bulk: INSERT INTO scim SELECT

# Leaves the users of the last round in $dir/users.db, for the reads.
bench_bulk() {
  local round seconds
  for round in $(seq "$ROUNDS"); do
    rm -f "$dir"/users.db* "$dir"/raw.db*
    sql "$dir/users.db" "SELECT scim_init(); PRAGMA journal_mode = WAL" \
      >/dev/null
    cp "$dir/users.db" "$dir/raw.db"
    seconds=$(sqlite3 -bail "$dir/users.db" <<END |
.load $BUILD/scim
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
ATTACH '$dir/payload.db' AS p;
.timer on
INSERT INTO scim (method, target, body)
SELECT 'POST', '/Users', body FROM p.payload WHERE n <= $USERS;
END
      sed -n 's/^Run Time: real \([0-9.]*\).*/\1/p')
    awk -v users=$USERS -v seconds="$seconds" \
      'BEGIN { print users / seconds }' >>"$dir/bulk"
    [ "$(sqlite3 "$dir/users.db" 'SELECT live FROM scim_count')" = $USERS ] ||
      { echo 'bench: not all users were created' >&2; exit 1; }
    "$tools/raw" "$dir/users.db" "$dir/raw.db" $USERS >>"$dir/bulk.limit"
  done
  rm -f "$dir"/raw.db*
  row 'INSERT INTO scim SELECT' 0.55 "$dir/bulk" \
    "$dir/bulk.limit"
}

# ---- reads

# in_turns <figures> <clients> <requests> <port> <limit's port>: so many rounds
# of both, in $dir/<figures> and $dir/<figures>.limit.
in_turns() {
  local round
  for round in $(seq "$ROUNDS"); do
    "$tools/load" "$5" "$2" "$dir/$3" "$token" >>"$dir/$1.limit"
    "$tools/load" "$4" "$2" "$dir/$3" "$token" >>"$dir/$1"
  done
}

# bench_read <work> <name> <aim>: the requests are in $dir/<name>.
bench_read() {
  local target connections
  target=$(head -n 1 "$dir/$2" | cut -d ' ' -f 2)
  curl -sf -i -H "Authorization: Bearer $token" -o "$dir/reply" \
    "http://127.0.0.1:$port/scim/v2$target"
  serve_bare "$dir/reply"
  for connections in 1 8; do
    in_turns "$2.$connections" $connections "$2" "$port" "$bare_port"
    row "$1, $connections client$([ $connections = 1 ] || echo s)" "$3" \
      "$dir/$2.$connections" "$dir/$2.$connections.limit"
  done
  stop "$bare"
  bare=
}

# What it costs to hand each request to a fixed set of threads that read, in
# civetweb alone: why scimd's run where they were read.
bench_hop() {
  local connections hop_port
  curl -sf -i -H "Authorization: Bearer $token" -o "$dir/reply" \
    "http://127.0.0.1:$port/scim/v2$(head -n 1 "$dir/get" | cut -d ' ' -f 2)"
  serve_bare "$dir/reply" 4
  hop=$bare hop_port=$bare_port
  serve_bare "$dir/reply"
  for connections in 1 8; do
    in_turns hop.$connections $connections get "$hop_port" "$bare_port"
    row "civetweb with a hop, $connections client$([ $connections = 1 ] ||
      echo s)" - "$dir/hop.$connections" "$dir/hop.$connections.limit"
  done
  stop "$bare"
  stop "$hop"
  bare= hop=
}

# One client changes titles, and changes them back, until there is a file
# `enough`.
writing() {
  local title
  for title in A B; do
    sqlite3 "$dir/users.db" "SELECT 'PATCH /Users/' || id || ' {\"Operations\":
        [{\"op\":\"replace\",\"path\":\"title\",\"value\":\"$title\"}]}'
      FROM scim_resource LIMIT 200" | tr -d '\n' | sed 's/PATCH/\n&/g' |
      sed 1d >"$dir/title.$title"
    echo >>"$dir/title.$title"
  done
  while [ ! -e "$dir/enough" ]; do
    for title in A B; do
      "$tools/load" "$port" 1 "$dir/title.$title" "$token" || return
    done
  done >"$dir/written"
}

# The writer is there while the limit is measured, too: what it takes of the
# processors is no difference.
bench_busy_read() {
  local writer
  curl -sf -i -H "Authorization: Bearer $token" -o "$dir/reply" \
    "http://127.0.0.1:$port/scim/v2$(head -n 1 "$dir/get" | cut -d ' ' -f 2)"
  serve_bare "$dir/reply"
  writing &
  writer=$!
  in_turns busy 8 get "$port" "$bare_port"
  touch "$dir/enough"
  wait "$writer"
  stop "$bare"
  bare=
  row 'GET /Users/{id}, 8 clients, and a writer' 0.5 "$dir/busy" \
    "$dir/busy.limit"
}

bench_reads() {
  sqlite3 "$dir/users.db" "SELECT 'GET /Users/' || id || ' ' FROM scim_resource
    ORDER BY resource * 7919 % 100003 LIMIT $READS" >"$dir/get"
  sqlite3 "$dir/users.db" "SELECT 'GET /Users?filter=userName%20eq%20%22' ||
      json_extract(doc, '\$.userName') || '%22 ' FROM scim_resource
    ORDER BY resource * 7919 % 100003 LIMIT $READS" >"$dir/filter"
  serve "$dir/users.db"
  bench_read 'GET /Users/{id}' get 0.5
  bench_read 'GET ?filter=userName eq' filter 0.45
  bench_busy_read
  bench_hop
  stop "$scimd"
  scimd=
}

# ---- POST

# The sum or the count of the sizes of write transactions so far.
batches() {
  curl -sf "http://127.0.0.1:$port/metrics" |
    awk -v name="scimd_batch_requests_$1" '$1 == name { print $2 }'
}

bench_posts() {
  local round group
  sqlite3 "$dir/payload.db" \
    "SELECT 'POST /Users ' || body FROM payload LIMIT $WRITES" >"$dir/post"
  for round in $(seq "$ROUNDS"); do
    rm -f "$dir"/post.db* "$dir"/raw.db*
    serve "$dir/post.db"
    sqlite3 "$dir/post.db" "VACUUM INTO '$dir/raw.db'"
    sqlite3 "$dir/raw.db" 'PRAGMA journal_mode = WAL' >/dev/null
    "$tools/load" "$port" 8 "$dir/post" "$token" >>"$dir/posts"
    group=$(echo "$(batches sum) $(batches count)" | awk '{ print $1 / $2 }')
    echo "$group" >>"$dir/groups"
    stop "$scimd"
    scimd=
    "$tools/raw" "$dir/post.db" "$dir/raw.db" "$group" >>"$dir/posts.limit"
  done
  row "POST /Users, 8 clients, $(median "$dir/groups" 1) a commit" 0.6 \
    "$dir/posts" "$dir/posts.limit"
}

# ---- writes, by what a sync takes

# with_sync <microseconds> <command>: on a disk whose syncs take so long.
with_sync() {
  local sync=$1
  shift
  BENCH_SYNC=$sync LD_PRELOAD=$tools/sync.so "$@"
}

# new_raw <file>: a copy of the database that is served, for the raw side.
new_raw() {
  rm -f "$1" "$1"-*
  sqlite3 "$memory/sync.db" "VACUUM INTO '$1'"
  sqlite3 "$1" 'PRAGMA journal_mode = WAL' >/dev/null
}

# deactivations: a PATCH for everybody there is.
deactivations() {
  local schema=urn:ietf:params:scim:api:messages:2.0:PatchOp
  sqlite3 "$memory/sync.db" "SELECT 'PATCH /Users/' || id || '
      {\"schemas\":[\"$schema\"],\"Operations\":[{\"op\":\"Replace\",
       \"path\":\"active\",\"value\":\"False\"}]}' FROM scim_resource
    ORDER BY resource * 7919 % 100003" | tr -d '\n' | sed 's/PATCH/\n&/g' |
    sed 1d
  echo
}

# sync_round <microseconds> <clients>: both kinds of writes, each on scimd and
# then on SQLite with as many users in a transaction as there are clients.
sync_round() {
  local figures=$dir/sync.$1.$2
  rm -f "$memory"/sync.db*
  with_sync "$1" serve "$memory/sync.db"
  new_raw "$memory/created.db"
  "$tools/load" "$port" "$2" "$dir/post" "$token" >>"$figures.post"
  new_raw "$memory/changed.db"
  deactivations >"$dir/deactivations"
  "$tools/load" "$port" "$2" "$dir/deactivations" "$token" >>"$figures.patch"
  stop "$scimd"
  scimd=
  with_sync "$1" "$tools/raw" "$memory/sync.db" "$memory/created.db" "$2" \
    >>"$figures.post.limit"
  with_sync "$1" "$tools/raw" "$memory/sync.db" "$memory/changed.db" "$2" \
    patch >>"$figures.patch.limit"
}

# The files are in memory, and a sync takes what is said.
bench_syncs() {
  local round sync clients what
  memory=$(mktemp -d -p /dev/shm) || memory=$(mktemp -d -p "$dir")
  echo
  echo 'Writes, and as limit SQLite with as many a transaction as clients'
  for sync in 100 1000 4000; do
    for clients in 1 8; do
      for round in $(seq "$ROUNDS"); do
        sync_round $sync $clients
      done
      what="$clients client$([ $clients = 1 ] || echo s), sync $(
        awk "BEGIN { print $sync / 1000 }") ms"
      row "POST /Users, $what" 0.6 "$dir/sync.$sync.$clients.post" \
        "$dir/sync.$sync.$clients.post.limit"
      row "PATCH active, $what" 0.6 "$dir/sync.$sync.$clients.patch" \
        "$dir/sync.$sync.$clients.patch.limit"
    done
  done
  rm -rf "$memory"
  memory=
}

# ---- PATCH of one member

# new_group <members>: prints the id.
new_group() {
  sql "$dir/users.db" "INSERT INTO scim (method, target, body)
    SELECT 'POST', '/Groups', json_object(
      'schemas', json_array('urn:ietf:params:scim:schemas:core:2.0:Group'),
      'displayName', 'All $1', 'members', json_group_array(
        json_object('value', id)))
      FROM (SELECT id FROM scim_resource WHERE type = 'User'
             ORDER BY resource LIMIT $1)"
  sqlite3 "$dir/users.db" "SELECT g.id FROM scim_resource AS g
     JOIN scim_member AS m ON m.\"group\" = g.resource
    WHERE g.type = 'Group' GROUP BY g.id HAVING count(*) = $1"
}

# member_changes <group id>: adds and removes the same people in turn.
member_changes() {
  local schema=urn:ietf:params:scim:api:messages:2.0:PatchOp
  sqlite3 "$dir/users.db" "
    WITH person AS (SELECT id FROM scim_resource WHERE type = 'User'
                     ORDER BY resource DESC LIMIT $((CHANGES / 2))),
    line (text) AS (
      SELECT 'PATCH /Groups/$1 {\"schemas\":[\"$schema\"],\"Operations\":[')
    SELECT text || '{\"op\":\"Add\",\"path\":\"members\",\"value\":[{' ||
             '\"value\":\"' || id || '\"}]}]}' || char(10) ||
           text || '{\"op\":\"Remove\",\"path\":\"members[value eq ' ||
             '\\\"' || id || '\\\"]\"}]}' FROM person, line"
}

bench_patches() {
  local size round
  sql "$dir/users.db" "ATTACH '$dir/payload.db' AS p;
    INSERT INTO scim (method, target, body)
    SELECT 'POST', '/Users', body FROM p.payload
     WHERE n > $USERS LIMIT $((CHANGES / 2))"
  sql "$dir/users.db" "UPDATE scim_tenant
    SET settings = '{\"max_values\":4194304}'" # the group in one request
  for size in 10 $USERS; do
    member_changes "$(new_group $size)" >"$dir/patch.$size"
  done
  serve "$dir/users.db"
  for round in $(seq "$ROUNDS"); do
    for size in 10 $USERS; do
      "$tools/load" "$port" 1 "$dir/patch.$size" "$token" \
        >>"$dir/patch.$size.http"
    done
  done
  stop "$scimd"
  scimd=
  for round in $(seq "$ROUNDS"); do
    for size in 10 $USERS; do
      "$tools/apply" "$dir/users.db" "$BUILD/scim" "$dir/patch.$size" \
        >>"$dir/patch.$size.sql"
    done
  done
  echo
  echo "PATCH of one member: a group of $USERS, and as limit a group of 10"
  row 'scim_apply' 0.77 "$dir/patch.$USERS.sql" "$dir/patch.10.sql"
  row 'HTTP, 1 client' 0.77 "$dir/patch.$USERS.http" "$dir/patch.10.http"
}

# ---- maps

# map_columns: ten columns of an application's table, as a map has them.
map_columns() {
  local urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
  cat <<END
"email":{"from":["emails[type eq \"work\"].value","userName"],"as":"lower"},
"upn":{"from":"userName"}, "name":{"from":["displayName","name.formatted"]},
"given":{"from":"name.givenName"}, "family":{"from":"name.familyName"},
"phone":{"from":"phoneNumbers.value","as":"e164"},
"company":{"from":"$urn:organization"}, "status":{"active":1,"inactive":0},
"manager":{"from":"$urn:manager.value","as":"key"}, "origin":{"value":"scim"}
END
}

# map_users <file> [MATCH]: how many users a second come into a new database,
# through a map if there is a list of what it matches.
map_users() {
  local seconds
  rm -f "$dir"/map.db*
  sql "$dir/map.db" "SELECT scim_init(); PRAGMA journal_mode = WAL;
    CREATE TABLE learner (id INTEGER PRIMARY KEY, email TEXT, upn TEXT,
      name TEXT, given TEXT, family TEXT, phone TEXT, company TEXT,
      status INTEGER, manager INTEGER, origin TEXT);" >/dev/null
  [ -z "${2:-}" ] || sql "$dir/map.db" "
    SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
      \"key\":\"id\",\"columns\":{$(map_columns)},\"match\":$2}');
    SELECT scim_map_switch('learner', 'on')" >/dev/null
  seconds=$(sqlite3 -bail "$dir/map.db" <<END |
.load $BUILD/scim
PRAGMA cache_size = -65536;
ATTACH '$dir/payload.db' AS p;
.timer on
INSERT INTO scim (method, target, body)
SELECT 'POST', '/Users', body FROM p.payload WHERE n <= $MAPPED;
END
    sed -n 's/^Run Time: .* user \([0-9.]*\) .*/\1/p')
  awk -v users=$MAPPED -v seconds="$seconds" \
    'BEGIN { print users / seconds }' >>"$1"
}

# Time of the processor: what a map adds is computing, and a machine with other
# work would hide it.
bench_maps() {
  local round
  for round in $(seq "$ROUNDS"); do
    map_users "$dir/map.none"
    map_users "$dir/map.plain" '[]'
    map_users "$dir/map.match" '["upn"]'
  done
  echo
  echo 'A user through a map of ten columns, and as limit one without'
  row 'no match' 0.67 "$dir/map.plain" "$dir/map.none"
  row 'match by a column' 0.67 "$dir/map.match" "$dir/map.none"
}

# ---- all

# Those of the largest growth, and a thousand for each of the other lines.
people=$(((GROWTH > USERS ? GROWTH : USERS) + 10000))
sqlite3 -bail "$dir/payload.db" ".parameter init" \
  ".parameter set :people $people" ".read $source/payload.sql"
heading
bench_bulk
bench_reads
bench_posts
bench_syncs
bench_patches
bench_maps

# ---- growth, peers

python=/usr/bin/python3
[ -x $python ] || python=python3
sizes=$(for size in 1000 10000 100000 1000000; do
  [ $size -gt "$GROWTH" ] || echo $size
done)
$python "$source/growth.py" "$BUILD" "$dir/payload.db" $sizes
answers="10000 100000"
[ -z "${ANSWERS-}" ] || answers="$answers $ANSWERS"
$python "$source/answers.py" "$BUILD" $answers
[ -z "$PEERS" ] || $python "$source/peers.py" "$BUILD" "$dir/payload.db" "$PEERS"
$python "$source/cluster.py" "$BUILD" "$dir/payload.db"
