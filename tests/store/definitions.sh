#!/bin/bash
# Definitions cannot stop the service (O1 of findings/clients.md): what SQL finds
# wrong (scim_mistake, and so the triggers) and what the extension leaves out is
# the same, over all that definitions.sql makes up; and what is left out takes
# nothing else along.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

stock() { "${STOCK_SQLITE:-sqlite3}" -batch "$db" 2>&1; }
# shell "<statements>": goes on where one fails; the results of the others.
shell() {
  sqlite3 -batch -cmd ".load $extension" "$db" 2>/dev/null <<<"$1"
}

# ---- Samples that got in while no trigger was there

stock <tests/store/definitions.sql
sql "CREATE TABLE saved AS
       SELECT name, sql FROM sqlite_schema
        WHERE type = 'trigger' AND (name LIKE 'scim_schema%'
          OR name LIKE 'scim_resource_type%' OR name LIKE 'scim_index%'
          OR name LIKE 'scim_default%')"
stock <<<"$(sql "SELECT 'DROP TRIGGER ' || name || ';' FROM saved")"
define() {
  stock <<<"INSERT INTO scim_schema (definition) VALUES ($(literal "$1"))"
}
define '{"id":"urn:x","attributes":[{"name":"a"}]}'
define '{"id":"urn:y","attributes":[{"name":"b"}]}'
define '{"id":"urn:z","attributes":[{"name":"c"}]}'
define '{"id":"urn:broken","attributes":[{"name":"not a name"}]}'
stock <<'SQL'
INSERT INTO scim_schema (rowid, definition)
SELECT number + 1000, schema FROM sample WHERE schema IS NOT NULL;
INSERT INTO scim_resource_type (rowid, definition)
SELECT number + 1000, type FROM sample;
-- A sample is wrong when something is wrong in its type, which names its
-- schema. To look for what they do to indexes and defaults, of which none names
-- them, would take ten times as long.
CREATE TABLE found AS
SELECT * FROM scim_mistake
 WHERE source IN ('scim_schema', 'scim_resource_type');
CREATE TABLE wrong AS
SELECT d.number - 1000 AS number, min(m.place || ' ' || m.mistake) AS mistake
  FROM scim_definition AS d
  JOIN found AS m ON m.source = d.source AND m.definition = d.name
 WHERE d.source = 'scim_resource_type' AND d.number > 1000
 GROUP BY 1;
-- The types that the extension has left.
CREATE TABLE served (name TEXT PRIMARY KEY, endpoint TEXT);
SQL
shell "INSERT INTO served
       SELECT coalesce(m.value ->> 'name', m.value ->> 'NAME'),
              coalesce(m.value ->> 'endpoint', m.value ->> 'ENDPOINT')
         FROM json_each(scim_apply('GET', '/ResourceTypes', NULL, NULL),
                        '\$.body.Resources') AS m"

# which <condition>: the samples with the columns what, mistake and served.
which() {
  stock <<<"SELECT what || ': ' || coalesce(mistake, '')
     FROM (SELECT s.number, s.what, w.mistake,
                  EXISTS (SELECT 1 FROM scim_definition AS d
                            JOIN served AS v ON v.name = d.name
                           WHERE d.source = 'scim_resource_type'
                             AND d.number = s.number + 1000) AS served
             FROM sample AS s LEFT JOIN wrong AS w USING (number))
    WHERE $1 LIMIT 20"
}
is "there are samples of both sorts" "$(stock <<<"
  SELECT (SELECT count(*) > 400 FROM wrong),
         (SELECT count(*) > 400 FROM served)"
)" "1|1"
is "what SQL finds right is served" \
  "$(which 'mistake IS NULL AND NOT served')" ""
is "what it finds wrong is left out" \
  "$(which 'mistake IS NOT NULL AND served')" ""

# ---- The causes by name

