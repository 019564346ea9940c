#!/bin/bash
# Tenants over HTTP: a URL each, and tokens, paths, ids and operations of one
# tried on another, with nothing leaked.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

# ---- The command line

refused() {
  "$SCIMD" serve --db "$db" --listen 127.0.0.1:0 "$@" >/dev/null 2>"$dir/err"
  is "$sentence" "$? $(cat "$dir/err")" "2 scimd: $want"
}
want="--base-path is not a path"
for path in '/{tenant' '/{name}/v2' '/x{tenant}/v2' '/{tenant}x/v2' \
  '/{tenant}/{tenant}' '/{Tenant}/v2'; do
  sentence="--base-path $path" refused --base-path "$path"
done
want="--public-url needs a segment {tenant}, as --base-path has one"
sentence="a public URL that names no tenant" refused \
  --base-path '/{tenant}/v2' --public-url https://x/v2

# ---- Three tenants, whose names need care

"$SCIMD" init --db "$db"
declare -A key segment
for tenant in acme 'Crème & Co/1' 'a.b'; do
  key[$tenant]=$("$SCIMD" token add --db "$db" --tenant "$tenant" --label IdP)
done
key[off]=$("$SCIMD" token add --db "$db" --tenant off --label IdP)
segment=([acme]=acme ['Crème & Co/1']=Cr%C3%A8me%20%26%20Co%2F1 ['a.b']=a.b
  [off]=off [nobody]=nobody [default]=default)
sqlite3 "$db" "UPDATE scim_tenant SET enabled = 0 WHERE name = 'off'"
token=-
start --base-path '/{tenant}/scim/v2' --quiet

# at TENANT PATH [curl options]: asks at the URL of the tenant.
at() {
  local where=$root/${segment[$1]}/scim/v2$2
  shift 2
  curl -s -m 20 "$@" -H "${type:-$json}" "$where"
}
as() { printf 'Authorization: Bearer %s' "${key[$1]}"; }
declare -A id group
for tenant in acme 'Crème & Co/1' 'a.b'; do
  id[$tenant]=$(at "$tenant" /Users -H "$(as "$tenant")" \
    -d "{\"userName\":\"jane\",\"title\":\"SECRET of $tenant\"}" | quick_jq -r .id)
  group[$tenant]=$(at "$tenant" /Groups -H "$(as "$tenant")" \
    -d "{\"displayName\":\"SECRET of $tenant\",\"members\":[{\"value\":
      \"${id[$tenant]}\"}]}" | quick_jq -r .id)
done
is "each has a jane of its own" \
  "$(sqlite3 "$db" "SELECT count(*), count(DISTINCT tenant), count(DISTINCT id)
    FROM scim_user")" "3|3|3"
host=$root
is "Location, meta.location and \$ref have the tenant's name in them, written in \
one way" "$(at 'Crème & Co/1' /Groups -H "$(as 'Crème & Co/1')" |
  quick_jq -r '.Resources[0] | .meta.location, .members[0]."$ref"' |
  sed 's|[^/]*$||' | sort -u
  curl -s -D - -o /dev/null -H "$(as 'Crème & Co/1')" \
    "$root/Cr%c3%a8me%20&%20Co%2f1/scim/v2/Users/${id['Crème & Co/1']}" |
    tr -d '\r' | sed -n 's/^Location: //p' | sed 's|[^/]*$||')" \
  "$root/Cr%C3%A8me%20%26%20Co%2F1/scim/v2/Groups/
$root/Cr%C3%A8me%20%26%20Co%2F1/scim/v2/Users/
$root/Cr%C3%A8me%20%26%20Co%2F1/scim/v2/Users/"
is "paths that are under no tenant's are 404" "$(for path in /scim/v2/Users \
  //scim/v2/Users /acme /acme/scim/v2x/Users /acme/x/scim/v2/Users; do
  code --path-as-is -H "$(as acme)" "$root$path"
  echo
done | sort | uniq -c | xargs)" "5 404"
is "the server's own pages are where they were" "$(code "$root/healthz")" 200

