#!/bin/bash
# Rows that an application has already become resources, once, by requests as
# any other; who is somebody's already, or nobody that could be found, stays out.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

sql "SELECT scim_init();
  INSERT INTO scim_tenant (name) VALUES ('acme'), ('zeta');
  CREATE TABLE learner (id INTEGER PRIMARY KEY, customer TEXT, email TEXT,
    upn TEXT, name TEXT, phone TEXT, boss INTEGER, status TEXT, points INTEGER,
    mark BLOB);
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"tenant\":\"customer\",\"columns\":{
      \"email\":{\"from\":[\"emails[type eq \\\"work\\\"].value\",
        \"emails.value\",\"userName\"],\"as\":\"lower\"},
      \"upn\":{\"from\":\"userName\"},\"name\":{\"from\":\"displayName\"},
      \"phone\":{\"from\":\"phoneNumbers.value\",\"as\":\"e164\"},
      \"boss\":{\"from\":\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value\",\"as\":\"key\"},
      \"status\":{\"active\":\"on\",\"inactive\":\"off\"},
      \"mark\":{\"from\":\"title\"}},
    \"match\":[\"upn\",\"email\"]}')" >/dev/null
adopt() { sql "SELECT scim_map_adopt('${1:-learner}')"; }
links() { sql "SELECT tenant, key, how FROM scim_link WHERE ${1:-1} ORDER BY 1, 2"; }
docs() { sql "SELECT json_remove(doc, '\$.id', '\$.schemas') FROM scim_resource
  WHERE ${1:-1} ORDER BY resource"; }
learners() { sql "SELECT * FROM learner ORDER BY id"; }

# ---- What a row becomes

is "of no rows there is nothing to make" "$(adopt)" 0
sql "INSERT INTO learner (id, customer, email, upn, name, phone, status, points,
    mark) VALUES (1, 'acme', 'ann@x', 'ann', 'Ann', '+4930123456', 'on', 5, x'ff'),
  (2, 'acme', 'bob@x', NULL, NULL, NULL, 'off', 5, 'Dr'),
  (3, 'acme', NULL, NULL, 'Nobody', NULL, 'on', 5, NULL)"
before=$(learners)
is "those become resources that have a name" "$(adopt)" 2
is "with what the columns say" "$(docs)" \
'{"userName":"ann","displayName":"Ann","active":true,"emails":[{"value":"ann@x","type":"work"}],"phoneNumbers":[{"value":"+4930123456"}]}
{"userName":"bob@x","title":"Dr","active":false,"emails":[{"value":"bob@x","type":"work"}]}'
is "and are linked" "$(links)" "acme|1|adopted
acme|2|adopted"
is "the rows stay as they are" "$(learners)" "$before"
is "each has a row in the log, as one that was sent" "$(sql "
  SELECT tenant, method, target, status, action, type, version,
         json_extract(after, '\$.userName') FROM scim_log
   ORDER BY seq")" \
"acme|POST|/Users|201|create|User|1|ann
acme|POST|/Users|201|create|User|1|bob@x"
is "and is found as any other" "$(sql "SELECT scim_apply('GET',
  '/Users?filter=userName+eq+%22ANN%22', NULL, '{\"tenant\":\"acme\"}')
  ->> '\$.body.totalResults'")" 1
is "the second time there is nothing left" "$(adopt)" 0
is "and nothing is logged" "$(sql "SELECT count(*) FROM scim_log")" 2
sql "UPDATE learner SET upn = 'cid' WHERE id = 3"
is "but for what has come since" "$(adopt; links 'key > 2')" "1
acme|3|adopted"

# ---- Who stays out

sql "INSERT INTO learner (id, customer, upn) VALUES (10, 'acme', 'CID'),
  (11, 'acme', 'dan'), (12, 'acme', 'Dan'), (13, 'gone', 'eve'),
  (14, NULL, 'fay'), (15, 'zeta', 'ann')"
is "a name that is taken, a tenant that is not there, or none" \
  "$(adopt; links 'key > 3')" "2
