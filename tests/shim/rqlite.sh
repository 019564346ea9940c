#!/bin/bash
# scimd in front of a cluster of rqlite, of which nothing is real but what it
# says (rqlite_stub.py): what becomes of a write when a node fails in all the
# ways it can, what is kept secret, and what is refused at the start.
# rqlite_nodes.sh is about which nodes are asked; tests/cluster has a real one.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
. tests/shim/rqlite.inc

same() { # are the databases of all nodes the same?
  local i
  for i in "${!nodes[@]}"; do
    sqlite3 "$cluster/$i.db" .dump | sha256sum
  done | sort -u | wc -l
}

# ---- as it should be

cluster 3
up
is "a cluster is served" "$(curl -s "$root/healthz")" '{"status":"ok"}'
is "a user is made" "$(create jane)" 201
is "on every node once" "$(there jane)" "1 1 1"
is "and found" "$(curl -s -H "$bearer" "$url/Users?filter=userName+eq+%22jane%22" |
  quick_jq -c '[.totalResults, .Resources[0].userName]')" '[1,"jane"]'
is "and changed" "$(title jane Dr)" 200
before=$(tell count=connections)
is "and ten times more" "$(for i in 1 2 3 4 5 6 7 8 9 10; do
  title jane "Dr $i"; echo; done | uniq -c | xargs)" "10 200"
is "for which no ten connections are made: they are kept" \
  "$((($(tell count=connections) - before) < 10))" 1
is "a name that is there is a 409" "$(create jane)" 409
is "and gone" "$(code -X DELETE -H "$bearer" "$(at jane)")" 204
is "all nodes have the same" "$(same)" 1
is "all are up" "$(up_nodes)" "1 1 1"
is "what text there is arrives as it is" "$(
  create $'\\u0001\\\\\\"\303\244\360\237\230\200\\u20ac'; rows "SELECT
    hex(user_name) FROM scim_user")" \
  "201015C22C3A4F09F9880E282AC"
is "a body that is no UTF-8 is refused as ever" \
  "$(create $'\377')$(code -H "$bearer" -H "$json" -d $'{"a":"\xc0\x80"}' \
    "$url/Users")" 400400
is "one that looks like a blob to rqlite is none" "$(code -H "$bearer" \
  -H "$json" -d "x'7b22757365724e616d65223a22686578227d'" "$url/Users")$(
  there hex)" "4000 0 0"
is "nor is a name that does" "$(create "x'6869'")$(there "x''6869''")" \
  "2011 1 1"

# ---- what a node may do to a write

# In each case the same is asked again, and was done once.
for kind in before after before503 after503 cut garbage short late locked; do
  tell "fault=$kind" >/dev/null
  is "$kind: a user is made" "$(create "$kind") $(there "$kind")" "201 1 1 1"
  tell "fault=$kind" >/dev/null
  is "$kind: and changed" \
    "$(title "$kind" "$kind") $(rows "SELECT version FROM scim_user
      WHERE user_name = '$kind'")" "200 2"
  tell "fault=$kind" >/dev/null
  is "$kind: and gone" "$(code -X DELETE -H "$bearer" "$(at "$kind")") $(
    there "$kind")" "204 0 0 0"
done

# Without an answer it takes two seconds until another node is asked.
tell "node=0&fault=silent" >/dev/null
is "silent: a user is made" "$(create silent) $(there silent)" "201 1 1 1"
is "a node that answers otherwise is not left out for it" \
  "$(unfit slow) $(up_nodes)" "0 1 1 1"

# sent <name>: how often a request to write had it.
sent() { grep -c "/db/request.*\"$1" "$cluster/journal"; }
# What takes longer than that is waited for, and not sent again.
tell "node=0&fault=long" >/dev/null
create long >"$dir/long" &
long=$!
until_is 1 sent long >/dev/null
is "long: reads are answered meanwhile" "$(for i in 1 2 3 4 5 6; do
  code -H "$bearer" "$(at silent)"
  nap 0.5
