#!/bin/bash
# What a map would do, and that nothing of it is done: each resource as if those
# before it had been done, and afterwards only what has come to differ.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

# map <name> <definition, with ' for ">
map() { sql "SELECT scim_map('$1', $(literal "${2//\'/\"}"))"; }
# user <id> <attributes, with ' for ">: creates one, prints the status.
user() {
  sql "SELECT scim_apply('POST', '/Users', $(literal "{${2//\'/\"}}"),
    json_object('id', '$1', 'tenant', '${3:-default}')) ->> 'status'"
}
# patch <id> <member: value>
patch() {
  sql "SELECT scim_apply('PATCH', '/Users/$1', $(literal "{\"Operations\":[{
    \"op\":\"replace\",\"value\":{${2//\'/\"}}}]}")) ->> 'status'"
}
preview() { sql "SELECT * FROM scim_map_preview('${1:-learner}')"; }
# brief: who, decision and row, one line each.
brief() {
  sql "SELECT id, decision, key, reason FROM scim_map_preview('${1:-learner}')
        GROUP BY id, decision ORDER BY min(rowid)"
}

sql "SELECT scim_init();
  CREATE TABLE learner (id INTEGER PRIMARY KEY, email TEXT, upn TEXT,
    name TEXT NOT NULL DEFAULT 'nobody', boss INTEGER,
    status TEXT, origin TEXT);
  INSERT INTO learner (email, name) VALUES ('ann@x.org', 'Ann'),
    ('bob@x.org', 'Bob'), ('Bob@X.org', 'Bobby'), ('STRAßE@x.org', 'Kim')" \
  >/dev/null
columns="'email':{'from':'emails.value','as':'lower'},'upn':{'from':'userName'},
  'name':{'from':'displayName'},
  'boss':{'from':'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value','as':'key'},
  'status':{'active':'on','inactive':'off'},
  'origin':{'value':'scim','on':'create'}"
learner() { # [rest of the definition]
  map learner "{'type':'User','table':'learner','key':'id','columns':{$columns},
    'match':['upn','email']${1:+,$1}}"
}

# ---- A map that is off

learner >/dev/null
is "nobody is there, and nothing would be done" "$(preview)" ""
user u-ann "'userName':'ann','displayName':'Ann Lee','emails':[{'value':'ANN@x.org'}]" >/dev/null
user u-bob "'userName':'bob','emails':[{'value':'bob@x.org'}]" >/dev/null
user u-eve "'userName':'eve','active':false" >/dev/null
user u-kim "'userName':'kim','emails':[{'value':'STRASSE@x.org'}],'displayName':'Kim'" >/dev/null
before=$(sql .dump)
is "a row a column that differs, in the order of creation" "$(preview)" \
"u-ann|1|link|upn||ann|it matches by 'email'
u-ann|1|link|name|Ann|Ann Lee|it matches by 'email'
u-ann|1|link|status||on|it matches by 'email'
u-bob||review||||several rows match by 'email': [2,3]
u-eve||create|upn||eve|
u-eve||create|status||off|
u-eve||create|origin||scim|
u-kim|4|link|email|STRAßE@x.org|strasse@x.org|it matches by 'email'
u-kim|4|link|upn||kim|it matches by 'email'
u-kim|4|link|status||on|it matches by 'email'"
is "nothing was changed" "$([ "$(sql .dump)" = "$before" ] && echo same)" same
is "each sees what those before it would have done: a row is taken once" \
  "$(user u-ann2 "'userName':'ann2','emails':[{'value':'ann@x.org'}]"
     brief | tail -n 1)" "201
u-ann2|create||"
learner "'none':'review'" >/dev/null
is "who finds no row may have to wait" "$(brief)" \
"u-ann|link|1|it matches by 'email'
u-bob|review||several rows match by 'email': [2,3]
u-eve|review||no row matches
u-kim|link|4|it matches by 'email'
u-ann2|review||no row matches"
learner "'none':'refuse','many':'refuse'" >/dev/null
is "or be refused, unless he is inactive" "$(brief | grep -v link)" \
"u-bob|refuse||several rows match by 'email': [2,3]
u-eve|ignore||no row matches
u-ann2|refuse||no row matches"
learner "'none':'ignore'" >/dev/null
is "or have none" "$(brief | tail -n 1)" "u-ann2|ignore||no row matches"

# ---- After it was switched on

learner >/dev/null
sql "SELECT scim_map_switch('learner', 'on')" >/dev/null
is "only what waits is left" "$(brief)" \
  "u-bob|review||several rows match by 'email': [2,3]"
sql "SELECT scim_apply('DELETE', '/Users/u-bob')" >/dev/null
is "and then nothing" "$(preview)" ""
sql "UPDATE learner SET name = 'Anna', status = 'gone' WHERE id = 1;
     UPDATE learner SET origin = 'web' WHERE upn = 'eve'"
