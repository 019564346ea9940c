#!/bin/bash
# How values are read, in POST, PUT and PATCH alike: loose ones, empty ones, the
# same one twice, null for what would be there anyway, and bare members.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

kit=urn:example:Kit
case=urn:example:Kit:Case
sql "INSERT INTO scim_schema (definition) VALUES
  ('{\"id\":\"$kit\",\"attributes\":[{\"name\":\"count\",\"type\":\"integer\"},
    {\"name\":\"weight\",\"type\":\"decimal\"},{\"name\":\"on\",\"type\":\"boolean\"},
    {\"name\":\"made\",\"type\":\"dateTime\"},{\"name\":\"blob\",\"type\":\"binary\"},
    {\"name\":\"link\",\"type\":\"reference\"},{\"name\":\"label\"},
    {\"name\":\"code\",\"required\":true},
    {\"name\":\"tags\",\"multiValued\":true},
    {\"name\":\"box\",\"type\":\"complex\",\"subAttributes\":[{\"name\":\"note\"}]},
    {\"name\":\"mails\",\"type\":\"complex\",\"multiValued\":true,\"subAttributes\":[
      {\"name\":\"value\"},{\"name\":\"type\"},{\"name\":\"n\",\"type\":\"integer\"}]}]}'),
  ('{\"id\":\"$case\",\"attributes\":[{\"name\":\"serial\",
    \"mutability\":\"immutable\"},{\"name\":\"owner\",\"required\":true},
    {\"name\":\"note\"}]}')"
sql "INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Kit\",
  \"endpoint\":\"/Kits\",\"schema\":\"$kit\",
  \"schemaExtensions\":[{\"schema\":\"$case\",\"required\":false}]}')"
sql "INSERT INTO scim_index (type, attribute) VALUES ('Kit', 'label')"
sql "SELECT scim_init()" >/dev/null
ask .status POST /Kits '{"code":"c"}' '{"id":"k"}' >/dev/null
operations() { printf '{"Operations":[%s]}' "$1"; }

# each NAME VALUE: what the attribute becomes in POST, PUT and PATCH, or the
# status and scimType of the error; one word where all are alike.
each() {
  local answer body="{\"code\":\"c\",\"$1\":$2}" calls= first literals path
  path="'\$.body.$1'"
  becomes() { # METHOD TARGET BODY
    literals "$@"
    calls+="WITH reply (r) AS MATERIALIZED (SELECT scim_apply($literals))
      SELECT CASE WHEN r ->> 'status' > 299
             THEN printf('%s %s', r ->> 'status', r ->> '\$.body.scimType')
             WHEN json_type(r, $path) = 'text' THEN r ->> $path
             ELSE coalesce(r -> $path, 'null') END
        FROM reply;"$'\n'
  }
  becomes POST /Kits "$body"
  becomes PUT /Kits/k "$body"
  becomes PATCH /Kits/k "$(operations \
    "{\"op\":\"replace\",\"path\":\"$1\",\"value\":$2}")"
  becomes PATCH /Kits/k "$(operations "{\"op\":\"add\",\"value\":{\"$1\":$2}}")"
  query "$calls"
  first=${answer%%$'\n'*}
  case $answer in
    "$first"$'\n'"$first"$'\n'"$first"$'\n'"$first") printf '%s\n' "$first" ;;
    *) sort -u <<<"$answer" | paste -sd'|' ;;
  esac
}
wrong="400 invalidValue"

# ---- Loose values (M13, C2)

loose() { # NAME VALUE READ
  tenant '{}'
  is "$1 $2 is read as $3" "$(each "$1" "$2")" "$3"
  tenant '{"loose_values":"reject"}'
  is "$1 $2 is refused by loose_values reject" "$(each "$1" "$2")" "$wrong"
}
loose count 1.0 1
loose count 1e2 100
loose count 10E-1 1
loose count 0.0 0
loose count '"7"' 7
loose weight '"2.5"' 2.5
loose made '"2008-01-23"' 2008-01-23
loose made '"2008-01-23T04:56:60Z"' 2008-01-23T04:56:60Z
loose made '"2008-01-23t04:56:22z"' 2008-01-23t04:56:22z
loose mails '[{"value":"v","n":"3"}]' '[{"value":"v","n":3}]'
for value in 7 -7; do
  is "count $value is an integer to the letter" "$(each count $value)" "$value"
done
is "a dateTime to the letter is one" \
  "$(each made '"2008-01-23T04:56:22.5+01:00"')" 2008-01-23T04:56:22.5+01:00
tenant '{}'
for value in 1.5 1e30 '" 7"' '"07"' '"seven"' true; do
  is "count $value is no integer" "$(each count "$value")" "$wrong"
done
is "the integer is stored as one" "$(each count 3.0
  sql "SELECT DISTINCT doc -> 'count' FROM scim_resource WHERE id = 'k'")" "3
3"

# ---- Empty strings (part 5 b)

blank() { # NAME: "" by default, with loose_values reject, and kept
  tenant '{}'
  is "\"\" is no $1, and takes it away" "$(each "$1" '""')" null
  tenant '{"loose_values":"reject"}'
  is "\"\" is refused for $1 by loose_values reject" "$(each "$1" '""')" "$wrong"
  tenant '{"empty_strings":"keep"}'
  is "empty_strings is not about $1" "$(each "$1" '""')" null
}
for name in count weight on made blob link box; do blank "$name"; done
tenant '{"loose_values":"reject"}'
is "loose_values is not about strings" "$(each label '""')" null
tenant '{}'
is "\"\" is no string, and takes it away" "$(each label '""')" null
is "nor one of many" "$(each tags '["","a"]')" '["a"]'
labels() { # the ids of Kits that the filter finds
  ask "[.body.Resources[]? | select(.id == \"k\" or .id == \"l\") | .id] | join(\" \")" \
    GET "/Kits?filter=$1"
}
tenant '{"empty_strings":"keep"}'
ask .status POST /Kits '{"code":"c","label":"l"}' '{"id":"l"}' >/dev/null
is "empty_strings keep: it is a string" "$(each tags '["","a"]')" '["","a"]'
is "everywhere" "$(each label '""')" ''
is "and stays when something else changes" \
  "$(ask .body.label PATCH /Kits/k \
    "$(operations '{"op":"add","path":"count","value":1}')")" ''
is "a filter finds it, with the index and without" \
  "$(labels 'label%20eq%20%22%22'), $(sql "SELECT group_concat(id) FROM
    scim_resource WHERE type = 'Kit' AND id IN ('k', 'l')
      AND scim_match('label eq \"\"', doc)")" "k, k"
is "pr does not (RFC 7644 section 3.4.2.2: non-empty)" \
  "$(labels 'label%20pr'), $(sql "SELECT group_concat(id) FROM scim_resource
    WHERE type = 'Kit' AND id IN ('k', 'l') AND scim_match('label pr', doc)")" \
  "l, l"
is "a required one is none, as ever" \
  "$(ask "$status" POST /Kits '{"code":""}')" "$wrong"
is "nor is it the id of a manager" "$(ask '.body | keys | join(" ")' POST /Users \
  '{"userName":"m","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
    {"manager":{"value":""}}}')" "active id meta schemas userName"

# ---- The same value twice (S2)

tenant '{}'
is "the same type and value is one, and what comes later counts" \
  "$(each mails '[{"value":"a","type":"work","n":1},{"value":"b"},
    {"value":"A","type":"Work","n":2}]')" \
  '[{"value":"A","type":"Work","n":2},{"value":"b"}]'
is "so is a bare one" "$(each tags '["x","X","x"]')" '["x"]'
is "of another type it is another" \
  "$(each mails '[{"value":"a","type":"work"},{"value":"a","type":"home"}]')" \
  '[{"value":"a","type":"work"},{"value":"a","type":"home"}]'
is "an add in other letters adds nothing" "$(ask '.body.mails' PATCH /Kits/k \
  "$(operations '{"op":"add","path":"mails","value":[{"value":"A","type":"HOME",
    "n":5}]}')")" \
  '[{"value":"a","type":"work"},{"value":"A","type":"HOME","n":5}]'
is "a remove in other letters takes away" "$(ask '.body.mails' PATCH /Kits/k \
  "$(operations '{"op":"remove","path":"mails","value":[{"value":"A"}]}')")" null

# ---- null for what would be there anyway (S3), and what is left out (S4)

is "null overrides a default" \
  "$(ask .body.active POST /Users '{"userName":"an","active":null}' \
    '{"id":"an"}')" null
is "and is stored so" \
  "$(sql "SELECT active IS NULL FROM scim_user WHERE id = 'an'")" 1
ask .status PUT /Users/an '{"userName":"an","active":false}' >/dev/null
is "what a PUT leaves out is kept" \
  "$(ask .body.active PUT /Users/an '{"userName":"an2"}')" false
is "\"\" says nothing" \
  "$(ask .body.active PUT /Users/an '{"userName":"an2","active":""}')" false
is "null overrides what a PUT would keep" \
  "$(ask .body.active PUT /Users/an '{"userName":"an2","active":null}')" null
with='"'$case'":{"serial":"1","owner":"o","note":"n"}'
ask .status POST /Kits "{\"code\":\"c\",$with}" '{"id":"s"}' >/dev/null
is "a PUT may leave out an extension that has an immutable value" \
  "$(ask '.status, .body["'$case'"]' PUT /Kits/s '{"code":"d"}')" '200
{"serial":"1","owner":"o"}'
is "one with a part of it is asked for the rest" \
  "$(ask "$status" PUT /Kits/s '{"code":"d","'$case'":{"note":"n"}}')" "$wrong"
is "null cannot take the immutable value away" \
  "$(ask "$status" PUT /Kits/s '{"code":"d","'$case'":null}')
$(ask "$status" PUT /Kits/s '{"code":"d","'$case'":{"serial":null,"owner":"p"}}')" \
  "400 mutability
400 mutability"

# ---- Other shapes: bare members, a path-less value in a list (C1)

ask .status POST /Groups '{"displayName":"g","members":["an"]}' '{"id":"g"}' \
  >/dev/null
members='[.status, (.body.members // [] | .[].value)] | join(" ")'
is "a bare member" "$(ask "$members" GET /Groups/g)" "200 an"
is "is added" "$(ask "$members" PATCH /Groups/g \
  "$(operations '{"op":"add","path":"members","value":["new"]}')")" "200 an new"
is "alone, too" "$(ask "$members" PATCH /Groups/g \
  "$(operations '{"op":"add","path":"members","value":"third"}')")" \
  "200 an new third"
is "is removed" "$(ask "$members" PATCH /Groups/g \
  "$(operations '{"op":"remove","path":"members","value":["new"]}')")" \
  "200 an third"
is "replaces" "$(ask "$members" PUT /Groups/g \
  '{"displayName":"g","members":["third","new"]}')" "200 new third"
is "but is no number" "$(ask "$status" PATCH /Groups/g \
  "$(operations '{"op":"add","path":"members","value":[5]}')")" "$wrong"
list='{"op":"add","value":[{"nickName":"nn"}]}'
is "a path-less value as a list of one" \
  "$(ask .body.nickName PATCH /Users/an "$(operations "$list")")" nn
is "of two it is none" "$(ask "$status" PATCH /Users/an \
  "$(operations '{"op":"add","value":[{"nickName":"a"},{"title":"b"}]}')")" \
  "$wrong"
tenant '{"other_shapes":"reject"}'
is "other_shapes reject refuses it" \
  "$(ask "$status" PATCH /Users/an "$(operations "$list")")" "$wrong"
is "and bare members" "$(ask "$status" PATCH /Groups/g \
  "$(operations '{"op":"add","path":"members","value":["new"]}')")" "$wrong"
is "and one value that is to be a list of a body" \
  "$(each tags '"a"')" "$wrong|[\"a\"]"
finish
