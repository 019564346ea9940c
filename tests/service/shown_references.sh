#!/bin/bash
# A "$ref" is found as it was shown (findings/protocol.md M17): absolute, behind
# the public URL, or without it. By scans and by indexes, in filters and in the
# paths of a PATCH.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
base=https://x.test/scim/v2
sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:example:Desk\",
  \"name\":\"Desk\",\"attributes\":[
  {\"name\":\"links\",\"type\":\"complex\",\"multiValued\":true,
   \"subAttributes\":[{\"name\":\"\$ref\",\"type\":\"reference\",
     \"referenceTypes\":[\"external\"]},{\"name\":\"note\",\"type\":\"string\"}]},
  {\"name\":\"owner\",\"type\":\"complex\",\"subAttributes\":[
    {\"name\":\"value\",\"type\":\"string\"},{\"name\":\"\$ref\",
     \"type\":\"reference\",\"referenceTypes\":[\"User\"]}]},
  {\"name\":\"loose\",\"type\":\"complex\",\"subAttributes\":[
    {\"name\":\"\$ref\",\"type\":\"string\"}]},
  {\"name\":\"site\",\"type\":\"reference\",\"referenceTypes\":[\"external\"]}
  ]}')"
sql "INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Desk\",
  \"endpoint\":\"/Desks\",\"schema\":\"urn:example:Desk\"}')"

# based METHOD TARGET BODY ID
based() {
  apply "$1" "$2" "$3" "{\"base_url\":\"$base/\"${4:+,\"id\":\"$4\"}}"
}
# found TARGET FILTER [BASE]: the ids.
found() {
  local escaped
  escape "$2"
  ask '[.body.Resources[]?.id, .body.scimType // empty] | join(" ")' GET \
    "$1?filter=$escaped" "" "{\"base_url\":\"${3-$base}\"}"
}
based POST /Users '{"userName":"boss"}' boss >/dev/null
based POST /Users '{"userName":"ann","'$enterprise'":{"manager":{
  "value":"boss"}}}' ann >/dev/null
based POST /Users '{"userName":"bob"}' bob >/dev/null
based POST /Groups '{"displayName":"g","members":[{"value":"ann"}]}' g \
  >/dev/null
based POST /Groups '{"displayName":"h","members":[{"value":"g"}]}' h >/dev/null
based POST /Desks '{"owner":{"value":"ann"},"links":[
  {"$ref":"Maps/1","note":"near"},{"$ref":"https://far.test/1"}],
  "loose":{"$ref":"Maps/Z"},"site":"Sites/1"}' d >/dev/null
based POST /Desks '{"owner":{"value":"bob"},
  "links":[{"$ref":"'$base'/Maps/2"}]}' e >/dev/null

# As they were shown, and not as they are believed to be.
shown() { based GET "$1" "" | quick_jq -r ".body | $2"; }
manager=$(shown /Users/ann ".\"$enterprise\".manager.\"\$ref\"")
group=$(shown /Users/ann '.groups[] | select(.value == "h") | ."$ref"')
member=$(shown /Groups/g '.members[0]."$ref"')
owner=$(shown /Desks/d '.owner."$ref"')
link=$(shown /Desks/d '.links[0]."$ref"')
is "references are shown behind the base" \
  "$manager $group $member $owner $link" \
  "$base/Users/boss $base/Groups/h $base/Users/ann $base/Users/ann \
$base/Maps/1"

# every ATTRIBUTE TARGET URI ID OTHER: the operators, with and without base.
# OTHER is found where the service has the other base.
every() {
  local path=${3#"$base/"} other
  other=https://y.test/scim/v2/$path
  is "M17: $1 eq what is shown ($how)" "$(found "$2" "$1 eq \"$3\"")" "$4"
  is "M17: $1 eq without the base" "$(found "$2" "$1 eq \"$path\"")" "$4"
  is "M17: $1 eq with another base" "$(found "$2" "$1 eq \"$other\"")" ""
  is "M17: $1 eq of another version" \
    "$(found "$2" "$1 eq \"https://x.test/scim/v1/$path\"")" "$4"
  is "M17: $1 eq without a version" \
    "$(found "$2" "$1 eq \"https://x.test/scim/$path\"")" "$4"
  is "M17: $1 eq of another service on the host" \
    "$(found "$2" "$1 eq \"https://x.test/other/$path\"")" ""
  is "M17: $1 eq more than that" "$(found "$2" "$1 eq \"${3}0\"")" ""
  is "M17: not $1 ne" "$(found "$2" "${1%.*}[\$ref pr and not (\$ref ne \"$3\")]")" "$4"
  is "M17: not $1 ne without the base" \
    "$(found "$2" "${1%.*}[\$ref pr and not (\$ref ne \"$path\")]")" "$4"
  is "M17: $1 sw all of it" "$(found "$2" "$1 sw \"$3\"")" "$4"
  is "M17: $1 sw without the base" "$(found "$2" "$1 sw \"$path\"")" "$4"
  is "M17: $1 sw another base" "$(found "$2" "$1 sw \"https://y\"")" ""
  is "M17: $1 co what is at the seam" \
    "$(found "$2" "$1 co \"v2/$path\"")" "$4"
  is "M17: $1 co another base" "$(found "$2" "$1 co \"y.test\"")" ""
  is "M17: $1 ew all of it" "$(found "$2" "$1 ew \"$3\"")" "$4"
  is "M17: $1 ew the path" "$(found "$2" "$1 ew \"/$path\"")" "$4"
  is "M17: $1 ge and le what is shown" \
    "$(found "$2" "$1 ge \"$3\" and $1 le \"$3\"")" "$4"
  is "M17: $1 where the base is another one" \
    "$(found "$2" "$1 eq \"$other\"" https://y.test/scim/v2)" "$5"
  is "M17: $1 without a base" "$(found "$2" "$1 eq \"$path\"" "")" "$4"
  is "M17: $1 without a base is not shown absolute" \
    "$(found "$2" "$1 eq \"$other\"" "")" ""
}
all() {
  every "$enterprise:manager.\$ref" /Users "$manager" ann ann
  every 'manager.$ref' /Users "$manager" ann ann
  every 'owner.$ref' /Desks "$owner" d d
  every 'links.$ref' /Desks "$link" d d
}
how="by a scan"
all
every 'members.$ref' /Groups "$member" g g
every 'groups.$ref' /Users "$group" ann ann
is "M17: groups.\$ref of the group within" \
  "$(found /Users "groups.\$ref eq \"$base/Groups/g\"")" ann
