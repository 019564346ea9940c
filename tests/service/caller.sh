#!/bin/bash
# Who asks: tokens and their scopes, tenants, and what options and settings make
# of a caller. What each setting does is in settings.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann
sql "INSERT INTO scim_tenant (name) VALUES ('other')" >/dev/null
# token OPTIONS [TENANT]: the options of a request with a new token.
token() {
  printf '{"authorization":"Bearer %s"}' \
    "$(sql "SELECT scim_token('${2:-default}', 't', $(literal "$1"))")"
}
# why METHOD TARGET OPTIONS [BODY]: the status, and the detail of an error.
why() {
  ask '[.status, .body.detail // empty] | join(" ")' "$1" "$2" "${4-}" "$3"
}

# ---- Whose token

both=$(token '')
is "who has a token is its tenant" "$(why GET /Users/ann "$both")" 200
is "and no other" "$(why GET /Users/ann "$(token '' other)")" \
  "404 there is no User 'ann'"
is "the option tenant makes nothing more of a token" \
  "$(why GET /Users/ann "$(token '' other | sed 's/}/,"tenant":"default"}/')")" \
  "404 there is no User 'ann'"
is "who has none names a tenant" \
  "$(why GET /Users/ann '{"tenant":"other"}') $(why GET /Users/ann '')" \
  "404 there is no User 'ann' 200"
is "an empty name is the default" "$(why GET /Users/ann '{"tenant":""}')" 200
is "a tenant that is not there" "$(why GET /Users '{"tenant":"nobody"}')" \
  "404 there is no tenant 'nobody'"
is "a name counts in its case" "$(why GET /Users '{"tenant":"Default"}')" \
  "404 there is no tenant 'Default'"
is "an empty header is no token" "$(ask .status GET /Users '' \
  '{"authorization":""}')" 401
is "nor is null: a header that was not sent makes nobody trusted" \
  "$(ask .status GET /Users '' '{"authorization":null}')" 401
is "nor another scheme" \
  "$(ask .status GET /Users '' "${both/Bearer/Basic}")" 401
is "the scheme counts in any case" \
  "$(ask .status GET /Users '' "${both/Bearer/bearer}")" 200
is "a stranger is not told that there is no such place" \
  "$(ask .status GET /nowhere '' '{"authorization":"Bearer x"}')" 401
is "nor that the method is none" \
  "$(ask .status BREW /Users '' '{"authorization":"Bearer x"}')" 401
is "nor that there is a resource" \
  "$(ask .status POST /Users '{"userName":"ann"}' \
    '{"authorization":"Bearer x"}')" 401
old='{"expires":"2020-01-01T00:00:00Z","now":"2019-01-01T00:00:00Z"}'
is "a token that has expired is none" \
  "$(ask .status GET /Users '' "$(token "$old")")" 401
is "it is good up to that moment" "$(ask .status GET /Users '' \
  "$(token "$old" |
    sed 's/}/,"now":"2019-12-31T23:59:59Z"}/')")" 200

# ---- Scopes

read=$(token '{"scopes":"read"}') write=$(token '{"scopes":"write"}')
bob='{"userName":"bob"}'
no_write="403 the token's scopes are without users:write"
is "a token that may read does" "$(why GET /Users "$read")" 200
is "HEAD as well" "$(why HEAD /Users "$read")" 200
is "and discovery" "$(why GET /Schemas "$read")" 200
for method in POST PUT PATCH DELETE; do
  target=/Users/ann
  [ $method = POST ] && target=/Users
  is "it may not $method" "$(why $method $target "$read" "$bob")" "$no_write"
done
is "nor in bulk" "$(why POST /Bulk "$read" '{"Operations":[]}')" \
  "403 the token's scopes are without write"
is "nor try" "$(why POST /Users "${read/\}/,\"dry_run\":true\}}" "$bob")" \
  "$no_write"
is "a token that may write does" "$(why POST /Users "$write" "$bob")" 201
is "it may not read" "$(why GET /Users "$write")" \
  "403 the token's scopes are without users:read"
is "nor search" "$(why POST /Users/.search "$write" '{}')" \
  "403 the token's scopes are without users:read"
is "what is not there is 404 whatever the scopes" \
  "$(why GET /nowhere "$write")" "404 there is no endpoint '/nowhere'"

# ---- Options

is "the source is one of two" \
  "$(why GET /Users '{"source":"idp"}') $(why GET /Users '{"source":"manual"}')" \
  "200 200"
is "or it is named" "$(why GET /Users '{"source":"IDP"}')" \
  "400 the option 'source' is idp or manual, not 'IDP'"
is "now is what the log says" "$(apply POST /Users '{"userName":"eve"}' \
  '{"id":"eve","now":"2030-05-06T07:08:09+02:00"}' >/dev/null
  sql "SELECT time FROM scim_log ORDER BY seq DESC LIMIT 1")" \
  2030-05-06T05:08:09.000Z
is "a tenant's own base URL comes first" "$(
  sql "UPDATE scim_tenant SET base_url = 'https://own/' WHERE name = 'default'"
  ask .headers.Location GET /Users/ann '' '{"base_url":"https://asked"}')" \
  https://own/Users/ann

# ---- Limits, at their bounds

page() { ask .body.itemsPerPage GET "/Users?count=$1"; }
tenant '{"page_max":1}'
is "a page of one at most" "$(page 2)" 1
is "is also what it is when nobody says" "$(ask .body.itemsPerPage GET /Users)" 1
tenant '{"page_default":3,"page_max":2}'
is "the default is never more than the most" \
  "$(ask .body.itemsPerPage GET /Users)" 2
tenant '{"group_reply":0}'
apply POST /Groups '{"displayName":"g","members":[{"value":"ann"}]}' \
  '{"id":"g"}' >/dev/null
patch() {
  ask .status PATCH /Groups/g '{"Operations":[{"op":"'"$1"'",
    "path":"members","value":[{"value":"ann"}]}]}'
}
is "a limit of 0 members: one is too many to show" "$(patch add)" 204
is "none is not" "$(patch remove)" 200
tenant '{"group_reply":1}'
is "of 1: one is shown" "$(patch add)" 200

finish
