#!/bin/bash
# scim_replay: a new database from the log of another one has the same rows, and
# what the log does not lead to is an error that leaves nothing.
cd "$(dirname "$0")/../.." || exit 1
. tests/store/audit.inc

# target: connects to a new database, with the source attached as "old".
target() {
  rm -f "$folder"/new.db*
  cp "$folder/empty.db" "$folder/new.db"
  connect "$folder/new.db"
  sql "ATTACH '$db' AS \"o'l\"\"d\""
}
connect "$folder/empty.db"
sql "SELECT scim_init()" >/dev/null
connect
source="'o''l\"d'"
old="\"o'l\"\"d\""
replay="SELECT scim_replay($source)"
# alike TABLE [CONDITION]: rows that only one of both databases has.
alike() {
  echo "SELECT '$1', count(*) FROM (
    SELECT * FROM (SELECT * FROM main.$1 EXCEPT SELECT * FROM $old.$1)
     UNION ALL
    SELECT * FROM (SELECT * FROM $old.$1 EXCEPT SELECT * FROM main.$1))
    ${2:+WHERE $2} HAVING count(*) > 0;
    SELECT '$1', 'rows' WHERE (SELECT count(*) FROM main.$1)
      <> (SELECT count(*) FROM $old.$1);"
}
all=$(for table in resource member value unique count log chain stay snapshot \
  snapshot_member tenant token schema resource_type index default rule former \
  consumer alert; do
  alike "scim_$table"
done
  alike scim_meta "name <> 'generation'")
# same "<sentence>" [SOURCE]: the replay of the source as it is now, of the
# schema, and of what is named besides.
same() {
  local count of
  count=$(sql "SELECT count(*) FROM scim_resource")
  for of in "$source" "${@:2}"; do
    target
    is "$1: as many resources, by $of" "$(sql "SELECT scim_replay($of)")" \
      "$count"
    is "$1: every table is the same" "$(sql "$all")" ""
    is "$1: nothing is wrong" "$(sql "SELECT * FROM scim_check")" ""
  done
}
# refused "<sentence>" "<statement>" "<part of the error>": the source with the
# change, which is taken back, cannot be replayed, and nothing is there then.
refused() {
  local got
  got=$(sql "SAVEPOINT planted" "DELETE FROM $old.scim_consumer; $2" "$replay")
  is "$1" "$(grep -oF -- "$3" <<<"$got" || echo "$got")" "$3"
  left=$left$(sql "SELECT count(*) FROM (SELECT 1 FROM scim_resource UNION ALL
    SELECT 1 FROM scim_log UNION ALL SELECT 1 FROM scim_token UNION ALL
    SELECT 1 FROM scim_member UNION ALL SELECT 1 FROM scim_snapshot UNION ALL
    SELECT 1 FROM scim_stay UNION ALL
    SELECT 1 FROM scim_tenant WHERE name <> 'default')" "ROLLBACK TO planted" \
    "RELEASE planted")
}

# ---- More of every kind

acme='{"tenant":"acme"}'
manual='{"tenant":"acme","source":"manual"}'
change() { # TARGET OPERATION [OPTIONS]
  apply PATCH "$1" "{\"Operations\":[$2]}" "${3:-$acme}" >>"$folder/filled"
}
change /Groups/acmeg '{"op":"add","path":"members","value":[{"value":"acmec",
  "display":"Cy"}]}'
change /Groups/acmeg '{"op":"remove","path":"members[value eq \"acmec\"]"}' \
  "$manual"
change /Users/acmec '{"op":"replace","path":"userName","value":"Cäcilie@acme"}'
change /Users/acmec '{"op":"add","path":"name.givenName","value":"Cäcilie"}'
change /Users/acmec '{"op":"remove","path":"emails[type eq \"work\"]"}'
apply PUT /Users/acmea '{"active":true,"userName":"Ann","title":"\u00e9\n\"",
  "emails":[{"value":"b@x"},{"value":"a@x","primary":true}],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
  {"department":"D"}}' "$acme" >>"$folder/filled"
