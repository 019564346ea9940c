#!/bin/bash
# POST /Bulk (RFC 7644 section 3.7).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

urn=urn:ietf:params:scim:api:messages:2.0
# bulk JQ '<operations>' ['<more members>' [OPTIONS]]
bulk() {
  ask "$1" POST /Bulk "{\"schemas\":[\"$urn:BulkRequest\"]${3:+,$3},
    \"Operations\":[$2]}" "${4:-}"
}
# post ID PATH '<data>': an operation that creates.
post() {
  printf '{"method":"POST","path":"%s","bulkId":"%s","data":%s}' "$2" "$1" "$3"
}
results='[.body.Operations[].status] | join(" ")'
types='[.body.Operations[] | .response.scimType // "-"] | join(" ")'
count() { sql "SELECT count(*) FROM scim_resource"; }

# ---- What comes back

reply=$folder/reply
bulk . "$(post a /Users '{"userName":"ann"}'),$(post b /Users \
  '{"userName":"bob"}')" "" '{"base_url":"https://h/v2"}' >"$reply"
is "the reply is a BulkResponse" \
  "$(quick_jq -r '[.status, .body.schemas[0]] | join(" ")' "$reply")" \
  "200 $urn:BulkResponse"
is "each operation has a status of its own, as text" \
  "$(quick_jq -c '[.body.Operations[].status]' "$reply")" '["201","201"]'
is "and method, bulkId and version" \
  "$(quick_jq -r '.body.Operations[0] | [.method, .bulkId, .version] | join(" ")' \
     "$reply")" 'POST a W/"1"'
is "the location is that of the resource" \
  "$(quick_jq -r '.body.Operations[1].location' "$reply")" \
  "https://h/v2/Users/$(sql "SELECT id FROM scim_resource
                              WHERE doc ->> 'userName' = 'bob'")"
is "a success has no response" \
  "$(quick_jq -c '[.body.Operations[] | has("response")]' "$reply")" "[false,false]"
is "each is logged by itself" \
  "$(sql "SELECT group_concat(method || ' ' || target || ' ' || status, ', ')
            FROM scim_log WHERE action = 'create'")" \
  "POST /Users 201, POST /Users 201"

# ---- All methods

user cyd '"title":"x"'
user del
is "PUT, PATCH and DELETE work inside" "$(bulk "$results" \
  '{"method":"PUT","path":"/Users/cyd","data":{"userName":"cyd",
    "nickName":"C"}},
   {"method":"PATCH","path":"/Users/cyd","data":{"schemas":["'$urn':PatchOp"],
    "Operations":[{"op":"add","path":"title","value":"boss"}]}},
   {"method":"DELETE","path":"/Users/del"}')" "200 200 204"
is "and have done it" "$(ask '.body | [.nickName, .title] | join(" ")' \
  GET /Users/cyd)" "C boss"
is "the deleted one is gone" "$(ask .status GET /Users/del)" 404
is "and PATCH without schemas too" \
  "$(bulk "$results" '{"method":"PATCH","path":"/Users/cyd","data":{
    "Operations":[{"op":"remove","path":"title"}]}}')" 200
is "the version of an operation is its If-Match" "$(bulk "$results" \
  '{"method":"PATCH","path":"/Users/cyd","version":"W/\"1\"","data":{
    "Operations":[{"op":"add","path":"title","value":"no"}]}},
   {"method":"DELETE","path":"/Users/cyd","version":"W/\"4\""}')" "412 204"

# ---- References

is "a reference back" "$(bulk "$results" "$(post u /Users \
    '{"userName":"u1"}'),$(post g /Groups \
    '{"displayName":"back","members":[{"value":"bulkId:u"}]}')")" "201 201"
in_group() {
  sql "SELECT u.doc ->> 'userName'
         FROM scim_resource AS g
         JOIN scim_member AS m ON m.\"group\" = g.resource
         JOIN scim_resource AS u ON u.id = m.value
        WHERE g.doc ->> 'displayName' = '$1'"
}
is "is the member" "$(in_group back)" u1
is "a reference forward" "$(bulk "$results" "$(post g /Groups \
    '{"displayName":"forward","members":[{"value":"bulkId:u"}]}'),$(post u \
    /Users '{"userName":"u2"}')")" "201 201"
is "is the member too" "$(in_group forward)" u2
is "results come in the order of the request" "$(bulk \
  '[.body.Operations[].bulkId] | join(" ")' "$(post g /Groups \
    '{"displayName":"order","members":[{"value":"bulkId:u"}]}'),$(post u \
    /Users '{"userName":"u3"}')")" "g u"
