#!/bin/bash
# Databases that earlier versions made (old/README.md): scim_init() brings them
# to the version of the program, all or nothing, and their contents answer as
# before. Tables of a later version are left alone.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty
dir=$folder

# file <file> [statement ...]: what they print, errors included, in a process of
# its own. sql is for $db, which stays open: to read the schema takes longer than
# most statements.
file() {
  sqlite3 -batch "$1" -cmd 'PRAGMA synchronous = OFF' -cmd ".load $extension" \
    "${@:2}" 2>&1
}

# then_dump <file> <dump> [line ...]: what the lines print, errors included, and how
# the tables differ afterwards from what .dump said. In one process: to read the
# schema takes longer than most of what is tried.
then_dump() {
  { printf '%s\n' "${@:3}"
    echo 'PRAGMA reverse_unordered_selects = 0;'
    printf '%s\n' '.print -- dump' .dump; } | file "$1" >"$dir/printed"
  sed '/^-- dump$/,$d' "$dir/printed"
  sed '1,/^-- dump$/d' "$dir/printed" | diff "$2" -
}

# sections <file>: sets sections to the answer that follows each "# sentence".
sections() {
  local line title=
  sections=()
  while IFS= read -r line; do
    case $line in
      '# '*) title=${line#'# '} sections[$title]= ;;
      *) sections[${title:-none}]+=$line$'\n' ;;
    esac
  done <"$1"
}

# answers <sentence> <db> <ask> <want>: one check a question.
answers() {
  local -A sections got
  local sentence
  file "$2" <"$3" >"$dir/got"
  sections "$dir/got"
  for sentence in "${!sections[@]}"; do got[$sentence]=${sections[$sentence]}; done
  sections "$4"
  while read -r sentence; do
    is "$1: $sentence" "${got[$sentence]-}" "${sections[$sentence]-}"
  done < <(sed -n 's/^# //p' "$4")
}

# structure <file>: the tables, views and triggers of scim but those of its maps.
# Of a table the columns, since a column that was added stands elsewhere in its
# text.
structure() {
  sqlite3 -batch "$1" "SELECT type, name, CASE WHEN type <> 'table' THEN sql END
     FROM sqlite_schema WHERE name GLOB 'scim_*' AND name NOT GLOB 'scim_map.*'
    ORDER BY type, name;
    SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk
      FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c
     WHERE t.type = 'table' AND t.name GLOB 'scim_*' ORDER BY 1, 2"
}

file "$dir/new" "SELECT scim_init()" >/dev/null
structure "$dir/new" >"$dir/built"
version=$(file "$dir/new" "SELECT value FROM scim_meta WHERE name = 'version'")

is "the list by which an upgrade takes them away has all views and triggers" \
  "$(sed -nE "s/^  \('(\w+)', '(view|trigger)', [0-9]+, NULL\).*/\2|\1/p" \
    sql/query/made.sql | sort)" \
  "$(sqlite3 "$dir/new" "SELECT type, name FROM sqlite_schema
    WHERE type IN ('view', 'trigger')" | sort)"

# Under valgrind the oldest, which goes all the way. Where a share is tried it is
# for audit_state.sh to upgrade all.
versions=$(printf '%s\n' tests/store/old/version${VALGRIND:+1}*.db | sort -V)
for old in $(spread <<<"$versions"); do
  name=$(basename "$old" .db)
  tried+=("$name")
  files=${old%.db}
  sql '.open :memory:' # the file shall not be open while it is written
  cp "$old" "$db"
  file "$db" .dump >"$dir/before"

  # ---- all or nothing

  is "$name: a transaction that is rolled back takes the upgrade along" \
    "$(then_dump "$db" "$dir/before" "BEGIN; SELECT scim_init(); ROLLBACK;")" \
    "$version"
  is "$name: a savepoint as well" \
    "$(then_dump "$db" "$dir/before" \
      "BEGIN; SAVEPOINT s; SELECT scim_init(); ROLLBACK TO s; COMMIT;")" \
    "$version"
  is "$name: without room for it, nothing of it is done" \
    "$(then_dump "$db" "$dir/before" \
      ".output $dir/said" "PRAGMA max_page_count = 1;" .output \
      "SELECT scim_init();" | sed 's/.*full (13)$/full (13)/')" "full (13)"
  is "$name: where nothing may be written, it says so" \
    "$(file "$db" "PRAGMA query_only = 1" "SELECT scim_init()" |
      grep -o '(8)$')" "(8)"

  # ---- upgraded

  cp "$old" "$db"
  connect
  is "$name: scim_init() brings it to the version of the program" \
    "$(sql "SELECT scim_init();
      SELECT value FROM scim_meta WHERE name = 'version'")" "$version
