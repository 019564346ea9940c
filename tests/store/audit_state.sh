#!/bin/bash
# No value of a resource, of what follows from it, or of the log can change
# without scim_check noticing: each column of the tables, in several rows; but for
# the name of a request, which says nothing of anybody.
# SCIM_CASES says in how many; those of the first are the first and the last.
cd "$(dirname "$0")/../.." || exit 1
. tests/store/audit.inc

cases=${SCIM_CASES:-2}
# flips TABLE CONDITION: for each column of the table, and some of its rows, an
# UPDATE that changes the value of one row and, where that is not noticed, says
# which it was. What may be one of two
# words only becomes the other.
flips() {
  sql "WITH rows AS (SELECT count(*) AS n FROM $1 WHERE $2),
    picked (k, at) AS (SELECT value, (value * (n - 1)) / max($cases - 1, 1)
                         FROM rows, json_each('[$(seq -s, 0 $((cases - 1)))]'))
  SELECT 'SAVEPOINT s;' || char(10) || flip || ';' || char(10) || 'SELECT '
    || quote(flip) || ' WHERE NOT EXISTS (SELECT 1 FROM scim_check);'
    || char(10) || 'ROLLBACK TO s;' || char(10) || 'RELEASE s;'
    FROM (SELECT DISTINCT 'UPDATE $1 SET \"' || c.name || '\" = ' || CASE
      WHEN c.name = 'source' THEN 'iif(source = ''idp'', ''manual'', ''idp'')'
      WHEN c.name = 'action'
      THEN 'iif(action = ''create'', ''delete'', ''create'')'
      WHEN c.type = 'INTEGER' THEN 'coalesce(\"' || c.name || '\", 0) + 1000'
      WHEN c.type = 'BLOB' THEN 'x''00'''
      ELSE 'coalesce(\"' || c.name || '\", '''') || ''x''' END
    || ' WHERE ($3) = (SELECT $3 FROM $1 WHERE $2 ORDER BY $3 LIMIT 1 OFFSET '
    || at || ')' AS flip
    FROM picked, pragma_table_info('$1') AS c WHERE c.name <> 'request')"
}
is "nothing is found before" "$(sql "SELECT * FROM scim_check")" ""
while IFS='|' read -r table key condition; do
  flips "$table" "${condition:-true}" "$key" >"$folder/flips"
  count=$(grep -c '^UPDATE' "$folder/flips")
  is "$table: of $count changes of a value each is noticed" \
    "$(sql "$(cat "$folder/flips")")" ""
done <<'E2'
scim_resource|resource
scim_member|"group", value, source
scim_value|tenant, type, attribute, key, resource
scim_unique|tenant, type, attribute, key
scim_count|tenant, type
scim_log|seq
scim_chain|tenant
scim_stay|tenant, group_id, member, joined
scim_name|tenant, id
E2
is "nothing is found afterwards" "$(sql "SELECT * FROM scim_check")" ""

# ---- What is right, and looks wrong

apply PATCH /Groups/acmeg '{"Operations":[{"op":"remove","path":"members"}]}' \
  '{"tenant":"acme"}' >/dev/null
apply PATCH /Groups/acmeg '{"Operations":[{"op":"add","path":"members",
  "value":[{"value":"acmea"}]}]}' '{"tenant":"acme"}' >/dev/null
apply DELETE /Groups/acmeg '' '{"tenant":"acme"}' >/dev/null
apply POST /Groups '{"displayName":"again","members":[{"value":"acmec"}]}' \
  '{"tenant":"acme","id":"acmeg"}' >/dev/null
is "a group that left, and one of its id that came" \
  "$(sql "SELECT * FROM scim_check")" ""
sql "UPDATE scim_outbox SET done = 't'" >/dev/null
some=$(sql "SELECT max(time) FROM scim_log")
is "a log that was pruned" "$(sql "SELECT scim_prune('$some') = '$some';
  SELECT count(*) FROM scim_chain WHERE pruned_seq > 0; SELECT * FROM scim_check
  ")" "1
2"
while IFS='|' read -r kind statement; do
  is "and in that, $kind: $statement" \
    "$(finds "$kind" "$statement")" "$kind"