is "a reference in a path" "$(bulk "$results" "$(post p /Users \
    '{"userName":"path"}'),{\"method\":\"PATCH\",\"path\":\"/Users/bulkId:p\",
    \"data\":{\"Operations\":[{\"op\":\"add\",\"path\":\"title\",
    \"value\":\"found\"}]}}")" "201 200"
is "finds the new resource" \
  "$(sql "SELECT doc ->> 'title' FROM scim_resource
           WHERE doc ->> 'userName' = 'path'")" found
is "managers of each other" "$(
  urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
  bulk "$results" "$(post m /Users '{"userName":"m","'$urn'":{"manager":{
    "value":"bulkId:n"}}}'),$(post n /Users '{"userName":"n","'$urn'":{
    "manager":{"value":"bulkId:m"}}}')")" "201 201"
tenant '{"dangling_references":"reject"}'
is "what is forward holds where members must exist" "$(bulk "$results" "$(post v \
    /Groups '{"displayName":"z","members":[{"value":"bulkId:w"}]}'),$(post w \
    /Users '{"userName":"w"}')")" "201 201"
tenant '{}'
is "no reference is left in any document" \
  "$(sql "SELECT count(*) FROM scim_resource WHERE doc LIKE '%bulkId%'")" 0
is "a reference to nothing is invalid" "$(bulk "$results" "$(post g \
  /Groups '{"displayName":"none","members":[{"value":"bulkId:none"}]}')")" 400
is "and nothing is made of it" "$(in_group none)" ""
is "a reference to a failure fails too" "$(bulk "$results" "$(post f /Users \
    '{"userName":"ann"}'),$(post g /Groups \
    '{"displayName":"f","members":[{"value":"bulkId:f"}]}'),$(post h /Users \
    '{"userName":"free"}')")" "409 400 201"
is "a path with a reference to nothing is too" \
  "$(bulk "$results" '{"method":"DELETE","path":"/Users/bulkId:none"}')" 400

# ---- Errors

before=$(count)
is "an error has its response, and the others go on" "$(bulk "$types" \
  "$(post a /Users '{"userName":"ann"}'),$(post b /Users \
   '{"nickName":"none"}'),$(post c /Users '{"userName":"cat"}')")" \
  "uniqueness invalidValue -"
is "the response is a SCIM error" "$(bulk \
  '.body.Operations[0] | [.status, .response.status, .response.schemas[0]] |
   join(" ")' "$(post a /Users '{"userName":"ann"}')")" "409 409 $urn:Error"
is "a create that failed has no location" "$(bulk \
  '.body.Operations[0] | has("location")' \
  "$(post a /Users '{"userName":"ann"}')")" false
is "an update that failed has one" "$(bulk '.body.Operations[0].location' \
  '{"method":"DELETE","path":"/Users/nobody"}')" "/Users/nobody"
is "failOnErrors stops after so many" "$(bulk "$results" \
  "$(post a /Users '{"userName":"ann"}'),$(post b /Users \
   '{"userName":"ann"}'),$(post c /Users '{"userName":"never"}')" \
  '"failOnErrors":2')" "409 409"
is "what comes after is not done" \
  "$(sql "SELECT count(*) FROM scim_resource
           WHERE doc ->> 'userName' = 'never'")" 0
is "what came before stays" "$(bulk "$results" \
  "$(post a /Users '{"userName":"stays"}'),$(post b /Users \
   '{"userName":"ann"}')" '"failOnErrors":1')
$(sql "SELECT count(*) FROM scim_resource
        WHERE doc ->> 'userName' = 'stays'")" "201 409
1"
is "an operation that fails has changed nothing" "$(bulk "$results" \
  '{"method":"PATCH","path":"/Users/bulkId:a","data":{"Operations":[
    {"op":"add","path":"title","value":"t"},
    {"op":"add","path":"userName","value":"ann"}]}},
   '"$(post a /Users '{"userName":"atomic"}')")
