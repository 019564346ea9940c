#!/bin/bash
# POST /oauth/token: access tokens for client credentials (RFC 6749), and what
# is answered when anything about it is wrong.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

form=application/x-www-form-urlencoded
# client OPTIONS [TENANT]: a new client, as "id secret".
client() {
  sql "SELECT scim_client('${2:-acme}', 'Entra ID', $(literal "$1"))" |
    quick_jq -r '.client_id + " " + .client_secret'
}
# post BODY [OPTIONS]: the reply. Options are added to those of the shim.
post() {
  apply POST "${path:-/oauth/token}" "$1" "$(quick_jq -c --argjson more "${2:-{\}}" \
    '. + $more' <<<"{\"authorization\":\"\",\"content_type\":\"$form\",
      \"now\":\"${now:-2026-06-01T10:00:00Z}\"}")"
}
# said BODY [OPTIONS]: status, code and words of a refusal.
said() {
  post "$@" | quick_jq -rc '[.status, .body.error // "-",
    .body.error_description // "-"] | join(" ")'
}
basic() { printf '{"authorization":"Basic %s"}' "$(printf %s "$1" | base64 -w 0)"; }
grant=grant_type=client_credentials
read -r id secret <<<"$(client '{"id":"c1","scopes":"users:read users:write",
  "now":"2026-05-01T00:00:00Z"}')"
both="$grant&client_id=$id&client_secret=$secret"

# ---- Granted

reply=$(post "$both")
is "credentials in the body are answered with a token" \
  "$(jq -rc '[.status, (.body | keys_unsorted | join(" ")), .body.token_type,
    .body.expires_in, .body.scope] | join(", ")' <<<"$reply")" \
  "200, access_token token_type expires_in scope, Bearer, 3600, users:read users:write"
is "which no cache may keep" "$(jq -rc .headers <<<"$reply")" \
  '{"Cache-Control":"no-store","Pragma":"no-cache"}'
access=$(quick_jq -r .body.access_token <<<"$reply")
is "so are those of Basic" \
  "$(post "$grant" "$(basic "$id:$secret")" | quick_jq -c .status)" 200
is "encoded as a form is" "$(post "$grant" \
  "$(basic "%631:${secret/_/%5F}")" | quick_jq -c .status)" 200
is "the scheme in any case, the id in the body besides" \
  "$(post "$grant&client_id=$id" \
    "$(basic "$id:$secret" | sed 's/Basic/bASIC/')" | quick_jq -c .status)" 200
is "parameters in any order, unknown and empty ones among them" \
  "$(post "&&x=1&scope=&client_secret=$secret&resource=&client_id=%63%31&$grant" |
    quick_jq -rc '[.status, .body.scope] | join(" ")')" "200 users:read users:write"
is "a media type with a parameter, or none said" \
  "$(for type in "$form; charset=UTF-8" "${form^^}" ''; do
    post "$both" "{\"content_type\":\"$type\"}" | quick_jq -c .status
  done | xargs)" "200 200 200"
is "a trusted caller has to show credentials as well" \
  "$(for body in "$both" "$grant"; do
    ask .status POST /oauth/token "$body" '{"now":"2026-06-01T10:00:00Z"}'
  done | xargs)" "200 401"
is "a part of the scopes is granted when it is asked for" \
  "$(post "$both&scope=users:read" | quick_jq -r .body.scope)" users:read
is "the rows are marked, and have their client" \
  "$(sql "SELECT DISTINCT tenant, label, kind, client, last_four IS NULL
    FROM scim_token WHERE kind = 'access'")" "acme|Entra ID|access|c1|1"
is "no secret is stored" "$(dump | grep -cF -e "$access" -e "$secret")" 0
is "each request that was granted is logged as the client's, and none else" \
  "$(sql "SELECT DISTINCT l.tenant, t.kind, t.client, method, target, status,
      coalesce(action, '-') FROM scim_log AS l JOIN scim_token AS t USING (token);
    SELECT count(*) = (SELECT count(*) FROM scim_token WHERE kind = 'access')
      FROM scim_log")" "acme|client|c1|POST|/oauth/token|200|-
1"

# ---- What an access token does