# ---- Everything of one tried on another

# Operations on a user or group that is the other's, each with a body or none.
operations='GET|/Users/ID|
HEAD|/Users/ID|
GET|/Groups/GROUP|
PUT|/Users/ID|{"userName":"mallory"}
PATCH|/Users/ID|{"Operations":[{"op":"replace","path":"title","value":"owned"}]}
DELETE|/Users/ID|
DELETE|/Groups/GROUP|
PATCH|/Groups/GROUP|{"Operations":[{"op":"replace","path":"displayName","value":"owned"}]}
PATCH|/Groups/GROUP|{"Operations":[{"op":"remove","path":"members"}]}
GET|/Users?filter=title+sw+%22SECRET%22|
GET|/Users?filter=id+eq+%22ID%22|
GET|/Groups?filter=members+eq+%22ID%22|
GET|/Users?sortBy=title&attributes=title|
GET|/?filter=id+eq+%22ID%22|
GET|/|
POST|/.search|{"filter":"title pr or displayName pr"}
POST|/Users/.search|{"filter":"id eq \"ID\""}
POST|/Bulk|{"Operations":[{"method":"DELETE","path":"/Users/ID"},{"method":"PATCH","path":"/Groups/GROUP","data":{"Operations":[{"op":"remove","path":"members"}]}}]}
GET|/Me|
GET|/Schemas|
POST|/oauth/token|grant_type=client_credentials&client_id=ID&client_secret=ID
GET|/Users?cursor=&count=1|'

