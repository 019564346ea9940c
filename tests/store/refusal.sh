#!/bin/bash
# What the triggers and constraints of an application refuse: the SCIM error
# that it means, nothing changed, and a row in the log. README.md, "Your own
# triggers", has the rules.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

# post <name> [id]: the status, scimType and detail of a POST.
post() {
  sql "WITH r (r) AS (SELECT scim_apply('POST', '/Users',
      json_object('userName', '$1'), json_object('id', '${2:-$1}')))
    SELECT (r ->> '\$.status') || ' ' || coalesce(r ->> '\$.body.scimType', '-')
           || ' ' || coalesce(r ->> '\$.body.detail', '') FROM r"
}

# left: what there is of users, members, keys, counts and of the application.
left() {
  sql "SELECT (SELECT count(*) FROM scim_resource) || ' '
       || (SELECT count(*) FROM scim_value) || ' '
       || (SELECT count(*) FROM scim_unique) || ' '
       || (SELECT coalesce(sum(live), 0) FROM scim_count) || ' '
       || (SELECT count(*) FROM scim_member) || ' '
       || (SELECT count(*) FROM learner)"
}

# logged: the newest row of the log.
logged() {
  sql "SELECT status || ' ' || coalesce(scim_type, '-') || ' '
           || coalesce(detail, '') || ' ' || coalesce(action, 'nothing')
     FROM scim_log ORDER BY seq DESC LIMIT 1"
}

# refuses <sentence> <trigger or table> <answer>: the statement is made, a POST
# is refused with the answer, leaves nothing and a row in the log; then it goes.
refuses() {
  local before got
  sql "$2" >/dev/null
  before=$(left)
  got=$(post late)
  is "$1" "$got" "$3"
  is "$1: nothing is left" "$(left)" "$before"
  is "$1: the log tells" "$(logged)" "$3 nothing"
  sql "DROP TRIGGER IF EXISTS app_refuse" >/dev/null
}