verdict() {
  stock <<<"SELECT coalesce(min(m.place || ' ' || m.mistake), 'is right')
     FROM sample AS s
     JOIN scim_definition AS d ON d.source = 'scim_schema'
      AND d.number = s.number + 1000
     LEFT JOIN found AS m ON m.source = d.source
      AND m.definition = d.name
    WHERE s.what = 'at the top: $1'"
}
top='attributes[1]'
is "a dollar is part of a name" "$(verdict 'the name a$b')" "is right"
is "a member twice" "$(verdict 'a member twice')" "$top.name is there twice"
is "in another case" "$(verdict 'a member twice, in another case')" \
  "$top.NAME is there twice"
is "in an object within" "$(verdict 'a member twice further down')" \
  "$top.x[0].Y is there twice"
is "U+0000" "$(verdict 'U+0000')" "definition has \\u0000 in it"
is "half a surrogate pair" "$(verdict 'a low surrogate')" \
  "definition has half a surrogate pair in it"
is "bytes that are no UTF-8" "$(verdict 'the bytes C328')" \
  "definition is not UTF-8"
is "64 digits" "$(verdict 'a number of 64 digits')" "is right"
is "65 digits" "$(verdict 'a number of 65 digits')" \
  "definition has a number of more than 64 characters"
is "61 arrays in an attribute" "$(verdict 'nesting 61')" "is right"
is "62, which makes 65 levels" \
  "$(verdict 'nesting 62' | sed 's/\(\[0\]\)*\[0\] / /')" \
  "$top.x is nested more than 64 levels deep"
is "no JSON" "$(stock <<<"SELECT mistake FROM found WHERE definition = (
    SELECT 'row ' || (number + 1000) FROM sample
     WHERE what = 'at the top: no quotes') AND place = 'definition'")" \
  "must be JSON"
is "a word among spaces" "$(verdict 'mutability is "readWrite readOnly"')" \
  "$top (a) has an unknown mutability"
is "a pattern" "$(verdict 'mutability is "%"')" \
  "$top (a) has an unknown mutability"

# ---- What triggers do with some of them

checked=$folder/checked.db
sqlite3 -cmd ".load $extension" "$checked" "SELECT scim_init()" >/dev/null
each=${VALGRIND:+168}
each=${each:-$((48 * SHARE))}
tried() {
  sqlite3 "$db" "SELECT number FROM sample WHERE number % $each = 0"
}
is "the triggers refuse what scim_mistake names, and take the rest" "$(
  { echo "ATTACH '$db' AS made; PRAGMA synchronous = off;
      INSERT INTO scim_schema (definition)
      SELECT definition FROM made.scim_schema
       WHERE rowid < 1000 AND definition LIKE '%urn:_\"%';"
    for number in $(tried); do
      echo "SAVEPOINT sample;
        INSERT INTO scim_schema (definition)
        SELECT schema FROM made.sample
         WHERE number = $number AND schema IS NOT NULL;
        INSERT INTO scim_resource_type (definition)
        SELECT type FROM made.sample WHERE number = $number;
        SELECT $number, count(*) - 2 FROM scim_resource_type;
        ROLLBACK TO sample; RELEASE sample;"
    done; } | sqlite3 -batch "$checked" 2>/dev/null)" \
  "$(sqlite3 "$db" "SELECT number, NOT EXISTS (SELECT 1 FROM wrong AS w
                                            WHERE w.number = s.number)
                      FROM sample AS s WHERE number % $each = 0")"

# ---- Everything else works

connect # what others have changed since is read anew

is "users are served" "$(ask "$status" POST /Users '{"userName":"ann"}')" 201
sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
is "of every tenant" "$(ask "$status" POST /Users '{"userName":"ann"}' \
  '{"tenant":"acme"}')" 201
is "so is every type that is right" "$(shell "
  SELECT scim_apply('GET', endpoint, NULL, NULL) ->> '\$.status' AS status,
         count(*) = (SELECT count(*) FROM served)
    FROM served GROUP BY 1")" "200|1"
is "and may be written to" "$(shell "
  INSERT INTO scim (method, target, body)
  SELECT 'POST', endpoint, '{\"externalId\":\"e\"}' FROM served
   WHERE name GLOB 'T*';
  SELECT DISTINCT status, detail FROM scim_log
   WHERE status NOT IN (201, 400) OR detail NOT LIKE '% is required'")" ""