done <<'E2'
chain|DELETE FROM scim_log WHERE seq = (SELECT min(seq) FROM scim_log)
chain|UPDATE scim_chain SET pruned_seq = pruned_seq + 1000
chain|UPDATE scim_chain SET pruned_hash = hash
chain|INSERT INTO scim_log (seq, time, tenant, method, target, status) VALUES (1, 't', 'acme', 'POST', '/Users', 400)
state|UPDATE scim_snapshot SET doc = json_set(doc, '$.title', 'other')
state|UPDATE scim_snapshot SET version = version + 1
state|UPDATE scim_snapshot SET created = '2020-01-01T00:00:00.000Z'
state|DELETE FROM scim_snapshot
member|DELETE FROM scim_snapshot_member
orphan|UPDATE scim_snapshot_member SET group_id = 'nobody'
stay|DELETE FROM scim_stay
stay|UPDATE scim_stay SET joined = '2999'
name|DELETE FROM scim_name WHERE type = 'Group'
name|INSERT INTO scim_name VALUES ('acme', 'User', 'acmeb', 'b@acme', '2026')
name|INSERT INTO scim_name VALUES ('acme', NULL, 'stranger', 'No One', NULL)
E2
sql "SELECT scim_tenant_remove('globex', 9)" >/dev/null
is "a tenant that is half removed" "$(sql "SELECT * FROM scim_check")" ""
sql "SELECT scim_tenant_remove('globex', 10000)" >/dev/null
is "a tenant that is gone, chain and all" "$(sql "SELECT * FROM scim_check;
  SELECT count(*) FROM scim_chain WHERE tenant = 'globex'")" 0
for old in tests/store/old/version*.db; do
  cp "$old" "$folder/old.db"
  connect "$folder/old.db"
  sql "SELECT scim_init()" >/dev/null
  apply POST /Users '{"userName":"after the upgrade"}' >/dev/null
  is "$(basename "$old"): upgraded, and written to" \
    "$(sql "SELECT * FROM scim_check WHERE kind <> 'definition'";
      sql "SELECT count(*) > 0 FROM scim_log WHERE hash IS NOT NULL")" 1
done

connect :memory:
sql "SELECT scim_init()" >/dev/null
for n in 1 12; do
  apply POST /Users "{\"userName\":\"$n\"}" "{\"id\":\"u$n\"}"
  apply POST /Groups "{\"displayName\":\"$n\",\"members\":[
    {\"value\":\"u$n\"}]}" "{\"id\":\"g$n\"}"
  apply DELETE "/Users/u$n"
done >/dev/null
is "who left a group has not left one that the beginning of its id is the id of" \
  "$(sql "SELECT version FROM scim_resource; SELECT * FROM scim_check")" "2
2"
is "nor is a job about the one that was left taken for one about the other" \
  "$(sql "INSERT INTO scim_outbox (seq, tenant, type, id, kind)
    SELECT l.seq, l.tenant, 'Group', j.value, 'mail'
      FROM scim_log AS l, json_each('[\"g1\",\"g12\"]') AS j
     WHERE l.groups_left = '[\"g12\"]';
    SELECT kind, id FROM scim_check WHERE kind = 'orphan'")" "orphan|g1"

# ---- What members are called

connect :memory:
sql "SELECT scim_init()" >/dev/null
# members '<Operations>': a PATCH of the group; and what is found, that is nothing.
members() {
  apply PATCH /Groups/g "{\"Operations\":[$1]}" "${2:-$now}" >/dev/null
  sql "SELECT * FROM scim_check"
}
# calls '<display>' ['<condition>']: what is found when s is called so by hand.
calls() {
  sql "SAVEPOINT s" "UPDATE scim_member SET display = $1
    WHERE value = 's' AND ${2:-true}" "SELECT kind, detail FROM scim_check
    WHERE kind <> 'name'" "ROLLBACK TO s" "RELEASE s"
}
now='{"now":"2026-01-02"}'
wrong='member|scim_member names s as nobody has sent it last'
add() { echo '{"op":"add","path":"members","value":[{"value":"s"'"$1"'}]}'; }
out='{"op":"remove","path":"members[value eq \"s\"]"}'
apply POST /Groups '{"displayName":"G","members":[{"value":"s",
  "display":"A"},{"value":"t"}]}' '{"id":"g","now":"2026-01-01"}' >/dev/null