$(sql "SELECT doc ->> 'title', version FROM scim_resource
        WHERE doc ->> 'userName' = 'atomic'")" "409 201
|1"
is "failures inside are logged" \
  "$(sql "SELECT max(scim_type), count(*) > 3 FROM scim_log
           WHERE status = 409 AND scim_type = 'uniqueness'")" "uniqueness|1"

# ---- Refused inside

is "GET is refused" \
  "$(bulk "$results" '{"method":"GET","path":"/Users/ann"}')" 405
is "a search is refused" \
  "$(bulk "$results" "$(post s /Users/.search '{}')")" 400
is "a bulk request within a bulk request is refused" \
  "$(bulk "$results" "$(post s /Bulk '{"Operations":[]}')")" 400
is "an unknown endpoint is 404" \
  "$(bulk "$results" "$(post s /Cars '{}')")" 404
# findings/protocol.md N10
is "a POST to a resource is 405, and has no location (RFC 7644 3.7.3)" \
  "$(bulk '.body.Operations[0] | [.status, .location]' \
     "$(post s /Users/x '{"userName":"s"}')")" '["405",null]'
is "nor has a search" "$(bulk '.body.Operations[0] | [.status, .location]' \
  "$(post s /Users/.search '{}')")" '["400",null]'
is "data that is missing is an error" "$(bulk "$results" \
  '{"method":"POST","path":"/Users","bulkId":"d"},
   {"method":"PATCH","path":"/Users/ann"}')" "400 400"

# ---- Malformed: each fails alone (RFC 7644 section 3.7, findings S5)

needs="needs a method and a path"
# malformed '<operation>' '<detail>': what comes of it between two others, and
# whether these are done.
malformed() {
  number=$((number + 1))
  is "alone: $1" "$(bulk '.body.Operations | [.[0].status, .[1].status,
      .[1].response.scimType, .[1].response.detail, .[2].status] | join(" ")' \
    "$(post a /Users "{\"userName\":\"a$number\"}"),$1,
     $(post z /Users "{\"userName\":\"z$number\"}")"
    sql "SELECT count(*) FROM scim_resource WHERE doc ->> 'userName'
             IN ('a$number', 'z$number', 'malformed')")" \
    "201 400 invalidSyntax Operations[1] $2 201
2"
}
for item in 1 '"x"' null true '[]' '{}' '[{"method":"DELETE","path":"/x"}]' \
  '{"path":"/Users"}' '{"method":"","path":"/Users"}' '{"method":"DELETE"}' \
  '{"method":1,"path":"/Users"}' '{"method":"DELETE","path":null}' \
  '{"method":"POST","bulkId":"b","data":{"userName":"malformed"}}' \
  '{"method":"POST","path":["/Users"],"bulkId":"b"}'; do
  malformed "$item" "$needs"
done
for item in '' ',"bulkId":""' ',"bulkId":7' ',"bulkId":null'; do
  malformed "{\"method\":\"POST\",\"path\":\"/Users\"$item,
    \"data\":{\"userName\":\"malformed\"}}" "is a POST and needs a bulkId"
done
is "the reply has what there is of the operation" \
  "$(bulk '.body.Operations[0] | [.method, .bulkId, .location] | join(" ")' \
     '{"method":"POST","bulkId":"b","data":{}}')" "POST b "
is "it counts for failOnErrors" "$(bulk "$results" "$(post a /Users \
  '{"userName":"f1"}'),{},$(post b /Users '{"userName":"f2"}'),7,$(post c \
  /Users '{"userName":"f3"}')" '"failOnErrors":2')" "201 400 201 400"
is "it is logged" "$(sql "SELECT method || target || status || ' ' || scim_type
  || ' ' || detail FROM scim_log WHERE detail LIKE '%[3] needs%'
   ORDER BY seq DESC LIMIT 1")" \
  "400 invalidSyntax Operations[3] needs a method and a path"
is "it holds nothing back that has the same name" "$(bulk "$results" \
  '{"method":"PUT","data":{"userName":"same"}},{"method":"POST","path":"/Users",
    "data":{"userName":"same"}},'"$(post g /Groups '{"displayName":"same",
    "members":[{"value":"bulkId:s"}]}'),$(post s /Users \
    '{"userName":"same"}')")" "400 400 201 201"
twin="the operation refers to the bulkId 't', which stands for no resource"
is "of two with the same bulkId the second fails, and what refers to them" \
  "$(bulk '[.body.Operations[] | .status, .response.detail // empty] |
    join("; ")' "$(post g /Groups '{"displayName":"twins","members":[
     {"value":"bulkId:t"}]}'),$(post t /Users '{"userName":"t1"}'),
   $(post s /Users '{"userName":"t2"}'),$(post t /Users '{"userName":"t3"}'),
   $(post t /Users '{"userName":"t4"}')")" "400; $twin; 201; 201; 400; \
Operations[3] has the bulkId of an operation before it; 400; \
Operations[4] has the bulkId of an operation before it"
is "nothing is made of these" "$(sql "SELECT group_concat(name, ' ')
  FROM (SELECT coalesce(doc ->> 'userName', doc ->> 'displayName') AS name
          FROM scim_resource WHERE name GLOB 't[0-9]' OR name = 'twins'
         ORDER BY name)")" "t1 t2"