is "it shows what was changed by hand, but not what is the application's" \
  "$(preview)" "u-ann|1|update|name|Anna|Ann Lee|
u-ann|1|update|status|gone|on|"
sql "UPDATE learner SET name = 'Ann Lee', status = 'on' WHERE id = 1"
is "and no more when it is put right" "$(preview)" ""
sql "UPDATE learner SET name = 'x' WHERE upn = 'ann2'"
is "who has no value is to have the default" "$(preview)" \
  "u-ann2|6|update|name|x|nobody|"
sql "DELETE FROM learner WHERE upn = 'ann2'"
is "a row that the application has deleted comes again" "$(brief)" \
  "u-ann2|create||"
sql "INSERT INTO learner (id, upn) VALUES (17, 'ANN2')"
is "or another takes its place" "$(preview)" \
"u-ann2|17|link|email||ann@x.org|it matches by 'upn'
u-ann2|17|link|upn|ANN2|ann2|it matches by 'upn'
u-ann2|17|link|status||on|it matches by 'upn'"
learner >/dev/null
is "all of it is done when the map is defined anew" "$(preview)" ""

# ---- Keys of other rows

manager() {
  printf "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User':{'manager':{'value':'%s'}}" "$1"
}
sql "SELECT scim_map_switch('learner', 'off')" >/dev/null
patch u-eve "$(manager u-ann)" >/dev/null
patch u-ann "$(manager u-late)" >/dev/null
patch u-kim "$(manager u-none)" >/dev/null
user u-late "'userName':'late',$(manager u-late)" >/dev/null
is "the key of a row that is there, of a new one, of none" \
  "$(preview | grep boss)" \
"u-ann|1|update|boss||u-late|the key of the new row of that resource
u-eve|5|update|boss||1|
u-late||create|boss||u-late|the key of the new row of that resource"
sql "SELECT scim_map_switch('learner', 'on')" >/dev/null
is "and so it comes" "$(sql "SELECT upn, boss FROM learner
  WHERE upn IN ('ann', 'eve', 'kim', 'late') ORDER BY upn"; preview)" \
"ann|18
eve|1
kim|
late|18"
sql "UPDATE learner SET boss = 4 WHERE upn IN ('eve', 'kim')"
is "a key that is another's, or should be none" "$(preview)" \
"u-eve|5|update|boss|4|1|
u-kim|4|update|boss|4||"
sql "UPDATE learner SET boss = CASE upn WHEN 'eve' THEN 1 END
      WHERE upn IN ('eve', 'kim')"

# ---- Resources that went while the map was off

sql "SELECT scim_map_switch('learner', 'off');
     SELECT scim_apply('DELETE', '/Users/u-kim');
     SELECT scim_apply('DELETE', '/Users/u-eve')" >/dev/null
user u-kim2 "'userName':'kim'" >/dev/null
is "their rows change first, and are free for others" "$(preview)" \
"u-kim|4|inactive|status|on|off|
u-kim2|4|link|email|strasse@x.org||it matches by 'upn'
u-kim2|4|link|name|Kim|nobody|it matches by 'upn'
u-kim2|4|link|status|off|on|it matches by 'upn'"
learner "'deleted':'delete'" >/dev/null
is "or go" "$(brief)" "u-eve|delete|5|
u-kim|delete|4|
u-kim2|create||"
learner "'deleted':'keep'" >/dev/null
is "or stay as they are" "$(brief)" "u-kim2|link|4|it matches by 'upn'"
sql "DELETE FROM learner WHERE upn = 'late'"
is "a row that went while the map was off comes again" \
  "$(brief | grep u-late)" "u-late|create||the row that it had is gone"

# ---- Unique columns

sql "CREATE TABLE tag (id TEXT PRIMARY KEY, name TEXT UNIQUE) WITHOUT ROWID;
     INSERT INTO tag VALUES ('mine', 'Sales'), ('old', 'ops')" >/dev/null
map tag "{'type':'Group','table':'tag','key':'id',
  'columns':{'name':{'from':'displayName','unique':' (%d)'}}}" >/dev/null
group() {
  sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"$2\"}',
    json_object('id', '$1')) ->> 'status'"
}
group g1 sales >/dev/null
group g2 SALES >/dev/null
group g3 New >/dev/null
group g4 new >/dev/null
group g5 'Sales (2)' >/dev/null
want="g1||create|name||sales (2)|
g2||create|name||SALES (3)|
g3||create|name||New|
g4||create|name||new (2)|
g5||create|name||Sales (2) (2)|"
is "numbers are counted on" "$(preview tag)" "$want"
sql "SELECT scim_map_switch('tag', 'on')" >/dev/null
is "as they come" "$(sql "SELECT key, '', 'create', 'name', '', name, ''
  FROM scim_link JOIN tag ON tag.id = key WHERE map = 'tag' ORDER BY key")" \
  "${want//||create/||create}"
