#!/bin/bash
# scimd backup: a copy that is whole, and never in the place of another; and how
# it is restored.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

copy=$dir/copy.db
backup() { "$SCIMD" backup --db "$db" "$copy" "$@" 2>&1; echo "= $?"; }
users() { sqlite3 "$1" "SELECT group_concat(user_name, ' ') FROM scim_user"; }
# There is the copy and nothing of a half one.
files() { (cd "$dir" && ls -d copy* 2>/dev/null | tr '\n' ' '); }

start
create ann >/dev/null
create bob >/dev/null
chmod 640 "$db"
is "a database that is served is copied" \
  "$(backup | sed 's/: [0-9]* bytes/: N bytes/')" "$copy: N bytes, checked
= 0"
is "with what is in its log" "$(users "$copy")" "ann bob"
is "there is one file, with the rights of the database" \
  "$(files)$(stat -c %a "$copy")" "copy.db 640"
is "and it is right" "$(sqlite3 "$copy" "PRAGMA integrity_check")" ok
create cyd >/dev/null
is "another one does not take its place" "$(backup)" \
"scimd: $copy is there already; see --force
= 1"
is "it is as it was" "$(users "$copy")" "ann bob"
is "but with --force" "$(backup --force | tail -n 1; users "$copy")" "= 0
ann bob cyd"
is "a log beside the name is in the way" \
  "$(echo x >"$copy-wal"; rm "$copy"; backup; backup --force | tail -n 1)" \
"scimd: $copy-wal is in the way: it is the log of a database in use, or of one \
that was there
= 1
= 1"
rm "$copy-wal"
is "so is the journal of one that was in another mode" \
  "$(echo x >"$copy-journal"; backup --force)" \
"scimd: $copy-journal is in the way: it is the log of a database in use, or of \
one that was there
= 1"
rm "$copy-journal"
is "so is a copy that is being made" "$(: >"$copy.partial"
  python3 -c 'import fcntl, os, subprocess, sys
place = os.open(os.path.dirname(sys.argv[1]), os.O_RDONLY)
fcntl.flock(place, fcntl.LOCK_SH)
sys.exit(subprocess.call(sys.argv[2:]))' "$copy.partial" \
    "$SCIMD" backup --db "$db" "$copy" 2>&1; echo "= $?"
  ls "$copy.partial")" \
"scimd: cannot make $copy.partial: File exists
= 1
$copy.partial"
is "one that was killed is not, nor what SQLite left of it" \
  "$(head -c 9999 "$db" >"$copy.partial"
    echo x >"$copy.partial-journal"; echo x >"$copy.partial-wal"
    backup | tail -n 1; users "$copy"; files; rm "$copy")" "= 0
ann bob cyd
copy.db "
is "something else of that name is in the way" \
  "$(echo 'a letter of mine' >"$copy.partial"; backup; cat "$copy.partial")" \
"scimd: cannot make $copy.partial: File exists
= 1
a letter of mine"
rm "$copy.partial"
is "the database is not its own copy" \
  "$(ln "$db" "$copy"; backup --force; rm "$copy")" \
"scimd: $copy is the database itself
= 1"
is "a folder that is not there" \
  "$("$SCIMD" backup --db "$db" "$dir/no/copy.db" 2>&1; echo $?)" \
"scimd: cannot make $dir/no/copy.db.partial: No such file or directory
1"
is "a database that is not there" \
  "$("$SCIMD" backup --db "$dir/none.db" "$copy" 2>&1; echo $?)" \
"scimd: cannot read $dir/none.db: No such file or directory
1"

# ---- Restoring, as README.md has it

is "the copy is made" "$(backup | tail -n 1)" "= 0"
create dan >/dev/null
stop
rm -f "$db-wal" "$db-shm"
cp "$copy" "$db"
start
is "a server serves what was restored" \
  "$(curl -s -m 20 -H "$bearer" "$url/Users?attributes=userName" |
    quick_jq -r '[.Resources[].userName] | join(" ")')" "ann bob cyd"
is "and goes on from there" "$(create eve)" 201

# readme: the lines of README.md that restore a copy, for these files.
readme() {
  awk '/^systemctl stop scimd$/, /^systemctl start scimd$/' README.md |
    sed "/^systemctl/d; s|people-[-0-9]*\.db|$copy|; s|people\.db|$db|g"
}
stop
is "the README's lines restore as well" \
  "$(eval "$(readme)"; users "$db")" "ann bob cyd"
start

# ---- An earlier version, before its upgrade

is "tables of an earlier version are copied too" \
  "$(cp tests/store/old/version2.db "$dir/old.db"
    "$SCIMD" backup --db "$dir/old.db" "$dir/old-copy.db" >/dev/null; echo $?
    sqlite3 "$dir/old-copy.db" "SELECT value FROM scim_meta
      WHERE name = 'version'")" "0
2"

# ---- While others write

for i in $(seq 300); do printf 'u%s\n' "$i"; done >"$dir/names"
{ echo userName; cat "$dir/names"; } >"$dir/rows.csv"
"$SCIMD" import --db "$db" --type User "$dir/rows.csv" >/dev/null &
writer=$!
rm "$copy"
is "it is whole while others write" "$(backup | tail -n 1
  sqlite3 "$copy" "PRAGMA integrity_check;
    SELECT (SELECT count(*) FROM scim_log WHERE action = 'create') =
      (SELECT count(*) FROM scim_resource),
      (SELECT sum(live) FROM scim_count) =
      (SELECT count(*) FROM scim_resource)")" "= 0
ok
1|1"
wait "$writer"
stop

# ---- What is not right is not kept

rm "$copy"
if sqlite3 -cmd \
  ".load ${SCIM_EXTENSION:-${BUILD:-build}/scim}" "$db" \
  "SELECT 1 FROM scim_check LIMIT 0" 2>/dev/null; then
  is "a copy in which scim_check finds something gets no name" \
    "$(sqlite3 "$db" "UPDATE scim_count SET live = live + 1"
      backup | sed 's/right: .*/right/'; files
      sqlite3 "$db" "UPDATE scim_count SET live = live - 1")" \
"scimd: the copy is not right
= 1"
fi
sqlite3 "$db" "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
page=$(sqlite3 "$db" "SELECT (rootpage - 1) *
    (SELECT page_size FROM pragma_page_size)
  FROM sqlite_schema WHERE name = 'scim_log_id'")
dd if=/dev/urandom of="$db" bs=1 seek="$page" count=64 conv=notrunc 2>/dev/null
is "a copy with a broken page gets no name" \
  "$(backup | sed 's/right: .*/right/' | tail -n 2; files)" \
"scimd: the copy is not right
= 1"
finish