done)" 200200200200200200
wait "$long"
is "long: a user is made" "$(cat "$dir/long") $(there long)" "201 1 1 1"
is "it was sent once, and nobody was left out" \
  "$(sent long) $(unfit slow) $(up_nodes)" "1 0 1 1 1"
# Where nobody can tell, it is sent again when it is known to have come to its
# end: otherwise each of them would take as long.
tell "node=0&fault=long-cut" >/dev/null
is "long-cut: a user is changed" "$(title long Twice)" 200
is "it was sent twice, and done once" "$(grep -c "Twice" "$cluster/journal") $(rows "
  SELECT version FROM scim_user WHERE user_name = 'long'")" "2 2"

# A request that lay there is done when others have been done since: nothing of
# it may be. It was for the node that leads.
tell "leader=1&node=1&fault=stuck" >/dev/null
is "stuck: a user is changed by way of another node" "$(title silent first)" 200
is "and changed again" "$(title silent second)" 200
tell "release=1" >/dev/null
is "what the node does at last changes nothing" \
  "$(rows "SELECT title, version FROM scim_user WHERE user_name = 'silent'")" \
  "second|3"
tell "node=1&fault=elsewhere" >/dev/null
is "nobody is sent to what is no node" "$(create ftp) $(there ftp)" "201 1 1 1"
tell "leader=2" >/dev/null
tell "fault=redirect" >/dev/null
is "a redirect is followed" "$(create redirect) $(there redirect)" "201 1 1 1"
tell "fault=refused&count=9" >/dev/null
is "what a node refuses is a 500" "$(create refused) $(there refused)" \
  "500 0 0 0"
tell "fault=none&count=0" >/dev/null
is "all nodes have the same" "$(same)" 1
is "it is counted how often something was sent again" \
  "$([ "$(metric scimd_rqlite_retries_total)" -gt 27 ] && echo yes)" yes

# ---- many at once

# late <name>: begins to make a user, which a node does after most of a second.
# Then nothing goes wrong any more.
late() {
  local used=$(tell "count=used")
  tell "fault=late&where=$1%5C" >/dev/null
  create "$1" >"$dir/$1" &
  until_is $((used + 1)) tell "count=used" >/dev/null
  tell "fault=none&count=0" >/dev/null
}

# While a node is at one, twenty more come: these share requests, of 32 at most.
used=$(tell "count=used")
tell "node=$(($(tell "count=leader")))&fault=held" >/dev/null
create late1 >"$dir/late1" &
until_is $((used + 1)) tell "count=used" >/dev/null
before=$(tell "count=requests")
for i in $(seq 20); do create "many$i" >"$dir/many$i" & done
is "twenty wait" "$(until_metric scimd_queue_length 20)" 20
tell "go=1" >/dev/null
wait $(jobs -p | grep -v -e "$stub" -e "$server")
is "twenty writes at once are done" "$(cat "$dir/many"*)" \
  "$(printf '201%.0s' $(seq 20))"
is "in three requests at most, by one number each" \
  "$(($(tell "count=requests") - before <= 3 && $(tell "count=statements") > 1))" 1
late late2
tell "fault=some-locked" >/dev/null
for i in 1 2 locked3 4; do create "few$i" >"$dir/few$i" & done
wait $(jobs -p | grep -v -e "$stub" -e "$server")
is "one that has to be sent again is no other's" \
  "$(cat "$dir/few"*)$(for i in 1 2 locked3 4; do there "few$i"; done | xargs)" \
  "2012012012011 1 1 1 1 1 1 1 1 1 1 1"

late late3
tell "node=2&fault=refused" >/dev/null
for i in 1 2 3; do create "refusal$i" >"$dir/refusal$i" & done
wait $(jobs -p | grep -v -e "$stub" -e "$server")
tell "fault=none&count=0" >/dev/null
is "what a node refuses is sent one by one" \
  "$(cat "$dir/refusal"*) $(there refusal2)" "201201201 1 1 1"
