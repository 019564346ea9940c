#!/bin/bash
# Who has set last what a resource has now. That it is right in every history
# is shown by history_property.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init();
  CREATE TABLE secret AS SELECT scim_token('acme', 'Entra', '{\"idp\":\"entra\"}')
    AS entra, scim_token('acme', 'other') AS other;
  UPDATE scim_tenant SET idp = 'okta' WHERE name = 'acme'" >/dev/null

# as <token or ''> <method> <target> <body> <day>: who does what.
as() {
  sql "SELECT scim_apply('$2', '$3', nullif('$4', ''), json_patch(
      '{\"now\":\"2026-01-$5\"}', iif('$1' = '', json_object('tenant', 'acme',
        'id', 'ann'), json_object('authorization', 'Bearer ' ||
          (SELECT ${1:-1} FROM secret))))) ->> '\$.status'"
}
# origins <id> [tenant]: all that is told.
origins() {
  sql "SELECT * FROM scim_provenance('$1', '${2:-acme}')"
}
urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User

as '' POST /Users "{\"userName\":\"ann\",\"emails\":[{\"value\":\"a@x\"}],
  \"name\":{\"givenName\":\"Ann\",\"familyName\":\"A\"},
  \"$urn\":{\"department\":\"Sales\"}}" 01 >/dev/null
as entra PATCH /Users/ann '{"Operations":[
  {"op":"replace","path":"name.familyName","value":"B"},
  {"op":"replace","path":"active","value":false}]}' 02 >/dev/null
as other PATCH /Users/ann "{\"Operations\":[
  {\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"b@x\"}]},
  {\"op\":\"replace\",\"path\":\"$urn:department\",\"value\":\"IT\"},
  {\"op\":\"add\",\"path\":\"title\",\"value\":\"Boss\"},
  {\"op\":\"replace\",\"path\":\"name.familyName\",\"value\":\"B\"}]}" 03 >/dev/null

is "each value has the request that set it, with token, label and idp" \
  "$(origins ann)" \
  "active|0|2|2026-01-02T00:00:00.000Z|1|Entra|entra
emails|[{\"value\":\"a@x\"},{\"value\":\"b@x\"}]|3|2026-01-03T00:00:00.000Z|2|\
other|okta
name.familyName|B|2|2026-01-02T00:00:00.000Z|1|Entra|entra
name.givenName|Ann|1|2026-01-01T00:00:00.000Z||(sql)|
title|Boss|3|2026-01-03T00:00:00.000Z|2|other|okta
$urn:department|IT|3|2026-01-03T00:00:00.000Z|2|other|okta
userName|ann|1|2026-01-01T00:00:00.000Z||(sql)|"
as '' DELETE /Users/ann '' 04 >/dev/null
is "who is deleted has nothing, and nor has nobody" \
  "$(origins ann; origins nobody)" ""
as '' POST /Users '{"userName":"ann"}' 05 >/dev/null
is "who comes back has what was set since" "$(origins ann)" \
  "active|1|5|2026-01-05T00:00:00.000Z||(sql)|
userName|ann|5|2026-01-05T00:00:00.000Z||(sql)|"
sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"g\",\"members\":
    [{\"value\":\"ann\"},{\"value\":\"bob\"}]}',
    '{\"tenant\":\"acme\",\"id\":\"g\",\"now\":\"2026-01-06\"}');
  SELECT scim_apply('PATCH', '/Groups/g', '{\"Operations\":[{\"op\":\"add\",
    \"path\":\"members\",\"value\":[{\"value\":\"ann\"}]}]}',
    '{\"tenant\":\"acme\",\"source\":\"manual\",\"now\":\"2026-01-07\"}')" >/dev/null
is "each member has a row, by the platform one of its own" "$(origins g)" \
  "displayName|g|6|2026-01-06T00:00:00.000Z||(sql)|
members|ann|6|2026-01-06T00:00:00.000Z||(sql)|
members|ann|7|2026-01-07T00:00:00.000Z||(sql)|
members|bob|6|2026-01-06T00:00:00.000Z||(sql)|"
# ---- URNs in another case

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"URN:Acme:badge.x\",
    \"name\":\"Badge\",\"attributes\":[{\"name\":\"colour\",\"type\":\"string\"},
    {\"name\":\"door\",\"type\":\"complex\",\"subAttributes\":[
      {\"name\":\"no\",\"type\":\"integer\"}]}]}');
  UPDATE scim_resource_type
     SET definition = json_insert(definition, '\$.schemaExtensions[#]',
         json('{\"schema\":\"URN:Acme:badge.x\",\"required\":false}'))
   WHERE name = 'User';
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"zed\",\"URN:Acme:badge.x\":
    {\"colour\":\"red\",\"door\":{\"no\":7}}}',
    '{\"tenant\":\"acme\",\"id\":\"zed\",\"now\":\"2026-01-08\"}')" >/dev/null
is "the name of an extension's attribute is its path" \
  "$(origins zed | cut -d'|' -f1,2 | grep -i urn)" "URN:Acme:badge.x:colour|red
URN:Acme:badge.x:door.no|7"
is "as in scim_history, also where LIKE heeds case" "$(sql "
  PRAGMA case_sensitive_like = on;
  SELECT attribute, new FROM scim_history
   WHERE id = 'zed' AND lower(attribute) GLOB 'urn*' ORDER BY 1;
  PRAGMA case_sensitive_like = off")" "URN:Acme:badge.x:colour|red
URN:Acme:badge.x:door.no|7"

sql "INSERT INTO scim_schema (definition) VALUES
    ('{\"id\":\"urn:x:seat[1]\",\"name\":\"Seat\",\"attributes\":[
      {\"name\":\"row\"},{\"name\":\"tags\",\"multiValued\":true}]}');
  UPDATE scim_resource_type
     SET definition = json_insert(definition, '\$.schemaExtensions[#]',
         json('{\"schema\":\"urn:x:seat[1]\",\"required\":false}'))
   WHERE name = 'User';
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"yan\",\"urn:x:seat[1]\":
    {\"row\":\"A\",\"tags\":[\"x\",\"y\"]}}',
    '{\"tenant\":\"acme\",\"id\":\"yan\",\"now\":\"2026-01-09\"}');
  SELECT scim_apply('PUT', '/Users/yan', '{\"userName\":\"yan\",
    \"urn:x:seat[1]\":{\"row\":\"B\",\"tags\":[\"x\",\"y\"]}}',
    '{\"tenant\":\"acme\",\"now\":\"2026-01-10\"}')" >/dev/null
is "the id of a schema may look like a place in a list" \
  "$(origins yan | grep -i urn | cut -d'|' -f1,2,4)" \
  'urn:x:seat[1]:row|B|2026-01-10T00:00:00.000Z
urn:x:seat[1]:tags|["x","y"]|2026-01-09T00:00:00.000Z'

finish
