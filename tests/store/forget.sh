#!/bin/bash
# scim_forget: afterwards no value of a person who was deleted is anywhere in the
# file, and the log is as whole as it was.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

sql "INSERT INTO scim_tenant (name) VALUES ('acme');
  INSERT INTO scim_rule (event, kind, once) VALUES ('created', 'mail', 0),
    ('updated', 'mail', 0), ('deleted', 'mail', 0);
  INSERT INTO scim_rule (event, type, kind, once) VALUES
    ('member_added', 'Group', 'seat', 0), ('member_removed', 'Group', 'seat', 0);
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'title'),
    ('User', 'name.familyName')"
acme='"tenant":"acme"'
enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
# Whoever stays, and is connected to her in every way.
apply POST /Users '{"userName":"boss@stays.example"}' "{$acme,\"id\":\"boss\"}" \
  >/dev/null
# The person, of whom each value can be told from everybody else's.
apply POST /Users "{\"userName\":\"Quilla.Zephyrine@gone.example\",
  \"externalId\":\"EXT-77aa88\",\"displayName\":\"Quilla Zéphyrine\",
  \"name\":{\"givenName\":\"Quilla\",\"familyName\":\"Zéphyrine\",
    \"formatted\":\"Dr. Quilla Zéphyrine\"},\"title\":\"Astrolabist\",
  \"emails\":[{\"value\":\"quilla@mail.gone.example\",\"type\":\"work\"},
    {\"value\":\"q.z@home.gone.example\",\"type\":\"home\"}],
  \"phoneNumbers\":[{\"value\":\"+4930990112\",\"type\":\"work\"}],
  \"addresses\":[{\"streetAddress\":\"Nebelgasse 17b\",\"type\":\"home\"}],
  \"$enterprise\":{\"department\":\"Sextantry\",\"employeeNumber\":\"PN-90210x\",
    \"manager\":{\"value\":\"boss\"}}}" "{$acme,\"id\":\"q1\"}" >/dev/null
apply POST /Groups '{"displayName":"Crew","members":[{"value":"q1",
  "display":"Quilla Z. (Crew)"},{"value":"boss","display":"The Boss"}]}' \
  "{$acme,\"id\":\"crew\"}" >/dev/null
apply POST /Users "{\"userName\":\"below@stays.example\",\"$enterprise\":{
  \"manager\":{\"value\":\"q1\",\"displayName\":\"Quilla as manager\"}}}" \
  "{$acme,\"id\":\"below\"}" >/dev/null
apply PATCH /Users/q1 '{"Operations":[{"op":"replace","path":"title",
  "value":"Orreryist"},{"op":"replace","path":"nickName","value":"Quizzy"}]}' \
  "{$acme}" >/dev/null
apply PUT /Users/q1 '{"userName":"quilla.new@gone.example"}' "{$acme}" >/dev/null
# What fails tells of her as well, to whoever asks.
apply POST /Users '{"userName":"QUILLA.NEW@gone.example"}' "{$acme}" >/dev/null
apply PATCH /Users/q1 '{"Operations":[{"op":"replace",
  "path":"emails[value eq \"none@gone.example\"].value","value":"x"}]}' \
  "{$acme}" >/dev/null
apply DELETE /Users/quilla.new@gone.example '' "{$acme}" >/dev/null
apply POST /Users '{"userName":7}' "{$acme}" >/dev/null
sql "UPDATE scim_outbox SET error = 'no mailbox for quilla.new@gone.example'
      WHERE id = 'q1'; INSERT INTO scim_alert (tenant, kind, since, detail)
      VALUES ('acme', 'breaker', 't', 'held: Orreryist'),
             ('acme', 'breaker', 't', 'held: somebody')"