stop

# ---- secrets

cluster 1
up
drawn=$("$SCIMD" client add "${place[@]}" --label robot)
client=$(quick_jq -r .client_id <<<"$drawn") secret=$(quick_jq -r .client_secret <<<"$drawn")
grant=$(curl -s -d "grant_type=client_credentials" -u "$client:$secret" \
  "$url/oauth/token")
access=$(quick_jq -r .access_token <<<"$grant")
is "a client of OAuth gets a token, which is good" "$(quick_jq -r .token_type <<<"$grant") $(
  code -H "Authorization: Bearer $access" "$url/Users")" "Bearer 200"
is "so it does with its secret in the body" "$(code -d \
  "grant_type=client_credentials&client_id=$client&client_secret=$secret" \
  "$url/oauth/token")" 200
code -H "Authorization: Bearer wrong-$secret" "$url/Users" >/dev/null
{
  printf '{"userName":"large","password":"swordfish","x":"'
  head -c 70000 /dev/zero | tr '\0' a
  printf '"}'
} >"$dir/large"
is "a large body with a password is looked at first" "$(code -H "$bearer" \
  -H "$json" -d "@$dir/large" "$url/Users") $(
  grep -c scim_body_fault "$cluster/journal")" "201 1"
for size in 1 70000; do
  printf '{"userName":"broken","password":"swordfish","x":"%*s",}' "$size" x >"$dir/broken"
  is "one of $size bytes that is no JSON is told where it is wrong" \
    "$(curl -s -H "$bearer" -H "$json" -d "@$dir/broken" "$url/Users" | quick_jq -r .detail)" \
    "the request body is not valid JSON: expected a member name at byte $((size + 51))"
done
is "but not at the password" "$(grep -c swordfish "$cluster/journal")" 0
is "what nobody looks at is not sent" "$(
  for target in '/Users?client_secret=swordfish' /User /Users/a/b /token \
    '/oauth/Token?client_secret=swordfish' "/oauth/token?x=swordfish"; do
    code -H "$bearer" -H "$json" -d "{\"userName\":\"fish\",
      \"title\":\"swordfish\",\"password\":\"swordfish\"}" "$url$target"
  done
  code -d "grant_type=client_credentials&client_id=$client" \
    -d "client_secret=$secret&x=swordfish" "$url/oauth/token?secret=swordfish"
)" 201404404404404400200
is "but the title of the one that is somebody" \
  "$(grep -c '/db/request.*swordfish' "$cluster/journal")$(
  grep '/db/request' "$cluster/journal" | grep -o 'swordfish' | wc -l)" 11
is "no secret has been at a node, in whatever form" "$(for text in "$token" \
    "$secret" "$access" "$(printf %s "$client:$secret" | base64 -w 0)" \
    "$(printf %s "$secret" | od -An -v -tx1 | tr -d " \n")"; do
  [ ${#text} -gt 20 ] || echo "short"
  grep -c -F -e "$text" "$cluster/journal"
done | xargs)" "0 0 0 0 0"
stop

# ---- several scimd, and what is old

long_ago() { # <name>: a user of 2020
  send "SELECT scim_apply('POST', '/Users', ?1, ?2)" "{\"userName\":\"$1\"}" \
    "{\"id\":\"$1\",\"now\":\"2020-01-01T00:00:00Z\"}" >/dev/null
}
cluster 1
"$SCIMD" init "${place[@]}"
for name in $(seq 9); do
  send "SELECT scim_apply('PATCH', '/Users/old', ?1, ?2)" \
    '{"Operations":[]}' '{"now":"2020-01-01T00:00:00Z"}' >/dev/null
  long_ago "old$name"
done
up --keep-log 400d
one=$server one_url=$url
up --keep-log 400d
is "two serve one cluster, and both prune its log" "$(create twice)$(
  url=$one_url create thrice) $(until_is 2 rows "SELECT count(*) FROM scim_log")" \
  "201201 2"
