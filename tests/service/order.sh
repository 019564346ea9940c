#!/bin/bash
# The order of checks (ext/README.md): a request in which two things are wrong
# is answered by the one that is looked at first, whatever the two are
# (issue 8, part 5 e).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann
user bob
tenant '{"missing_schemas":"reject","max_body":400}'
all=$(sql "SELECT scim_token('default', 'all')")
read=$(sql "SELECT scim_token('default', 'read', '{\"scopes\":\"read\"}')")
spaces=$(printf '%500s' '')

# In their order. What is wrong with each of them is in request.
checks=(token endpoint method scope size media syntax schemas form id
  precondition state)

# write METHOD: sets body, by the variables of request.
write() {
  if [ "$1" = PATCH ]; then
    printf -v body '%s{%s"Operations":[{"op":"replace","path":"%s","value":"%s"}]}%s' \
      "$size" "$schemas" "$path" "$name" "$behind"
  else
    printf -v body '%s{%s"userName":"%s","active":"%s"}%s' "$size" \
      "${schemas/api:messages:2.0:PatchOp/schemas:core:2.0:User}" "$name" \
      "$active" "$behind"
  fi
}

# begins METHOD TARGET BODY OPTIONS: the status and the first four words of the
# detail.
begins() {
  local words
  ask '[.status, .body.detail // empty] | join(" ")' "$@" >"$folder/begins"
  read -ra words <"$folder/begins"
  echo "${words[*]:0:5}"
}

# request METHOD WRONG …: the status and how the detail begins, of a request in
# which these things are wrong.
request() {
  local body method=$1 as=$1 token=$all endpoint=/Users id=ann type=application/json
  local schemas='"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
  local path=userName active=true name=ann match='W/\"1\"' size='' behind=''
  shift
  local wrong
  for wrong; do
    case $wrong in
      token) token=none ;;
      endpoint) endpoint=/Nowhere ;;
      method) as=POST ;;
      scope) [ "$token" = none ] || token=$read ;;
      size) size=$spaces ;;
      media) type=text/plain ;;
      syntax) behind=']' ;;
      schemas) schemas= ;;
      form) path=nothing active=maybe ;;
      id) id=nobody ;;
      precondition) match='W/\"7\"' ;;
      state) name=bob ;;
    esac
  done
  write "$method"
  begins "$as" "$endpoint/$id" "$body" "{\"authorization\":\"Bearer $token\",
      \"content_type\":\"$type\",\"if_match\":\"$match\"}"
}

for method in PATCH PUT; do
  is "$method: with nothing wrong it is done" "$(request $method)" "200"
  declare -A alone=()
  for check in "${checks[@]}"; do
    alone[$check]=$(request $method "$check")
  done
  is "$method: each thing alone has its own answer" \
    "$(for check in "${checks[@]}"; do echo "${alone[$check]}"; done)" \
    "401 the bearer token is
404 there is no endpoint
405 the method POST is
403 the token's scopes are
413 the request body is
415 the Content-Type must be
400 the request body is
400 the body's 'schemas' are
$([ $method = PATCH ] && echo "400 the path 'nothing' names" ||
  echo "400 the value of 'active'")
404 there is no User
412 the version is W/\"1\",
409 the value of 'userName'"
  for ((i = 0; i < ${#checks[@]}; i++)); do
    for ((j = i + 1; j < ${#checks[@]}; j++)); do
      first=${checks[i]} second=${checks[j]}
      # What is no JSON has no schemas, operations or values.
      is "$method: the $first comes before the $second" \
        "$(request $method "$second" "$first")" "${alone[$first]}"
    done
  done
  is "$method: all at once is the first" \
    "$(request $method "${checks[@]}")" "${alone[token]}"
done
# ---- The operations of a bulk request, each of which begins at its path

tenant '{"missing_schemas":"reject"}'
groups=$(sql "SELECT scim_token('default', 'groups',
  '{\"scopes\":\"groups:write users:read\"}')")

# part WRONG …: the same of a PATCH in a bulk request.
part() {
  local body as=PATCH token=$all endpoint=/Users id=ann version='W/\"1\"'
  local schemas='"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
  local path=userName name=ann size='' behind='' active='' wrong
  for wrong; do
    case $wrong in
      endpoint) endpoint=/Nowhere ;;
      method) as=POST ;;
      scope) token=$groups ;;
      schemas) schemas= ;;
      form) path=nothing ;;
      id) id=nobody ;;
      precondition) version='W/\"7\"' ;;
      state) name=bob ;;
    esac
  done
  write PATCH
  ask '.body.Operations[0] | [.status, (.response.detail // empty |
    split(" ")[:4][])] | join(" ")' POST /Bulk "{\"schemas\":
    [\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[
    {\"method\":\"$as\",\"bulkId\":\"x\",\"path\":\"$endpoint/$id\",
     \"version\":\"$version\",\"data\":$body}]}" \
    "{\"authorization\":\"Bearer $token\"}"
}
parts=(endpoint method scope schemas form id precondition state)
is "an operation with nothing wrong is done" "$(part)" "200"
declare -A alone=()
for check in "${parts[@]}"; do alone[$check]=$(part "$check"); done
is "each thing alone has its own answer" \
  "$(for check in "${parts[@]}"; do echo "${alone[$check]%% *}"; done | xargs)" \
  "404 405 403 400 400 404 412 409"
for ((i = 0; i < ${#parts[@]}; i++)); do
  for ((j = i + 1; j < ${#parts[@]}; j++)); do
    is "in bulk: the ${parts[i]} comes before the ${parts[j]}" \
      "$(part "${parts[j]}" "${parts[i]}")" "${alone[${parts[i]}]}"
  done
done
is "nothing of it has changed anything" "$(sql "SELECT version FROM scim_resource
  WHERE id = 'ann'")" 1

# ---- The form, and what is wrong in it with a view to the resource

tenant '{"unmatched_value_path":"noTarget"}'
two() {
  ask "$status" PATCH /Users/ann "{\"Operations\":[{\"op\":\"replace\",
    \"path\":\"emails[type eq \\\"x\\\"].value\",\"value\":\"y\"},$1]}"
}
is "an operation that finds nothing" \
  "$(two '{"op":"add","path":"title","value":"t"}')" "400 noTarget"
is "comes after one that cannot be read" \
  "$(two '{"op":"add","path":"nothing","value":"t"}')
$(two '{"op":"find"}')" "400 invalidPath
400 invalidSyntax"
tenant '{}'

# ---- Conditions of who may not read are a matter of scopes

write=$(sql "SELECT scim_token('default', 'w', '{\"scopes\":\"write\"}')")
blind() {
  ask .status "$1" "$2" "$3" "{\"authorization\":\"Bearer $write\",
    \"if_match\":\"W/\\\"1\\\"\"}"
}
is "they come before the body and the id" \
  "$(blind PUT /Users/ann '{') $(blind PATCH /Users/nobody '{}') $(
  )$(blind DELETE /Users/nobody)" "403 403 403"
finish
