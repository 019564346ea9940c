#!/bin/bash
# Tenants side by side in one file: what one of them asks, with every kind of
# right, about what is another's. Nothing of the other is told or changed: its
# resources, members, log, feed, status, jobs, links, reviews, alerts, tokens,
# nor the rows of the application's tables that maps keep.
#
# HOW IT WORKS. The tenants are filled alike, with the same ids and addresses
# wherever two tenants may have the same, so that a statement that forgets the
# tenant finds the other's; every text has a marker of its tenant. An attempt is
# done within a savepoint: the reply and the actor's rows are searched for the
# others' markers, the others' rows are compared with those of before, and then
# it is undone, so that the next one finds everything in its place. It is done a
# second time about an id that nobody has: the two answers must be the same, or
# it would be told that the other tenant has that id. What a GET does to the rows
# is not compared, to be quick; nor are views that are made of what is compared:
# two of them, of what is wrong, would cost half of all the time.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

tenants='acme globex default'
now=2026-06-01T10:00:00.000Z
enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User

# ---- An application with maps, rules and a consumer

sql "CREATE TABLE learner (id INTEGER PRIMARY KEY, customer TEXT, upn TEXT,
  email TEXT, name TEXT, manager INTEGER, status TEXT, note TEXT);
CREATE TABLE tag (id INTEGER PRIMARY KEY, customer TEXT, name TEXT);
CREATE TABLE learner_tag (tag_id INTEGER, learner_id INTEGER,
  PRIMARY KEY (tag_id, learner_id));
SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
  \"key\":\"id\",\"tenant\":\"customer\",\"columns\":{
    \"upn\":{\"from\":\"userName\"},
    \"email\":{\"from\":\"emails.value\",\"as\":\"lower\"},
    \"name\":{\"from\":\"displayName\",\"unique\":\" (%d)\"},
    \"manager\":{\"from\":\"$enterprise:manager.value\",\"as\":\"key\"},
    \"status\":{\"active\":\"in\",\"inactive\":\"out\"}},
  \"match\":[\"upn\",\"email\"]}');