sql "SELECT scim_init();
  CREATE TABLE learner (
    id INTEGER PRIMARY KEY,
    login TEXT UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL DEFAULT 'x' CHECK (length(name) < 9),
    seat INTEGER REFERENCES seat (seat),
    later INTEGER REFERENCES seat (seat) DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE seat (seat INTEGER PRIMARY KEY, row INTEGER) STRICT;
  INSERT INTO learner (login) VALUES ('TAKEN')" >/dev/null
is "somebody is there" "$(post ann)" "201 - "

# ---- what is said, and what it means

raise="CREATE TRIGGER app_refuse BEFORE INSERT ON scim_resource BEGIN
  SELECT RAISE"
refuses "a trigger says which error it is" \
  "$raise(ABORT, 'scim:409:uniqueness:no seats left'); END" \
  "409 uniqueness no seats left"
refuses "one without a scimType" \
  "$raise(ABORT, 'scim:403::not on Sundays: come back'); END" \
  "403 - not on Sundays: come back"
refuses "any other word of a trigger is about the values" \
  "$raise(ABORT, 'no'); END" "400 invalidValue no"
refuses "a status that is none of SCIM is such a word" \
  "$raise(ABORT, 'scim:299:uniqueness:x'); END" \
  "400 invalidValue scim:299:uniqueness:x"
refuses "so is a scimType that does not go with the status" \
  "$raise(ABORT, 'scim:404:uniqueness:x'); END" \
  "400 invalidValue scim:404:uniqueness:x"

insert="CREATE TRIGGER app_refuse AFTER INSERT ON scim_resource BEGIN
  INSERT INTO learner"
refuses "UNIQUE of a table of the application" \
  "$insert (login) VALUES ('taken'); END" \
  "409 uniqueness the application refuses it: UNIQUE constraint failed: learner.login"
refuses "its primary key" "$insert (id) VALUES (1); END" \
  "409 uniqueness the application refuses it: UNIQUE constraint failed: learner.id"
refuses "NOT NULL" "$insert (name) VALUES (NULL); END" \
  "400 invalidValue the application refuses it: NOT NULL constraint failed: learner.name"
refuses "CHECK" "$insert (name) VALUES ('much too long'); END" \
  "400 invalidValue the application refuses it: CHECK constraint failed: length(name) < 9"
refuses "a type" "CREATE TRIGGER app_refuse AFTER INSERT ON scim_resource BEGIN
    INSERT INTO seat (row) VALUES ('one'); END" \
  "400 invalidValue the application refuses it: cannot store TEXT value in INTEGER column seat.row"
refuses "the type of a row number" "$insert (id) VALUES ('one'); END" \
  "400 invalidValue the application refuses it: datatype mismatch"
connect "" "PRAGMA foreign_keys = 1;"
refuses "a foreign key" "$insert (seat) VALUES (7); END" \
  "400 invalidValue the application refuses it: FOREIGN KEY constraint failed"
is "one that restricts, which SQLite takes for a trigger" "$(sql "
  CREATE TABLE kept (id TEXT PRIMARY KEY);
  CREATE TABLE keeps (id TEXT REFERENCES kept ON DELETE RESTRICT);
  INSERT INTO kept VALUES ('ann'); INSERT INTO keeps VALUES ('ann');
  CREATE TRIGGER app_refuse AFTER DELETE ON scim_resource BEGIN
    DELETE FROM kept WHERE id = OLD.id; END;
  SELECT scim_apply('DELETE', '/Users/ann') ->> '\$.body.detail';
  DROP TRIGGER app_refuse; DROP TABLE keeps; DROP TABLE kept")" \
  "the application refuses it: FOREIGN KEY constraint failed"
refuses "a foreign key that is deferred, before anything is acknowledged" \
  "$insert (later) VALUES (7); END" \
  "400 invalidValue the application refuses it: FOREIGN KEY constraint failed"
connect

# ---- ways of refusing

after="CREATE TRIGGER app_refuse AFTER INSERT ON scim_resource BEGIN
  INSERT INTO learner (login) VALUES (NEW.id);
  SELECT RAISE"
refuses "RAISE(FAIL) leaves no half" "$after(FAIL, 'half'); END" \
  "400 invalidValue half"
refuses "nor does OR FAIL" "CREATE TRIGGER app_refuse AFTER INSERT
    ON scim_resource BEGIN
    INSERT INTO learner (login) VALUES (NEW.id);
    INSERT OR FAIL INTO learner (login) VALUES ('taken'); END" \
  "409 uniqueness the application refuses it: UNIQUE constraint failed: learner.login"
refuses "RAISE(ROLLBACK)" "$after(ROLLBACK, 'all of it'); END" \
  "400 invalidValue all of it"
refuses "RAISE(IGNORE) is no success" "$raise(IGNORE); END" \
  "400 invalidValue the application ignores this"

# Whatever the trigger is on, and whatever is done.
while IFS='|' read -r event method target body; do
  sql "CREATE TRIGGER app_refuse $event BEGIN
    SELECT RAISE(ABORT, 'scim:409::not this'); END" >/dev/null
  before=$(left)
  is "$method, refused $event" "$(sql "
    SELECT scim_apply('$method', '$target', nullif('$body', '')) ->> '\$.status';
    SELECT status || coalesce(action, ' nothing') FROM scim_log
     ORDER BY seq DESC LIMIT 1")
$(left)" "409
409 nothing
$before"
  sql "DROP TRIGGER app_refuse" >/dev/null
done <<'CASES'
BEFORE UPDATE ON scim_resource|PUT|/Users/ann|{"userName":"anne"}
AFTER UPDATE OF doc ON scim_resource|PATCH|/Users/ann|{"Operations":[{"op":"add","path":"title","value":"x"}]}
BEFORE DELETE ON scim_resource|DELETE|/Users/ann|
AFTER INSERT ON scim_member|POST|/Groups|{"displayName":"g","members":[{"value":"ann"}]}
AFTER INSERT ON scim_value|POST|/Users|{"userName":"cy"}
AFTER INSERT ON scim_unique|POST|/Users|{"userName":"cy"}
AFTER UPDATE ON scim_count|POST|/Users|{"userName":"cy"}
AFTER INSERT ON scim_log WHEN NEW.action IS NOT NULL|POST|/Users|{"userName":"cy"}
CASES

sql "CREATE TRIGGER app_refuse BEFORE UPDATE ON scim_resource BEGIN
  SELECT RAISE(IGNORE); END" >/dev/null
is "an update that is ignored" "$(sql "SELECT scim_apply('PUT', '/Users/ann',
  '{\"userName\":\"anne\"}') ->> '\$.status'; SELECT user_name FROM scim_user")" \
  "400
ann"
sql "DROP TRIGGER app_refuse; CREATE TRIGGER app_refuse BEFORE DELETE
  ON scim_resource BEGIN SELECT RAISE(IGNORE); END" >/dev/null
is "a deletion that is ignored" "$(sql "SELECT scim_apply('DELETE', '/Users/ann')
  ->> '\$.status'; SELECT user_name FROM scim_user")" "400
ann"
sql "DROP TRIGGER app_refuse" >/dev/null

# What is ignored of the other tables that an application's triggers may be on: no
# row of the log, no members, no owner. Nothing is left.
sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"h\",\"members\":[
  {\"value\":\"ann\"},{\"value\":\"x\"}]}', '{\"id\":\"h\"}')" >/dev/null
while IFS='|' read -r event method target body; do
  sql "CREATE TRIGGER app_refuse $event BEGIN SELECT RAISE(IGNORE); END" >/dev/null
  before=$(left)
  is "$method, ignored $event" "$(sql "
    SELECT scim_apply('$method', '$target', nullif('$body', '')) ->> '\$.status'")
$(left; sql "SELECT * FROM scim_check")" "400
$before"
  sql "DROP TRIGGER app_refuse" >/dev/null
done <<'CASES'
BEFORE INSERT ON scim_member|POST|/Groups|{"displayName":"g","members":[{"value":"ann"}]}
BEFORE INSERT ON scim_member|PATCH|/Groups/h|{"Operations":[{"op":"add","path":"members","value":[{"value":"y"},{"value":"z"}]}]}
BEFORE INSERT ON scim_unique|POST|/Users|{"userName":"cy"}
BEFORE INSERT ON scim_log WHEN NEW.action IS NOT NULL|POST|/Users|{"userName":"cy"}
BEFORE INSERT ON scim_log WHEN NEW.action IS NOT NULL|DELETE|/Users/ann|
CASES
# A membership that is gone may be gone because a trigger took it out by itself.
sql "CREATE TRIGGER app_refuse BEFORE DELETE ON scim_member
     BEGIN DELETE FROM scim_member WHERE value = OLD.value; END" >/dev/null
is "a member that a trigger takes out first is no error" "$(sql "
  SELECT scim_apply('PATCH', '/Groups/h', '{\"Operations\":[{\"op\":\"remove\",
    \"path\":\"members\"}]}') ->> '\$.status';
  DROP TRIGGER app_refuse; SELECT count(*) FROM scim_member;
  SELECT * FROM scim_check")" "200
0"
sql "SELECT scim_apply('DELETE', '/Groups/h')" >/dev/null

# A trigger on the log that refuses every row: there is no row, and the answer
# is the same.
sql "CREATE TRIGGER app_refuse BEFORE INSERT ON scim_log BEGIN
  SELECT RAISE(ABORT, 'scim:403::no log'); END" >/dev/null
before=$(left)
is "who refuses the row of the log refuses the request" "$(post late)
$(left)" "403 - no log
$before"
sql "DROP TRIGGER app_refuse" >/dev/null

# ---- transactions of others

fail="CREATE TRIGGER app_refuse AFTER INSERT ON scim_resource
  WHEN NEW.id GLOB 'late*' BEGIN
  INSERT INTO learner (login) VALUES (NEW.id);
  SELECT RAISE(FAIL, 'half'); END"
sql "$fail" >/dev/null
is "within a transaction, only what was refused is undone" "$(sql "BEGIN;
    SELECT scim_apply('POST', '/Users', '{\"userName\":\"b\"}') ->> '\$.status';
    SELECT scim_apply('POST', '/Users', '{\"userName\":\"late\"}',
      '{\"id\":\"late\"}') ->> '\$.status';
    SELECT scim_apply('POST', '/Users', '{\"userName\":\"c\"}') ->> '\$.status';
    COMMIT; SELECT group_concat(user_name) FROM scim_user;
    SELECT count(*) FROM learner; SELECT group_concat(status) FROM (
      SELECT status FROM scim_log ORDER BY seq DESC LIMIT 3)")" "201
400
201
ann,b,c
1
201,400,201"
is "within a statement that writes, a half is undone with the statement" "$(sql "
    INSERT INTO scim (method, target, body, options) VALUES ('POST', '/Users',
      '{\"userName\":\"late\"}', '{\"id\":\"late\"}')" \
    "SELECT group_concat(user_name) FROM scim_user; SELECT count(*) FROM learner" |
  grep -o 'half\|^[a-z,]*$\|^[0-9]*$')" "half
ann,b,c
1"
sql "DROP TRIGGER app_refuse" >/dev/null
# Of a group nothing is there by then but the name: it has no keys here.
sql "DELETE FROM scim_index WHERE type = 'Group';
  CREATE TRIGGER app_refuse BEFORE INSERT ON scim_resource BEGIN
    SELECT RAISE(FAIL, 'half'); END" >/dev/null
is "so is a name that is all there is of it" "$(sql "
    INSERT INTO scim (method, target, body, options) VALUES ('POST', '/Groups',
      '{\"displayName\":\"late\"}', '{\"id\":\"late\"}')" \
    "SELECT count(*) FROM scim_name WHERE id = 'late'" |
  grep -o 'half\|^[0-9]*$')" "half
0"
sql "DROP TRIGGER app_refuse; INSERT INTO scim_index (type, attribute)
  VALUES ('Group', 'displayName'), ('Group', 'externalId')" >/dev/null
sql "$insert (login) VALUES ('taken'); END" >/dev/null
is "what is undone by itself is an outcome there too" "$(sql "
    INSERT INTO scim (method, target, body) VALUES ('POST', '/Users',
      '{\"userName\":\"late\"}');
    SELECT status, scim_type FROM scim WHERE rowid = last_insert_rowid()")" \
  "409|uniqueness"
sql "DROP TRIGGER app_refuse" >/dev/null

bulk='{"Operations":[
  {"method":"POST","path":"/Users","bulkId":"1","data":{"userName":"b1"}},
  {"method":"PUT","path":"/Users/ann","data":{"userName":"ann","title":"late"}},
  {"method":"POST","path":"/Users","bulkId":"2","data":{"userName":"b2"}}]}'
