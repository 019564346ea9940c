#!/bin/bash
# scimd map switch: what it prints, and that an end before the end undoes all.
#
# HOW IT WORKS. To see it tell of its progress it has to take longer than a
# second, however fast the machine: a trigger of the application's on the mapped
# table counts in a recursive query with each row, until 1.2 seconds
# have gone by since the first. For an interruption it counts without end.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

users=500
"$SCIMD" init --db "$db"
sqlite3 -cmd ".load ${SCIM_EXTENSION:-${BUILD:-build}/scim}" "$db" "
  CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT, email TEXT);
  CREATE TABLE began (at REAL);
  CREATE TABLE pace (steps INT); -- NULL: without end
  INSERT INTO pace VALUES (100000);
  CREATE TRIGGER slow AFTER INSERT ON learner
   WHEN (julianday('now') - (SELECT at FROM began)) * 86400 < 1.2
     OR (SELECT steps FROM pace) IS NULL BEGIN
    SELECT count(*) FROM (
      WITH RECURSIVE c (n) AS (
        SELECT 1 UNION ALL SELECT n + 1 FROM c
         WHERE n < coalesce((SELECT steps FROM pace), n + 1))
      SELECT n FROM c);
  END;
  CREATE TRIGGER first BEFORE INSERT ON learner
   WHEN NOT EXISTS (SELECT 1 FROM began) BEGIN
    INSERT INTO began VALUES (julianday('now'));
  END;
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"columns\":{\"upn\":{\"from\":\"userName\"}}}');
  SELECT scim_map('empty', '{\"type\":\"Group\",\"table\":\"learner\",
    \"key\":\"id\",\"columns\":{\"email\":{\"from\":\"displayName\"}}}');
  BEGIN;
  WITH RECURSIVE c (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $users)
  SELECT count(scim_apply('POST', '/Users', json_object('userName', 'u' || n)))
    FROM c;
  COMMIT;" >/dev/null

# switch <word ...>: its output, with its status and complaints behind it. On a
# slow machine (valgrind) it may tell of its progress, which does not matter.
switch() {
  "$SCIMD" map switch --db "$db" "$@" 2>"$dir/err"
  local status=$?
  sed -i.all '/ rows written, /d' "$dir/err"
  echo "$status[$(cat "$dir/err")]"
}
# state: of the map, how many learners and links it has, and whether triggers.
state() {
  sqlite3 "$db" "SELECT state, (SELECT count(*) FROM learner),
    (SELECT count(*) FROM scim_link WHERE map = 'learner'),
    (SELECT count(*) > 0 FROM sqlite_schema
      WHERE type = 'trigger' AND name LIKE 'scim_map.learner.%')
    FROM scim_map WHERE name = 'learner'"
}
off='off|0|0|0'
is "the map is off at first" "$(state)" "$off"

# ---- progress

out=$("$SCIMD" map switch learner --db "$db" 2>"$dir/err")
is "the map is on, and how many resources there are is said" "$?[$out]" \
  "0[learner is on: $users resources]"
is "every resource has its row" "$(state)" "on|$users|$users|1"
is "a line a second tells how far it has come" \
  "$(head -n 1 "$dir/err" | sed -E 's/[1-9][0-9]*/N/g')" \
  "scimd: learner: N rows written, N s"
is "and nothing else is on standard error" \
  "$(grep -cvE '^scimd: learner: [0-9]+ rows written, [0-9]+ s$' "$dir/err")" 0

# ---- what takes less than a second

is "once more, for nothing" "$(switch learner)" \
  "learner is on: $users resources
0[]"
is "off" "$(switch learner --off)" "learner is off
0[]"
is "which leaves the rows, and takes the triggers away" "$(state)" \
  "off|$users|$users|0"
is "off is off" "$(switch --off learner)" "learner is off
0[]"
is "a map without resources is on all the same" "$(switch empty)" \
  "empty is on: 0 resources
0[]"
sqlite3 -cmd ".load ${SCIM_EXTENSION:-${BUILD:-build}/scim}" "$db" "
  SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"g\"}')" >/dev/null
is "one resource is one" "$(switch empty)" "empty is on: 1 resource
0[]"
is "off again" "$(switch empty --off)" "empty is off
0[]"

# ---- what is refused

is "a map that is not there is a 1, and is named" "$(switch nobody)" \
  "1[scimd: there is no map 'nobody']"
is "also to be off" "$(switch nobody --off)" \
  "1[scimd: there is no map 'nobody']"
is "so is a database that is not there" \
  "$("$SCIMD" map switch learner --db "$dir/no.db" >/dev/null 2>"$dir/err"
    echo "$?$(grep -c "^scimd: $dir/no.db: " "$dir/err")")" 11