is "another name" "$(members '{"op":"replace",
  "path":"members[value eq \"s\"].display","value":"B"}')" ""
is "none by hand" "$(calls NULL)" "$wrong"
is "the one of before" "$(calls "'A'")" "$wrong"
is "who is added without one keeps his, as the log told it before version 15" "$(
  members '{"op":"add","path":"members","value":[{"value":"u"}]}'
  sql "SAVEPOINT s" "UPDATE scim_log
    SET member_add = '[{\"value\":\"s\",\"display\":null},{\"value\":\"u\"}]'
    WHERE seq = (SELECT max(seq) FROM scim_log)" "SELECT changes()" \
    "SELECT detail FROM scim_check WHERE kind = 'member'" \
    "ROLLBACK TO s" "RELEASE s")" 1
is "the platform's own, that goes" "$(
  members "$(add ',"display":"M"')" '{"source":"manual","now":"2026-01-02"}'
  calls NULL "source = 'manual'"; calls "'B'" "source = 'manual'"
  members "$out" '{"source":"manual","now":"2026-01-02"}'; calls NULL)" "$wrong
$wrong
$wrong"
is "who goes and comes by one request is called what he comes as" "$(
  members "$out,$(add ',"display":"C"')"; calls "'B'"; calls NULL)" "$wrong
$wrong"
is "who was out has the name no more" "$(members "$out"; members "$(add "")"
  calls "'C'")" "$wrong"
is "until he is called again" "$(members "$(add ',"display":"C"')"
  calls NULL)" "$wrong"
apply DELETE /Groups/g "" '{"now":"2026-01-03"}' >/dev/null
apply POST /Groups '{"displayName":"G","members":[{"value":"s"}]}' \
  '{"id":"g","now":"2026-01-04"}' >/dev/null
is "a group of the same id calls him as it was sent" \
  "$(sql "SELECT * FROM scim_check"; calls "'C'")" "$wrong"
is "who was there at the horizon of a log that was pruned" "$(
  members "$(add ',"display":"D"')" '{"now":"2026-01-05"}'
  sql "SELECT scim_prune('2026-01-06') > '';
    SELECT count(*) FROM scim_log; SELECT * FROM scim_check"
  calls NULL; calls "'C'")" "1
0
$wrong
$wrong"
is "and is called otherwise since, was out, and is in one of that id" "$(
  patch='{"op":"replace","path":"members.display","value":"E"}'
  sql "SAVEPOINT p"
  members "$patch" '{"now":"2026-01-07"}'; calls "'D'"
  sql "ROLLBACK TO p"
  members "$out" '{"now":"2026-01-07"}'
  members "$(add "")" '{"now":"2026-01-08"}'; calls "'D'"
  sql "ROLLBACK TO p"; sql "RELEASE p"
  apply DELETE /Groups/g "" '{"now":"2026-01-07"}' >/dev/null
  apply POST /Groups '{"displayName":"G","members":[{"value":"s"}]}' \
    '{"id":"g","now":"2026-01-08"}' >/dev/null
  sql "SELECT * FROM scim_check"; calls "'D'")" "$wrong
$wrong
$wrong"
is "who is forgotten is called nothing" "$(
  apply POST /Users '{"userName":"s@x"}' '{"id":"s","now":"2026-01-09"}' >/dev/null
  members '{"op":"replace","path":"members.display","value":"Sss"}' \
    '{"now":"2026-01-10"}'
  apply DELETE /Users/s "" '{"now":"2026-01-11"}' >/dev/null
  members "$(add ',"display":"Stranger"')" '{"now":"2026-01-12"}'
  calls NULL; calls "'Sss'"
  sql "SELECT scim_forget('default', 's') > 0; SELECT * FROM scim_check;
    SELECT count(*), count(display) FROM scim_member WHERE value = 's'"
  calls "'Stranger'")" "$wrong
$wrong
1
1|0
$wrong"
finish