is "nothing is left" "$(preview tag)" ""
sql "SELECT scim_map_switch('tag', 'off');
  SELECT scim_apply('PATCH', '/Groups/g1', '{\"Operations\":[{\"op\":\"replace\",
    \"value\":{\"displayName\":\"new\"}}]}');
  SELECT scim_apply('PATCH', '/Groups/g2', '{\"Operations\":[{\"op\":\"replace\",
    \"value\":{\"displayName\":\"Sales (2)\"}}]}')" >/dev/null
is "a name that is given up is another's" "$(preview tag)" \
"g1|g1|update|name|sales (2)|new (3)|
g2|g2|update|name|SALES (3)|Sales (2)|"
sql "SELECT scim_map_switch('tag', 'on')" >/dev/null
is "as it comes" "$(sql "SELECT id, name FROM tag WHERE id < 'g3'
  ORDER BY id")" \
"g1|new (3)
g2|Sales (2)"

sql "SELECT scim_map_switch('tag', 'off');
  UPDATE scim_resource SET doc = json_remove(doc, '\$.displayName')
   WHERE id = 'g1'" >/dev/null
group g6 NEW >/dev/null
is "a name that is cleared is free" "$(preview tag)" "g1|g1|update|name|new (3)||
g6||create|name||NEW (3)|"
sql "DELETE FROM scim_resource WHERE id IN ('g1', 'g6')"

# ---- What the table does not let in

sql "SELECT scim_map_switch('tag', 'off');
  CREATE TABLE device (serial TEXT PRIMARY KEY, room TEXT, shelf INTEGER,
    owner TEXT NOT NULL UNIQUE, UNIQUE (room, shelf));
  INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:x:Device\",
    \"name\":\"Device\",\"attributes\":[{\"name\":\"serial\",\"type\":\"string\"},
    {\"name\":\"room\",\"type\":\"string\"},{\"name\":\"shelf\",\"type\":\"integer\"},
    {\"name\":\"owner\",\"type\":\"string\"}]}');
  INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Device\",
    \"endpoint\":\"/Devices\",\"schema\":\"urn:x:Device\"}')" >/dev/null
map device "{'type':'Device','table':'device','key':'serial','columns':{
  'serial':{'from':'serial'},'room':{'from':'room'},'shelf':{'from':'shelf'},
  'owner':{'from':'owner'}},'match':['owner']}" >/dev/null
device() { # <id> <serial> <room> <shelf> <owner>
  sql "SELECT scim_apply('POST', '/Devices', json_object('serial', '$2', 'room',
    '$3', 'shelf', $4, 'owner', '$5'), json_object('id', '$1')) ->> 'status'" \
    >/dev/null
}
sql "INSERT INTO device VALUES ('A', 'lab', 1, 'ann'), ('B', 'lab', 2, 'bob')"
device d1 A lab 1 ANN
device d2 C lab 2 cid
device d3 C lab 3 dan
device d4 D lab 3 eve
device d5 E lab 4 Ann
device d6 F hall 4 fay
device d7 F hall 5 gus
is "what a UNIQUE of the table keeps out is refused, a row that goes before too" \
  "$(brief device)" \
"d1|link|A|it matches by 'owner'
d2|refuse||another row has the value of the UNIQUE room, shelf
d3|create||
d4|refuse||another row has the value of the UNIQUE room, shelf
d5|create||
d6|create||
d7|refuse||another row has the value of the UNIQUE serial"
is "one with more columns than the map has, or with one thrice, is passed over" "$(
  sql "CREATE TABLE gate (serial TEXT PRIMARY KEY, a, b,
    UNIQUE (serial, serial COLLATE NOCASE, serial COLLATE RTRIM),
    UNIQUE (serial, a, b))"
  map gate "{'type':'Device','table':'gate','key':'serial','columns':{
    'serial':{'from':'serial'}}}"
  sql "SELECT count(*) FROM scim_map_preview('gate'); SELECT scim_map_drop('gate')")" \
  "gate
7
gate"
is "as it is when the map is switched on" "$(sql "
  SELECT scim_map_switch('device', 'on')" | grep -o 'UNIQUE.*')" \
  "UNIQUE constraint failed: device.room, device.shelf"
sql "SELECT scim_apply('DELETE', '/Devices/' || id) FROM scim_resource
      WHERE id IN ('d2', 'd4', 'd7')" >/dev/null
is "without those it can be" "$(sql "SELECT scim_map_switch('device', 'on')"
  preview device; sql "SELECT group_concat(serial) FROM device")" "4
