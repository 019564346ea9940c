#!/bin/bash
# The commands of scimd with --engine: each says what it says of a file, of a
# cluster that is none (rqlite_stub.py), and no secret is in what that was sent.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
. tests/shim/rqlite.inc

# plain: what is drawn, or is of the time, has names.
plain() {
  sed -E 's/scim_[A-Za-z0-9_-]{43}/SECRET/g
    s/[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f-]{21}/ID/g
    s/20[0-9-]{8}T[0-9:.]*Z/TIME/g
    s/"last_four":"[^"]{4}"/"last_four":"FOUR"/g
    /^scimd: [0-9]+ rows( written)?, /d' # of a slow machine
}
# on_file, on_cluster <command ...>: what it prints and complains of, its status.
on_file() {
  "$SCIMD" "$@" --db "$db" 2>&1
  echo "= $?"
}
on_cluster() {
  "$SCIMD" "$@" "${place[@]}" 2>&1 | tee -a "$dir/said"
  echo "= ${PIPESTATUS[0]}"
}
# both <sentence> <command ...>: the cluster says what the file says.
both() {
  local sentence=$1
  shift
  is "$sentence" "$(on_cluster "$@" | plain)" "$(on_file "$@" | plain)"
}
# either <SQL>: is run by both, the extension's own functions included.
either() {
  sqlite3 -batch -cmd ".load $extension" "$db" "$1" >/dev/null
  send "$1" >/dev/null
}
# alike <sentence> <SQL>: the tables of both have the same.
alike() { is "$1" "$(rows "$2" | plain)" "$(sqlite3 "$db" "$2" | plain)"; }

cluster 1
is "without tables there is nothing to ask for" "$(on_cluster token list)" \
"scimd: no such table: scim_token
= 1"
both "init makes them" init
both "and again nothing" init
both "the status of nobody is the same" status

# ---- tokens and clients

both "token add prints a secret" token add --label a
both "of any tenant" token add --label 'b "c"' --tenant acme --idp okta \
  --scopes 'users:read' --expires 2999-01-01T00:00:00Z
both "what the extension refuses is its complaint" token add --label x \
  --expires soon
both "token rotate prints another one" token rotate 1 --grace 60
both "but not of a token that is not there" token rotate 77
both "token list lists" token list
both "token revoke says nothing" token revoke 2
both "and fails the second time" token revoke 2
both "client add prints id and secret" client add --label c
both "client list lists" client list
for engine in file cluster; do
  id=$(on_$engine client list | quick_jq -r .client_id 2>/dev/null | head -n 1)
  eval "${engine}_said=\$(on_$engine client rotate $id --grace 0
    on_$engine client revoke $id
    on_$engine client revoke $id)"
done
is "a client is rotated and revoked by its id" \
  "$(plain <<<"$cluster_said")" "$(plain <<<"$file_said")"
is "which is there" "$(grep -c client_secret <<<"$cluster_said")" 1
alike "the rows are the same but for what is drawn" \
  "SELECT token, tenant, label, kind, client, created, revoked, expires, idp
     FROM scim_token ORDER BY token"

secrets=$(grep -oE 'scim_[A-Za-z0-9_-]{43}' "$dir/said")
is "five secrets were shown" "$(wc -l <<<"$secrets")" 5
is "none of them was sent, or is stored" \
  "$(cat "$cluster"/* | grep -acF "$secrets")" 0
digest=$(head -n 1 <<<"$secrets" | tr -d '\n' | sha256sum | cut -c 1-64)
is "but its digest is" "$(grep -c "$digest" "$cluster/journal")" 1

both "release lets through" release default
both "but nobody's" release nobody

# ---- what was not heard of

for fault in after cut; do
  tell "fault=$fault" >/dev/null
  is "token add, whose answer is lost ($fault), is one token" "$(
    on_cluster token add --label "$fault" | plain
    rows "SELECT count(*) FROM scim_token WHERE label = '$fault'")" \
"SECRET
= 0
1"
  number=$(rows "SELECT token FROM scim_token WHERE label = '$fault'")
  before=$(rows "SELECT digest FROM scim_token WHERE token = $number")
  tell "fault=$fault" >/dev/null
  on_cluster token rotate "$number" --grace 60 >"$dir/rotated"
  is "token rotate, whose answer is lost ($fault), is done once" "$(
    plain <"$dir/rotated"
    rows "SELECT digest, previous_digest FROM scim_token WHERE token = $number")" \
"SECRET
= 0
$(head -n 1 "$dir/rotated" | tr -d '\n' | sha256sum | cut -c 1-64)|$before"
  tell "fault=$fault" >/dev/null
  is "client add is one client ($fault)" "$(
    on_cluster client add --label "$fault" | grep -c client_secret
    rows "SELECT count(*) FROM scim_client WHERE label = '$fault'")" "1