how="CREATE TRIGGER app_refuse AFTER UPDATE OF doc ON scim_resource BEGIN
  INSERT INTO learner (login) VALUES (NEW.id);
  SELECT RAISE"
sql "$how(FAIL, 'half'); END" >/dev/null
is "in a bulk request, the others stay" "$(sql "SELECT group_concat(value ->> 'status')
    FROM json_each(scim_apply('POST', '/Bulk', '$bulk'), '\$.body.Operations');
  SELECT group_concat(user_name) FROM scim_user; SELECT count(*) FROM learner")" \
  "201,400,201
ann,b,c,b1,b2
1"
sql "DELETE FROM scim_log; DROP TRIGGER app_refuse" >/dev/null
sql "$how(ROLLBACK, 'all'); END" >/dev/null
bulk=${bulk//b1/b3}
is "unless the application takes all back: then the whole is refused" "$(sql "
  SELECT (r ->> '\$.status') || ' ' || (r ->> '\$.body.detail')
    FROM (SELECT scim_apply('POST', '/Bulk', '${bulk//b2/b4}') AS r);
  SELECT group_concat(user_name) FROM scim_user; SELECT count(*) FROM learner;
  SELECT group_concat(method || ' ' || target || ' ' || status, ', ') FROM scim_log;
  SELECT count(*) FROM scim_log WHERE action IS NOT NULL")" \
  "400 all
ann,b,c,b1,b2
1
PUT /Users/ann 400, POST /Bulk 400
0"
is "a transaction of the caller that is taken back is told so" "$(sql "BEGIN;
    SELECT scim_apply('POST', '/Users', '{\"userName\":\"d\"}') ->> '\$.status'" \
    "SELECT scim_apply('PUT', '/Users/ann', '{\"userName\":\"ann\",\"title\":\"x\"}')" \
    COMMIT "SELECT group_concat(user_name) FROM scim_user" |
  grep -o '201\|all (19)\|no transaction is active\|^ann.*')" "201
