#!/bin/bash
# The functions and virtual tables, as the comments in ext/face promise them.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

# pure "<statement>": where scim_init has not run.
pure() {
  connect :memory:
  sql "$1"
  connect
}

# ---- scim_init

is "scim_init returns the version of the schema" "$(sql 'SELECT scim_init()')" 16
before=$(dump)
is "scim_init does nothing where nothing is to be done" \
  "$(sql 'SELECT scim_init()') $([ "$(dump)" = "$before" ] && echo same)" \
  "16 same"
is "scim_init is rolled back with the caller's transaction" \
  "$(pure "BEGIN; SELECT scim_init(); ROLLBACK;
    SELECT count(*) FROM sqlite_schema; SELECT scim_init()")" "16
0
16"
is "scim_init refuses the tables of a newer version" \
  "$(pure "SELECT nullif(scim_init(), 4);
    UPDATE scim_meta SET value = 99 WHERE name = 'version';
    SELECT scim_init()" | grep -o 'the scim tables are.*')" \
  "the scim tables are those of a newer version"
is "without scim_init, scim_apply says what to do" \
  "$(pure "SELECT scim_apply('GET', '/Users', NULL, NULL)" |
    grep -o 'this database.*')" \
  "this database has no scim tables: SELECT scim_init()"

# ---- scim_apply

id=00000000-0000-4000-8000-00000000000a
is "the reply is status, headers, body in this order" "$(sql "
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"id\":\"$id\",\"now\":\"2026-03-01T12:00:00Z\"}')")" \
'{"status":201,"headers":{"ETag":"W/\"1\"","Location":"/Users/'$id'"},"body":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"'$id'","userName":"ann","active":true,"meta":{"resourceType":"User","created":"2026-03-01T12:00:00.000Z","lastModified":"2026-03-01T12:00:00.000Z","location":"/Users/'$id'","version":"W/\"1\""}}}'
is "both forms answer the same" "$(sql "
  SELECT scim_apply('GET', '/Users/$id', NULL, NULL) =
         scim_apply('{\"method\":\"GET\",\"target\":\"/Users/$id\"}')")" 1
is "a body may be a BLOB" "$(sql "
  SELECT scim_apply('POST', '/Users', CAST('{\"userName\":\"bob\"}' AS BLOB),
    '{\"now\":\"2026-03-02T12:00:00Z\"}') ->> '\$.status'")" 201
is "a reply without a body has no member body" "$(sql "
  SELECT scim_apply('DELETE', '/Users/' || (SELECT id FROM scim_user
    WHERE user_name = 'bob'), NULL, '{\"now\":\"2026-03-03T12:00:00Z\"}')")" \
  '{"status":204,"headers":{}}'
is "a dry run replies as the real one and changes nothing" "$(sql "
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"eve\"}',
    '{\"dry_run\":true}') ->> '\$.status';
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ANN\"}',
    '{\"dry_run\":true}') ->> '\$.status';
  SELECT scim_apply('PATCH', '/Users/$id', '{\"Operations\":[{\"op\":\"add\",
    \"path\":\"title\",\"value\":\"x\"}]}',
    '{\"dry_run\":true}') ->> '\$.body.title';
  SELECT scim_apply('DELETE', '/Users/$id', NULL,
    '{\"dry_run\":true}') ->> '\$.status';
  SELECT count(*) FROM scim_user; SELECT count(*) FROM scim_log")" "201
409
x
204
1
3"
is "an unknown tenant is a 404, and no SQL error" "$(sql "
  SELECT scim_apply('GET', '/Users', NULL, '{\"tenant\":\"nobody\"}')
    ->> '\$.status'")" 404
is "tenants do not see each other" "$(sql "
  INSERT INTO scim_tenant (name) VALUES ('acme');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"tenant\":\"acme\",\"now\":\"2026-03-04T12:00:00Z\"}') ->> '\$.status';
  SELECT scim_apply('GET', '/Users/$id', NULL, '{\"tenant\":\"acme\"}')
    ->> '\$.status';
  SELECT scim_apply('GET', '/Users', NULL, '{\"tenant\":\"acme\"}')
    ->> '\$.body.totalResults';
  SELECT count(*) FROM scim_filter('User', NULL);
  SELECT count(*) FROM scim_filter('User') WHERE tenant = 'acme'")" "201