# Groups in groups; one who is in a group before being there, and who goes and
# comes back under the same id, as another type even.
apply POST /Groups '{"displayName":"Outer","members":[{"value":"acmeg"},
  {"value":"late"},{"value":"odd","type":"Group"}]}' \
  '{"tenant":"acme","id":"outer"}' >>"$folder/filled"
for type in Users Groups; do
  apply POST /$type '{"userName":"late","displayName":"Late"}' \
    '{"tenant":"acme","id":"late"}' >>"$folder/filled"
  change /Groups/outer '{"op":"add","path":"members","value":[
    {"value":"late"}]}'
  apply DELETE /$type/late '' "$acme" >>"$folder/filled"
done
apply POST /Users '{"userName":"late","active":false}' \
  '{"tenant":"acme","id":"late"}' >>"$folder/filled"
apply DELETE /Groups/acmeg '' "$acme" >>"$folder/filled"
apply POST /Groups '{"displayName":"G again","members":[{"value":"acmea"}]}' \
  '{"tenant":"acme","id":"acmeg"}' >>"$folder/filled"
# Names of members that come and go while these stay, by operation and by a list.
change /Groups/outer '{"op":"add","path":"members","value":[{"value":"odd",
  "display":"Odd"},{"value":"two","display":"Two"},
  {"value":"acmec","display":"Cy"}]}'
change /Groups/outer '{"op":"add","path":"members","value":[{"value":"two",
  "type":"User","display":"Second"}]}'
change /Groups/outer '{"op":"remove","path":"members[value eq \"odd\"].display"}'
change /Groups/outer '{"op":"remove","path":"members[value eq \"two\"]"},
  {"op":"add","path":"members","value":{"value":"two"}}'
apply PUT /Groups/outer '{"displayName":"Outer","members":[{"value":"acmec"},
  {"value":"odd","display":"Odd"},{"value":"two"}]}' "$acme" >>"$folder/filled"
sql "SELECT scim_forget('acme', 'acmed'), scim_tenant_remove('globex', 10000);
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
  INSERT INTO scim_consumer VALUES ('reader', 3); SELECT scim_init()" \
  >>"$folder/filled"
apply POST /Badges '{"code":"left alone"}' '{"tenant":"default"}' \
  >>"$folder/filled"
is "all of it was done" "$(grep -v '"status":20' "$folder/filled" |
  grep -c '"status":[345]')" 2
is "and is as it should be" "$(sql "SELECT * FROM scim_check")" ""

same "a log from its beginning"
is "the source goes on as it was" "$(sql "SELECT count(*) FROM scim_log
  WHERE seq > (SELECT max(seq) FROM $old.scim_log)")" 0
is "what is filled is not filled again" "$(sql "$replay" |
  grep -o 'tokens, maps or a log')" 'tokens, maps or a log'
is "and can be written to" "$(ask .status POST /Users '{"userName":"new"}')
$(ask .status PATCH /Users/acmec '{"Operations":[{"op":"replace","path":"title",
  "value":"after"}]}' "$acme")
$(sql "SELECT * FROM scim_check")" "201
200
"

# ---- What cannot be replayed

left=
target
refused "an update is gone" "DELETE FROM $old.scim_log WHERE seq = (SELECT
  min(seq) FROM $old.scim_log WHERE id = 'acmec' AND action = 'update')" \
  "scim_log lacks a change of User acmec"
refused "the last update is gone" "DELETE FROM $old.scim_log WHERE seq = (SELECT
  max(seq) FROM $old.scim_log WHERE id = 'acmec' AND action = 'update')" \
  "User acmec of 'acme': the version is not that of the log"
refused "a create is gone" "DELETE FROM $old.scim_log WHERE id = 'acmea'
  AND action = 'create'" "scim_log lacks a change of User acmea"
refused "a delete is gone" "DELETE FROM $old.scim_log WHERE seq = (SELECT
  max(seq) FROM $old.scim_log WHERE id = 'acmeb' AND action = 'delete')" \
  "User acmeb of 'acme': the log makes it, and the source has it not"