is "M17: in a value path" \
  "$(found /Groups "members[\$ref eq \"$member\" and type eq \"User\"]")" g
is "M17: sw the scheme finds all that are shown so" \
  "$(found /Desks 'links.$ref sw "https://x"')" "d e"
is "M17: one that is absolute is found with and without the base" \
  "$(found /Desks 'links.$ref eq "Maps/2"')$(found /Desks \
     "links.\$ref eq \"$base/Maps/2\"")" ee
is "M17: one of another service as it is" \
  "$(found /Desks 'links.$ref eq "https://far.test/1"')" d
is "M17: case counts where the schema says so" \
  "$(found /Desks "links.\$ref eq \"HTTPS://X.test/scim/v2/Maps/1\"")" ""
is "M17: and not elsewhere" \
  "$(found /Desks "loose.\$ref eq \"HTTPS://X.test/scim/v2/maps/z\"")" d
is "M17: only \$ref is shown behind the base" \
  "$(found /Desks "site eq \"$base/Sites/1\"")$(found /Desks \
     'site eq "Sites/1"')" d
location=$(shown /Users/ann .meta.location)
is "M17: meta.location is shown behind the base" "$location" "$base/Users/ann"
for filter in "eq \"$location\"" 'ew "/ann"' 'co "v2/Users/ann"' \
  "sw \"$location\""; do
  is "M17: meta.location $filter" "$(found /Users "meta.location $filter")" ann
done
is "M17: meta.location behind another base" \
  "$(found /Users 'meta.location eq "https://y.test/scim/v2/Users/ann"')" ""
is "M17: at the root" "$(found / "members.\$ref eq \"$member\"")" g
is "M17: a sort is of what is shown" \
  "$(ask "$ids" GET "/Desks?sortBy=links.\$ref" "" "{\"base_url\":\"$base\"}")" \
  "d e"

sql "INSERT INTO scim_index (type, attribute) VALUES
       ('User', '$enterprise:manager.\$ref'), ('Desk', 'owner.\$ref'),
       ('Desk', 'links.\$ref'), ('Desk', 'loose.\$ref')"
sql "SELECT scim_init()" >/dev/null
how="by an index"
all
is "M17: by an index, with and without the base" \
  "$(found /Desks 'links.$ref eq "Maps/2"')$(found /Desks \
     "links.\$ref eq \"$base/Maps/2\"")" ee
is "M17: by an index, where case does not count" \
  "$(found /Desks "loose.\$ref eq \"HTTPS://X.test/scim/v2/maps/z\"")" d

# ---- PATCH

patched() {
  based PATCH "$1" '{"Operations":['"$2"']}' | quick_jq -rc "$3"
}
is "M17: a path finds a member as it was shown" \
  "$(patched /Groups/g '{"op":"remove",
       "path":"members[$ref eq \"'"$member"'\"]"}' '.body.members | length')" 0
is "M17: and a custom reference" \
  "$(patched /Desks/d '{"op":"replace",
       "path":"links[$ref eq \"'"$link"'\"].note","value":"far"}' \
       '.body.links[0].note')" far
# ---- What was shown, sent back

# An immutable reference is the same in every form of its "$ref".
part() { printf '{"name":"%s","type":"%s","mutability":"immutable"%s}' "$@"; }
parts="$(part value string ',"caseExact":true'),$(part '$ref' reference \
  ',"referenceTypes":["User"]'),{\"name\":\"note\"}"