values="Quilla
Zephyrine
Zéphyrine
zéphyrine
EXT-77aa88
Astrolabist
astrolabist
Orreryist
Quizzy
gone.example
4930990112
Nebelgasse
Sextantry
PN-90210x
Quilla as manager"
# found: which of the values are in the file or in its log.
found() {
  sql "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
  while read -r value; do
    grep -aqi -- "$value" "$db"* && printf '%s\n' "$value"
  done <<<"$values"
}

# ---- Who is there

is "who is there is not forgotten" "$(sql "SELECT scim_forget('acme', 'q1')")" \
  "Error: stepping, 'q1' of the tenant 'acme' is there: delete it first"
is "nor whom the log does not know" "$(sql "SELECT scim_forget('acme', 'q2')")" \
  "Error: stepping, the log of the tenant 'acme' does not know 'q2'"
is "nor another tenant's" "$(sql "SELECT scim_forget('default', 'q1')")" \
  "Error: stepping, the log of the tenant 'default' does not know 'q1'"
apply DELETE /Users/q1 '' "{$acme}" >/dev/null
apply PATCH /Groups/crew '{"Operations":[{"op":"add","path":"members",
  "value":[{"value":"q1","display":"Quilla came back"}]}]}' "{$acme}" >/dev/null
# She is called otherwise while she is there, and not at all.
for change in '"add","path":"members","value":[{"value":"boss","display":"Boss"},
  {"value":"q1","display":"Quilla once more"}]' '"remove","path":"members.display"'; do
  apply PATCH /Groups/crew "{\"Operations\":[{\"op\":$change}]}" "{$acme}" >/dev/null
done
is "a deletion leaves most of it in the file" "$(($(found | wc -l) > 12))" 1
heads=$(sql "SELECT tenant, seq, hex(hash) FROM scim_chain")
kept="SELECT seq, time, tenant, token, method, status, scim_type, action, type,
  iif(action IS NULL, NULL, id), version, member_drop, groups_left, source, hex(digest), hex(hash)
  FROM scim_log"
before=$(sql "$kept")
others="SELECT tenant, id, version, modified, doc FROM scim_resource"
documents=$(sql "$others")
is "nothing is wrong" "$(sql "SELECT * FROM scim_check")" ""

# ---- Who is gone

is "an error in the middle leaves everything as it was" "$(
  sql "CREATE TRIGGER no BEFORE UPDATE ON scim_outbox
    BEGIN SELECT RAISE(ABORT, 'no'); END;
    SELECT scim_forget('acme', 'q1')" | grep -c no
  sql "DROP TRIGGER no; SELECT count(*) FROM scim_log
    WHERE forgotten IS NOT NULL")" "1
0"
is "it says out of how many rows values went" "$(sql "
  SELECT scim_forget('acme', 'q1') = (SELECT count(*) FROM scim_log
    WHERE forgotten IS NOT NULL), (SELECT count(*) > 6 FROM scim_log
    WHERE forgotten IS NOT NULL)")" "1|1"
is "no value is in the file, nor in its log" "$(found)" ""
is "ids, times, counts and the chain stay" "$(sql "$kept")" "$before"
is "the heads of the chains as well" \
  "$(sql "SELECT tenant, seq, hex(hash) FROM scim_chain")" "$heads"
is "nothing is wrong with it" "$(sql "SELECT * FROM scim_check")" ""
is "documents of others are as they were" "$(sql "$others")" "$documents"
is "who was in the group is known, and the displays of others" "$(sql "
  SELECT member_add FROM scim_log WHERE id = 'crew' AND member_add IS NOT NULL
  ")" '[{"value":"boss","display":"The Boss"},{"value":"q1"}]
[{"value":"q1"}]'
is "and that these were called otherwise" "$(sql "
  SELECT member_patch FROM scim_log WHERE member_patch IS NOT NULL")" \
  '{"boss":{"display":"Boss"},"q1":{}}
{"boss":{"display":null},"q1":{"display":null}}'
is "what others were told stays" "$(sql "SELECT count(*) FROM scim_log
    WHERE status >= 400 AND detail IS NOT NULL AND tenant = 'acme';
  SELECT detail FROM scim_alert ORDER BY alert")" "2

