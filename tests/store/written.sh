#!/bin/bash
# What a dry run tells of rows that maps write: whatever becomes of them, and
# whatever they hold.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

sql "
  CREATE TABLE badge (no TEXT, customer TEXT, login TEXT, photo BLOB, height REAL,
    boss TEXT, note TEXT DEFAULT 'new', PRIMARY KEY (no, customer)) STRICT;
  CREATE TABLE mail (id INTEGER PRIMARY KEY, address TEXT);
  SELECT scim_token('acme', 'x');
  SELECT scim_map('badge', '{\"type\":\"User\",\"table\":\"badge\",
    \"key\":\"no\",\"tenant\":\"customer\",\"columns\":{
      \"login\":{\"from\":\"userName\"},\"note\":{\"from\":\"title\"},
      \"boss\":{\"from\":\"manager.value\",\"as\":\"key\"}},
    \"deleted\":\"delete\"}');
  SELECT scim_map('mail', '{\"type\":\"User\",\"table\":\"mail\",
    \"key\":\"id\",\"only\":\"default\",\"columns\":{
      \"address\":{\"from\":\"emails.value\"}},\"deleted\":\"keep\"}');
  SELECT scim_map_switch('badge', 'on'), scim_map_switch('mail', 'on');
  CREATE TRIGGER noted AFTER INSERT ON badge WHEN NEW.login = 'marked'
  BEGIN UPDATE badge SET note = x'00ff' || 'x' WHERE no = NEW.no; END" \
  >/dev/null
# rows METHOD TARGET BODY [OPTION]: the rows, one a line: map, action, id, key
# and columns as name:have>want.
rows() {
  sql "SELECT r.value ->> 'map' || ' ' || (r.value ->> 'action') || ' ' ||
              coalesce(r.value ->> 'id', '') || ' ' ||
              coalesce(r.value -> 'key', '')
              || (SELECT coalesce(group_concat(' ' || c.key || ':' ||
                           (c.value -> 'have') || '>' || (c.value -> 'want'), ''),
                         '') FROM json_each(r.value -> 'columns') AS c)
         FROM json_each(scim_apply('$1', '$2', $(literal "$3"),
           '{\"dry_run\":true${4:+,$4}}'), '\$.change.maps') AS r"
}

is "a new row is told by each map, in their order, with defaults of columns" \
  "$(rows POST /Users '{"userName":"ann","emails":[{"value":"a@x"}]}' \
    '"id":"ann"')" \
'badge create ann "ann" login:null>"ann" note:null>"new"
mail create ann 1 address:null>"a@x"'
is "of another tenant by the maps that serve it" \
  "$(rows POST /Users '{"userName":"ann"}' '"id":"ann","tenant":"acme"')" \
  'badge create ann "ann" login:null>"ann" note:null>"new"'
apply POST /Users '{"userName":"ann","emails":[{"value":"a@x"}],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
    {"manager":{"value":"bob"}}}' '{"id":"ann"}' >/dev/null
is "a row that holds the key of a new one is told behind it" \
  "$(rows POST /Users '{"userName":"bob"}' '"id":"bob"')" \
'badge create bob "bob" login:null>"bob" note:null>"new"
mail create bob 2
badge update ann "ann" boss:null>"bob"'
is "what the application's trigger makes of it is told" "$(sql "
  DROP TRIGGER noted;
  CREATE TRIGGER noted AFTER UPDATE OF login ON badge
  BEGIN UPDATE badge SET note = 'was ' || OLD.login WHERE no = NEW.no; END"
  rows PUT /Users/ann '{"userName":"anna","emails":[{"value":"a@x"}]}')" \
  'badge update ann "ann" login:"ann">"anna" note:"new">"was ann"'
is "what is equal is not told" "$(rows PATCH /Users/ann '{"Operations":[
  {"op":"add","path":"nickName","value":"x"}]}')" ""
is "a row that goes, and one that stays" "$(rows DELETE /Users/ann '')" \
  'badge delete ann "ann" login:"ann">null note:"new">null'