all (19)
no transaction is active
ann,b,c,b1,b2"

# ---- the order

sql "DROP TRIGGER app_refuse; CREATE TABLE seen (what TEXT);
  CREATE TRIGGER app_a AFTER INSERT ON scim_resource BEGIN
    INSERT INTO seen VALUES ('+' || NEW.id); END;
  CREATE TRIGGER app_b AFTER UPDATE OF doc ON scim_resource BEGIN
    INSERT INTO seen VALUES ('doc ' || NEW.id); END;
  CREATE TRIGGER app_c AFTER UPDATE ON scim_resource BEGIN
    INSERT INTO seen VALUES ('~' || NEW.id); END;
  CREATE TRIGGER app_d AFTER DELETE ON scim_resource BEGIN
    INSERT INTO seen VALUES ('-' || OLD.id); END;
  CREATE TRIGGER app_e AFTER INSERT ON scim_member BEGIN
    INSERT INTO seen VALUES ('+member ' || NEW.value); END;
  CREATE TRIGGER app_f AFTER DELETE ON scim_member BEGIN
    INSERT INTO seen VALUES ('-member ' || OLD.value); END;
  CREATE TRIGGER app_g AFTER INSERT ON scim_log BEGIN
    INSERT INTO seen VALUES ('log'); END" >/dev/null
