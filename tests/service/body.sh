#!/bin/bash
# What a request brings along: its size, its media type, its JSON, and what it
# says of itself.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# why BODY [OPTIONS] [METHOD TARGET]: the status, the scimType and the detail.
why() {
  ask '[.status, .body.scimType // empty, .body.detail // empty] | join(" ")' \
    "${3:-POST}" "${4:-/Users}" "$1" "${2-}"
}
dry='"dry_run":true'
ann='{"userName":"ann"}'
is_type() { # is_type MEDIA-TYPE: what comes of a body of this type
  why "$ann" "{$dry,\"content_type\":\"$1\"}"
}

# ---- The media type

for type in application/scim+json application/json APPLICATION/SCIM+JSON \
  'application/scim+json; charset=utf-8' 'application/json;charset=UTF-8' \
  'application/json ;x=y' ''; do
  is "the type '$type' is taken" "$(is_type "$type")" 201
done
for type in text/plain application/xml application/jsonx application/jso \
  application/merge-patch+json; do
  is "$type is not" "$(is_type "$type")" "415 the Content-Type must be\
 application/scim+json, not '$type'"
done
is "the parameters are not in the message" "$(is_type 'text/plain; x=y')" \
  "415 the Content-Type must be application/scim+json, not 'text/plain'"
is "the type of a method without a body does not matter" \
  "$(why 'x' '{"content_type":"text/plain"}' GET)" 200
is "nor is that body read" "$(why 'no JSON' '' GET)" 200
is "also not of DELETE" "$(why '{' '' DELETE /Users/x)" \
  "404 there is no User 'x'"

# ---- The size comes first

tenant '{"max_body":18}'
large="413 the request body is larger than 18 bytes"
is "as long as the limit is fine" "$(why "$ann" "{$dry}")" 201
is "one byte more is 413" "$(why "$ann " "{$dry}")" "$large"
is "also where the type is wrong" \
  "$(why "$ann " '{"content_type":"text/plain"}')" "$large"
is "and where it is no JSON" "$(why '{{{{{{{{{{{{{{{{{{{')" "$large"
is "what the shim did not read is too large" \
  "$(why '' '{"truncated":true}')" "$large"
is "unless there is no body" "$(why '' '{"truncated":true}' GET)" 200
is "a place that is not there is told before" "$(why "$ann " '' POST /nowhere)" \
  "404 there is no endpoint '/nowhere'"
tenant '{}'

# ---- The type comes before the JSON

is "415 before 400" "$(why '<xml/>' '{"content_type":"text/xml"}')" \
  "415 the Content-Type must be application/scim+json, not 'text/xml'"

# ---- The JSON

object="400 invalidSyntax the request body must be a JSON object"
for body in '[]' '"text"' 1 true null; do
  is "$body is no object" "$(why "$body")" "$object"
done
is "broken JSON is told with its place" "$(why '{"userName":}')" \
  "400 invalidSyntax the request body is not valid JSON: unexpected character\
 at byte 12"
# findings/clients.md O5: what is JSON and beyond a limit of ours is told so, and
# the README lists the limits.
refused() {
  is "$1 is told by its name (O5)" "$(why "$2")" \
    "400 invalidSyntax the request body is not accepted: $3"
}
refused "a member twice" '{"userName":"a","title":1,"USERNAME":"b"}' \
  'duplicate member name in the object at byte 26'
refused "U+0000" '{"userName":"a\u0000"}' 'U+0000 in a string at byte 14'
refused "half a surrogate" '{"userName":"\ud800"}' \
  'lone surrogate in a string at byte 13'
refused "a long number" "{\"a\":1$(printf '%064d' 0)}" \
  'a number of more than 64 characters at byte 5'
deep=$(printf '%064d' 0)
refused "a deep nest" "{\"a\":${deep//0/[}${deep//0/]}}" \
  'nested more than 64 levels deep at byte 68'
is "each is one of README's fixed limits (O5)" "$(
  limits=$(grep '^Fixed limits' README.md)
  for limit in 'nested 64 deep' '4,194,304 values' 'numbers of 64 characters' \
    'without U+0000' 'half a surrogate' 'two members of one name'; do
    [[ $limits == *$limit* ]] || echo "$limit"; done)" ""
is "what is no UTF-8 is no JSON" "$(sql "
  SELECT scim_apply('POST', '/Users', CAST(x'7B2261223A22FF227D' AS TEXT))
         ->> '\$.body.scimType'")" invalidSyntax
is "a blob is read like text" "$(sql "
  SELECT scim_apply('POST', '/Users', CAST('$ann' AS BLOB),
                    '{$dry}') ->> 'status'")" 201
is "an empty body is none" "$(why '' | cut -c1-17)" "400 invalidSyntax"
for method in PUT PATCH; do
  is "$method has a body too" "$(why '[]' '' $method /Users/x)" "$object"
done
is "and a search" "$(why '[]' '' POST /.search)" "$object"
is "the method is told before the body" "$(why '[]' '' PUT /Users)" \
  "405 the method PUT is not allowed here"

# ---- What it says of itself

tenant '{"missing_schemas":"reject"}'
core=urn:ietf:params:scim:schemas:core:2.0
message=urn:ietf:params:scim:api:messages:2.0
without() {
  printf "400 invalidSyntax the body's 'schemas' are without %s" "$1"
}
is "a resource is of its type" "$(why "$ann")" "$(without $core:User)"
is "of another it is not" "$(why "{\"schemas\":[\"$core:Group\"]}")" \
  "$(without $core:User)"
is "others besides do no harm" \
  "$(why "{\"schemas\":[\"urn:x\",\"$core:User\"],\"userName\":\"a\"}" "{$dry}")" \
  201
is "the case does not count" \
  "$(why "{\"schemas\":[\"${core^^}:USER\"],\"userName\":\"a\"}" "{$dry}")" 201
is "a list is wanted" "$(why "{\"schemas\":\"$core:User\"}")" \
  "$(without $core:User)"
is "a search is one" "$(why '{}' '' POST /.search)" \
  "$(without $message:SearchRequest)"
is "a PATCH as well" "$(why '{"Operations":[]}' '' PATCH /Users/x)" \
  "$(without $message:PatchOp)"
is "a bulk request" "$(why '{"Operations":[]}' '' POST /Bulk)" \
  "$(without $message:BulkRequest)"
is "and the parts of one, each for itself" "$(ask '.body.Operations[].response |
  .detail' POST /Bulk "{\"schemas\":[\"$message:BulkRequest\"],\"Operations\":[
    {\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"a\",\"data\":$ann}]}")" \
  "the body's 'schemas' are without $core:User"

finish
