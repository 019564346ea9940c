#!/bin/bash
# /Me (RFC 7644 section 3.11): the resource that a token stands for.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann '"title":"one"'
user bob
ask .status POST /Groups '{"displayName":"g"}' '{"id":"g"}' >/dev/null
sql "INSERT INTO scim_tenant (name) VALUES ('acme')"

# token OPTIONS [TENANT]: the options of a request with a new token.
token() {
  printf '{"authorization":"Bearer %s","base_url":"https://h/v2"}' \
    "$(sql "SELECT scim_token('${2:-default}', 'me', $(literal "$1"))")"
}
me=$(token '{"resource":"ann"}')
change='{"Operations":[{"op":"replace","path":"title","value":"two"}]}'

is "GET /Me is the token's resource" "$(ask .body.id GET /Me "" "$me")" ann
is "its location is that of the resource, not of the alias" \
  "$(ask '[.headers.Location, .body.meta.location] | unique | join(" ")' \
     GET /Me "" "$me")" "https://h/v2/Users/ann"
is "the alias counts in any case" "$(ask .status GET /ME "" "$me")" 200
is "attributes hold" \
  "$(ask '.body | keys_unsorted | join(" ")' GET '/Me?attributes=title' "" \
     "$me")" "schemas id title"
is "PATCH /Me changes it" \
  "$(ask '[.status, .body.title] | join(" ")' PATCH /Me "$change" "$me")" \
  "200 two"
is "PUT /Me replaces it" \
  "$(ask '[.status, .body.id, .body.title] | join(" ")' PUT /Me \
     '{"userName":"ann","title":"three"}' "$me")" "200 ann three"
is "conditions hold" \
  "$(ask .status PATCH /Me "$change" \
     "$(quick_jq -c '. + {if_match: "W/\"1\""}' <<<"$me")")" 412
is "and what the client has is 304" \
  "$(ask .status GET /Me "" \
     "$(quick_jq -c '. + {if_none_match: "W/\"3\""}' <<<"$me")")" 304
is "the log says whose change it was" \
  "$(sql "SELECT DISTINCT target, id FROM scim_log WHERE target = '/Me'")" \
  "/Me|ann"
is "nobody else was changed" \
  "$(sql "SELECT max(version) FROM scim_resource WHERE id <> 'ann'")" 1
is "a token may stand for a group" \
  "$(ask .body.displayName GET /Me "" "$(token '{"resource":"g"}')")" g
is "the token still reaches everything of its tenant" \
  "$(ask .status GET /Users/bob "" "$me")" 200

# ---- None

is "a token without a resource is 501" \
  "$(ask .status GET /Me "" "$(token '')")" 501
is "the 501 is a SCIM error" \
  "$(ask '[.body.schemas[0], .body.status] | join(" ")' GET /Me "" \
     "$(token '')")" "urn:ietf:params:scim:api:messages:2.0:Error 501"
is "a caller without a token is 501" "$(ask .status GET /Me)" 501
is "every method is" \
  "$(for method in PATCH PUT DELETE POST; do ask .status $method /Me "$change"
     done | tr '\n' ' ')" "501 501 501 501 "
is "a resource that does not exist is 404 (N8)" \
  "$(ask '.status, .body.detail' GET /Me "" "$(token '{"resource":"nobody"}')")" \
  "404
the resource that the token stands for is not there any more"
is "one of another tenant too" \
  "$(ask .status GET /Me "" "$(token '{"resource":"ann"}' acme)")" 404
is "a wrong token is 401" \
  "$(ask .status GET /Me "" '{"authorization":"Bearer scim_wrong"}')" 401
is "a token that may only read cannot change itself" \
  "$(ask .status PATCH /Me "$change" \
     "$(token '{"resource":"ann","scopes":"read"}')")" 403
is "POST /Me is not allowed" "$(ask .status POST /Me '{}' "$me")" 405
is "there is nothing below /Me" "$(ask .status GET /Me/x "" "$me")" 404

is "DELETE /Me deletes it" "$(ask .status DELETE /Me "" "$me")" 204
is "and then there is none, by any method (N8)" \
  "$(for method in GET PATCH PUT DELETE; do ask .status $method /Me "$change" "$me"
     done | tr '\n' ' ')" "404 404 404 404 "
is "the resource is gone" "$(ask .status GET /Users/ann)" 404
finish