SELECT scim_map('tag', '{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
  \"tenant\":\"customer\",\"columns\":{
    \"name\":{\"from\":\"displayName\",\"unique\":\" (%d)\"}},
  \"match\":[\"name\"],\"deleted\":\"delete\",
  \"members\":{\"table\":\"learner_tag\",\"group\":\"tag_id\",
    \"member\":\"learner_id\",\"of\":\"learner\",\"nested\":\"effective\"}}');
SELECT scim_map_switch('learner', 'on'), scim_map_switch('tag', 'on');
INSERT INTO scim_rule (event, type, filter, kind, once) VALUES
  ('created', 'User', 'userName pr', 'invite', 1),
  ('updated', 'User', NULL, 'moved', 0),
  ('deactivated', 'User', NULL, 'farewell', 1),
  ('deleted', 'User', NULL, 'farewell', 1),
  ('updated', 'Group', NULL, 'group', 0)" >"$folder/made"
is "the application has its maps" "$(grep Error "$folder/made")" ""

# ---- Tenants that are alike

declare -A next=([acme]=globex [globex]=default [default]=acme)
declare -A right
# made TENANT METHOD TARGET BODY [ID [SOURCE]]: a request that must not fail.
made() {
  apply "$2" "$3" "$4" "{\"tenant\":\"$1\",\"now\":\"$now\"${5:+,
    \"id\":\"$5\"}${6:+,\"source\":\"$6\"}}" | grep -v '^{"status":20'
}
# person TENANT ID [MANAGER [ADDRESS]]
person() {
  local manager=${3:+"{\"value\":\"$3\"}"}
  made "$1" POST /Users "{\"userName\":\"$2@x.org\",\"externalId\":\"e-$2\",
    \"displayName\":\"${1^^}-SECRET $2\",\"title\":\"${1^^}-SECRET title\",
    \"emails\":[{\"type\":\"work\",\"value\":\"${4:-$2@x.org}\"}],
    \"$enterprise\":{\"department\":\"${1^^}-SECRET department\",
      \"manager\":${manager:-null}}}" "$2"
}
# fill TENANT: people, groups, members, jobs, a review, an alert, and who may ask.
fill() {
  local t=$1 secret=${1^^}-SECRET other=${next[$1]} token client
  sql "INSERT OR IGNORE INTO scim_tenant (name) VALUES ('$t');
  UPDATE scim_tenant SET idp = '$secret idp', settings =
    '{\"breaker\":{\"deactivations\":1}}' WHERE name = '$t';
  INSERT INTO learner (customer, upn, email, note) VALUES
    ('$t', 'ann@x.org', NULL, '$secret'), ('$t', NULL, 'two@x.org', '$secret'),
    ('$t', NULL, 'two@x.org', '$secret'), ('$t', NULL, '$t-new@x.org', '$secret'),
    ('$t', NULL, 'jürgen-$t@x.org', '$secret');
  INSERT INTO tag (customer, name) VALUES ('$t', 'Old'), ('$t', '$secret old')"
  person "$t" boss
  person "$t" ann boss
  person "$t" "$t-1" ann
  person "$t" "$secret-2" "$t-1"
  person "$t" "$t-3"
  person "$t" stray "$other-3" two@x.org
  person "$t" gone
  person "$t" out1
  person "$t" out2
  made "$t" POST /Groups "{\"displayName\":\"Sales\",\"externalId\":\"e-sales\",
    \"members\":[{\"value\":\"ann\"},{\"value\":\"$t-1\"},
    {\"value\":\"$other-3\",\"display\":\"$secret guest\"}]}" sales
  made "$t" POST /Groups "{\"displayName\":\"$secret group\",\"externalId\":
    \"e-$t-g\",\"members\":[{\"value\":\"$t-1\"},{\"value\":\"ann\"},{\"value\":\"sales\"}]}" "$t-g"
  made "$t" PATCH /Groups/sales '{"Operations":[{"op":"add","path":"members",
    "value":[{"value":"boss"}]}]}' '' manual
  made "$t" PATCH /Users/ann '{"Operations":[{"op":"replace","path":"nickName",
    "value":"Ann"}]}'
  made "$t" DELETE /Users/gone ''
  token=$(sql "SELECT scim_token('$t', '$secret', '{\"now\":\"$now\"}')")
  right[$t.read]="{\"authorization\":\"Bearer $token\"}"
  right[$t.write]="{\"authorization\":\"Bearer $(sql "SELECT scim_token('$t',
    '$secret', '{\"now\":\"$now\",\"scopes\":\"write\"}')")\"}"
  client=$(sql "SELECT scim_client('$t', '$secret',
    '{\"now\":\"$now\",\"id\":\"client-$t\"}')" | quick_jq -r .client_secret)
  right[$t.secret]=$client
  right[$t.access]="{\"authorization\":\"Bearer $(ask .body.access_token POST \
    /oauth/token "grant_type=client_credentials&client_id=client-$t&\
client_secret=$client" "{\"authorization\":\"\",\"now\":\"$now\",
    \"content_type\":\"application/x-www-form-urlencoded\"}")\"}"
  right[$t.trusted]="{\"tenant\":\"$t\"}"
  right[$t.manual]="{\"tenant\":\"$t\",\"source\":\"manual\"}"
  for out in out1 out2; do
    apply DELETE "/Users/$out" '' "${right[$t.read]%\}},\"now\":\"$now\"}"
  done | grep -v '^{"status":\(204\|503\)'
  sql "UPDATE scim_tenant SET settings =
    '{\"breaker\":{\"deactivations\":2},\"show_manual_members\":true}'
    WHERE name = '$t'"
}
for t in $tenants; do fill "$t"; done >"$folder/filled"
sql "INSERT INTO scim_consumer VALUES ('mirror', 2)"
is "three tenants are filled, and nothing failed" "$(cat "$folder/filled")" ""

# ---- What belongs to whom

# Every table and view that has tenants, those that have them by way of another
# table, and what is nobody's. The lag of a status grows by itself.
columns="SELECT group_concat(iif(c.type = 'BLOB', 'hex', '') || '(\"' || c.name
    || '\")')
  FROM pragma_table_xinfo(t.name) AS c WHERE c.name <> 'lag'"