$version"
  is "$name: the file is whole" \
    "$(sql "PRAGMA integrity_check")" "ok"
  is "$name: it is built like a new one" \
    "$(structure "$db" | diff - "$dir/built")" ""
  answers "$name" "$db" tests/store/old/ask.sql "$files.answers"
  dump >"$dir/upgraded"
  is "$name: a second scim_init() changes nothing" \
    "$(then_dump "$db" "$dir/upgraded" "SELECT scim_init();")" "$version"
  is "$name: an index that was marked is built" \
    "$(sql "SELECT count(*) FROM scim_index WHERE NOT built")" 0

  # ---- members of two sources

  is "$name: the log knows what the platform had added" \
    "$(sql "SELECT id, member_add, source FROM scim_log
       WHERE source = 'manual'")" 'sales|[{"value":"anne"}]|manual'
  is "$name: group_as_of agrees with scim_membership about now" \
    "$(file "$db" <sql/reports/group_as_of.sql | cut -d'|' -f1,2,4,7 |
      sort)" "$(sql "SELECT tenant, group_id, member, source
        FROM scim_membership" | sort)"
  cp "$db" "$dir/other"
  is "$name: who was added by the platform can be added by the IdP too" \
    "$(for op in add remove; do
      echo "SELECT scim_apply('PATCH', '/Groups/sales',
        '{\"Operations\":[{\"op\":\"$op\",\"path\":\"members\",\"value\":[
          {\"value\":\"anne\"}]}]}', NULL) ->> '\$.status';
        SELECT group_concat(source) FROM scim_member WHERE value = 'anne';"
    done | file "$dir/other")" "200
idp,manual
200
manual"

  # ---- the past

  is "$name: who is in a group, and was, is told since when" \
    "$(sql "
      SELECT tenant, group_id, member FROM scim_membership_interval
       WHERE left IS NULL EXCEPT
      SELECT tenant, group_id, member FROM scim_membership;
      SELECT tenant, group_id, member FROM scim_membership EXCEPT
      SELECT tenant, group_id, member FROM scim_membership_interval
       WHERE left IS NULL;
      SELECT count(*), count(left) FROM scim_membership_interval")" "8|4"
  is "$name: its log can be pruned, and leads to what is there" \
    "$(cp "$db" "$dir/other"; file "$dir/other" "
      DELETE FROM scim_consumer; DELETE FROM scim_outbox;
      SELECT scim_prune('2026-11-26'); SELECT count(*) FROM scim_log;
      SELECT tenant, type, id, resource, version, created, modified
        FROM scim_snapshot EXCEPT
      SELECT tenant, type, id, resource, version, created, modified
        FROM scim_resource;
      SELECT count(*) - (SELECT count(*) FROM scim_snapshot) FROM scim_resource;
      SELECT g.tenant, g.id, m.value, m.source, m.type, m.display
        FROM scim_member AS m JOIN scim_resource AS g
          ON g.resource = m.\"group\" EXCEPT
      SELECT tenant, group_id, value, source, type, display
        FROM scim_snapshot_member;
      SELECT count(*) - (SELECT count(*) FROM scim_snapshot_member)
        FROM scim_member")" "2026-11-26T00:00:00.000Z
0
0
0"

  # ---- maps, rules, consumers

  if [ "$name" \> version2 ]; then
    cp "$db" "$dir/other"
    is "$name: maps that were on go on, and so do rules and consumers" \
      "$(file "$dir/other" "
      SELECT scim_apply('PATCH', '/Users/fay', '{\"Operations\":[{\"op\":
        \"replace\",\"path\":\"displayName\",\"value\":\"Fay\"}]}', NULL)
        ->> '\$.status';
      SELECT scim_apply('PATCH', '/Groups/sales', '{\"Operations\":[{\"op\":
        \"add\",\"path\":\"members\",\"value\":[{\"value\":\"fay\"}]}]}',
        NULL) ->> '\$.status';
      SELECT scim_apply('POST', '/Users', '{\"userName\":\"gus\"}',
        '{\"id\":\"gus\"}') ->> '\$.status';
      SELECT u.name, t.name FROM learner AS u JOIN learner_tag ON learner = u.id
        JOIN tag AS t ON t.id = tag WHERE upn = 'fay@example.com';
      SELECT upn, status FROM learner WHERE upn = 'gus';
      SELECT group_concat(id) FROM scim_outbox"
      file "$dir/other" "DELETE FROM scim_log WHERE seq > 3" | grep -o 'log: a.*')" \
      "200
200
201
Fay|Sales
gus|in
fay,gus
log: a consumer (scim_consumer) has not read it (19)"
  fi

  # ---- what an application has added

  cp "$old" "$dir/app"
  sqlite3 -batch "$dir/app" <<'SQL'
CREATE TABLE app_badge (tenant TEXT, id TEXT, number INTEGER,
  FOREIGN KEY (tenant, id) REFERENCES scim_resource (tenant, id)
  ON DELETE CASCADE);
INSERT INTO app_badge VALUES ('default', 'ada', 7), ('default', 'bob', 8);
ALTER TABLE scim_resource ADD COLUMN app_seen INTEGER DEFAULT 5;
ALTER TABLE scim_log ADD COLUMN app_read INTEGER;
UPDATE scim_resource SET app_seen = 9 WHERE id = 'ada';
CREATE INDEX app_title ON scim_resource (json_extract(doc, '$.title'));
CREATE INDEX app_time ON scim_log (time);
CREATE VIEW scim_ours (id) AS SELECT id FROM scim_user;
CREATE VIEW app_view (id) AS SELECT id FROM scim_user;
CREATE TABLE app_done (what TEXT);
CREATE TRIGGER app_rename INSTEAD OF UPDATE OF title ON scim_user
BEGIN
  INSERT INTO app_done VALUES ('first; ' || NEW.title);
END;
CREATE TRIGGER app_second INSTEAD OF UPDATE OF title ON SCIM_USER
BEGIN
  INSERT INTO app_done VALUES ('second'); -- it's run before the first
END;
CREATE TRIGGER scim_app_door INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'create'
BEGIN
  INSERT INTO app_done VALUES ('door ' || NEW.id);
END;
CREATE TRIGGER app_of_view INSTEAD OF DELETE ON app_view
BEGIN
  INSERT INTO app_done VALUES ('view ' || OLD.id);
END;
CREATE TRIGGER app_log AFTER INSERT ON scim_log WHEN NEW.action IS NOT NULL
BEGIN
  INSERT INTO app_done VALUES ('log ' || NEW.id);
END;
SQL
  own="SELECT type, name, tbl_name, sql FROM sqlite_schema
    WHERE name GLOB 'app_*' OR name IN ('scim_ours', 'scim_app_door')
    UNION ALL SELECT 'column', c.name, t.name, c.type || ' ' || c.dflt_value
      FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
     WHERE c.name GLOB 'app_*' AND t.name IN ('scim_resource', 'scim_log')
    ORDER BY name"
  sqlite3 "$dir/app" "$own" >"$dir/own"
  is "$name: foreign keys delete nothing, and what was added stays" \
    "$(file "$dir/app" "PRAGMA foreign_keys = 1" "SELECT scim_init();
      SELECT group_concat(id || number) FROM app_badge;
      SELECT app_seen FROM scim_resource WHERE id = 'ada'
         AND tenant = 'default'; SELECT count(id) FROM scim_ours")
$(sqlite3 "$dir/app" "$own" | diff "$dir/own" -)" "$version
ada7,bob8
9
$(sqlite3 "$old" "SELECT count(*) FROM scim_user")
"
  is "$name: triggers on views of ours run as before" "$(file "$dir/app" "
      UPDATE scim_user SET title = 'x' WHERE tenant = 'default' AND id = 'ada';
      DELETE FROM app_view WHERE id = 'bob';
      SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"cy\",
        \"members\":[{\"value\":\"ada\"}]}', '{\"id\":\"cy\"}') ->> '\$.status';
      SELECT what FROM app_done;
      SELECT count(*) FROM scim_meta WHERE name GLOB 'trigger*'")" "201
second
first; x
view bob
door cy
log cy
0"
  # A name that is new since the version.
  taken=scim_path
  if [ "$name" = version1 ]; then
    cp "$old" "$dir/app"
    sqlite3 "$dir/app" "CREATE VIEW $taken AS SELECT 1"
    sqlite3 "$dir/app" .dump >"$dir/own"
    is "$name: where a name is taken it says so, and changes nothing" \
      "$(file "$dir/app" "SELECT scim_init()" | grep -o "view $taken.*")
$(sqlite3 "$dir/app" .dump | diff "$dir/own" -)" \
      "view $taken already exists
"
  fi

  # One of version 6 that is newer than its database here.
  if [ "$name" = version6 ]; then
    cp "$old" "$dir/app"
    sqlite3 "$dir/app" "CREATE VIEW scim_definition_mistake
      (definition, place, mistake, source) AS SELECT '', '', '', '' WHERE 0"
    is "$name: views that came late in its time are replaced, too" \
      "$(file "$dir/app" "SELECT scim_init()")
$(diff <(structure "$dir/app") <(structure "$dir/new"))" "$version
"
  fi

  # ---- whatever the connection is like

  # The oldest goes through every script, with each by itself; the others only
  # have views of their own to take away.
  mapfile -t settings <<'HOW'
PRAGMA foreign_keys = 1;
PRAGMA recursive_triggers = 1;
PRAGMA legacy_alter_table = 1;
PRAGMA reverse_unordered_selects = 1;
.dbconfig defensive on
HOW
  [ "$name" = version1 ] || settings=("$(printf '%s\n' "${settings[@]}")")
  for how in "${settings[@]}"; do
    cp "$old" "$dir/other"
    is "$name: the upgrade is the same with ${how//$'\n'/ }" \
      "$(then_dump "$dir/other" "$dir/upgraded" ".output $dir/said" "$how" \
        .output "SELECT scim_init();")" "$version"
  done
  cp "$old" "$dir/other"
  file "$dir/other" .dump >"$dir/before"
  is "$name: it can be done while rows are read" \
    "$(then_dump "$dir/other" "$dir/upgraded" \
      "SELECT min(scim_init()) FROM scim_resource, scim_member;")" "$version"
  cp "$old" "$dir/other"
  mapfile -t calls <<'CALLS'
SELECT scim_apply('GET', '/Users', NULL, NULL);
SELECT scim_apply('DELETE', '/Users/ada', NULL, NULL);
SELECT scim_token('default', 'x');
INSERT INTO scim (method, target) VALUES ('DELETE', '/Users/ada');
SELECT method FROM scim;
SELECT id FROM scim_filter('User', 'userName pr');
SELECT id FROM scim_as_of('User', '2027-01-01');
SELECT scim_match('userName pr', '{"userName":"ann"}');
CALLS
  is "$name: until then every function says what to do" \
    "$(then_dump "$dir/other" "$dir/before" "${calls[@]}" |
      sed 's/.*: \(the scim tables are\)/\1/' | uniq -c | sed 's/^ *//')" \
    "8 the scim tables are those of an earlier version: SELECT scim_init()"
  cp "$old" "$dir/other"
  is "$name: a connection that was open goes on after another has upgraded" \
    "$(sqlite3 -batch "$dir/other" 2>&1 <<SQL