refused "a resource is gone" "DELETE FROM $old.scim_resource
  WHERE id = 'acmec'" \
  "User acmec of 'acme': the log makes it, and the source has it not"
refused "a document is another" "UPDATE $old.scim_resource SET doc =
  json_set(doc, '\$.title', 'x') WHERE id = 'acmec'" \
  "User acmec of 'acme': the document is not what the log makes of it"
refused "a document is none" "UPDATE $old.scim_resource SET doc = 'x'
  WHERE id = 'acmec'" \
  "User acmec of 'acme': the document is not what the log makes of it"
for column in name email; do
  refused "$column is another" "UPDATE $old.scim_resource SET $column = 'x'
    WHERE id = 'acmec'" \
    "User acmec of 'acme': name or email is not that of the document"
done
refused "the time of a change is another" "UPDATE $old.scim_resource
  SET modified = '2020' WHERE id = 'outer'" \
  "Group outer of 'acme': 'modified' is not the time of its last change"
refused "a member is gone" "DELETE FROM $old.scim_member
  WHERE value = 'acmea'" \
  "scim_member acmeg of 'acme': the source has other rows than its log makes"
refused "a key is gone" "DELETE FROM $old.scim_unique WHERE key = 'ann'" \
  "scim_unique acmea of 'acme': the source has other rows than its log makes"
refused "a count is another" "UPDATE $old.scim_count SET live = live + 1
  WHERE tenant = 'acme' AND type = 'User'" \
  "scim_count User of 'acme': the source has other rows than its log makes"
refused "a stay is another" "UPDATE $old.scim_stay SET joined = '2020'
  WHERE \"left\" IS NULL AND member = 'acmea'" \
  "scim_stay acmeg of 'acme': the source has other rows than its log makes"
refused "a failed request is gone" "DELETE FROM $old.scim_log
  WHERE seq = (SELECT max(seq) FROM $old.scim_log WHERE status = 409)" \
  "the hash does not follow from the row and the one before"
refused "an index is to be built" "UPDATE $old.scim_index SET built = 0" \
  "an index of it is to be built"
refused "a tenant is being removed" "UPDATE $old.scim_tenant SET
  removing = 't' WHERE name = 'acme'" "a tenant of it is being removed"
refused "tables of another version" "UPDATE $old.scim_meta SET value = 99
  WHERE name = 'version'" "its tables are those of another version"
is "none of these has left anything" "$left" "${left//[1-9]/0}"
target
for name in main temp nobody "o'l"; do
  is "$name is no source" "$(sql "SELECT scim_replay($(literal "$name"))" |
    grep -o "is no schema that is attached")" "is no schema that is attached"
done
for filled in "SELECT scim_token('default', 'IdP') > ''" \
  "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"G\"}') IS NULL"; do
  is "refused after $filled" "$(sql "SAVEPOINT s; $filled; $replay;" |
    grep -o 'fills a new database'; sql "ROLLBACK TO s; RELEASE s")" \
    'fills a new database'
done
left=
for table in resource member value; do
  refused "a trigger of the application refuses a row of scim_$table" \
    "CREATE TRIGGER mine BEFORE INSERT ON main.scim_$table
     BEGIN SELECT RAISE(FAIL, 'not here'); END" "not here"
done
is "which leaves nothing either" "$left" 000
is "nor does it outside of a transaction" "$(sql "CREATE TRIGGER mine BEFORE
  INSERT ON scim_value BEGIN SELECT RAISE(ABORT, 'not here'); END" "$replay" |
  grep -o 'not here'; sql "DROP TRIGGER mine;
  SELECT count(*) FROM scim_resource; SELECT count(*) FROM scim_log;
  SELECT count(*) FROM scim_tenant")" "not here
0
0
1"
is "it is all or nothing within a transaction too" "$(sql "BEGIN; $replay > 5;
  ROLLBACK; SELECT count(*) FROM scim_resource; $replay > 5;
  SELECT * FROM scim_check")" "1