state=$(sql "SELECT group_concat('SELECT coalesce(tenant, '''') AS tenant, ''' ||
    t.name || ''' AS part, json_array(' || ($columns) || ') AS row FROM ' ||
    t.name, ' UNION ALL ')
  FROM pragma_table_list AS t
 WHERE t.schema = 'main' AND t.type IN ('table', 'view')
   AND t.name GLOB 'scim_*' AND t.name NOT GLOB 'scim_report_*'
   AND t.name NOT IN ('scim_misfit', 'scim_setting_mistake', 'scim_history', 'scim_sync', 'scim_log_named',
     'scim_membership_effective') AND EXISTS (SELECT 1
       FROM pragma_table_xinfo(t.name) AS c WHERE c.name = 'tenant')")
sql "CREATE TEMP VIEW state AS $state
UNION ALL SELECT r.tenant, 'scim_member', json_array(m.\"group\", value, m.type,
  display, source) FROM scim_member AS m JOIN scim_resource AS r
  ON r.resource = m.\"group\"
UNION ALL SELECT name, 'scim_tenant', json_array(name, idp, base_url, settings,
  created, enabled, removing) FROM scim_tenant
UNION ALL SELECT customer, 'learner', json_array(id, customer, upn, email, name,
  manager, status, note) FROM learner
UNION ALL SELECT customer, 'tag', json_array(id, customer, name) FROM tag
UNION ALL SELECT customer, 'learner_tag', json_array(tag_id, learner_id)
  FROM learner_tag JOIN tag ON id = tag_id
UNION ALL SELECT '', 'scim_consumer', json_array(name, seq) FROM scim_consumer
UNION ALL SELECT '', 'nobody', json_array(m.\"group\") FROM scim_member AS m
  WHERE m.\"group\" NOT IN (SELECT resource FROM scim_resource)
UNION ALL SELECT '', 'nobody', json_array(tag_id) FROM learner_tag
  WHERE tag_id NOT IN (SELECT id FROM tag)
UNION ALL SELECT '', 'mixed', json_array(tag_id, learner_id)
  FROM learner_tag, tag AS g, learner AS l
  WHERE g.id = tag_id AND l.id = learner_id AND g.customer <> l.customer;
CREATE TEMP TABLE base (tenant, part, row);
CREATE TEMP TABLE now (tenant, part, row);
CREATE TEMP TABLE marker (tenant, text);
INSERT INTO marker VALUES ('acme', 'acme-secret'), ('globex', 'globex-secret'),
  ('default', 'default-secret');
INSERT INTO base SELECT * FROM state"
is "each has rows in every part, as many as the others" "$(sql "
  SELECT part, group_concat(DISTINCT rows) FROM (SELECT part, tenant,
    count(*) AS rows FROM base WHERE tenant <> '' GROUP BY 1, 2)
   GROUP BY part HAVING count(DISTINCT rows) > 1 OR count(*) <> 3")" ""
is "nothing is mixed, nor nobody's but the consumer" "$(sql "
  SELECT part FROM base WHERE tenant = ''")" scim_consumer
is "no row of one has the marker of another" "$(sql "SELECT b.tenant, part, row
  FROM base AS b JOIN marker AS m ON m.tenant <> b.tenant
   AND instr(lower(row), m.text) > 0")" ""

# ---- What is tried

# METHOD|TARGET|BODY|OPTIONS. ID, GROUP and HIDDEN are ids that only the owner
# has, ann, boss and sales everybody; SEC is nearly the owner's marker.
operations='GET|/Users/ID
HEAD|/Users/ID
GET|/Groups/GROUP
GET|/Users/GROUP
GET|/Users/ID||{"if_none_match":"ETAG"}
GET|/Users
GET|/Groups
GET|/
GET|/Me
GET|/ServiceProviderConfig
GET|/Users/ann
GET|/Groups/sales
GET|/Groups/OWN-g
GET|/Users/stray
GET|/Users?filter=id+eq+%22ID%22
GET|/Users?filter=userName+eq+%22ID@x.org%22
GET|/Users?filter=externalId+eq+%22e-ID%22
GET|/Groups?filter=externalId+eq+%22e-GROUP%22
GET|/Users?filter=title+sw+%22SEC%22
GET|/Users?filter=emails.value+co+%22ID%22&sortBy=title
GET|/Users?filter=not(title+sw+%22zz%22)&sortBy=displayName&count=3
GET|/Users?filter=ENTERPRISE:manager.value+eq+%22ID%22
GET|/Users?filter=groups.value+eq+%22GROUP%22
GET|/Groups?filter=members.value+eq+%22ID%22
GET|/Groups?filter=members[value+eq+%22ID%22]
GET|/Groups?filter=displayName+sw+%22SEC%22
GET|/Users?cursor=CURSOR&count=1
GET|/Users?startIndex=2&count=50&attributes=displayName,groups
POST|/.search|{"filter":"title sw \"SEC\" or displayName sw \"SEC\""}
POST|/Users/.search|{"filter":"id eq \"ID\" or userName sw \"ID\""}
POST|/Users/.search|{"cursor":"CURSOR","count":1}
POST|/Users|{"userName":"ID@x.org","externalId":"e-ID","emails":[{"value":"ID@x.org"}]}
POST|/Users|{"userName":"late","emails":[{"value":"OWNER-new@x.org"}]}
POST|/Users|{"userName":"late","emails":[{"value":"JÜRGEN-OWNER@x.org"}]}
POST|/Users|{"userName":"late","displayName":"Late","ENTERPRISE":{"manager":{"value":"ID"}}}
POST|/Users|{"userName":"gone@x.org","externalId":"e-gone"}
POST|/Groups|{"displayName":"Old","members":[{"value":"ID"},{"value":"GROUP"},{"value":"ann"}]}
PUT|/Users/ID|{"userName":"mallory"}
PUT|/Users/ID|{"userName":"mallory"}|{"if_match":"ETAG"}
PUT|/Users/ann|{"userName":"ID@x.org","ENTERPRISE":{"manager":{"value":"ID"}}}
PUT|/Groups/sales|{"displayName":"SEC","members":[{"value":"ID"}]}
PUT|/Groups/GROUP|{"displayName":"owned"}
PATCH|/Users/ID|{"Operations":[{"op":"replace","path":"title","value":"owned"}]}
PATCH|/Users/ann|{"Operations":[{"op":"replace","value":{"userName":"ID@x.org","displayName":"owned","ENTERPRISE:manager":"ID"}}]}
PATCH|/Users/ann|{"Operations":[{"op":"replace","path":"active","value":false}]}
PATCH|/Users/boss|{"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"two@x.org"}]}
PATCH|/Groups/GROUP|{"Operations":[{"op":"remove","path":"members"}]}
PATCH|/Groups/GROUP|{"Operations":[{"op":"add","path":"members","value":[{"value":"ann"}]}]}
PATCH|/Groups/sales|{"Operations":[{"op":"add","path":"members","value":[{"value":"ID"},{"value":"GROUP"}]}]}
PATCH|/Groups/sales|{"Operations":[{"op":"remove","path":"members[value eq \"ann\"]"}]}
PATCH|/Groups/sales|{"Operations":[{"op":"remove","path":"members"}]}
PATCH|/Groups/OWN-g|{"Operations":[{"op":"replace","path":"members","value":[{"value":"ID"}]}]}
DELETE|/Users/ID
DELETE|/Groups/GROUP
DELETE|/Users/ann
DELETE|/Users/boss
DELETE|/Groups/sales
POST|/Bulk|{"Operations":[{"method":"DELETE","path":"/Users/ID"},{"method":"PATCH","path":"/Groups/GROUP","data":{"Operations":[{"op":"remove","path":"members"}]}}]}
POST|/Bulk|{"Operations":[{"method":"POST","bulkId":"ID","path":"/Users","data":{"userName":"late"}},{"method":"POST","bulkId":"g","path":"/Groups","data":{"displayName":"Old","members":[{"value":"bulkId:ID"},{"value":"ID"}]}},{"method":"DELETE","path":"/Groups/sales"}]}
GET|/Users||{"tenant_path":"OWNER"}
GET|/Users/ID||{"tenant_path":"OWNER"}
DELETE|/Users/ann||{"tenant_path":"OWNER"}
POST|/Users|{"userName":"late"}|{"tenant_path":"OWNER"}'
# Who has the credentials of both is still one of them at most.
form='"content_type":"application/x-www-form-urlencoded","authorization":""'
grants="grant_type=client_credentials&client_id=client-OWNER&client_secret=SECRET|{$form}
grant_type=client_credentials&client_id=client-OWN&client_secret=SECRET|{$form,\"tenant_path\":\"OWNER\"}
grant_type=client_credentials&client_id=client-OWN&client_secret=SECRET&resource=ID|{$form}"

declare -A cursor etag
for t in $tenants; do
  cursor[$t]=$(ask .body.nextCursor GET '/Users?cursor=&count=1' '' \
    "${right[$t.read]}")
  etag[$t]=$(ask .headers.ETag GET "/Users/$t-1" '' "${right[$t.read]}")
done
is "owners have cursors and ETags" "$(printf '%s\n' "${cursor[@]}" "${etag[@]}" |
  grep -c '....')" 6


# say TEXT: what an operation says of actor a and owner o, put in.
say() {
  local text=$1 word
  for word in ID:o.name\|\|\'-1\' GROUP:o.name\|\|\'-g\' OWNER:o.name \
    OWN:a.name SECRET:a.secret SEC:"upper(o.name)||'-SECRE'" CURSOR:o.cursor \
    ETAG:o.etag ENTERPRISE:\'"$enterprise"\'; do
    text="replace($text, '${word%%:*}', ${word#*:})"
  done
  printf '%s' "$text"
}
sql "CREATE TEMP TABLE party (name, cursor, etag, secret);
CREATE TEMP TABLE right (name, how, options);
CREATE TEMP TABLE operation (method, target, body, options);
CREATE TEMP TABLE attempt (n INTEGER PRIMARY KEY, actor, owner, call, twin)"
sql "INSERT INTO party VALUES $(for t in $tenants; do
  printf "%s('%s','%s',%s,'%s')" "$comma" "$t" "${cursor[$t]}" \
    "$(literal "${etag[$t]//\"/\\\"}")" "${right[$t.secret]}"
  comma=,
done);
INSERT INTO right VALUES $(for t in $tenants; do
  for how in read write access manual; do
    printf "%s('%s','%s','%s')" "$comma" "$t" "$how" "${right[$t.$how]}"
    comma=,
  done
done);
INSERT INTO right VALUES ('', 'grant', '{}')"
while IFS='|' read -r method target body options; do
  printf "INSERT INTO operation VALUES ('%s','%s',%s,'%s');\n" "$method" \
    "$target" "$(literal "$body")" "${options:-{\}}"
done <<<"$operations" >"$folder/operations"
while IFS='|' read -r body options; do
  printf "INSERT INTO operation VALUES ('POST','/oauth/token','%s','%s');\n" \
    "$body" "$options"
done <<<"$grants" >>"$folder/operations"
request="printf('scim_apply(%Q,%Q,%Q,%Q)', p.method, $(say p.target),
  $(say p.body), json_patch(json_patch(r.options, $(say p.options)),
    '{\"now\":\"$now\",\"id\":\"late\",\"random\":\"$(printf '%064d' 7)\"}'))"
sql ".read $folder/operations" "INSERT INTO attempt (actor, owner, call)
  SELECT a.name, o.name, $request FROM party AS a
    JOIN party AS o ON o.name <> a.name JOIN operation AS p
    JOIN right AS r ON r.name = iif(p.target GLOB '/oauth/*', '', a.name)
   WHERE r.how IN ('read', 'grant') OR
     o.name = CASE a.name $(for t in $tenants; do
       printf "WHEN '%s' THEN '%s' " "$t" "${next[$t]}"
     done) END;
UPDATE attempt SET twin = replace(replace(call, owner || '-1', owner || '-0'),
  owner || '-g', owner || '-f');
UPDATE attempt SET twin = NULL WHERE twin = call"

# Calls of the platform, about one tenant.
sql "WITH call (text) AS (VALUES ('scim_release(%1)'),
  ('scim_tenant_remove(%1, 7)'), ('scim_tenant_remove(%1, 100000)'),
  ('scim_token(%1, ''more'')'), ('scim_client(%1, ''more'')'),
  ('scim_client_rotate(''client-'' || %1, 5)'),
  ('scim_token_rotate((SELECT min(token) FROM scim_token WHERE tenant = %1), 5)'),
  ('scim_review((SELECT review FROM scim_review WHERE tenant = %1), ''create'')'),
  ('scim_review((SELECT review FROM scim_review WHERE tenant = %1), ''ignore'')'),
  ('scim_review((SELECT review FROM scim_review WHERE tenant = %1), ''link'',
     (SELECT max(id) FROM learner WHERE customer = %2))'),
  ('(SELECT group_concat(doc) FROM scim_filter(''User'') WHERE tenant = %1)'),
  ('(SELECT group_concat(doc) FROM scim_filter(''User'', ''title pr'')
     WHERE tenant = %1)'),
  ('(SELECT group_concat(doc) FROM scim_as_of(''User'', ''2027-01-01T00:00:00Z'')
     WHERE tenant = %1)'))
INSERT INTO attempt (actor, owner, call)
SELECT a.name, o.name, replace(replace(text, '%1', quote(a.name)),
       '%2', quote(o.name))
  FROM party AS a JOIN party AS o ON o.name <> a.name JOIN call"

# ---- Trying

# Or a share of it; under valgrind a sample.
each=${VALGRIND:+20}
each=${each:-$SHARE}
least=$((600 / each)) well=$((200 / each - 5 * (each > 1)))
sql "DELETE FROM attempt WHERE n % $each" >/dev/null

# A line begins with the number of the attempt and what it is: reply, twin, or
# what is wrong: changed, told.
sql ".output $folder/script
SELECT printf('SAVEPOINT attempt;
SELECT %d, ''reply'', %s;
%s
ROLLBACK TO attempt;
%s
RELEASE attempt;', n, call,
  iif(call GLOB 'scim_apply(''GET''*', '', printf(
'INSERT INTO temp.now SELECT * FROM state;
SELECT %d, ''changed'', * FROM
 (SELECT * FROM (SELECT * FROM now EXCEPT SELECT * FROM base) UNION ALL
  SELECT * FROM (SELECT * FROM base EXCEPT SELECT * FROM now))
 WHERE tenant <> ''%s'';
SELECT %d, ''told'', s.tenant, part, row FROM now AS s JOIN marker AS m
  ON m.tenant <> s.tenant AND instr(lower(row), m.text) > 0;', n, actor, n)),
  iif(twin IS NULL, '', printf('SELECT %d, ''twin'', %s;
ROLLBACK TO attempt;', n, twin))) FROM attempt ORDER BY n;
.output"
sql ".output $folder/tried
.read $folder/script
.output" >"$folder/errors"
sql "SELECT n || '|' || actor || '|' || owner FROM attempt" >"$folder/who"
tried=$(grep -c '^[0-9]*|reply|' "$folder/tried")
is "at least $least combinations were tried: $tried" "$((tried >= least)) $tried" "1 $tried"
is "no row of another tenant was changed" \
  "$(grep '^[0-9]*|changed|' "$folder/tried" | head -n 5)" ""
is "no row, of the log or of a job either, has a word of another" \
  "$(grep '^[0-9]*|told|' "$folder/tried" | head -n 5)" ""
is "nor has a reply" "$(awk -F'|' 'NR == FNR { actor[$1] = $2; next }
  $2 == "reply" { text = tolower($0)
    n = split("acme globex default", name, " ")
    for (i = 1; i <= n; i++)
      if (name[i] != actor[$1] && index(text, name[i] "-secret")) print }' \
  "$folder/who" "$folder/tried" | head -n 5)" ""
is "an id of another is answered as one that nobody has" "$(
  awk -F'|' 'NR == FNR { owner[$1] = $3; next }
  $2 == "reply" { reply = $0; sub(/^[0-9]*\|reply\|/, "", reply); was[$1] = reply }
  $2 == "twin" { twin = $0; sub(/^[0-9]*\|twin\|/, "", twin)
    reply = was[$1]
    gsub(owner[$1] "-1", owner[$1] "-0", reply)
    gsub(owner[$1] "-g", owner[$1] "-f", reply)
    if (reply != twin) print $1 ": " reply "\n" twin }' \
  "$folder/who" "$folder/tried" | head -n 6)" ""

# A group of another tenant holds the id of t-3, and no group of its own does.
is "a deletion tells of no group of another tenant" "$(for t in $tenants; do
  made "$t" DELETE "/Users/$t-3" ''
  sql "SELECT group_concat(g.tenant) FROM scim_member JOIN scim_resource AS g
      ON g.resource = \"group\" WHERE value = '$t-3';
    SELECT id, groups_left FROM scim_log WHERE seq = (SELECT max(seq)
      FROM scim_log)"
done)" "default
acme-3|
acme
globex-3|
globex
default-3|"
is "many were granted what is their own" \
  "$(($(grep -c '|reply|{"status":20' "$folder/tried") > well))" 1
finish