404
1
1
1"
is "wrong options are said to be wrong" "$(sql "
  SELECT scim_apply('GET', '/Users', NULL, '{') ->> '\$.status';
  SELECT scim_apply('GET', '/Users', NULL, '[]') ->> '\$.status';
  SELECT scim_apply('GET', '/Users', NULL, '{\"now\":\"soon\"}')
    ->> '\$.status'")" "400
400
400"
is "NULL everywhere is a SCIM error too" "$(sql "
  SELECT scim_apply(NULL, NULL, NULL, NULL) ->> '\$.status';
  SELECT scim_apply(NULL) ->> '\$.status'")" "400
400"

# ---- scim, the virtual table

is "an INSERT into scim is a request, and last_insert_rowid() its outcome" \
  "$(sql "
  INSERT INTO scim (method, target, body)
  VALUES ('POST', '/Users', '{\"userName\":\"Ann\"}');
  SELECT status, scim_type, detail, action FROM scim
   WHERE rowid = last_insert_rowid();
  INSERT INTO scim (method, target, body, options)
  VALUES ('POST', '/Users', '{\"userName\":\"cid\",\"title\":\"a\"}',
    '{\"now\":\"2026-03-05T12:00:00Z\"}');
  SELECT status, method, target, action, version FROM scim
   WHERE rowid = last_insert_rowid()")" \
  "409|uniqueness|the value of 'userName' is that of another User|
201|POST|/Users|create|1"
is "an INSERT SELECT is many requests, a wrong one among them does no harm" \
  "$(sql "
  WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 50)
  INSERT INTO scim (method, target, body, options)
  SELECT 'POST', '/Users', json_object('userName', 'user ' || min(i, 49),
    'title', iif(i % 2, 'odd', 'even')), '{\"now\":\"2026-03-06T12:00:00Z\"}'
    FROM n;
  SELECT status, count(*) FROM scim WHERE time = '2026-03-06T12:00:00.000Z'
   GROUP BY 1")" "201|49
409|1"
is "rows of scim are not updated or deleted" "$(sql "
  UPDATE scim SET status = 200" | grep -o 'the log is.*')
$(sql "DELETE FROM scim" | grep -o 'the log is.*')" \
  "the log is not changed: only INSERT (8)
the log is not changed: only INSERT (8)"

# ---- scim_filter

is "scim_filter finds, and NULL is every resource" "$(sql "
  SELECT doc ->> '\$.userName', version, type, filter, tenant
    FROM scim_filter('User', 'userName eq \"CID\"');
  SELECT count(*) FROM scim_filter('User', NULL);
  SELECT count(*) FROM scim_filter('User');
  SELECT count(*) FROM scim_filter('User', '')")" \
  'cid|1|User|userName eq "CID"|default
51
51
51'
want=$(sql "SELECT doc ->> '$.userName' FROM scim_resource
  WHERE type = 'User' AND tenant = 'default' ORDER BY resource")
is "LIMIT and OFFSET cut where nothing else is asked" "$(sql "
  SELECT doc ->> '\$.userName' FROM scim_filter('User', NULL)
   LIMIT 5 OFFSET 7")" "$(sed -n 8,12p <<<"$want")"
is "OFFSET beyond the end is empty, LIMIT -1 is all, LIMIT 0 nothing" "$(sql "
  SELECT count(*) FROM (SELECT 1 FROM scim_filter('User') LIMIT 9 OFFSET 99);
  SELECT count(*) FROM (SELECT 1 FROM scim_filter('User') LIMIT -1);
  SELECT count(*) FROM (SELECT 1 FROM scim_filter('User') LIMIT -1 OFFSET 50);
  SELECT count(*) FROM (SELECT 1 FROM scim_filter('User') LIMIT 0)")" "0
51
1
0"
# Each of these would lose rows if LIMIT were applied before the condition.
for condition in "doc ->> '\$.userName' = 'user 48'" "version = 1" \
  "id = (SELECT id FROM scim_user WHERE user_name = 'user 48')" \
  "doc LIKE '%user 48\"%'" "doc GLOB '*user 48\"*'" "resource > 40" \
  "created >= '2026-03-06' AND doc IS NOT NULL" \
  "resource IN (SELECT resource FROM scim_resource WHERE resource > 45)" \
  "filter IS NULL" "rowid > 45" \
  "resource = 1 OR doc ->> '\$.userName' = 'user 48'" \
  "doc ->> '\$.title' IN ('odd', 'none')"; do
  is "LIMIT loses no row where also $condition" "$(sql "
    SELECT resource FROM scim_filter('User', NULL) WHERE $condition LIMIT 3")" \
    "$(sql "SELECT resource FROM scim_filter('User', NULL) WHERE $condition" |
      head -3)"
