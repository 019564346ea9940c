#!/bin/bash
# The numbers of rows (sql/commit/number.sql): whatever was deleted, and however
# the file was copied since, no resource, no row of the log, no token and no
# review gets a number that another had.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

# newest: the highest number of each of the three tables.
newest="SELECT (SELECT coalesce(max(resource), 0) FROM scim_resource),
  (SELECT coalesce(max(seq), 0) FROM scim_log),
  (SELECT coalesce(max(token), 0) FROM scim_token);"

# add: one more of each, and their numbers.
add="SELECT scim_apply('POST', '/Users', json_object('userName',
    hex(randomblob(8))), NULL) ->> '\$.status',
  scim_token('default', 'x') IS NOT NULL; $newest"

is "the first are 1" "$(sql "$add")" "201|1
1|1|1"
sql "$add$add" >/dev/null
is "the newest resource goes, and its number with it" "$(sql "
  DELETE FROM scim_resource WHERE resource = 3; $add")" "201|1
4|4|4"
is "the newest row of the log as well" "$(sql "
  DELETE FROM scim_log WHERE seq = 4; $add")" "201|1
5|5|5"
is "and the newest token" "$(sql "
  DELETE FROM scim_token WHERE token = 5; $add")" "201|1
6|6|6"
is "an older one that goes changes nothing" "$(sql "
  DELETE FROM scim_resource WHERE resource = 2;
  DELETE FROM scim_log WHERE seq = 2; DELETE FROM scim_token WHERE token = 2;
  $add")" "201|1
7|7|7"
is "what a request deletes is gone too" "$(sql "
  SELECT scim_apply('DELETE', '/Users/' || (SELECT id FROM scim_resource
    WHERE resource = 7), NULL, NULL) ->> '\$.status'; $add")" "204
201|1
8|9|8"
is "all that there are may go at once" "$(sql "
  DELETE FROM scim_resource; DELETE FROM scim_log; DELETE FROM scim_token;
  DELETE FROM scim_count; DELETE FROM scim_unique; DELETE FROM scim_value;
  $newest$add")" "0|0|0
201|1
9|10|9"
is "one by one, from either end" "$(sql "$add
  DELETE FROM scim_resource WHERE resource = 9;
  DELETE FROM scim_resource WHERE resource = 10; $add
  DELETE FROM scim_log WHERE seq = 12; DELETE FROM scim_log WHERE seq = 11;
  $add" | grep '|.*|')" "10|11|10
11|12|11
12|13|12"
is "a number that was given by hand counts" "$(sql "
  INSERT INTO scim_commit (action, tenant, type, resource, id, version, time,
    doc) VALUES ('create', 'default', 'User', 1000, 'hand', 1,
    '2026-03-01T12:00:00.000Z', '{\"userName\":\"hand\"}');
  DELETE FROM scim_resource WHERE resource = 1000; $add" | tail -n 1)" \
"1001|14|13"
is "what is undone was never given" "$(sql "BEGIN; $add
  DELETE FROM scim_resource WHERE resource = 1002; ROLLBACK; $add" |
  grep '|.*|')" "1002|15|14
1002|15|14"

# ---- copies

sql "DELETE FROM scim_resource; DELETE FROM scim_log; DELETE FROM scim_token;
  DELETE FROM scim_unique; DELETE FROM scim_value" '.open :memory:'
stock "$db" "VACUUM INTO '$folder/vacuumed'"
stock "$db" .dump | stock "$folder/restored"
stock "$db" VACUUM
for copy in vacuumed restored "$(basename "$db")"; do
  connect "$folder/$copy"
  is "after VACUUM, or from a dump, they go on ($copy)" \
    "$(sql "$add" | tail -n 1)" "1003|16|15"
done

# What waits for a person, of which nothing else keeps the number.
sql "CREATE TABLE learner (id INTEGER PRIMARY KEY, login TEXT);
  INSERT INTO learner (login) VALUES ('twin'), ('TWIN');
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"columns\":{\"login\":{\"from\":\"userName\"}},
    \"match\":[\"login\"]}');
  SELECT scim_map_switch('learner', 'on')" >/dev/null
twin="SELECT scim_apply('POST', '/Users', '{\"userName\":\"twin\"}',
    '{\"id\":\"twin\"}') ->> '\$.status';
  SELECT max(review) FROM scim_review"
is "a review has the first" "$(sql "$twin")" "201
1"
is "and the next one the next, when it is gone" "$(sql "
  SELECT scim_apply('DELETE', '/Users/twin') ->> '\$.status'; $twin")" "204
201
2"

finish