A,B,C,E,F"
sql "UPDATE device SET shelf = 9 WHERE serial = 'A';
     UPDATE device SET shelf = 1 WHERE serial = 'B'"
is "a row that could not be put right is told, too" "$(preview device)" \
  "d1|A|refuse||||another row has the value of the UNIQUE room, shelf"

# A new row may get the key of one that is gone.
sql "SELECT scim_map_switch('device', 'off');
  CREATE TABLE seat (id INTEGER PRIMARY KEY, login TEXT);
  INSERT INTO seat VALUES (5, 'kim')" >/dev/null
seats() { map seat "{'type':'User','table':'seat','key':'id',
  'columns':{'login':{'from':'userName'}},'match':['login'],'none':'$1'}"; }
seats ignore >/dev/null
sql "SELECT scim_map_switch('seat', 'on'); SELECT scim_map_switch('seat', 'off');
  DELETE FROM seat" >/dev/null
seats create >/dev/null
is "whose was gone is told" "$(brief seat)" "u-ann|create||
u-ann2|create||
u-late|create||
u-kim2|create||the row that it had is gone"
sql "INSERT INTO seat VALUES (4, 'x'); SELECT scim_map_switch('seat', 'on')" \
  >/dev/null
is "and gets another" "$(sql "SELECT s.id, u.user_name FROM seat AS s
  JOIN scim_link AS l ON l.map = 'seat' AND l.key = s.id
  JOIN scim_user AS u ON u.id = l.id ORDER BY 1"; preview seat)" "5|ann
6|ann2
7|late
8|kim"
# ---- Tenants

sql "INSERT INTO scim_tenant (name) VALUES ('acme'), ('zeta');
  CREATE TABLE person (customer TEXT, id INTEGER, mail TEXT, name TEXT,
    PRIMARY KEY (customer, id));
  CREATE UNIQUE INDEX person_id ON person (id);
  INSERT INTO person VALUES ('acme', 1, 'ann@x', 'A'), ('zeta', 2, 'ann@x', 'Z'),
    (NULL, 3, 'ann@x', 'N')" >/dev/null
sql "SELECT scim_map('person', '{\"type\":\"User\",\"table\":\"person\",
  \"key\":\"id\",\"tenant\":\"customer\",\"columns\":{\"id\":{\"from\":\"title\",\"as\":\"integer\"},
  \"mail\":{\"from\":\"userName\"}},\"match\":[\"mail\"],\"none\":\"ignore\"}')" >/dev/null
is "a map is born off, also where others are on" "$(sql "SELECT name, state
  FROM scim_map ORDER BY name")" "device|off
learner|off
person|off
seat|on
tag|off"
user p1 "'userName':'ann@x'" acme >/dev/null
user p2 "'userName':'ann@x'" zeta >/dev/null
is "rows of one tenant are not another's" "$(sql "SELECT tenant, id, key,
    decision FROM scim_map_preview('person') WHERE decision = 'link'")" \
"acme|p1|1|link
zeta|p2|2|link"
is "nor of no tenant at all" "$(sql "SELECT count(*)
  FROM scim_map_preview('person') WHERE tenant = 'default'
   AND decision <> 'ignore'")" 0

# What is the same is for the collation of the index to say.
sql "CREATE TABLE account (id INTEGER PRIMARY KEY, login TEXT UNIQUE COLLATE NOCASE,
    badge TEXT);
  CREATE UNIQUE INDEX badges ON account (badge COLLATE RTRIM);
  INSERT INTO account (login, badge) VALUES ('Ann', 'a1'), ('ÉVA', 'b2')" >/dev/null
accounts=$(sql "SELECT scim_map('account', '{\"type\":\"User\",
    \"table\":\"account\",\"key\":\"id\",\"columns\":{
    \"login\":{\"from\":\"displayName\"},\"badge\":{\"from\":\"title\"}}}');
  INSERT INTO scim (method, target, body, options)
  SELECT 'POST', '/Users', json_object('userName', 'account ' || (value ->> 0),
      'displayName', value ->> 1, 'title', value ->> 2),
    json_object('id', 'account' || (value ->> 0))
    FROM json_each('[[1,\"ANN\",\"x\"],[2,\"éva\",\"y\"],[3,\"cid\",\"b2 \"],
      [4,\"dan\",\"A1\"],[5,\"Dan\",\"z\"]]')")
is "what two values of a UNIQUE have in common is for its collation to say" "$(
  sql "SELECT DISTINCT id, decision, reason FROM scim_map_preview('account')
        WHERE id LIKE 'account%'")" \
  "account1|refuse|another row has the value of the UNIQUE login
account2|create|
account3|refuse|another row has the value of the UNIQUE badge
account4|create|
account5|refuse|another row has the value of the UNIQUE login"

finish