state() { sqlite3 "$db" "SELECT tenant, id, version, doc FROM scim_resource
  ORDER BY id; SELECT * FROM scim_member ORDER BY 1, 2;
  SELECT tenant, token, revoked FROM scim_token"; }
before=$(state)
tried=0
: >"$dir/leaks"
: >"$dir/statuses"
# request TENANT TOKEN-OF METHOD TARGET BODY FILE: for curl's configuration.
request() {
  local type=$json quoted=${5//\\/\\\\}
  [ "$4" = /oauth/token ] &&
    type='Content-Type: application/x-www-form-urlencoded'
  printf 'url = "%s"\nheader = "%s"\nheader = "%s"\noutput = "%s"\n' \
    "$root/${segment[$1]}/scim/v2$4" "$(as "$2")" "$type" "$6"
  [ "$3" = HEAD ] && echo head || printf 'request = "%s"\n' "$3"
  [ -n "$5" ] && printf 'data-raw = "%s"\n' "${quoted//\"/\\\"}"
  printf 'write-out = "%%{http_code} %s at %s\\n"\nmax-time = 20\n' \
    "$2" "$1"
}

# try TOKEN PATH-OF OWNER: the token of one, at the URL of another, about what
# is the third's; every operation. A leak is a word of the owner's, or an answer
# that tells that the URL's tenant exists.
try() {
  local method target body number=0
  while IFS='|' read -r method target body; do
    target=${target//ID/${id[$3]}} body=${body//ID/${id[$3]}}
    target=${target//GROUP/${group[$3]}} body=${body//GROUP/${group[$3]}}
    number=$((number + 1))
    [ "$number" = 1 ] || echo next
    request "$2" "$1" "$method" "$target" "$body" "$dir/reply.$number"
  done <<<"$operations" >"$dir/asked"
  tried=$((tried + number))
  # (A bearer token and a client's credentials at once are OAuth's 400.)
  curl -s -K "$dir/asked" | sed "${granting}s/^400/401/" >>"$dir/statuses"
  grep -H "SECRET of $3" "$dir"/reply.* >>"$dir/leaks"
  # What is at the URL of another is the same for all: no tenant is told.
  [ "$1" = "$2" ] || for number in $(seq "$number"); do
    [ "$number" = "$granting" ] || [ "$number" = "$heading" ] ||
      printf '%s\n' "$(<"$dir/reply.$number")" >>"$dir/words"
  done
  rm -f "$dir"/reply.*
}
granting=$(grep -n /oauth/token <<<"$operations" | cut -d: -f1)
heading=$(grep -n ^HEAD <<<"$operations" | cut -d: -f1)
for token_of in acme 'Crème & Co/1' 'a.b' off; do
  for path_of in acme 'Crème & Co/1' 'a.b' off nobody default; do
    for owner in acme 'Crème & Co/1' 'a.b'; do
      [ "$token_of" = "$owner" ] && [ "$path_of" = "$owner" ] && continue
      [ "$token_of" = "$owner" ] || [ "$path_of" = "$owner" ] ||
        [ "$token_of" = "$path_of" ] || continue
      taken || continue
      try "$token_of" "$path_of" "$owner"
    done
  done
done
is "several hundred combinations were tried: tokens, paths, ids, operations" \
  "$((tried >= 600 / SHARE)) $(wc -l <"$dir/statuses")" "1 $tried"
is "nothing of another tenant was told" "$(cat "$dir/leaks")" ""
is "nor changed" "$(state)" "$before"
is "at the URL of another, of one that is off and of none the words are one" \
  "$(quick_jq -r .detail "$dir/words" | sort -u)" "the bearer token is not valid at this URL"
is "and the status 401" "$(awk '{ status = $1; sub(/^[0-9]+ /, "")
  split($0, part, " at "); if (part[1] != part[2]) print status }' \
  "$dir/statuses" | sort | uniq -c | awk '{ print $2 }')" 401
is "at its own URL nothing of another is found" "$(awk '{ status = $1
  sub(/^[0-9]+ /, ""); split($0, part, " at ")
  if (part[1] == part[2] && part[1] != "off") print status }' \
  "$dir/statuses" | sort -u | xargs)" "200 401 404 501"
is "one that is off is told so, whatever it asks" "$(awk '/ off at off$/ {
  print $1 }' "$dir/statuses" | sort -u | xargs)" "401 403"
is "refused at another's URL, nothing was logged" \
  "$(sqlite3 "$db" "SELECT count(*) FROM scim_log AS l JOIN scim_token AS t
    USING (token) WHERE l.tenant <> t.tenant")" 0

# A cursor of one is of no use to another.
cursor=$(at acme '/Users?cursor=&count=1' -H "$(as acme)" | quick_jq -r '.nextCursor // ""')
at acme /Users -H "$(as acme)" -d '{"userName":"second"}' >/dev/null
cursor=$(at acme '/Users?cursor=&count=1' -H "$(as acme)" | quick_jq -r .nextCursor)
is "a cursor of one tenant shows another's users to nobody" \
  "$(at a.b "/Users?count=9&cursor=$cursor" -H "$(as a.b)" |
    grep -c 'second\|acme')" 0

# ---- OAuth at the URL of a tenant

made=$("$SCIMD" client add --db "$db" --tenant acme --label c)
login="$(quick_jq -r .client_id <<<"$made"):$(quick_jq -r .client_secret <<<"$made")"
for tenant in acme 'Crème & Co/1' nobody off; do
  curl -s -u "$login" -d grant_type=client_credentials \
    "$root/${segment[$tenant]}/scim/v2/oauth/token" |
    quick_jq -rc '.error // .token_type'
done >"$dir/granted"
is "a client gets its tokens at the URL of its tenant only" \
  "$(xargs <"$dir/granted")" "Bearer invalid_client invalid_client invalid_client"
stop
start --base-path '/{tenant}/scim/v2' --public-url 'https://h/x/{tenant}/v2'
is "a public URL has the tenant's name as well" \
  "$(at a.b /Users -H "$(as a.b)" | quick_jq -r '.Resources[0].meta.location' |
    sed 's|[^/]*$||')" https://h/x/a.b/v2/Users/
stop
start --public-url 'https://h/{tenant}/v2'
is "even where all have one path, as behind a proxy" \
  "$(curl -s -H "$(as acme)" "$url/Users" |
    quick_jq -r '.Resources[0].meta.location' | sed 's|[^/]*$||')" \
  https://h/acme/v2/Users/

finish