is "one that the application has deleted comes again" "$(sql "
  DELETE FROM mail"; rows PATCH /Users/ann '{"Operations":[{"op":"add",
    "path":"nickName","value":"x"}]}')" 'mail create ann 1 address:null>"a@x"'
is "a blob is told as SQL writes it" "$(sql "
  CREATE TABLE raw (id INTEGER PRIMARY KEY, login TEXT, face);
  INSERT INTO raw VALUES (5, 'cy', x'00ff');
  SELECT scim_map('raw', '{\"type\":\"User\",\"table\":\"raw\",\"key\":\"id\",
    \"columns\":{\"login\":{\"from\":\"userName\"},
      \"face\":{\"from\":\"title\"}},\"match\":[\"login\"]}');
  SELECT scim_map_switch('raw', 'on')" >/dev/null
  rows POST /Users '{"userName":"cy","title":"T"}' '"id":"cy"' | grep raw)" \
  "raw update cy 5 face:\"X'00FF'\">\"T\""
is "and so is what else is no value of JSON" "$(
  for face in "CAST(x'41ff' AS TEXT)" "'A' || char(0)" 9e999; do
    sql "UPDATE raw SET face = $face" >/dev/null
    rows POST /Users '{"userName":"cy","title":"T"}' '"id":"cy"' | grep raw
  done)" \
"raw update cy 5 face:\"X'41FF'\">\"T\"
raw update cy 5 face:\"X'4100'\">\"T\"
raw update cy 5 face:\"Inf\">\"T\""
is "a refusal by a map is told as one" "$(sql "
  UPDATE scim_map SET definition = json_set(definition, '\$.none', 'refuse')
   WHERE name = 'raw'"
  ask '[.status, .change.action]' POST /Users '{"userName":"dd"}' \
    '{"dry_run":true}')" '[409,"none"]'
is "and nothing of all that has been done" "$(sql "SELECT count(*) FROM badge;
  SELECT count(*) FROM mail; SELECT group_concat(map || ' ' || id || ' ' || how)
    FROM (SELECT * FROM scim_link ORDER BY map)")" "1
0
badge ann created,raw ann created"

# Rows of before and of now are told from each other whatever the order in which
# the database has them: that of UTF-16 is another one.
for encoding in UTF-8 UTF-16le; do
  connect :memory: "PRAGMA encoding = '$encoding';"
  sql "SELECT scim_init();
    CREATE TABLE p (id TEXT PRIMARY KEY, login TEXT); CREATE TABLE t (id TEXT PRIMARY KEY, n);
    CREATE TABLE pt (p TEXT, t TEXT);
    INSERT INTO p VALUES ('Ā', 'u1'), ('b', 'u2');
    SELECT scim_map('p', '{\"type\":\"User\",\"table\":\"p\",\"key\":\"id\",
      \"match\":[\"login\"],\"columns\":{\"login\":{\"from\":\"userName\"}}}');
    SELECT scim_map('t', '{\"type\":\"Group\",\"table\":\"t\",\"key\":\"id\",\"columns\":{\"n\":{\"from\":\"displayName\"}},
      \"members\":{\"of\":\"p\",\"table\":\"pt\",\"group\":\"t\",\"member\":\"p\"}}');
    SELECT scim_map_switch('p', 'on'), scim_map_switch('t', 'on');
    SELECT scim_apply('POST', '/Users', json_object('userName', value),
      json_object('id', value)) FROM json_each('[\"u1\",\"u2\"]');
    SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"g\",\"members\":[
      {\"value\":\"u1\"},{\"value\":\"u2\"}]}', '{\"id\":\"g\"}')" >/dev/null
  is "of two members who changes one has gone ($encoding)" "$(sql "SELECT * FROM pt"
    rows PATCH /Groups/g '{"Operations":[{"op":"add","path":"members","value":[
      {"value":"u2","display":"B"}]},
      {"op":"remove","path":"members[value eq \"u1\"]"}]}')" \
'Ā|g
b|g
t delete   t:"g">null p:"Ā">null'
done

finish