cursor=$(curl -s -H "$bearer" "$url/Users?cursor&count=2" | quick_jq -r .nextCursor)
is "a cursor of one is good at the other" "$(code -H "$bearer" \
  "$one_url/Users?count=2&cursor=$cursor")" 200
is "each has its row" "$(rows "SELECT count(*) > 1 FROM scim_meta
  WHERE name GLOB 'writer *'")" 1
stop
days_ago() { echo $((($(date +%s) - $1 * 86400) * 1000000)); }
send "INSERT INTO scim_meta (name, value) VALUES ('writer old', $(days_ago 8)),
  ('writer new', $(days_ago 6))" >/dev/null
up --keep-log 400d
is "the rows of writers that are gone for a week go" \
  "$(until_is "new" rows "SELECT group_concat(substr(name, 8)) FROM scim_meta
    WHERE name IN ('writer old', 'writer new')")" new

# ---- the end

late last
last=$!
stop
wait "$last"
is "what was accepted is finished at the end" \
  "$ended $(cat "$dir/last") $(there last)" "0 201 1"
server=$one
stop
is "so does the other" "$ended" 0

# ---- what is refused at the start

refused() { # <words ...>: the status, and what is said of it
  "$SCIMD" serve --listen 127.0.0.1:0 --busy-timeout 100 "$@" 2>&1 |
    grep -v '^{' | sed "s|${nodes[0]}|NODE|g; s|$dir|DIR|g"
  echo "${PIPESTATUS[0]}"
}
cluster 2
tell "node=1&extension=9.9" >/dev/null
version=$(sqlite3 :memory: ".load $extension" "SELECT scim_version()")
differ="http://127.0.0.1:PORT: $version; http://127.0.0.1:PORT: 9.9"
is "two versions of the extension, which would make other tables" \
  "$(refused "${place[@]}" | sed "s|NODE|http://127.0.0.1:PORT|; s|:[0-9]\{4,5\}:|:PORT:|")" \
  "scimd: the nodes have different versions of the extension, and would make different tables: $differ
1"
is "nor does init make them" "$("$SCIMD" init "${place[@]}" 2>&1 |
  grep -c "would make different tables: .*: 9.9$")$(
  rows "SELECT count(*) FROM sqlite_schema")" 10
tell "node=1&extension=$version" >/dev/null
"$SCIMD" init "${place[@]}"
tell "node=1&extension=9.9" >/dev/null
before=$(grep -c scim_init "$cluster/journal")
start
is "where they are there it is served, and they stay as they are" \
  "$(code "$root/healthz") $(logged 'different versions of the extension') $((
  $(grep -c scim_init "$cluster/journal") - before))" "200 1 0"
stop
cluster 1
tell "version=v8.36.3" >/dev/null
is "a node that is too old" "$(refused "${place[@]}")" \
  "scimd: NODE: it is older than 8.36.4, or does not say its version
1"
tell "version=8" >/dev/null
is "or that was built without its version" "$(refused "${place[@]}")" \
  "scimd: NODE: it is older than 8.36.4, or does not say its version
1"
tell "version=v8.36.4&lacks=1" >/dev/null
is "or has no extension" "$(refused "${place[@]}")" \
  "scimd: no node of the cluster can be asked: NODE: it has no extension, or no tables
1"
is "or is not there" "$(refused --engine rqlite:http://127.0.0.1:1 \
  "${place[@]:2}")" \
  "scimd: no node of the cluster can be asked: http://127.0.0.1:1: it cannot be reached
1"

# ---- a node that takes no connection

# deaf: its address. Its queue is full, so that the kernel drops who comes.
cat >"$dir/deaf.py" <<'END'
import signal, socket
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0)
others = [socket.socket() for _ in range(3)]
for other in others:
    other.setblocking(False)
    other.connect_ex(listener.getsockname())