use() { # ACCESS [METHOD TARGET BODY] [NOW]
  ask '[.status, .body.detail // empty] | join(" ")' "${2:-GET}" \
    "${3:-/Users}" "${4:-}" "{\"authorization\":\"Bearer $1\",
      \"now\":\"${5:-2026-06-01T10:30:00Z}\"}"
}
is "it is a bearer token of the client's tenant" \
  "$(use "$access") $(use "$access" POST /Users '{"userName":"ann"}')
$(sql "SELECT tenant FROM scim_user")" "200 201
acme"
is "with its scopes" "$(use "$access" GET /Groups)" \
  "403 the token's scopes are without groups:read"
is "what it does is logged as its client's" "$(sql "SELECT label, kind
  FROM scim_log AS l JOIN scim_token AS t USING (token)
  WHERE l.action = 'create'")" "Entra ID|client"
is "which it marks as used" "$(sql "SELECT last_used FROM scim_client")" \
  2026-06-01T10:00:00.000Z
is "a client's secret is no bearer token" "$(use "$secret")" \
  "401 the bearer token is not known"
is "an access token is no secret of a client" \
  "$(said "$grant&client_id=$id&client_secret=$access")" \
  "401 invalid_client the client or its secret is not known"
is "it ends after an hour" "$(for at in 10:59:59 11:00:00; do
  use "$access" GET /Users '' "2026-06-01T${at}Z"; done)" "200
401 the bearer token has expired"
before=$(sql "SELECT count(*) FROM scim_token WHERE kind = 'access'")
now=2026-06-01T11:00:00Z post "$both" >/dev/null
is "those that have expired go when the next is made" \
  "$before $(sql "SELECT count(*) FROM scim_token WHERE kind = 'access'")" "10 1"
is "their numbers are not given again" \
  "$(sql "SELECT min(token) > 10 FROM scim_token WHERE kind = 'access'")" 1
is "who they were is still known" "$(sql "SELECT DISTINCT label
  FROM scim_history WHERE tenant = 'acme'")" "Entra ID"
is "a run of syncs goes on over two of them" \
  "$(sql "SELECT label, requests FROM scim_sync WHERE tenant = 'acme'" |
    tail -n 1 | cut -d'|' -f1)" "Entra ID"

# ---- The client

read -r short short_secret <<<"$(client '{"id":"short",
  "expires":"2026-06-01T10:10:00Z","now":"2026-05-01T00:00:00Z"}')"
short="$grant&client_id=$short&client_secret=$short_secret"
is "a token does not outlive its client" "$(post "$short" |
  quick_jq -c .body.expires_in)" 600
now=2026-06-01T10:10:00Z
is "a client that has expired gets none" "$(said "$short")" \
  "401 invalid_client the client has expired"
now=
read -r gone gone_secret <<<"$(client '{"id":"gone"}')"
gone="$grant&client_id=gone&client_secret=$gone_secret"
replayed=$(post "$gone" | quick_jq -r .body.access_token)
is "its tokens stop when a client is revoked" "$(use "$replayed")
$(sql "UPDATE scim_token SET revoked = '2026-06-01T00:00:00.000Z'
    WHERE client = 'gone' AND kind = 'client'")$(use "$replayed")" "200
401 the bearer token is revoked"
is "and it gets no more" "$(said "$gone")" \
  "401 invalid_client the client is revoked"
is "which only its secret tells" "$(said "${gone}x")" \
  "401 invalid_client the client or its secret is not known"
sql "DELETE FROM scim_token WHERE client = 'gone' AND kind = 'client'"
is "a token whose client is gone is none" "$(use "$replayed")" \
  "401 the bearer token is not known"
read -r narrow narrow_secret <<<"$(client '{"id":"narrow"}')"
wide=$(post "$grant&client_id=$narrow&client_secret=$narrow_secret" |
  quick_jq -r .body.access_token)
sql "UPDATE scim_token SET scopes = 'users:read' WHERE client = 'narrow'
  AND kind = 'client'"
is "a scope that a client loses its tokens lose" \
  "$(use "$wide" GET /Users) $(use "$wide" GET /Groups)" \
  "200 403 the token's scopes are without groups:read"

read -r turned first <<<"$(client '{"id":"turned"}')"
second=$(sql "SELECT scim_client_rotate('turned', 60,
  '{\"now\":\"2026-06-01T10:00:00Z\"}') ->> '\$.client_secret'")
ask_as() { said "$grant&client_id=turned&client_secret=$1"; }
is "after a rotation both secrets are good" \
  "$(ask_as "$first") $(ask_as "$second")" "200 - - 200 - -"
now=2026-06-01T10:01:00Z
is "until the grace is over" "$(ask_as "$first"), $(ask_as "$second")" \
  "401 invalid_client the client or its secret is not known, 200 - -"
now=
sql "UPDATE scim_tenant SET enabled = 0 WHERE name = 'acme'"
is "a tenant that is switched off gives none" "$(said "$both" | cut -c 1-60)" \
  "400 unauthorized_client provisioning is switched off for thi"
sql "UPDATE scim_tenant SET enabled = 1 WHERE name = 'acme'"
is "at a URL of another tenant, and of none, the client is not known" \
  "$(for tenant in other nobody acme a%63me acm%; do
    said "$both" "{\"tenant_path\":\"$tenant\"}" | cut -c 1-70
  done)" "$(for i in 1 2; do
    echo "401 invalid_client the client or its secret is not known"
  done; echo "200 - -"; echo "200 - -"
  echo "401 invalid_client the client or its secret is not known")"