# seen <method> <target> <body>: what the triggers saw of the request.
seen() {
  sql "DELETE FROM seen; SELECT scim_apply('$1', '$2', nullif('$3', ''),
    '{\"id\":\"g\"}') IS NULL" >/dev/null
  sql "SELECT group_concat(what, ', ') FROM seen"
}
patch='{"Operations":[{"op":"add","path":"members","value":[{"value":"c"}]}]}'
is "a group comes before its members, and the log last" \
  "$(seen POST /Groups '{"displayName":"G","members":[{"value":"ann"}]}')" \
  "+g, +member ann, log"
is "members alone are no change of the document" "$(seen PATCH /Groups/g "$patch")" \
  "~g, +member c, log"
is "the document and members" "$(seen PUT /Groups/g \
  '{"displayName":"H","members":[{"value":"b1"}]}')" \
  "~g, doc g, -member ann, -member c, +member b1, log"
is "what changes nothing fires nothing but the log" "$(seen PUT /Groups/g \
  '{"displayName":"H","members":[{"value":"b1"}]}')" "log"
is "memberships go before the row of which they are" "$(seen DELETE /Groups/g '')" \
  "-member b1, -g, log"
seen POST /Groups '{"displayName":"G","members":[{"value":"ann"}]}' >/dev/null
is "and before that of the member" "$(seen DELETE /Users/ann '')" \
  "~g, -member ann, -ann, log"

# A trigger may ask who is there: by what is indexed as well as by what is not.
sql "DROP TRIGGER app_a; DROP TRIGGER app_b; DROP TRIGGER app_d;
  DELETE FROM scim_log; CREATE TABLE found (event, old, new, title);
  CREATE TRIGGER app_found_new AFTER INSERT ON scim_resource BEGIN
    INSERT INTO found VALUES ('insert', NULL,
      (SELECT count(*) FROM scim_filter('User',
        'userName eq \"' || (NEW.doc ->> 'userName') || '\"')),
      (SELECT count(*) FROM scim_filter('User', 'title eq \"boss\"'))); END;
  CREATE TRIGGER app_found_other AFTER UPDATE OF doc ON scim_resource BEGIN
    INSERT INTO found VALUES ('update',
      (SELECT count(*) FROM scim_filter('User',
        'userName eq \"' || (OLD.doc ->> 'userName') || '\"')),
      (SELECT count(*) FROM scim_filter('User',
        'userName eq \"' || (NEW.doc ->> 'userName') || '\"')),
      (SELECT count(*) FROM scim_filter('User', 'title eq \"boss\"'))); END;
  CREATE TRIGGER app_found_old AFTER DELETE ON scim_resource BEGIN
    INSERT INTO found VALUES ('delete',
      (SELECT count(*) FROM scim_filter('User',
        'userName eq \"' || (OLD.doc ->> 'userName') || '\"')), NULL,
      (SELECT count(*) FROM scim_filter('User', 'title eq \"boss\"'))); END" \
  >/dev/null
is "what it asks is answered by the change that it is about" "$(sql "
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"dora\",
    \"title\":\"boss\"}', '{\"id\":\"dora\"}') ->> '\$.status';
  SELECT scim_apply('PUT', '/Users/dora', '{\"userName\":\"dorothy\",
    \"title\":\"boss\"}') ->> '\$.status';
  SELECT scim_apply('DELETE', '/Users/dora') ->> '\$.status';
  SELECT event, old, new, title FROM found")" "201
200
204
insert||1|1
update|0|1|1
delete|0||0"

finish