1"
  client=$(rows "SELECT client_id FROM scim_client WHERE label = '$fault'")
  before=$(rows "SELECT digest FROM scim_token WHERE client = '$client'")
  tell "fault=$fault" >/dev/null
  on_cluster client rotate "$client" --grace 60 >"$dir/rotated"
  is "client rotate is done once ($fault)" "$(
    rows "SELECT digest, previous_digest FROM scim_token
           WHERE client = '$client'")" \
"$(head -n 1 "$dir/rotated" | quick_jq -j .client_secret | sha256sum |
    cut -c 1-64)|$before"
  tell "fault=$fault" >/dev/null
  is "client revoke revokes it ($fault)" \
    "$(on_cluster client revoke "$client")" "= 0"
  tell "fault=$fault" >/dev/null
  is "and release is answered ($fault)" \
    "$(on_cluster release default | plain)" "TIME
= 0"
  tell "fault=$fault" >/dev/null
  is "and token revoke revokes it ($fault)" \
    "$(on_cluster token revoke "$number")" "= 0"
done

# ---- maps

either "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT)"
either "SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
  \"key\":\"id\",\"columns\":{\"upn\":{\"from\":\"userName\"}}}',
  '{\"now\":\"2026-01-01T00:00:00Z\"}')"
both "a map is switched on" map switch learner
both "and off" map switch learner --off
both "but not one that is not there" map switch nobody
tell "fault=long" >/dev/null
before=$(grep -c scim_map_switch "$cluster/journal")
is "one that takes long is waited for, and sent once" "$(
  on_cluster map switch learner --busy-timeout 1000 |
    sed 's/[0-9]* s$/N s/' | sort -u
  echo "$(($(grep -c scim_map_switch "$cluster/journal") - before))")" \
"= 0
learner is on: 0 resources
scimd: learner: the cluster is at it, N s
1"
# A trigger has on record how often.
either "CREATE TABLE switched (state TEXT)"
either "CREATE TRIGGER switched AFTER UPDATE ON scim_map BEGIN
  INSERT INTO switched VALUES (NEW.state); END"
for fault in after cut long-cut; do
  for state in off on; do
    option=
    [ $state = off ] && option=--off
    tell "fault=$fault" >/dev/null
    is "a map that is switched $state, whose answer is lost ($fault), is once" "$(
      on_cluster map switch learner $option --busy-timeout 60000 |
        grep -v ' at it, '
      rows "SELECT * FROM switched")" "$(on_file map switch learner $option)
$state"
    either "DELETE FROM switched"
  done
done
either "DROP TRIGGER switched"
tell "fault=long" >/dev/null
is "who does not want to wait need not" "$(
  before=$(tell count=used)
  "$SCIMD" map switch learner --off "${place[@]}" 2>"$dir/left" &
  until_is $((before + 1)) tell count=used >/dev/null
  nap 0.2
  kill -TERM $!
  wait $!
  echo $?
  grep -v ' at it, ' "$dir/left")" \
"1
scimd: the cluster does not say in time what became of it: it may have been done"
both "it is on for what follows" map switch learner

# ---- import

{
  echo "userName,name.givenName,title,active"
  for i in $(seq 100); do echo "u$i,Given $i,Dr,true"; done
} >"$dir/people.csv"
both "a dry run of import tells row by row" import "$dir/people.csv" \
  --type User --dry-run
before=$(tell count=requests)
both "import makes people" import "$dir/people.csv" --type User
is "of many a request" \
  "$((($(tell count=requests) - before) <= 25)) $(tell count=statements)" "1 5"
both "once more nothing" import "$dir/people.csv" --type User
alike "the map has them all" "SELECT upn FROM learner ORDER BY id"

cat >"$dir/mixed.csv" <<'CSV'
userName,name.givenName,title,active
u1,Given 1,Prof,true
new1,N,,maybe
u1,again,,
U2,Given 2,,false
new2,N,,true
,nobody,,
new3,"a ""b""",,true
CSV
both "rows change, fail and are made" import "$dir/mixed.csv" --type User \
  --failures "$dir/failed.csv"
