#!/bin/bash
# Every place with every method: what is handled, and what a 405 allows.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann
methods="GET HEAD POST PUT PATCH DELETE OPTIONS get"

# handled TARGET: the methods that are not refused with 405. Nothing is done:
# the options are a dry run, and no body makes sense.
handled() {
  local method literals answer list= allow=
  for method in $methods; do
    literals "$method" "$1" '{}' '{"dry_run":true}'
    query "SELECT r ->> '\$.status', r ->> '\$.headers.Allow'
             FROM (SELECT scim_apply($literals) AS r)"
    if [ "${answer%%|*}" = 405 ]; then
      answer=${answer#*|}
      [[ "|$allow|" == *"|$answer|"* ]] || allow+=${allow:+|}$answer
    else
      list="$list${list:+ }$method"
    fi
  done
  printf '%s; %s' "$list" "$allow"
}

# allows TARGET ALLOW: those methods (and HEAD with GET) are handled, all others
# are refused with that header.
allows() {
  local handled=${2//,/}
  is "$1 allows $2" "$(handled "$1")" "${handled/GET/GET HEAD}; $2"
}
allows / GET
allows /.search POST
allows /Bulk POST
allows /bulk POST
for endpoint in ServiceProviderConfig ResourceTypes Schemas; do
  allows /$endpoint GET
  allows /$endpoint/x GET
done
for endpoint in Users Groups USERS; do
  allows /$endpoint "GET, POST"
  allows /$endpoint/.search POST
  allows /$endpoint/x "GET, PUT, PATCH, DELETE"
done

# nowhere TARGET: 404 for every method, without Allow.
nowhere() {
  local method got=
  for method in $methods; do
    got="$got$(ask '[.status, .headers.Allow] | join(" ")' "$method" "$1" '{}' \
      '{"dry_run":true}')"
  done
  is "$1 is nowhere" "$got" "404 404 404 404 404 404 404 404 "
}
nowhere /User
nowhere /Users/ann/x
nowhere /.search/x
nowhere /Bulk/x
nowhere /Schemas/x/y
nowhere /Me/x
nowhere '/Users%2F'

is "a 405 says which method" "$(ask .body.detail DELETE /Users)" \
  "the method DELETE is not allowed here"
is "it is an error of SCIM without a scimType" \
  "$(ask '.body | [.status, .scimType, .schemas[0]] | join(" ")' PUT /Users)" \
  "405  urn:ietf:params:scim:api:messages:2.0:Error"
is "an endpoint counts in any case, an id does not" \
  "$(ask .status GET /users/ann) $(ask .status GET /Users/ANN)" "200 404"
is "/Me without a token is not there yet" "$(ask '.status, .body.detail' \
  GET /Me)" "501
/Me needs a token that stands for a resource"

# ---- A type of one's own is a place like others

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:t:Car\",
       \"attributes\":[{\"name\":\"plate\"}]}');
     INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Car\",
       \"endpoint\":\"/Cars\",\"schema\":\"urn:t:Car\"}')"
allows /Cars "GET, POST"
allows /Cars/x "GET, PUT, PATCH, DELETE"
sql "DELETE FROM scim_resource_type WHERE name = 'Car'"
nowhere /Cars

# ---- In a bulk request

# part METHOD PATH: the status of a part, and what is wrong with it.
part() {
  ask '.body.Operations[0] | [.status, .response.detail // empty] | join(" ")' \
    POST /Bulk "{\"Operations\":[{\"method\":\"$1\",\"path\":\"$2\",
      \"bulkId\":\"b\",\"data\":{}}]}"
}
is "a part changes something" "$(part GET /Users/ann)" \
  "405 the method GET is not allowed here"
is "it is no bulk request" "$(part POST /Bulk)" \
  "400 '/Bulk' cannot be part of a bulk request"
is "and no search" "$(part POST /Users/.search)" \
  "400 '/Users/.search' cannot be part of a bulk request"
is "a part may be nowhere" "$(part POST /User)" \
  "404 there is no endpoint '/User'"
is "or at a place that has other methods" "$(part PUT /Users)" \
  "405 the method PUT is not allowed here"

finish
