#!/bin/bash
# What is returned on request (RFC 7643 section 7): in the reply of the write
# that has said something of it, and in a query only when it is named
# (findings/protocol.md M6).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

part=urn:example:scim:Part
sql "INSERT INTO scim_schema (definition) VALUES
  ('{\"id\":\"urn:example:scim:Thing\",\"name\":\"Thing\",\"attributes\":[
    {\"name\":\"name\",\"type\":\"string\"},
    {\"name\":\"req\",\"type\":\"string\",\"returned\":\"request\"},
    {\"name\":\"list\",\"type\":\"string\",\"multiValued\":true,
     \"returned\":\"request\"},
    {\"name\":\"box\",\"type\":\"complex\",\"subAttributes\":[
      {\"name\":\"a\",\"type\":\"string\"},
      {\"name\":\"b\",\"type\":\"string\",\"returned\":\"request\"},
      {\"name\":\"c\",\"type\":\"string\",\"returned\":\"request\"}]},
    {\"name\":\"boxes\",\"type\":\"complex\",\"multiValued\":true,
     \"returned\":\"request\",\"subAttributes\":[
      {\"name\":\"value\",\"type\":\"string\"},
      {\"name\":\"b\",\"type\":\"string\",\"returned\":\"request\"}]}]}'),
  ('{\"id\":\"$part\",\"name\":\"Part\",\"attributes\":[
    {\"name\":\"ext\",\"type\":\"string\",\"returned\":\"request\"}]}')"
sql "INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Thing\",
  \"endpoint\":\"/Things\",\"schema\":\"urn:example:scim:Thing\",
  \"schemaExtensions\":[{\"schema\":\"$part\",\"required\":false}]}')"

shown='.body | del(.id, .meta, .schemas)'
post() { ask "$shown" POST "/Things$3" "$1" "{\"id\":\"$2\"}"; }
whole='{"name":"n","req":"R","list":["x"],"box":{"a":"1","b":"2","c":"3"},
  "boxes":[{"value":"v","b":"2"}],"'$part'":{"ext":"E"}}'
is "POST shows what it has sent (M6)" "$(post "$whole" t)" "$(jq -c . <<<"$whole")"
is "and its URN" "$(ask '.body.schemas | length' POST /Things "$whole")" 2
is "GET does not" "$(ask "$shown" GET /Things/t)" '{"name":"n","box":{"a":"1"}}'
is "nor does a list" "$(ask "[.body.Resources[] | del(.id, .meta, .schemas)] |
  unique" GET /Things)" '[{"name":"n","box":{"a":"1"}}]'
is "nor a search" "$(ask '.body.Resources[0] | has("req")' POST /Things/.search \
  '{"filter":"req pr"}')" false
is "both do by name" "$(ask "$shown" GET "/Things/t?attributes=req,$part:ext")
$(ask '.body.Resources[0].req' POST /Things/.search '{"attributes":["req"]}')" \
  "{\"req\":\"R\",\"$part\":{\"ext\":\"E\"}}
R"
is "POST shows no more than it has sent: what has a default is no word of its" \
  "$(post '{"name":"m","box":{"a":"1","c":"3"}}' u)" \
  '{"name":"m","box":{"a":"1","c":"3"}}'
is "where attributes says what is wanted, that is it" \
  "$(post "$whole" v '?attributes=name')" '{"name":"n"}'
is "and excludedAttributes takes away" \
  "$(post "$whole" w "?excludedAttributes=req,list,box,$part")" \
  '{"name":"n","boxes":[{"value":"v","b":"2"}]}'

# ---- PUT

put() { ask "$shown" PUT /Things/t "$1"; }
is "PUT shows what it has sent (M6)" "$(put "$whole")" "$(jq -c . <<<"$whole")"
is "without a word of it, it does not" "$(put '{"name":"n","box":{"a":"1"}}')" \
  '{"name":"n","box":{"a":"1"}}'
put "$whole" >/dev/null

# ---- PATCH

patch() {
  ask "$shown" PATCH /Things/t "{\"Operations\":[$1]}"
}
is "PATCH shows what it has changed (M6)" \
  "$(patch '{"op":"replace","path":"req","value":"S"}')" \
  '{"name":"n","req":"S","box":{"a":"1"}}'
is "by its URN too" \
  "$(patch '{"op":"replace","path":"urn:example:scim:Thing:REQ","value":"T"}')" \
  '{"name":"n","req":"T","box":{"a":"1"}}'
for urn in urn:example:scim:Thing urn:example:scim:Thing: ' urn:example:scim:Thing'; do
  is "or in an object at the path '$urn'" \
    "$(patch '{"op":"replace","path":"'"$urn"'","value":{"req":"U"}}')" \
    '{"name":"n","req":"U","box":{"a":"1"}}'
  is "or under that name, without a path" \
    "$(patch '{"op":"replace","value":{"'"$urn"'":{"req":"T"}}}')" \
    '{"name":"n","req":"T","box":{"a":"1"}}'
done
is "or has only named" "$(patch '{"op":"add","path":"req","value":"T"}')" \
  '{"name":"n","req":"T","box":{"a":"1"}}'
is "a sub-attribute" "$(patch '{"op":"replace","path":"box.b","value":"9"}')" \
  '{"name":"n","box":{"a":"1","b":"9"}}'
is "those of an object" \
  "$(patch '{"op":"replace","path":"box","value":{"c":"8"}}')" \
  '{"name":"n","box":{"a":"1","c":"8"}}'
is "elements of a list" \
  "$(patch '{"op":"add","path":"list","value":["y"]}')" \
  '{"name":"n","list":["x","y"],"box":{"a":"1"}}'
is "what is left of it" \
  "$(patch '{"op":"remove","path":"list","value":["x"]}')" \
  '{"name":"n","list":["y"],"box":{"a":"1"}}'
is "by a value path" \
  "$(patch '{"op":"replace","path":"boxes[value eq \"v\"].b","value":"7"}')" \
  '{"name":"n","box":{"a":"1"},"boxes":[{"value":"v","b":"7"}]}'
is "without a path" "$(patch '{"op":"replace","value":{"req":"U","box.b":"6",
  "'$part':ext":"F"}}')" \
  "{\"name\":\"n\",\"req\":\"U\",\"box\":{\"a\":\"1\",\"b\":\"6\"},\"$part\":{\"ext\":\"F\"}}"
is "by the URN of an extension" \
  "$(patch '{"op":"replace","path":"'$part'","value":{"ext":"G"}}')
$(patch '{"op":"replace","value":{"'$part'":{"ext":"H"}}}')" \
  "{\"name\":\"n\",\"box\":{\"a\":\"1\"},\"$part\":{\"ext\":\"G\"}}
{\"name\":\"n\",\"box\":{\"a\":\"1\"},\"$part\":{\"ext\":\"H\"}}"
is "and nothing else" "$(patch '{"op":"replace","path":"name","value":"o"}')" \
  '{"name":"o","box":{"a":"1"}}'
is "many operations on one are one" \
  "$(ask .body.req PATCH /Things/t "$(jq -nc '{Operations: [range(9000) |
    {op: "replace", path: "req", value: "\(.)"}]}')")" 8999

# ---- Bulk

is "operations of a bulk request have no bodies to show it in" \
  "$(ask '.body.Operations | map(has("response")) | unique' POST /Bulk \
    '{"Operations":[{"method":"POST","path":"/Things","bulkId":"b","data":
      {"req":"R"}},{"method":"PATCH","path":"/Things/t","data":{"Operations":[
      {"op":"replace","path":"req","value":"X"}]}}]}')" '[false]'
is "what both lists name is left out" "$(ask "$shown" GET \
  '/Things/t?attributes=name,req,box.b,box.a&excludedAttributes=req,box.b')" \
  '{"name":"o","box":{"a":"1"}}'

# ---- What is always returned, and complex

sql "INSERT INTO scim_schema (definition) VALUES
  ('{\"id\":\"urn:example:Seal\",\"attributes\":[{\"name\":\"name\"},
    {\"name\":\"mark\",\"type\":\"complex\",\"returned\":\"always\",
     \"subAttributes\":[{\"name\":\"a\"},{\"name\":\"b\"},
      {\"name\":\"r\",\"returned\":\"request\"},
      {\"name\":\"n\",\"returned\":\"never\"}]},
    {\"name\":\"marks\",\"type\":\"complex\",\"multiValued\":true,
     \"returned\":\"always\",\"subAttributes\":[{\"name\":\"value\"}]}]}');
  INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Seal\",
    \"endpoint\":\"/Seals\",\"schema\":\"urn:example:Seal\"}')"
ask .status POST /Seals '{"name":"n","mark":{"a":"1","b":"2","r":"3","n":"4"},
  "marks":[{"value":"v"}]}' '{"id":"s"}' >/dev/null
marks='"marks":[{"value":"v"}]'
while IFS='|' read -r query want; do
  is "what is always returned is not emptied: $query" \
    "$(ask "$shown" GET "/Seals/s?$query")" "$want"
done <<SEALS
attributes=name|{"name":"n","mark":{"a":"1","b":"2"},$marks}
attributes=id|{"mark":{"a":"1","b":"2"},$marks}
attributes=mark.a|{"mark":{"a":"1"},$marks}
attributes=mark.r|{"mark":{"r":"3"},$marks}
excludedAttributes=mark,marks|{"name":"n","mark":{"a":"1","b":"2"},$marks}
excludedAttributes=urn:example:Seal|{"mark":{"a":"1","b":"2"},$marks}
excludedAttributes=mark.a|{"name":"n","mark":{"b":"2"},$marks}
SEALS
finish