# ---- Refused, and nothing written

content() { sqlite3 "$db" .dump | sha256sum; }
before=$(content)
long=$(printf '%8193s' '' | tr ' ' x)
basic_both=$(basic "$id:$secret")
while IFS='#' read -r sentence body options want; do
  is "$sentence" "$(said "$body" "$options")" "$want"
done <<END
no body##{}#400 invalid_request the parameter grant_type is missing
no grant_type#client_id=$id&client_secret=$secret#{}#400 invalid_request the parameter grant_type is missing
an empty one#grant_type=&client_id=$id&client_secret=$secret#{}#400 invalid_request the parameter grant_type is missing
another grant#grant_type=authorization_code&code=x&client_id=$id&client_secret=$secret#{}#400 unsupported_grant_type the only grant_type is client_credentials
a refresh#grant_type=refresh_token&refresh_token=$access#$basic_both#400 unsupported_grant_type the only grant_type is client_credentials
a grant in another case#${both/client_credentials/Client_Credentials}#{}#400 unsupported_grant_type the only grant_type is client_credentials
no credentials#$grant#{}#401 invalid_client client_id and client_secret are needed
no secret#$grant&client_id=$id#{}#401 invalid_client client_id and client_secret are needed
an empty secret#$grant&client_id=$id&client_secret=#{}#401 invalid_client client_id and client_secret are needed
no client#$grant&client_id=nobody&client_secret=$secret#{}#401 invalid_client the client or its secret is not known
a wrong secret#${both}x#{}#401 invalid_client the client or its secret is not known
the secret of another#$grant&client_id=$id&client_secret=$narrow_secret#{}#401 invalid_client the client or its secret is not known
an id in another case#${both/client_id=c1/client_id=C1}#{}#401 invalid_client the client or its secret is not known
credentials twice#$both#$basic_both#400 invalid_request credentials are both in the header Authorization and in the body
a bearer token and credentials#$both#{"authorization":"Bearer $access"}#400 invalid_request credentials are both in the header Authorization and in the body
a bearer token#$grant#{"authorization":"Bearer $access"}#401 invalid_client the header Authorization is not that of a client, which is Basic
Basic that is not base64#$grant#{"authorization":"Basic %%%"}#401 invalid_client the header Authorization cannot be read
Basic without a colon#$grant#$(basic "$id")#401 invalid_client the header Authorization cannot be read
Basic without a secret#$grant#$(basic "$id:")#401 invalid_client the header Authorization cannot be read
Basic with a wrong secret#$grant#$(basic "$id:x")#401 invalid_client the client or its secret is not known
two clients#$grant&client_id=narrow#$basic_both#400 invalid_request the header Authorization and the body name different clients
a scope that it has not#$both&scope=users:read groups:read#{}#400 invalid_scope the scope is not one that the client has
a wider one#$both&scope=read#{}#400 invalid_scope the scope is not one that the client has
admin#$both&scope=admin#{}#400 invalid_scope the scope is not one that the client has
an unknown one#$both&scope=everything#{}#400 invalid_scope the scope is not one that the client has
commas in it#$both&scope=users:read,users:write#{}#400 invalid_scope the scope is not one that the client has
a grant twice#$both&$grant#{}#400 invalid_request a parameter is there more than once
an id twice#$both&client_id=$id#{}#400 invalid_request a parameter is there more than once
a secret twice#$both&client_secret=$secret#{}#400 invalid_request a parameter is there more than once
a scope twice#$both&scope=users:read&scope=users:read#{}#400 invalid_request a parameter is there more than once
JSON#{"grant_type":"client_credentials"}#{"content_type":"application/json"}#400 invalid_request the Content-Type must be application/x-www-form-urlencoded
a media type that begins alike#$both#{"content_type":"${form}2"}#400 invalid_request the Content-Type must be application/x-www-form-urlencoded
what is not UTF-8#$grant&client_id=%FF&client_secret=x#{}#400 invalid_request a parameter is not valid UTF-8
a NUL#$grant&client_id=c1%00&client_secret=$secret#{}#400 invalid_request a parameter is not valid UTF-8
a body over 8 KiB#$both&x=$long#{}#400 invalid_request the body is larger than 8192 bytes
one that was cut#$both#{"truncated":true}#400 invalid_request the body is larger than 8192 bytes
END
is "none of it has written anything" "$(content)" "$before"
is "a body of exactly 8 KiB is read" "$(long=$both\&x=
  post "$long$(printf "%$((8192 - ${#long}))s" '' | tr ' ' x)" | quick_jq -c .status)" 200
is "a 401 challenges with Basic, a 400 with nothing" \
  "$(post "${both}x" | quick_jq -rc '.headers["WWW-Authenticate"]') \
$(post "" | quick_jq -rc '.headers["WWW-Authenticate"]')" 'Basic realm="scim" null'
is "an error is kept by no cache either" \
  "$(post "" | quick_jq -r '.headers["Cache-Control"]')" no-store
is "a dry run tells what would be, and makes nothing" \
  "$(before=$(content); post "$both" '{"dry_run":true}' |
    quick_jq -rc '[.status, (.body | has("access_token"))] | join(" ")'
  post "${both}x" '{"dry_run":true}' | quick_jq -c .status
  [ "$(content)" = "$before" ] && echo same)" "200 false
401
same"
is "an option that is none is the host's mistake, and SCIM's error" \
  "$(post "$both" '{"dryrun":true}' | quick_jq -rc '[.status, .body.detail] |
    join(" ")')" "400 there is no option 'dryrun'"

# ---- The same everywhere

random=$(printf '%064d' 7)
is "with time and bits that are given the answer is too" \
  "$(post "$both" "{\"random\":\"$random\"}" | quick_jq -j .body.access_token |
    sha256sum | cut -c 1-64) $(sql "SELECT created FROM scim_token
      ORDER BY token DESC LIMIT 1")" \
  "$(sql "SELECT digest FROM scim_token ORDER BY token DESC LIMIT 1") \
2026-06-01T10:00:00.000Z"
is "bits that are none are refused, and make no token" \
  "$(for bits in 00 "${random}0" "${random/7/g}" ''; do
    post "$both" "{\"random\":\"$bits\"}" |
      quick_jq -rc '[.status, .body.detail] | join(" ")'
  done | sort | uniq -c | xargs)" \
  "4 400 the option random must be 64 hexadecimal digits"

# ---- Elsewhere

is "GET needs a bearer token, and finds nothing" \
  "$(ask .status GET /oauth/token '' '{"authorization":""}') \
$(use "$wide" GET /oauth/token | cut -c 1-3)" "401 404"
is "the endpoint counts in any case, the token does not" \
  "$(path=/OAuth/token post "$both" | quick_jq -c .status) \
$(path=/oauth/Token post "$both" | quick_jq -c .status)" "200 401"
is "it is no part of a bulk request" "$(ask '.body.Operations[0].status' POST \
  /Bulk '{"Operations":[{"method":"POST","path":"/oauth/token","bulkId":"a",
    "data":{}}]}')" 404
is "a request through the table scim leaves its row as well" \
  "$(sql "INSERT INTO scim (method, target, body) VALUES ('POST',
    '/oauth/token', '$both'); SELECT method, target, status FROM scim
    WHERE rowid = last_insert_rowid()")" "POST|/oauth/token|200"

finish