acme|11|adopted
zeta|15|adopted"
is "which is not logged" "$(sql "SELECT count(*) FROM scim_log
  WHERE status >= 400")" 0
sql "DELETE FROM learner WHERE id IN (10, 12, 13, 14)"
# user <tenant> <name> <email>
user() {
  sql "SELECT scim_apply('POST', '/Users', json_object('userName', '$2',
    'emails', json_array(json_object('value', '$3'))),
    json_object('tenant', '$1')) ->> 'status'" >/dev/null
}
user acme gus.long gus@x
user acme hal.long hal@x
user zeta ivy ivy@x
sql "INSERT INTO learner (id, customer, email, upn) VALUES
  (20, 'acme', 'GUS@x', 'gus'), (21, 'acme', 'hal@x', 'hal'),
  (22, 'acme', 'HAL@x', 'hal2'), (23, 'acme', 'ivy@x', 'ivy')"
is "a row that a resource matches is left for it, as are all that could be meant" \
  "$(adopt; links 'key >= 20')" "1
acme|23|adopted"
sql "DELETE FROM learner WHERE id = 22"

# ---- Keys of other rows

managers() {
  sql "SELECT json_extract(r.doc, '\$.userName'), json_extract(m.doc, '\$.userName'),
         r.resource > m.resource
    FROM scim_resource AS r LEFT JOIN scim_resource AS m ON m.id = json_extract(
         r.doc, '\$.\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\".manager.value')
    WHERE r.resource > $1 ORDER BY 1"
}
newest=$(sql "SELECT max(resource) FROM scim_resource")
sql "INSERT INTO learner (id, customer, upn, boss) VALUES
  (30, 'acme', 'low', 31), (31, 'acme', 'mid', 32), (32, 'acme', 'top', 1),
  (33, 'acme', 'round', 34), (34, 'acme', 'about', 35), (35, 'acme', 'circle', 33),
  (36, 'acme', 'own', 36), (37, 'acme', 'free', 38), (38, 'acme', NULL, 1),
  (39, 'acme', 'other', 15), (40, 'acme', 'none', 999)"
is "the other one comes first; in a circle it is known beforehand" \
  "$(adopt; managers "$newest")" "10
about|circle|1
circle|round|0
free||
low|mid|1
mid|top|1
none||
other||
own|own|0
round|about|1
top|ann|1"

# ---- The map is switched on

is "a preview has only what others are to get" "$(sql "SELECT key, decision,
  \"column\" FROM scim_map_preview('learner') WHERE decision = 'link'
   AND \"column\" = 'upn' ORDER BY key")" "20|link|upn
21|link|upn"
sql "UPDATE learner SET boss = NULL WHERE id IN (37, 39, 40);
  SELECT scim_map_switch('learner', 'on')" >/dev/null
is "rows that were adopted get what they are without, and keep the rest" \
  "$(learners | head -n 4)" "1|acme|ann@x|ann|Ann|+4930123456||on|5|
2|acme|bob@x|bob@x||||off|5|Dr
3|acme|cid|cid|Nobody|||on|5|
11|acme|dan|dan||||on||"
is "nobody has come twice" "$(sql "SELECT count(*), count(DISTINCT key)
  FROM scim_link; SELECT count(*) FROM scim_map_preview('learner')")" "19|19
0"
sql "SELECT scim_apply('PATCH', '/Users/' || id, '{\"Operations\":[{
  \"op\":\"replace\",\"value\":{\"active\":false,\"displayName\":\"Ann Lee\"}}]}',
  '{\"tenant\":\"acme\"}') FROM scim_user WHERE user_name = 'ann'
   AND tenant = 'acme'" >/dev/null
is "a change of the resource changes the row" "$(learners | head -n 1)" \
  "1|acme|ann@x|ann|Ann Lee|+4930123456||off|5|"
sql "INSERT INTO learner (id, customer, email, upn, status) VALUES
  (50, 'acme', 'JOE@X', 'joe', 'guest')"