sql "INSERT INTO scim_schema (definition) VALUES ($(literal '{
  "id":"urn:example:Seat","attributes":[
  {"name":"row","type":"string"},
  {"name":"owner","type":"complex","mutability":"immutable","subAttributes":['"$parts"']},
  {"name":"guest","type":"complex","subAttributes":['"$parts"']},
  {"name":"heirs","type":"complex","multiValued":true,"mutability":"immutable",
   "subAttributes":['"$parts"']}]}'));
  INSERT INTO scim_resource_type (definition) VALUES
    ('{\"name\":\"Seat\",\"endpoint\":\"/Seats\",\"schema\":\"urn:example:Seat\"}')"
seat='{"row":"1","owner":{"value":"ann"},"guest":{"value":"bob"},
  "heirs":[{"value":"ann"},{"value":"bob","note":"n"}]}'
apply POST /Seats "$seat" '{"id":"s"}' >/dev/null
shown=$(based GET /Seats/s | quick_jq -c '.body')
relative=${shown//"$base/"/} other=${shown//"$base"/https://y.test/v2}
for body in "$shown" "$relative" "$other" "$seat"; do
  is "what is immutable is no other value by its \$ref: ${body:0:60}" \
    "$(based PUT /Seats/s "$body" | quick_jq -rc '.status, .headers.ETag')" \
    '200
W/"1"'
done
for path in owner guest heirs owner.value 'owner.$ref' 'guest.$ref'; do
  value=$(quick_jq -c ".${path/.\$ref/[\"\$ref\"]}" <<<"$shown")
  is "nor in a PATCH: $path" "$(patched /Seats/s '{"op":"replace",
    "path":"'"$path"'","value":'"$value"'}' '.status, .headers.ETag')" '200
W/"1"'
done
for body in "${shown//bob/eve}" "${shown/\"note\":\"n\"/\"note\":\"m\"}"; do
  is "another one is another" "$(based PUT /Seats/s "$body" |
    quick_jq -r .body.scimType)" mutability
done
is "as is another \$ref alone" "$(patched /Seats/s '{"op":"replace",
  "path":"guest","value":{"$ref":"'"$base"'/Users/eve"}}' .body.scimType)" \
  mutability

# ---- A type that is moved while there are references to it

# move ENDPOINT: of users.
move() {
  sql "UPDATE scim_resource_type SET definition =
         json_set(definition, '\$.endpoint', '$1') WHERE name = 'User'"
}
references() {
  based GET "/$1/ann" | quick_jq -r ".body.\"$enterprise\".manager.\"\$ref\""
  based GET /Desks/d | quick_jq -r '.body.owner."$ref"'
  based GET /Seats/s | quick_jq -r '.body | .owner, .guest, .heirs[] | ."$ref"'
  based GET '/Desks?attributes=owner.$ref' |
    quick_jq -r '.body.Resources[].owner."$ref"'
}
wanted() {
  printf '%s\n' "$base/$1/"{boss,ann,ann,bob,ann,bob,ann,bob}
}
before=$(sql "SELECT group_concat(version) FROM scim_resource")
move /People
is "a reference is shown where the type is by now" "$(references People)" \
  "$(wanted People)"
is "which is no change" \
  "$(sql "SELECT group_concat(version) FROM scim_resource")" "$before"
is "and found there" \
  "$(found /Desks "owner.\$ref eq \"$base/People/ann\"")$(found /Desks \
     'owner.$ref eq "People/bob"')" de
is "and no more where it was" \
  "$(found /Desks "owner.\$ref eq \"$base/Users/ann\"")" ""
move /users
is "letter case is as the type has it" "$(references users)" \
  "$(wanted users)"
move /People
shown=$(based GET /Seats/s | quick_jq -c '.body')
is "what was shown can be sent back, immutable or not" \
  "$(based PUT /Seats/s "$shown" | quick_jq -rc '.status, .body.owner."$ref"')" \
  "200
$base/People/ann"
is "by which the row has it too" "$(sql "SELECT doc ->> '$.owner.\$ref'
  FROM scim_resource WHERE id = 's'")" People/ann
is "the log knows of the change" "$(sql "SELECT kind, detail FROM scim_check")" ""
move /Users
# SQL has no public URL: a resource may be shown at several.
sql "INSERT INTO scim_rule (event, kind) VALUES ('created', 'hook')"
based POST /Users '{"userName":"cid","'$enterprise'":{"manager":{
  "value":"boss","$ref":"https://other.test/Users/boss"}}}' cid >/dev/null
is "tables, log and outbox have it without the public URL" "$(
  for document in "doc FROM scim_filter('User', 'userName eq \"cid\"')" \
    "doc FROM scim_as_of('User', '2999-01-01') WHERE id = 'cid'" \
    "after FROM scim_log WHERE id = 'cid'" \
    "payload FROM scim_outbox WHERE id = 'cid'"; do
    sql "SELECT json_extract(d, '\$.\"$enterprise\".manager.\$ref')
           FROM (SELECT ${document/ FROM/ AS d FROM})"
  done)" "Users/boss
Users/boss
Users/boss
Users/boss"

finish