held: somebody"
is "a second time there is nothing left" \
  "$(sql "SELECT scim_forget('acme', 'q1')")" 0
is "the past knows that somebody was there, and nothing of her" "$(sql "
  SELECT p.id, p.doc FROM scim_log AS l, scim_as_of('User', l.time) AS p
   WHERE l.id = 'q1' AND l.version = 2 AND p.tenant = 'acme' AND p.id = 'q1'
  ")" "q1|{}"
is "what is left of a row cannot change without a finding" "$(sql "SAVEPOINT s" "
  UPDATE scim_log SET member_add = '[]' WHERE forgotten IS NOT NULL
     AND id = 'crew'" "SELECT kind FROM scim_check GROUP BY kind" \
  "ROLLBACK TO s" "RELEASE s")" "chain
member
stay"

# ---- A log that was pruned

apply POST /Users '{"userName":"pia.pruned@gone.example","title":"Luthier"}' \
  "{$acme,\"id\":\"p1\",\"now\":\"2999-01-01\"}" >/dev/null
apply PATCH /Groups/crew '{"Operations":[{"op":"add","path":"members",
  "value":[{"value":"p1","display":"Pia in the crew"}]}]}' \
  "{$acme,\"now\":\"2999-01-02\"}" >/dev/null
is "who was deleted behind the horizon is forgotten at the horizon as well" "$(
  sql "UPDATE scim_outbox SET done = 't'; SELECT substr(scim_prune('2999-01-03',
    1000, '{\"now\":\"2999-01-04\"}'), 1, 10)"
  apply DELETE /Users/p1 '' "{$acme,\"now\":\"2999-01-05\"}" >/dev/null
  sql "SELECT doc, display FROM scim_snapshot AS s, scim_snapshot_member AS m
    WHERE s.id = 'p1' AND m.value = 'p1';
  SELECT scim_forget('acme', 'p1');
  SELECT doc, display FROM scim_snapshot AS s, scim_snapshot_member AS m
    WHERE s.id = 'p1' AND m.value = 'p1'; SELECT * FROM scim_check"
  values="pia.pruned
Luthier
Pia in the crew"
  found)" '2999-01-03
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"p1",'\
'"userName":"pia.pruned@gone.example","title":"Luthier","active":true}'\
'|Pia in the crew
1
{}|'
sql "INSERT INTO scim_rule (event, type, kind, once)
  VALUES ('member_added', 'Group', 'k', 0), ('member_removed', 'Group', 'k', 0)"
apply POST /Groups '{"displayName":"Gone"}' "{$acme,\"id\":\"gone\"}" >/dev/null
apply POST /Users '{"userName":"there"}' "{$acme,\"id\":\"there\"}" >/dev/null
for op in add remove; do
  apply PATCH /Groups/gone '{"Operations":[{"op":"'$op'","path":"members",
    "value":[{"value":"there"}]}]}' "{$acme}" >/dev/null
done
apply DELETE /Groups/gone '' "{$acme}" >/dev/null
is "nothing is wrong with the jobs of a group that is forgotten" "$(
  sql "SELECT scim_forget('acme', 'gone') > 0;
  SELECT count(*), count(payload) FROM scim_outbox WHERE id = 'gone';
  SELECT * FROM scim_check")" "1
4|0"
# An id is found where JSON has it, whatever must be escaped there.
sql "INSERT INTO scim_rule (event, type, kind, once) VALUES ('member_added', 'Group', 'n', 0)"
for id in 'q"t' 'b\\s' 'c	d' 'é/x'; do
  json=$(sql "SELECT json_quote($(literal "$id"))")
  apply POST /Groups "{\"displayName\":\"odd\",\"members\":[{\"value\":$json,
    \"display\":\"Odd Secret\"}]}" "{$acme,\"id\":\"odd\"}" >/dev/null
  apply DELETE /Groups/odd '' "{$acme}" >/dev/null
  is "who is forgotten has no name left, whatever his id: $json" "$(
    sql "SELECT scim_forget('acme', $(literal "$id")) > 0;
      SELECT count(*) FROM scim_log WHERE instr(member_add, 'Odd Secret');
      SELECT count(*) FROM scim_outbox WHERE instr(payload, 'Odd Secret')")" "1