0
1"

# ---- A file

connect
sql "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
places="$folder/o'd #1?% \"ü\".db"
cp "$db" "$places"
printf 'no database' >"$folder/plain"
stock "$folder/none.db" "CREATE TABLE t (x)"
cp "$db" "$folder/version.db"
stock "$folder/version.db" "UPDATE scim_meta SET value = 4
  WHERE name = 'version'"
cp "$db" "$folder/view.db"
stock "$folder/view.db" "DROP TABLE scim_stay;
  CREATE VIEW scim_stay AS SELECT 1 AS joined"
cp "$db" "$folder/broken.db"
stock "$folder/broken.db" "DROP TRIGGER IF EXISTS scim_resource_update;
  UPDATE scim_resource SET version = 77 WHERE id = 'acmec'"
sums=$(cd "$folder" && sha256sum ./*.db | grep -v new.db)
listed=$(ls "$folder")
# connected SETTING: to a new database with nothing attached.
connected() {
  rm -f "$folder"/new.db*
  cp "$folder/empty.db" "$folder/new.db"
  connect "$folder/new.db" "$1"
}
count=$(stock "$places" "SELECT count(*) FROM scim_resource")
for name in "/$places" "file:$db?mode=rwc&immutable=1#there"; do
  connected
  is "a file: ${name##*/}" "$(sql "SELECT scim_replay($(literal "$name"));
    SELECT count(*) FROM scim_check; SELECT group_concat(name)
    FROM pragma_database_list WHERE name <> 'temp'")" "$count
0
main"
done
connected
is "within a transaction, and a query that reads" "$(sql "BEGIN;
  SELECT scim_replay($(literal "$db")) FROM scim_tenant;
  SELECT count(*) FROM scim_check; ROLLBACK;
  SELECT count(*) FROM scim_log")" "$count
0
0"
connected
while IFS='|' read -r name want; do
  is "no source: $name" "$(sql "SELECT scim_replay($(literal "$name"))" |
    grep -oF -- "$want")" "$want"
done <<E2
$folder/missing.db|no file that can be read: unable to open database
file:$folder/missing.db?mode=rwc|no file that can be read: unable to open database
$folder|no file that can be read: unable to open database
$folder/plain|no file that can be read: file is not a database
file:$db?vfs=none|no file that can be read: no such vfs: none
file://elsewhere$db|no file that can be read: invalid uri authority: elsewhere
:memory:|there are no tables of scim_init in it
$folder/none.db|there are no tables of scim_init in it
$folder/version.db|its tables are those of another version
$folder/view.db|it has no table scim_stay
$folder/broken.db|the version is not that of the log
E2
is "a name with U+0000 is none" "$(sql "SELECT scim_replay('a' || char(0))" |
  grep -o 'U+0000')" U+0000
is "a trigger of the application refuses it all" "$(sql "CREATE TRIGGER mine
  BEFORE INSERT ON scim_member BEGIN SELECT RAISE(FAIL, 'not here'); END" \
  "SELECT scim_replay($(literal "$db"))" "DROP TRIGGER mine" |
  grep -o 'not here')" 'not here'
is "it is for the top level only" "$(sql "CREATE VIEW mine AS
  SELECT scim_replay($(literal "$db"))" "SELECT * FROM mine" "DROP VIEW mine" |
  grep -o 'unsafe use of scim_replay')" 'unsafe use of scim_replay'
is "none of these has left anything" "$(sql "SELECT count(*) FROM (
  SELECT 1 FROM scim_resource UNION ALL SELECT 1 FROM scim_log UNION ALL
  SELECT 1 FROM scim_token UNION ALL SELECT 1 FROM scim_member UNION ALL
  SELECT 1 FROM scim_stay UNION ALL SELECT 1 FROM scim_count);
  SELECT * FROM scim_check; SELECT count(*) FROM pragma_database_list
  WHERE name <> 'temp'")" "0
