#!/bin/bash
# POST /oauth/token over HTTP: the one request whose body is read without a
# token. What the endpoint answers to what is in tests/service/oauth.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start

client() { "$SCIMD" client add --db "$db" --label 'Entra ID' "$@"; }
made=$(client --scopes 'users:read users:write')
id=$(quick_jq -r .client_id <<<"$made") secret=$(quick_jq -r .client_secret <<<"$made")
grant=grant_type=client_credentials
# token [curl options]: the reply to a request with the credentials in it.
token() { curl -s -m 20 -u "$id:$secret" -d $grant "$@" "$url/oauth/token"; }

is "a client is granted a token" \
  "$(token | quick_jq -rc '[.token_type, .expires_in, .scope] | join(", ")')" \
  "Bearer, 3600, users:read users:write"
is "by credentials in the body too" "$(code -d "$grant&client_id=$id" \
  --data-urlencode "client_secret=$secret" "$url/oauth/token")" 200
is "in chunks as well" "$(code -u "$id:$secret" -H 'Transfer-Encoding: chunked' \
  -d $grant "$url/oauth/token")" 200
is "with a query that means nothing" "$(code -u "$id:$secret" -d $grant \
  "$url/oauth/token?x=1")" 200
is "the reply is JSON that no cache may keep" "$(for name in Content-Type \
  Cache-Control Pragma; do
    field $name -u "$id:$secret" -d $grant "$url/oauth/token"
  done | xargs)" "application/json no-store no-cache"
access=$(token | quick_jq -r .access_token)
is "the token works at once" \
  "$(code -H "Authorization: Bearer $access" "$url/Users") \
$(code -H "Authorization: Bearer $access" -H "$json" -d "$(user ann)" \
    "$url/Users") $(code -H "Authorization: Bearer $access" "$url/Groups")" \
  "200 201 403"

# ---- Refused

# wrong SENTENCE WANT [curl options]: status, media type, code and challenge.
wrong() {
  local sentence=$1 want=$2
  shift 2
  is "$sentence" "$(curl -s -m 20 -D "$dir/head" -w '%{http_code}' \
    -o "$dir/reply" "$@" "$url/oauth/token") $(tr -d '\r' <"$dir/head" |
    sed -n 's/^Content-Type: //p;s/^WWW-Authenticate: //p' | xargs) \
$(quick_jq -rc '[.error, (.error_description | type)] | join(" ")' "$dir/reply")" \
    "$want"
}
content() { cat "$db" "$db-wal" | sha256sum; }
before=$(content)
denied='401 application/json invalid_client string'
denied=${denied/application\/json/Basic realm=scim application/json}
wrong "a wrong secret" "$denied" -u "$id:wrong" -d $grant
wrong "an unknown client" "$denied" -u "nobody:$secret" -d $grant
wrong "no credentials" "$denied" -d $grant
wrong "a bearer token in their place" "$denied" -d $grant \
  -H "Authorization: Bearer $access"
bad='400 application/json'
wrong "no body" "$bad invalid_request string" -u "$id:$secret" -X POST
wrong "JSON" "$bad invalid_request string" -u "$id:$secret" -H "$json" -d '{}'
wrong "another grant" "$bad unsupported_grant_type string" -u "$id:$secret" \
  -d grant_type=password
wrong "a scope too many" "$bad invalid_scope string" -u "$id:$secret" \
  -d $grant -d scope=groups:read
wrong "a parameter twice" "$bad invalid_request string" -u "$id:$secret" \
  -d $grant -d $grant
wrong "credentials twice" "$bad invalid_request string" -u "$id:$secret" \
  -d $grant -d "client_id=$id" --data-urlencode "client_secret=$secret"
head -c 9000 /dev/zero | tr '\0' x >"$dir/large"
wrong "a body over 8 KiB, even with credentials" "$bad invalid_request string" \
  -u "$id:$secret" --data-binary @"$dir/large"
wrong "one in chunks" "$bad invalid_request string" -u "$id:$secret" \
  -H 'Transfer-Encoding: chunked' --data-binary @"$dir/large"
is "a body of megabytes is not read to its end" \
  "$(head -c 20000000 /dev/zero | code --data-binary @- "$url/oauth/token")" 400
is "none of it has written anything" "$(content)" "$before"
hold 'BEGIN IMMEDIATE; SELECT 1;'
wrong "nor does it wait for the writer" "$denied" -u "$id:wrong" -d $grant
let_go
is "the endpoint is no other's" \
  "$(code -X GET "$url/oauth/token") $(code -d $grant -u "$id:$secret" \
    "$url/oauth/tokens") $(code -d $grant -u "$id:$secret" \
    "$url/oauth/token/x") $(code -d $grant -u "$id:$secret" \
    "$url/OAuth/token") $(code -d $grant -u "$id:$secret" \
    "$root/oauth/token")" "401 401 401 401 404"
is "the secret is in no log and in no file" \
  "$(cat "$dir/log" "$db"* | grep -acF -e "$secret" -e "$access")" 0

# ---- The commands

list() { "$SCIMD" client list --db "$db" | quick_jq -rc "$1"; }
is "client list shows it, without its secret" \
  "$(list '[.client_id, .label, .scopes, .last_four] | join(" ")')" \
  "$id Entra ID users:read users:write ${secret: -4}"
is "token list shows neither clients nor what they were given" \
  "$("$SCIMD" token list --db "$db" | quick_jq -r .label)" test
second=$("$SCIMD" client rotate --db "$db" --grace 3600 "$id" |
  quick_jq -r .client_secret)
is "client rotate gives a second secret, and both are good" \
  "$(for one in "$secret" "$second"; do
    code -u "$id:$one" -d $grant "$url/oauth/token"
  done)" 200200
third=$("$SCIMD" client rotate --db "$db" --grace 0 "$id" | quick_jq -r .client_secret)
is "without a grace only the new one is" \
  "$(for one in "$secret" "$second" "$third"; do
    code -u "$id:$one" -d $grant "$url/oauth/token"
  done)" 401401200
is "an access token is not concerned" \
  "$(code -H "Authorization: Bearer $access" "$url/Users")" 200
is "client revoke ends the client and its tokens" \
  "$("$SCIMD" client revoke --db "$db" "$id" 2>&1)$?" 0
is "at once" "$(code -H "Authorization: Bearer $access" "$url/Users") \
$(code -u "$id:$third" -d $grant "$url/oauth/token")" "401 401"
is "and is seen in the list" "$(list '.revoked | type')" string
failing() { "$SCIMD" client "$@" >/dev/null 2>"$dir/err"; echo "$? $(cat "$dir/err")"; }
is "it cannot be revoked twice" "$(failing revoke --db "$db" "$id")" \
  "1 scimd: there is no valid client $id"
is "nor be given another secret" "$(failing rotate --db "$db" "$id")" \
  "1 scimd: the client '$id' is revoked"
is "one that is not there is said to be none" \
  "$(failing rotate --db "$db" nobody; failing revoke --db "$db" nobody)" \
  "1 scimd: there is no client 'nobody'
1 scimd: there is no valid client nobody"
is "a scope that is none is a 1" \
  "$(failing add --db "$db" --label x --scopes all | cut -c 1-45)" \
  "1 scimd: the option 'scopes' has words with a"
is "an expiry and an IdP are kept" "$(client --tenant acme --idp Entra \
  --expires 2999-01-01T00:00:00Z >/dev/null; list 'select(.tenant == "acme") |
  [.idp, .expires, .scopes] | join(" ")')" \
  "Entra 2999-01-01T00:00:00.000Z read write"

finish