done
is "LIMIT comes after ORDER BY, DISTINCT, GROUP BY and joins" "$(sql "
  SELECT doc ->> '\$.userName' FROM scim_filter('User')
   ORDER BY resource DESC LIMIT 1;
  SELECT resource FROM scim_filter('User') ORDER BY created DESC, rowid LIMIT 1
    OFFSET 48;
  SELECT count(*) FROM (SELECT DISTINCT doc ->> '\$.title' AS t
    FROM scim_filter('User') LIMIT 10);
  SELECT count(*) FROM scim_filter('User') LIMIT 1;
  SELECT count(*) FROM (SELECT 1 FROM scim_filter('User') AS a
    JOIN scim_filter('User') AS b ON a.resource = b.resource LIMIT 99)")" \
"user 49
$(sql "SELECT resource FROM scim_user JOIN scim_resource USING (tenant, id)
  WHERE user_name = 'user 49'")
4
51
51"
is "arguments may come from a join" "$(sql "
  CREATE TABLE asked (name TEXT);
  INSERT INTO asked VALUES ('ann'), ('user 3'), ('nobody');
  SELECT name, f.doc ->> '\$.userName'
    FROM asked, scim_filter('User', 'userName eq \"' || name || '\"') AS f;
  SELECT name, f.id IS NULL FROM asked LEFT JOIN
    scim_filter('User', 'userName eq \"' || name || '\"') AS f;
  SELECT count(*) FROM scim_filter('User') WHERE tenant IN ('acme', 'default');
  SELECT count(*) FROM scim_filter
   WHERE type IN ('User', 'Group') AND filter = 'id pr'")" "ann|ann
user 3|user 3
ann|0
user 3|0
nobody|1
52
51"
is "a wrong filter, type or call is an SQL error that says what is wrong" \
  "$(for call in "scim_filter('User', 'userName eq')" \
    "scim_filter('User', 'nope eq 1')" "scim_filter('Robot', NULL)" \
    "scim_filter" "scim_filter(NULL)"; do
    sql "SELECT * FROM $call" | grep -c '[Ee]rror.*[a-z]'
  done | tr -d '\n')" 11111
is "a resource deleted while it is being read is passed over" "$(sql "
  SELECT scim_apply('DELETE', '/Users/' || id, NULL,
    '{\"now\":\"2026-03-07T12:00:00Z\"}') ->> '\$.status'
    FROM scim_filter('User', 'userName ew \"9\"');
  SELECT count(*) FROM scim_filter('User', 'userName ew \"9\"')" | sort | uniq -c |
  awk '{ print $1 "x" $2 }' | tr '\n' ' ')" "1x0 5x204 "

# ---- scim_as_of

sql "SELECT scim_apply('PATCH', '/Users/' || id, '{\"Operations\":[{\"op\":
  \"replace\",\"path\":\"title\",\"value\":\"b\"}]}',
  '{\"now\":\"2026-04-01T00:00:00Z\"}') FROM scim_user WHERE user_name = 'cid';
  SELECT scim_apply('DELETE', '/Users/' || id, NULL,
  '{\"now\":\"2026-05-01T00:00:00Z\"}') FROM scim_user WHERE user_name = 'cid'" \
  >/dev/null
for moment in 2026-03-05T11:59:59Z 2026-03-05T12:00:00Z 2026-03-31T23:59:59Z \
  2026-04-01T02:00:00+02:00 2026-04-30 2026-05-01T00:00:00Z; do
  sql "SELECT '$moment', doc ->> '\$.title', version, modified
    FROM scim_as_of('User', '$moment') WHERE doc ->> '\$.userName' = 'cid'"
done >"$folder/moments"
is "scim_as_of shows a resource as it stood at each moment" \
  "$(cat "$folder/moments")" \