1"
is "so is what one of them makes of a row" "$(
  file="SELECT scim_replay($(literal "$db"))"
  for trigger in "BEFORE INSERT ON scim_member BEGIN SELECT RAISE(IGNORE)" \
    "AFTER INSERT ON scim_stay BEGIN DELETE FROM scim_stay" \
    "AFTER INSERT ON scim_resource BEGIN UPDATE scim_resource SET name = 'x'
      WHERE resource = new.resource"; do
    sql "CREATE TRIGGER mine $trigger; END; $file" |
      grep -oE '(member|stay|state) of .[a-z]*.:'
    sql "DROP TRIGGER mine; SELECT count(*) FROM scim_resource"
  done)" "member of 'acme':
0
stay of 'acme':
0
state of 'acme':
0"
is "triggers fire as before" "$(sql "CREATE TABLE fired (x); CREATE TRIGGER mine
  AFTER INSERT ON scim_resource BEGIN INSERT INTO fired VALUES (NEW.id); END;
  SELECT scim_replay($(literal "$db")); SELECT count(*) FROM fired")" "$count
$count"
connected
sql "ATTACH $(literal "$folder/broken.db") AS \"$folder/none.db\"" >/dev/null
is "of a schema and a file of one name it is the schema" \
  "$(sql "SELECT scim_replay($(literal "$folder/none.db"))" |
    grep -o 'the version is not that')" 'the version is not that'
connect "$folder/empty.db"
is "no file was made or written" "$(cd "$folder" && sha256sum ./*.db |
  grep -v new.db; ls "$folder" | grep -v '^new.db\|-shm$\|-wal$')" \
  "$sums
$(grep -v '^new.db\|-shm$\|-wal$' <<<"$listed")"

# ---- Pruned

connect
sql "UPDATE scim_outbox SET done = 't'; DELETE FROM scim_consumer"
half=$(sql "SELECT count(*) / 2 FROM scim_log")
is "half of the log goes" "$(sql "SELECT scim_prune((SELECT max(time)
  FROM scim_log), $half) > ''; SELECT count(*) > 0 FROM scim_snapshot;
  SELECT count(*) > 0 FROM scim_log")" "1
1
1"
same "a log that begins with a snapshot" "$(literal "$db")"
target
refused "a stay of before the horizon is gone" "DELETE FROM $old.scim_stay
  WHERE member = 'acmea'" \
  "scim_stay acmeg of 'acme': the source has other rows than its log makes"
refused "the snapshot has one less" "DELETE FROM $old.scim_snapshot
  WHERE id = 'acmea'" "User acmea"
connect
is "all of it goes" "$(sql "SELECT scim_prune((SELECT max(time) FROM scim_log))
  > ''; SELECT count(*) < 3 FROM scim_log")" "1
1"
apply DELETE /Users/acmea '' "$acme" >/dev/null
same "a snapshot, and hardly any log"

# ---- A clock that goes back

connect
for second in 30 10 20 05; do
  at="\"now\":\"2036-01-01T00:00:${second}Z\""
  apply POST /Users "{\"userName\":\"u$second\"}" \
    "{\"tenant\":\"acme\",$at,\"id\":\"u$second\"}" >/dev/null
  change /Groups/outer "{\"op\":\"add\",\"path\":\"members\",
    \"value\":[{\"value\":\"u$second\"},{\"value\":\"late\"}]}" \
    "{\"tenant\":\"acme\",$at}"
  change /Groups/outer \
    '{"op":"remove","path":"members[value eq \"late\"]"}' "$acme"
done
apply DELETE /Users/u30 '' "$acme" >/dev/null
apply DELETE /Users/u05 '' '{"tenant":"acme","now":"2001-01-01T00:00:00Z"}' \
  >/dev/null
same "a clock that goes back"
connect
sql "ALTER TABLE scim_log ADD COLUMN mine TEXT" >/dev/null
target
is "a column that an application has added stays where it is" \
  "$(sql "$replay > 0; SELECT count(*) FROM pragma_table_info('scim_log')
  WHERE name = 'mine'")" "1
0"
finish