0
0"
done
is "a view may not call it" "$(sql "CREATE VIEW v AS
  SELECT scim_forget('acme', 'q1')" "SELECT * FROM v" | grep -o 'unsafe use.*')" \
  "unsafe use of scim_forget()"

# What clients write of somebody otherwise than it is stored: in a URL, where
# nearly all encode an @, and in the filter of a path, which is told with the
# escapes of JSON.
apply POST /Users '{"userName":"ütz@left.example","nickName":"Ü \"Tz\" Z"}' \
  '{"id":"utz"}' >/dev/null
for target in /Users/%C3%BCtz%40left.example /Users/%c3%9cTZ%40LEFT.example \
  /%C3%BCtz%40left.example/1; do
  apply DELETE "$target" '' '{}' >/dev/null
done
apply POST /Users '{"userName":"boss2@stays.example"}' '{"id":"boss2"}' >/dev/null
apply PATCH /Users/boss2 '{"Operations":[{"op":"replace",
  "path":"emails[\"Ü \\\"Tz\\\" Z\" eq display]","value":1}]}' '{}' >/dev/null
is "what stands in the log as a URL or a filter has it" "$(sql "
  SELECT target, detail IS NULL FROM scim_log WHERE action IS NULL AND
    (lower(target) GLOB '*%bctz*' OR target GLOB '*%9cTZ*' OR detail GLOB '*Tz*')")" \
"/Users/%C3%BCtz%40left.example|0
/Users/%c3%9cTZ%40LEFT.example|0
/%C3%BCtz%40left.example/1|0
/Users/boss2|0"
apply DELETE /Users/utz '' '{}' >/dev/null
last=$(sql "SELECT max(seq) - 6 FROM scim_log")
is "goes as well" "$(sql "SELECT scim_forget('default', 'utz') > 5;
  SELECT method, target, status, detail FROM scim_log
   WHERE seq > $last AND action IS NULL; SELECT count(*) FROM scim_check")" \
"1
DELETE|/Users|404|
DELETE|/Users|404|
DELETE|/|404|
PATCH|/Users/boss2|400|
0"

# So does what a client has called a member, who may be nobody's here.
apply POST /Users '{"userName":"num@left.example"}' '{"id":"num"}' >/dev/null
apply POST /Groups '{"displayName":"Club","members":[{"value":"num",
  "display":"Numa P."},{"value":"far","display":"Faraway F."}]}' \
  '{"id":"club"}' >/dev/null
for display in 'Second S.' 'Third T.'; do
  apply PATCH /Groups/club '{"Operations":[{"op":"replace",
    "path":"members[value eq \"far\"].display","value":"'"$display"'"}]}' \
    '{}' >/dev/null
done
last=$(sql "SELECT max(seq) FROM scim_log")
for display in 'Numa P.' 'FARAWAY f.' 'second s.'; do
  apply PATCH /Groups/club '{"Operations":[{"op":"remove",
    "path":"members[\"'"$display"'\" eq display]"}]}' '{}' >/dev/null
done
apply DELETE /Users/num '' '{}' >/dev/null
sql "SELECT scim_forget('default', 'num'), scim_forget('default', 'far')" \
  >/dev/null
is "and a display, also of a stranger" "$(sql "
  SELECT method, target, status, detail FROM scim_log
   WHERE seq > $last AND action IS NULL; SELECT count(*) FROM scim_check")" \
"PATCH|/Groups/club|400|
PATCH|/Groups/club|400|
PATCH|/Groups/club|400|
0"
finish
