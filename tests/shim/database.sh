#!/bin/bash
# What a large database asks of a connection: statements that change more than
# fits into a small journal, and a write-ahead log that does not stay large.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

# ---- statements that change many pages

start
group=$(curl -s -H "$bearer" -H "$json" -d '{"displayName":"all"}' \
  "$url/Groups" | quick_jq -r .id)
# D2: more than 16 MiB of index and of members, as at 100,000 users.
sqlite3 "$db" "
  CREATE TEMP TABLE number AS
    WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
    SELECT i, printf('%08d%0392d', i, 0) AS text FROM n;
  INSERT INTO scim_value
    SELECT 'default', 'User', 'userName', text, 1000000 + i FROM number;
  INSERT INTO scim_member (\"group\", value)
    SELECT resource, text
      FROM number, (SELECT resource FROM scim_resource WHERE id = '$group');
  UPDATE scim_schema SET definition = definition WHERE id LIKE '%:User'"
is "a write that rebuilds a large index succeeds" "$(create rebuilt)" 201
is "and the index is rebuilt" "$(sqlite3 "$db" \
  "SELECT count(*) FROM scim_value WHERE attribute = 'userName'")" 1
is "a group of 50,000 members can be deleted" \
  "$(code -H "$bearer" -X DELETE "$url/Groups/$group")" 204
sqlite3 "$db" "
  WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
  INSERT INTO scim_value SELECT 'default', 'User', 'userName',
    printf('%08d%0392d', i, 0), 2000000 + i FROM n;
  UPDATE scim_schema SET definition = definition WHERE id LIKE '%:User'"
stop
start
is "a server that has to rebuild one starts" "$(create restarted)" 201

# ---- the write-ahead log

# grow: 270 MB of log, as a burst of writes leaves it that no checkpoint follows.
grow() {
  sqlite3 -cmd ".timeout ${patience}000" "$db" "
    PRAGMA wal_autocheckpoint = 0;
    CREATE TABLE IF NOT EXISTS filler (bytes BLOB);
    INSERT INTO filler VALUES (zeroblob(270000000))" >/dev/null
}
size() { stat -c %s "$db-wal"; }
is_over() { [ "$1" -gt $(($2 << 20)) ] && echo yes || echo no; }
# settles MIB: is it still over that, when there was time to see to it?
settles() { until_is no eval "is_over \"\$(size)\" $1"; }
is_shown() {
  await eval '[ "$(metric scimd_wal_bytes)" = "$(size)" ]' && echo yes && return
  echo "$(metric scimd_wal_bytes), and it has $(size)"
}

# What a write does to the log is done, and measured, once the next one runs.
grow
is "a write finds a log of over 256 MiB" "$(is_over "$(size)" 256)" yes
is "and the writes after it one of 128 MiB at most" \
  "$(create after-1) $(create after-2) $(settles 128)" "201 201 no"
is "/metrics shows its size" "$(is_shown)" yes
hold 'BEGIN; SELECT count(*) FROM scim_meta;'
grow
is "while a reader needs the log writes go on" \
  "$(create held-1) $(create held-2) $(create held-3)" "201 201 201"
is "and it stays" "$(is_over "$(size)" 256)" yes
is "as /metrics shows" "$(is_over "$(metric scimd_wal_bytes)" 256)" yes
let_go
is "when the reader has gone writes go on" "$(create free-1)" 201
is "and it is cut to 128 MiB" "$(settles 128)" no

# ---- a database in UTF-16

stop
kept="$db $token"
db=$dir/wide.db token=
sqlite3 "$db" "PRAGMA encoding = 'UTF-16'; CREATE TABLE mine (x)"
start
is "it is served as any other" \
  "$(create wide; echo; curl -s -H "$bearer" "$url/Users?attributes=userName" |
    quick_jq -r '.Resources[].userName'
    sqlite3 "$db" "PRAGMA encoding")" "201
wide
UTF-16le"
stop
read -r db token <<<"$kept"

# ---- a file that cannot be written

# Nor can what lies beside it, which a server that was killed has left there:
# all that is needed to read. For root, who may write anything, as somebody else.
mkdir "$dir/other"
cp "${BUILD:-build}/scimd" "${BUILD:-build}/scim.so" "$dir/other"
start
create unwritten >/dev/null
kill -KILL "$server"
wait "$server" 2>/dev/null
server=
chmod 755 "$dir" "$dir/other" "$dir/other/scimd"
chmod 444 "$db" "$db-wal" "$db-shm" "$dir/other/scim.so"
as_somebody=
[ "$(id -u)" != 0 ] || as_somebody='setpriv --reuid=65534 --clear-groups'
is "a file that can only be read is not served" \
  "$(timeout 60 $as_somebody "$dir/other/scimd" serve --db "$db" \
    --listen 127.0.0.1:0 2>&1; echo $?)" "scimd: the file cannot be written
1"
chmod 644 "$db" "$db-wal" "$db-shm"

finish