.load $extension
SELECT count(*) > 0 FROM scim_resource;
.connection 1
.open $dir/other
.load $extension
SELECT scim_init();
.connection 0
SELECT scim_apply('POST', '/Users', '{"userName":"after"}', NULL)
  ->> '$.status';
SELECT count(*) FROM scim_filter('User', 'userName eq "after"');
SQL
)" "1
$version
201
1"

  # ---- and goes on

  apply() { # <method> <target> [body [id]]: what selects status and id
    printf '%s\n' "SELECT rtrim(r ->> '\$.status' || ' ' ||
        coalesce(r ->> '\$.body.id', '')) FROM (SELECT scim_apply('$1', '$2',
        nullif('$3', ''), '{\"id\":\"${4:-new}\"}') AS r);"
  }
  is "$name: it takes new users, as what must be unique allows" \
    "$(sql "$(apply POST /Users '{"userName":"new"}'
      apply POST /Users '{"userName":"NEW"}'
      apply POST /Users '{"userName":"ada@EXAMPLE.com"}')")" "201 new
409
409"
  is "$name: it changes users" "$(sql "$(apply PATCH /Users/ada \
    '{"Operations":[{"op":"replace","path":"title","value":"Boss"}]}')
  SELECT group_concat(id) FROM scim_filter('User', 'title eq \"boss\"')")" \
    "200 ada