"$SCIMD" import "$dir/mixed.csv" --type User --failures "$dir/failed2.csv" \
  "${place[@]}" >/dev/null 2>&1
"$SCIMD" import "$dir/mixed.csv" --type User --failures "$dir/failed1.csv" \
  --db "$db" >/dev/null 2>&1
is "those that failed are kept, in their order" "$(cat "$dir/failed2.csv")" \
  "$(cat "$dir/failed1.csv")"
# What only the request finds out, among others that are not yet answered.
either "CREATE TRIGGER no BEFORE INSERT ON learner WHEN NEW.upn LIKE 'no%' BEGIN
  SELECT RAISE(ABORT, 'scim:409:uniqueness:no seats left'); END"
printf '%s\n' userName,title yes1,a no1,b yes2,c no2,d yes3,e ,f yes4,g \
  >"$dir/seats.csv"
for engine in file cluster; do
  place_of=(--db "$db")
  [ $engine = cluster ] && place_of=("${place[@]}")
  "$SCIMD" import "$dir/seats.csv" --type User "${place_of[@]}" \
    >"$dir/$engine.out" 2>&1
  mv "$dir/seats.failures.csv" "$dir/$engine.failures.csv"
done
is "a refusal among others is its row's" \
  "$(cat "$dir/cluster.out" "$dir/cluster.failures.csv")" \
  "$(cat "$dir/file.out" "$dir/file.failures.csv")"
is "and it is two rows of seven, and one without a key" \
  "$(sed 1d "$dir/cluster.failures.csv")" \
"no seats left,no1,b
no seats left,no2,d
there is no userName to match by,,f"
printf '%s\n' '{"userName":"line1"}' '{"userName":' '["x"]' \
  '{"userName":"no3","reason":"old"}' >"$dir/lines.ndjson"
lines() { "$@" import "$dir/lines.ndjson" --type User
  cat "$dir/lines.failures.ndjson"; }
is "lines of JSON, also what is none, are kept as they were" \
  "$(lines on_cluster)" "$(lines on_file)"
either "DROP TRIGGER no"

# Two ways to write a key are one: the second row must see the first.
either "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:x:Crate\",
  \"name\":\"Crate\",\"attributes\":[
    {\"name\":\"serial\",\"type\":\"integer\"}]}')"
either "INSERT INTO scim_resource_type (definition) VALUES ('{
  \"name\":\"Crate\",\"endpoint\":\"/Crates\",\"schema\":\"urn:x:Crate\"}')"
printf '%s\n' serial 7 7.0 8 >"$dir/crates.csv"
both "keys that are compared as numbers wait for each other" \
  import "$dir/crates.csv" --type Crate --match serial

head -n 91 "$dir/people.csv" | sed 's/,Dr,/,Prof,/' >"$dir/less.csv"
both "who is missing would be deactivated" import "$dir/less.csv" --type User \
  --deactivate-missing --dry-run
both "and is" import "$dir/less.csv" --type User --deactivate-missing
both "the second time nobody" import "$dir/less.csv" --type User \
  --deactivate-missing
both "a type that is not there has no rows" import "$dir/less.csv" --type Cat
both "nor a tenant" import "$dir/less.csv" --type User --tenant cat
both "nor a column" import "$dir/crates.csv" --type User --match serial
alike "all resources are the same but for their ids" \
  "SELECT type, version, json_remove(doc, '\$.id') FROM scim_resource
    WHERE type <> 'Crate' ORDER BY doc ->> '\$.userName'"
alike "and so is the log" \
  "SELECT seq, method, status, action, detail FROM scim_log ORDER BY seq"

printf '%s\n' userName lost1 lost2 lost3 >"$dir/lost.csv"
for fault in after before503 cut; do
  sed "s/lost/$fault/" "$dir/lost.csv" >"$dir/$fault.csv"
  tell "fault=$fault" >/dev/null
  is "an import whose answer is lost makes each once ($fault)" "$(
    on_cluster import "$dir/$fault.csv" --type User
    cat "$dir/$fault.failures.csv" 2>/dev/null
    rows "SELECT count(*) FROM scim_user WHERE user_name LIKE '$fault%'")" \
"created 3, changed 0, same 0, deactivated 0, failed 0
= 0
3"
  on_file import "$dir/$fault.csv" --type User >/dev/null
done

# ---- export and status

both "export writes the rows" export --type User \
  --columns userName,name.givenName,active --filter 'userName sw "u1"'
is "with all columns there are" \
  "$(on_cluster export --type User | cut -d, -f 2- | sort)" \
  "$(on_file export --type User | cut -d, -f 2- | sort)"