sqlite3 "$db" "DELETE FROM scim_link WHERE map = 'learner';
  DELETE FROM learner; UPDATE pace SET steps = 1;
  CREATE TRIGGER no BEFORE INSERT ON learner WHEN NEW.upn = 'u7' BEGIN
    SELECT RAISE(ABORT, 'scim:409:uniqueness:no seats left'); END"
refusal=$(switch learner)
is "what the application refuses is a 1" "${refusal%%[*}" 1
is "in one line, with its words" \
  "$(wc -l <"$dir/err")$(grep -c '^scimd: .*no seats left$' "$dir/err")" 11
is "and nothing of it is left" "$(state)" "$off"
sqlite3 "$db" "DROP TRIGGER no"

# ---- an end before the end

# The third row is the one at which it counts for ever.
sqlite3 "$db" "DELETE FROM began; UPDATE pace SET steps = NULL;
  DROP TRIGGER slow;
  CREATE TRIGGER slow AFTER INSERT ON learner WHEN NEW.upn = 'u3' BEGIN
    SELECT count(*) FROM (
      WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)
      SELECT n FROM c);
  END"
# interrupt <signal> <command ...>: switches the map on, and sends it the signal
# when the command succeeds. Sets ended, and during to the state just before.
# Whoever runs this script in the background has it ignore SIGINT, which scimd
# would respect, and Bash passes on: hence Python.
interrupt() {
  local switching
  : >"$dir/err" # or the lines of the one before would be found
  "${python:-python3}" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$SCIMD" map switch learner --db "$db" >"$dir/out" 2>"$dir/err" &
  switching=$!
  await "${@:2}"
  during=$(state)
  kill -"$1" "$switching"
  # Or what is not interrupted would go on for ever.
  await eval "! kill -0 $switching 2>/dev/null"
  kill -KILL "$switching" 2>/dev/null
  wait "$switching" 2>/dev/null
  ended="$?[$(cat "$dir/out")][$(tail -n 1 "$dir/err")]"
}
has_told() { [ "$(grep -c 'rows written' "$dir/err")" -ge "$1" ]; }
is_writing() { sqlite3 "$db" 'BEGIN IMMEDIATE' 2>&1 | grep -q locked; }
interrupt TERM has_told 2
is "no two lines are of the same second, and each is of a later one" \
  "$(sed -nE 's/.* ([0-9]+) s$/\1/p' "$dir/err" | sort -nuc 2>&1)" ""
is "with as many rows, where none has come" \
  "$(sed -nE 's/.*: ([0-9]+) rows.*/\1/p' "$dir/err" | sort -u | wc -l)" 1
is "nobody sees any of them before it ends" "$during" "$off"
is "SIGTERM ends it with a 1, and says so" "$ended" "1[][scimd: interrupted]"
is "and nothing has changed" "$(state)" "$off"
interrupt INT is_writing
is "so does SIGINT" "$ended" "1[][scimd: interrupted]"
is "and nothing has changed then" "$(state)" "$off"
sqlite3 "$db" "DROP TRIGGER slow"
is "it can be done again" "$(switch learner; state)" \
  "learner is on: $users resources
0[]
on|$users|$users|1"

finish