is "by a map that is on, what is adopted is brought to what it should be" \
  "$(adopt; learners | grep joe; links 'key = 50')" "1
50|acme|joe@x|joe||||on||
acme|50|adopted"
user acme kim.long kim@x
sql "INSERT INTO learner (id, customer, email, upn) VALUES
  (60, 'acme', 'lea@x', 'lea'), (61, 'acme', 'LEA@x', 'lea2')"
user acme lea.long lea@x
is "those that a person is asked about are left" "$(adopt; sql "
  SELECT candidates FROM scim_review")" "0
[60,61]"

# ---- Who is new to the platform

sql "INSERT INTO scim_rule (event, type, kind) VALUES ('created', 'User', 'invite');
  INSERT INTO learner (id, customer, email, upn) VALUES (65, 'acme', 'ola@x', 'ola'),
    (66, 'acme', 'pia@x', NULL)" >/dev/null
sql "UPDATE learner SET customer = NULL WHERE id = 66"
is "who is adopted is not new, and leaves no job" "$(adopt
  sql "SELECT count(*) FROM scim_outbox")" "1
0"
sql "UPDATE learner SET customer = 'acme' WHERE id = 66"
user acme pia pia@x
is "nor who is linked to a row that was there" "$(links 'key = 66'
  sql "SELECT count(*) FROM scim_outbox")" "acme|66|email
0"
user acme qua qua@x
is "but who gets a row of their own" "$(sql "SELECT kind, event
  FROM scim_outbox; SELECT how FROM scim_link ORDER BY key DESC LIMIT 1;
  DELETE FROM scim_rule")" "invite|created
created"

# ---- All or nothing

is "it is undone with the transaction" "$(sql "
  INSERT INTO learner (id, customer, upn) VALUES (70, 'acme', 'max');
  BEGIN; SELECT scim_map_adopt('learner'); ROLLBACK" "$(:)"; links 'key = 70')" 1
sql "CREATE TRIGGER seats BEFORE INSERT ON scim_resource
     WHEN NEW.doc LIKE '%\"max\"%'
     BEGIN SELECT RAISE(ABORT, 'no seats left'); END;
     INSERT INTO learner (id, customer, upn) VALUES (71, 'acme', 'ned')"
is "what the application refuses stays out, and no more" \
  "$(adopt; links 'key >= 70')" "1
acme|71|adopted"
sql "DROP TRIGGER seats"
is "and comes when it is let" "$(adopt; links 'key >= 70')" "1
acme|70|adopted
acme|71|adopted"

# ---- Other maps

sql "CREATE TABLE tag (id TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID;
  INSERT INTO tag VALUES ('s', 'Sales'), ('s2', 'Sales'), ('n', NULL);
  SELECT scim_map('tag', '{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
    \"columns\":{\"label\":{\"from\":\"displayName\"}}}')" >/dev/null
is "groups too, by text keys, in the tenant of the map" "$(adopt tag
  sql "SELECT l.tenant, l.key, g.display_name FROM scim_link AS l
    JOIN scim_group AS g USING (tenant, id) WHERE map = 'tag' ORDER BY 2")" "2
default|s|Sales
default|s2|Sales"
is "a large table goes as well" "$(sql "
  CREATE TABLE staff (id INTEGER PRIMARY KEY, login TEXT, boss INTEGER);
  INSERT INTO staff
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
  SELECT i, 'staff' || i, i + 1 FROM n;
  SELECT scim_map('staff', '{\"type\":\"User\",\"table\":\"staff\",\"key\":\"id\",
    \"columns\":{\"login\":{\"from\":\"userName\"},\"boss\":{\"from\":
    \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value\",
    \"as\":\"key\"}},\"match\":[\"login\"]}');
  SELECT scim_map_adopt('staff');
  SELECT count(*) FROM scim_resource AS r WHERE r.tenant = 'default'
    AND r.doc LIKE '%staff%' AND r.doc LIKE '%manager%'")" "staff
3000
2999"

finish