ada"
  is "$name: it deletes users, who leave their groups" \
    "$(sql "$(apply DELETE /Users/ada)
  SELECT count(*) FROM scim_member AS m JOIN scim_resource AS g
    ON g.resource = m.\"group\" WHERE m.value = 'ada' AND g.tenant = 'default';
  SELECT version FROM scim_resource
   WHERE tenant = 'default' AND id = 'sales'")" "204
0
5"
  is "$name: the triggers that people made still run" \
    "$(sql "SELECT id, note FROM app_note WHERE id LIKE '%/new'")" \
    "default/new|joined"
  is "$name: a new token opens, an old one still" \
    "$(sql "WITH t (secret) AS (
        VALUES (scim_token('default', 'new')), ('scim_a-secret-of-version-1'))
      SELECT scim_apply('GET', '/Users', NULL,
        json_object('authorization', 'Bearer ' || secret)) ->> '\$.status'
        FROM t")" "200
200"
  last="(SELECT max(resource) FROM scim_resource)"
  [ "$version" -lt 2 ] || is "$name: from now on no row is used twice" \
    "$(sql "CREATE TEMP TABLE was AS SELECT $last AS row;
      $(apply DELETE /Users/new
      apply POST /Users '{"userName":"again"}' again)
      SELECT $last > row FROM was")" "204