# ---- Refused as a whole

detail='[.status, .body.scimType, .body.detail] | join(" ")'
is "Operations are needed" "$(ask "$detail" POST /Bulk '{}')" \
  "400 invalidSyntax a bulk request needs Operations, an array"
is "and an array" "$(ask "$status" POST /Bulk '{"Operations":{}}')" \
  "400 invalidSyntax"
is "an empty array is fine" "$(bulk '[.status, .body.Operations]' '')" \
  "[200,[]]"
is "bulkIds differ in case" "$(bulk "$results" \
  "$(post t /Users '{"userName":"t5"}'),$(post T /Users \
   '{"userName":"t6"}')")" "201 201"
# findings/protocol.md N9
for limit in -1 1.5 '"2"' true; do
  is "failOnErrors is not $limit" "$(bulk "$detail" '' \
    "\"failOnErrors\":$limit")" \
    "400 invalidValue failOnErrors must be an integer that is not negative"
done
is "GET /Bulk is not allowed" "$(ask '[.status, .headers.Allow]' GET /Bulk)" \
  '[405,"POST"]'
tenant '{"bulk_operations":2}'
is "too many operations are 413" "$(bulk .status \
  "$(post a /Users '{"userName":"m1"}'),$(post b /Users \
   '{"userName":"m2"}'),$(post c /Users '{"userName":"m3"}')")" 413
is "the error says how many there may be" "$(bulk '.body.detail' \
  "$(post a /Users '{}'),$(post b /Users '{}'),$(post c /Users '{}')")" \
  "the bulk request has 3 operations, more than 2"
is "as many as allowed are done" "$(bulk "$results" \
  "$(post a /Users '{"userName":"m1"}'),$(post b /Users \
   '{"userName":"m2"}')")" "201 201"
tenant '{"max_body":100}'
is "a body that is too large is 413" "$(bulk .status \
  "$(post a /Users '{"userName":"a name that is longer than 100 bytes"}')")" 413
tenant '{}'
before=$(count)
is "a dry run says what would be" "$(bulk "$results" \
  "$(post a /Users '{"userName":"dry"}')" "" '{"dry_run":true}')" 201
is "and does nothing" "$(count)" "$before"
secret=$(sql "SELECT scim_token('default', 'r', '{\"scopes\":\"read\"}')")
is "a token that may only read may not" "$(bulk .status \
  "$(post a /Users '{"userName":"r"}')" "" \
  "{\"authorization\":\"Bearer $secret\"}")" 403
# ---- D19: the database fails in the middle, in a transaction of the caller's

sql "CREATE TRIGGER broken BEFORE INSERT ON scim_resource
     WHEN NEW.doc ->> 'userName' = 'broken'
     BEGIN SELECT json_extract('{', '\$'); END"
broken="{\"Operations\":[$(post a /Users '{"userName":"whole"}'),$(post b \
  /Users '{"userName":"broken"}'),$(post c /Users '{"userName":"rest"}')]}"
there="SELECT count(*) FROM scim_user WHERE user_name IN ('own', 'whole', 'rest')"
is "none of the parts stays, and what the caller did before does" "$(
  sql "BEGIN" "SELECT scim_apply('POST', '/Users', '{\"userName\":\"own\"}')
    ->> 'status'" "SELECT scim_apply('POST', '/Bulk', $(literal "$broken"))" |
    sed 's/.*malformed JSON.*/malformed JSON/'
  sql "$there" "COMMIT" "$there")" "201
malformed JSON
1
1"
is "a bulk request that is well is kept" "$(
  sql "BEGIN" "SELECT scim_apply('POST', '/Bulk', $(literal "${broken//broken/sound}"))
    ->> 'status'" "COMMIT" "$there")" "200
3"
is "without a transaction nothing stays either" "$(
  sql "SELECT scim_apply('POST', '/Bulk', $(literal \
    "${broken//whole/other}"))" | sed 's/.*malformed JSON.*/malformed JSON/'
  sql "SELECT count(*) FROM scim_user WHERE user_name = 'other'")" \
  "malformed JSON
0"
sql "DROP TRIGGER broken"
finish