print("http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
signal.pause()
END
cluster 1
python3 "$dir/deaf.py" >"$dir/deaf" &
deaf=$!
await test -s "$dir/deaf"
place=(--engine "rqlite:$(cat "$dir/deaf"),${nodes[0]}" "${place[@]:2}")
up
is "a node that takes no connection is given a second, and another is asked" \
  "$(code -H "$bearer" "$url/Users") $(create deaf)" "200 201"
is "it is left out" "$(until_is "0 1" up_nodes)" "0 1"
stop
kill "$deaf"
wait "$deaf"

# ---- TLS, and a password

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
  -keyout "$dir/key" -out "$dir/crt" -days 30 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
cat "$dir/key" "$dir/crt" >"$dir/pem"
user=scim:pass:word
cluster 2 --tls "$dir/pem" --user "$user"
printf '%s\n' "$user" >"$dir/password"
trust=(--rqlite-ca "$dir/crt")
no="scimd: no node of the cluster can be asked"
is "who is not trusted is not asked" "$(refused "${place[@]}" \
  --rqlite-user "$dir/password" | cut -c 1-42)" "$no
1"
is "nor is who lets nobody in" "$(refused "${place[@]}" "${trust[@]}" |
  sed 's/NODE/&/; s/; .*//')" \
  "$no: NODE: it lets nobody in with this user and password
1"
is "a file without a password is refused" "$(refused "${place[@]}" \
  "${trust[@]}" --rqlite-user "$dir/crt")" \
  "scimd: DIR/crt: there is no user:password in its first line
1"
place+=("${trust[@]}" --rqlite-user "$dir/password")
up
unset -f user # of server.inc
is "with both it is served" "$(code -H "$bearer" -H "$json" \
  -d '{"userName":"tls"}' "$url/Users") $(there tls)" "201 1 1"
stop
export https_proxy=http://127.0.0.1:1
up
unset https_proxy
is "and no proxy of the environment is asked" "$(code "$root/healthz")" 200
stop

# ---- started with standard streams closed

if [ -e /proc/self/fd ]; then
  free=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$SCIMD" serve "${place[@]}" --listen "127.0.0.1:$free" <&- >&- 2>&- &
  server=$!
  await eval '[ "$(code "http://127.0.0.1:$free/healthz")" = 200 ]'
  is "no connection is where its log would go" \
    "$(for i in 0 1 2; do readlink "/proc/$server/fd/$i"; done | sort -u)" \
    /dev/null
  stop
fi

# ---- the command line

mistake() { "$SCIMD" "$@" 2>&1 | head -n 1; }
is "what makes no sense is said" "$(
  mistake serve --engine postgres://a
  mistake serve --engine rqlite:
  mistake serve --engine rqlite:http://user:pass@a:4001
  mistake serve --engine rqlite:http://a:4001/path
  mistake serve --engine rqlite:http://a:4001,
  mistake serve --engine rqlite:http://a:4001 --db "$db"
  mistake serve --engine rqlite:http://a:4001 --read-level strong
  mistake serve --engine rqlite:http://a:4001 --load x
  mistake serve --db "$db" --read-level weak
  mistake backup copy.db)" \
  "scimd: --engine needs rqlite:URL, and more URLs with commas between them
scimd: --engine needs URLs as http://HOST:PORT or https://HOST:PORT
scimd: --engine needs URLs as http://HOST:PORT or https://HOST:PORT
scimd: --engine needs URLs as http://HOST:PORT or https://HOST:PORT
scimd: --engine needs URLs as http://HOST:PORT or https://HOST:PORT
scimd: either --db or --engine, not both
scimd: --read-level is none, weak or linearizable
scimd: --load, --no-foreign-keys, --synchronous and --wal-limit need --db: with --engine they are set where the nodes are started
scimd: --read-level, --rqlite-user and --rqlite-ca need --engine
scimd: --db FILE, or --engine, is missing"
is "--help tells of it" "$("$SCIMD" --help | grep -c -e '--engine rqlite:URL' \
  -e '--read-level LEVEL' -e '--rqlite-user FILE' -e '--rqlite-ca FILE')" 4

finish