201 again
1"
  is "$name: a stock sqlite3 reads it, writes to it and keeps it in order" \
    "$(sqlite3 -batch "$db" "UPDATE app_note SET note = 'moved'; VACUUM;
      PRAGMA integrity_check;
      SELECT count(*) FROM scim_user WHERE user_name = 'again'" 2>&1)" "ok
1"
done
is "the first version was tried, and the last: ${tried[*]}" \
  "${tried[0]} ${tried[-1]}" "version1 $(basename "${versions##*$'\n'}" .db)"

# ---- who holds a member since when, of a log that was pruned

cp tests/store/old/pruned7.db "$dir/pruned"
as_of="SELECT group_id, member, substr(since, 6, 5), source
  FROM scim_report_group_as_of ORDER BY group_id, member, source"
sqlite3 -batch "$dir/pruned" "$as_of" >"$dir/told"
is "version 7 told since when who was in which group, the horizon being 02-10" \
  "$(tr '\n' ' ' <"$dir/told")" "g|m1|02-10|idp g|m1|02-10|manual \
g|m2|02-10|idp g|m2|02-12|manual g|m3|02-11|idp g|m4|02-13|idp g|m5|02-12|manual \
h|g|02-10|idp h|m1|02-16|idp h|m1|02-15|manual h|nobody|02-10|idp \
h|nobody|02-15|manual "
is "and so does its upgrade" "$(file "$dir/pruned" "SELECT scim_init();
  $as_of" | diff - <(echo "$version"; cat "$dir/told"))" ""
is "each source holds a member since it was last added, or the stay began" \
  "$(file "$dir/pruned" "SELECT group_id, member, substr(joined, 6, 5),
       substr(\"left\", 6, 5), substr(idp, 6, 5), substr(manual, 6, 5)
    FROM scim_stay ORDER BY 1, 2")" "g|m1|02-01||02-01|02-01
g|m2|02-01||02-01|02-12
g|m3|02-11||02-11|
g|m4|02-01||02-13|
g|m5|02-01|||02-12
g|m6|02-01|02-14||
h|g|02-03||02-03|
h|m1|02-15||02-16|02-15
h|nobody|02-03||02-03|02-15"
is "nothing is wrong with it, nor with what is made of its log" \
  "$(file "$dir/pruned" "SELECT * FROM scim_check()"
  file "$dir/replayed" "SELECT scim_init(); SELECT scim_replay('$dir/pruned') > 0;
    ATTACH '$dir/pruned' AS source;
    SELECT * FROM scim_stay EXCEPT SELECT * FROM source.scim_stay;
    SELECT * FROM source.scim_stay EXCEPT SELECT * FROM scim_stay")" "$version
1"

# ---- a temporary view of the same name

# DROP VIEW would find it first, and then the new one would find its name taken.
cp tests/store/old/version12.db "$dir/temporary"
is "a temporary view that is called like one of ours stays, and ours is made anew" \
  "$(file "$dir/temporary" "ATTACH '$dir/new' AS fresh;
    CREATE TEMP VIEW scim_user AS SELECT 7;
    SELECT scim_init(); SELECT * FROM scim_user;
    SELECT sql = (SELECT sql FROM fresh.sqlite_schema WHERE name = 'scim_user')
      FROM main.sqlite_schema WHERE name = 'scim_user'")" \
  "$version
7
1"

# ---- tables of a later version

file "$dir/new" "SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"id\":\"ann\"}');
  UPDATE scim_meta SET value = $version + 1 WHERE name = 'version'" >/dev/null
file "$dir/new" .dump >"$dir/before"
newer='the scim tables are those of a newer version'
while read -r call; do
  is "tables of a later version are refused: ${call:0:50}" \
    "$(file "$dir/new" "$call" | grep -o "$newer" | head -n 1)" "$newer"
done <<'CALLS'
SELECT scim_init();
SELECT scim_apply('GET', '/Users', NULL, NULL);
SELECT scim_apply('GET', '/Schemas', NULL, NULL);
SELECT scim_apply('{"method":"DELETE","target":"/Users/ann"}');
SELECT scim_apply('POST', '/Bulk', '{"Operations":[]}', NULL);
SELECT scim_token('default', 'x');
INSERT INTO scim (method, target) VALUES ('DELETE', '/Users/ann');
SELECT method FROM scim;
SELECT id FROM scim_filter('User', 'userName pr');
SELECT id FROM scim_as_of('User', '2027-01-01');
SELECT path FROM scim_attributes('{"userName":"ann"}');
SELECT scim_match('userName pr', '{"userName":"ann"}');
SELECT scim_patch('{"userName":"ann"}', '{"Operations":[]}');
SELECT scim_validate('User', '{"userName":"ann"}');
CALLS
is "and nothing of them is changed" \
  "$(file "$dir/new" .dump | diff "$dir/before" -)" ""
is "what does not look at the tables still answers" \
  "$(file "$dir/new" "SELECT scim_version() IS NOT NULL,
    scim_debug() IS NOT NULL")" "1|1"

# ---- From version 13

# What the client had said of a member stayed, though he was made as another.
cp tests/store/old/version13.db "$dir/typed"
is "a member has the type that he has, and a stranger what was said" "$(
  sqlite3 "$dir/typed" "UPDATE scim_member SET type = 'Group' WHERE value = 'ada'
    AND \"group\" = (SELECT \"group\" FROM scim_member WHERE value = 'ada' LIMIT 1)"
  file "$dir/typed" "SELECT scim_init();
    SELECT DISTINCT type FROM scim_member WHERE value = 'ada'")" "$version
User"
is "at the horizon as well" "$(
  cp tests/store/old/version13.db "$dir/typed"
  sqlite3 "$dir/typed" "INSERT INTO scim_snapshot (tenant, id, resource, type, version,
      created, modified, doc)
    SELECT tenant, id, resource, type, version, created, modified, doc
      FROM scim_resource WHERE id = 'ada' LIMIT 1;
    INSERT INTO scim_snapshot_member (tenant, group_id, value, source, type)
    SELECT tenant, 'nobody', id, 'idp', 'Group' FROM scim_resource
     WHERE id = 'ada' LIMIT 1"
  file "$dir/typed" "SELECT scim_init();
    SELECT type FROM scim_snapshot_member WHERE group_id = 'nobody'")" "$version
User"

finish