"2026-03-05T12:00:00Z|a|1|2026-03-05T12:00:00.000Z
2026-03-31T23:59:59Z|a|1|2026-03-05T12:00:00.000Z
2026-04-01T02:00:00+02:00|b|2|2026-04-01T00:00:00.000Z
2026-04-30|b|2|2026-04-01T00:00:00.000Z"
is "scim_as_of now is what is there now" "$(sql "
  SELECT id, doc, version FROM scim_as_of('User', '2100-01-01')
  EXCEPT SELECT id, doc, version FROM scim_resource;
  SELECT count(*) FROM scim_as_of('User', '2100-01-01')")" \
  "$(sql "SELECT count(*) FROM scim_filter('User')")"
is "scim_as_of needs a type and a time that can be read" \
  "$(sql "SELECT * FROM scim_as_of('User')" | grep -o 'scim_as_of needs.*'
    sql "SELECT * FROM scim_as_of('User', 'noon')" | grep -o "'noon' is.*")" \
  "scim_as_of needs a type and a time
'noon' is not a time"

# ---- the pure functions

is "scim_match answers 1, 0 or NULL without tables" "$(pure "
  SELECT scim_match('userName sw \"A\"', '{\"userName\":\"ann\"}');
  SELECT scim_match('emails.value pr', '{\"userName\":\"ann\"}');
  SELECT scim_match(NULL, '{}') IS NULL, scim_match('id pr', NULL) IS NULL;
  SELECT scim_match('displayName eq \"x\"', '{\"schemas\":
    [\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"X\"}')")" \
"1
0
1|1
1"
is "scim_patch gives the document back patched, without tables" "$(pure "
  SELECT scim_patch('{\"userName\":\"ann\"}', '{\"Operations\":[{\"op\":\"Add\",
    \"path\":\"name.givenName\",\"value\":\"Ann\"}]}')")" \
  '{"userName":"ann","name":{"givenName":"Ann"}}'
is "scim_validate is NULL or the SCIM error, without tables" "$(pure "
  SELECT scim_validate('User', '{\"userName\":\"ann\"}') IS NULL;
  SELECT scim_validate('User', '{}') ->> '\$.scimType';
  SELECT scim_validate('User', '{\"userName\":5}') ->> '\$.detail' LIKE
    '%userName%';
  SELECT scim_validate('User', 'x') ->> '\$.status'")" "1
invalidValue
1
400"
is "a wrong call of a pure function is an SQL error" \
  "$(for call in "scim_match('a b', '{}')" "scim_match('id pr', '[')" \
    "scim_match('id pr', '[]')" "scim_patch('{}', '{}')" \
    "scim_patch('{}', '{\"Operations\":5}')"; do
    pure "SELECT $call" | grep -ci 'error'
  done | tr -d '\n')" 11111
is "scim_attributes flattens a document, a row a value, without tables" \
  "$(pure "SELECT path, type, value, \"primary\", data_type, position
    FROM scim_attributes('{\"userName\":\"ann\",\"active\":false,
    \"name\":{\"givenName\":\"A\"},\"emails\":[{\"value\":\"a@b.no\",
    \"type\":\"work\",\"primary\":true},{\"value\":\"c@d.no\"}]}')")" \
"userName||ann||string|
name.givenName||A||string|
active||0||boolean|
emails.value|work|a@b.no|1|string|0
emails.type|work|work|1|string|0
emails.primary|work|1|1|boolean|0
emails.value||c@d.no||string|1"
is "scim_attributes of NULL is empty" \
  "$(pure "SELECT count(*) FROM scim_attributes(NULL)")" 0
is "scim_version is a version" \
  "$(pure "SELECT scim_version()" | grep -c '^[0-9]*\.[0-9]*\.[0-9]*$')" 1
is "scim_debug names every library" "$(pure "SELECT scim_debug()" |
  grep -c '^scim [0-9]\|^sqlite 3\|^utf8proc [0-9]\|^libsodium [0-9]')" 4
is "scim_stmt lists what is kept, and how often it ran" "$(fresh "
  SELECT count(*) FROM scim_stmt;
  SELECT count(*) FROM scim_filter('User');
  SELECT count(*) FROM scim_filter('User');
  SELECT max(runs) >= 2, count(*) > 3 FROM scim_stmt" | tr '\n' ' ')" \
  "0 45 45 1|1 "

finish