number=$(stock <<<"SELECT number FROM sample
  WHERE what = 'at the top: the name a b'")
is "what is left out is not there, and the answer says why" \
  "$(ask '[.status, .body.detail]' GET "/t$number")" \
  "[404,\"the endpoint '/t$number' is out of order, as scim_mistake says: \
resource type 'T$number' names a schema that is broken: an attribute of \
'urn:t:$number' has the bad name 'a b'\"]"

# ---- One thing at a time is put right

stock <<<"$(sql "SELECT sql || ';' FROM saved")"
is "a definition is put right while others are wrong" "$(sql "
  UPDATE scim_schema SET definition =
         '{\"id\":\"urn:t:$number\",\"attributes\":[{\"name\":\"a_b\"}]}'
   WHERE rowid = $number + 1000")$(ask .status GET "/t$number")" 200
is "and with it an attribute that is wrong is refused as ever" "$(sql "
  UPDATE scim_schema SET definition = replace(definition, 'a_b', 'a b')
   WHERE rowid = $number + 1000")" "Error: stepping, JSON path error near \
'urn:t:$number, attributes[0] (a b) needs a name of letters, digits, \"\$\", \
\"-\" and \"_\"'"
is "a type that is wrong goes while others are wrong" "$(sql "
  DELETE FROM scim_resource_type WHERE rowid = 1000 + (
    SELECT number FROM wrong WHERE number <> $number LIMIT 1)")" ""

# ---- How much work that is

# steps COUNT: how many types there are after so many more, and how many steps of its
# machine SQLite takes to read scim_mistake then. They are written past the
# triggers, each of which would look at all.
steps() {
  rm -f "$folder/types.db"
  sqlite3 -batch -cmd ".load $extension" "$folder/types.db" "SELECT scim_init()" \
    >/dev/null
  sqlite3 -batch "$folder/types.db" "SELECT 'DROP TRIGGER ' || name || ';'
      FROM sqlite_schema
     WHERE type = 'trigger' AND tbl_name = 'scim_resource_type'" |
    sqlite3 -batch "$folder/types.db"
  sqlite3 -batch "$folder/types.db" "
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT $1)
    INSERT INTO scim_resource_type (definition, name, endpoint)
    SELECT json_object('name', 'T' || i, 'endpoint', '/T' || i, 'schema',
             'urn:ietf:params:scim:schemas:core:2.0:User'), 'T' || i, '/T' || i
      FROM n;
    SELECT count(*) FROM scim_resource_type" ".stats vmstep" \
    "SELECT * FROM scim_mistake" | sed 's/^VM-steps: //' | tr '\n' ' '
}
read -r few steps <<<"$(steps 100)"
read -r many more <<<"$(steps 800)"
is "scim_mistake takes no more of many types than of as many times a few" \
  "$few $many $((steps > 0 && more > 0 && more / steps < 8))" "102 802 1"

# tenants COUNT: the same for a change of what one tenant has set, of so many.
tenants() {
  rm -f "$folder/tenants.db"
  sqlite3 -batch -cmd ".load $extension" "$folder/tenants.db" "SELECT scim_init()" "
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT $1)
    INSERT INTO scim_tenant (name, settings)
    SELECT 't' || i, '{\"page_max\":50,\"breaker\":{\"percent\":9}}' FROM n;
    SELECT count(*) FROM scim_setting_mistake" ".stats vmstep" \
    "UPDATE scim_tenant SET settings = '{\"page_max\":9}' WHERE name = 't1'" \
    ".stats off" "SELECT tenant, name, value, nested FROM scim_tenant_setting
      WHERE tenant IN ('t1', 't2')" | sed 's/^VM-steps: *//' | tr '\n' ' '
}
read -r _ few_wrong few few_rest <<<"$(tenants 10)"
read -r _ many_wrong many many_rest <<<"$(tenants 200)"
is "what one tenant sets costs the same among 10 and 200" \
  "$few_wrong $many_wrong $((few > 0 && many - few < few / 100)), $few_rest" \
  "0 0 1, t1|page_max|9|0 t2|page_max|50|0 t2|breaker|{\"percent\":9}|0 t2|breaker.percent|9|1"
is "and is shown alike" "$many_rest" "$few_rest"
finish