both "as many as are asked for" export --type User --columns \
  "$(printf 'userName,%.0s' $(seq 70))title" --filter 'userName sw "u1"'
both "as lines of JSON" export --type User --format ndjson --filter \
  'userName eq "u3"'
both "a filter that is none is none" export --type User --filter 'userName'
both "a column that is none is none" export --type User --columns nothing
both "the status has it all" status

# parts: how many numbers of resources were asked for at a time, in their order.
parts() {
  sed -n 's/.*"User","default",\([0-9]*\),\([0-9]*\)\]\].*/\1 \2/p' \
    "$cluster/journal" | awk '{ print $2 - $1 }' | xargs
}
# The first part is of nobody: it tells whether the columns and the filter are
# well. The second begins with 0, and goes to some number between 100 and 200.
: >"$cluster/journal"
"$SCIMD" export --type User "${place[@]}" >"$dir/whole"
is "rows are asked for in parts" "$(parts | sed 's/ 1[0-9][0-9]$/ all/')" "0 all"
for kind in large endless; do
  : >"$cluster/journal"
  tell "read=$kind&count=9&where=%22default%22,0,1" >/dev/null
  "$SCIMD" export --type User "${place[@]}" >"$dir/halves" 2>"$dir/told"
  is "a part of over 256 MiB is asked for by halves ($kind)" \
    "$(parts | sed 's/1[0-9][0-9]/all/; s/1[0-9][0-9]/all/')$(
    cmp "$dir/whole" "$dir/halves")" "$(echo 0 all all 64 $(($(parts |
      cut -d' ' -f 2) - 64)))"
done
tell "read=large&count=99&where=%22default%22,0," >/dev/null
is "and a row that is too large ends it" "$("$SCIMD" export --type User \
  "${place[@]}" 2>&1 | tail -n 1)" "scimd: the answer is over 256 MiB"
tell "read=none&count=0" >/dev/null
tell "read=spoilt&count=1&where=%22default%22,0,1" >/dev/null
is "rows that have been written are not written twice" "$("$SCIMD" export \
  --type User "${place[@]}" 2>"$dir/told" | sort | uniq -d) $(
  tail -n 1 "$dir/told")" " scimd: the answer ended in the middle"
tell "read=none&count=0" >/dev/null

# ---- a node of somebody else's

# What comes back may be anything: that is an error, or is shown, and no more.
for kind in few many odd; do
  tell "read=$kind&count=99" >/dev/null
  for words in status "token list" "client list" "export --type User" \
    "export --type User --columns userName" "import $dir/after.csv --type User" \
    "import $dir/less.csv --type User --deactivate-missing"; do
    # shellcheck disable=SC2086
    is "$words is not brought down by it ($kind)" "$(on_cluster $words \
      --busy-timeout 300 2>&1 </dev/null | tail -n 1 | grep -c '^= [01]$')" 1
  done
done
tell "read=none&count=0&fault=many" >/dev/null
is "nor is what writes" "$(on_cluster token add --label y --busy-timeout 300 |
  tail -n 1 | grep -c '^= [01]$')" 1

# ---- a leader that cannot

tell "node=0&lacks=1" >/dev/null
is "without the extension nothing can be written, and it is said why" "$(
  "$SCIMD" token add --label z --busy-timeout 700 "${place[@]}" 2>&1 |
    sed 's|http://[^ ]*:|NODE:|')" \
"scimd: no node of the cluster can be asked: NODE: it has no extension, or no tables"
tell "node=0&lacks=0" >/dev/null

# ---- what does not go

tell leader=-1 >/dev/null
is "without a leader a command gives up, and says why" \
  "$(on_cluster token add --label x --busy-timeout 300)" \
"scimd: no node of the cluster can be asked: ${nodes[0]}: there is no leader yet
= 1"
tell leader=0 >/dev/null
is "what an import finds is never asked of a node that may lag" "$(
  : >"$cluster/journal"
  on_cluster import "$dir/after.csv" --type User --read-level none | head -n 1
  sed -n 's/.*level=\([a-z]*\) .*scim_filter.*/\1/p' "$cluster/journal" |
    sort -u)" \
"created 0, changed 0, same 3, deactivated 0, failed 0
weak"
is "all secrets are still nowhere" "$(cat "$cluster"/* | grep -acF "$(
  grep -oE 'scim_[A-Za-z0-9_-]{43}' "$dir/said")")" 0

finish
