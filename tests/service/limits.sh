#!/bin/bash
# What a host is told before it asks: whose the caller is, and how often he may
# ask. (issue 9, A.7)
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

sql "INSERT INTO scim_tenant (name, settings)
     VALUES ('acme', '{\"rate\":50,\"burst\":200}')" >/dev/null
token=$(sql "SELECT scim_token('acme', 't')")
plain=$(sql "SELECT scim_token('default', 't')")

# limits '<options>': what scim_limits says, as the shim asks it; NULL as "".
limits() {
  sql "SELECT scim_limits($(literal "$1")) FROM scim_meta
        WHERE name = 'version'"
}
# of TOKEN: of who has it.
of() { limits "{\"authorization\":\"Bearer $1\",\"base_url\":\"http://x\"}"; }
# asked: how often a token was looked up in the database.
asked() {
  sql "SELECT coalesce(sum(runs), 0) FROM scim_stmt
        WHERE sql LIKE '%previous_digest = :digest%'"
}

# ---- What is told

is "the token says the tenant, that has its settings" "$(of "$token")" \
  '{"tenant":"acme","rate":50,"burst":200}'
before=$(asked)
is "the caller is remembered" "$(of "$token") $(asked)" \
  "{\"tenant\":\"acme\",\"rate\":50,\"burst\":200} $before"
is "for what he asks next as well" "$(
  sql "SELECT scim_apply('GET', '/Users', NULL,
         '{\"authorization\":\"Bearer $token\",\"base_url\":\"http://x\"}')
         ->> 'status' FROM scim_meta WHERE name = 'version'") $(asked)" \
  "200 $before"
is "what is not set is null" "$(of "$plain")" \
  '{"tenant":"default","rate":null,"burst":null}'
is "one alone" "$(tenant '{"rate":7}'; of "$plain"
  tenant '{"burst":7}'; of "$plain")" \
  '{"tenant":"default","rate":7,"burst":null}
{"tenant":"default","rate":null,"burst":7}'
is "a rate of 0 is one that is set" "$(tenant '{"rate":0}'; of "$plain")" \
  '{"tenant":"default","rate":0,"burst":null}'
is "who has the file says whose he is" "$(limits '{"tenant":"acme"}')" \
  '{"tenant":"acme","rate":50,"burst":200}'
is "or is of the default tenant" "$(limits '{}')$(limits '')" \
  '{"tenant":"default","rate":0,"burst":null}{"tenant":"default","rate":0,"burst":null}'

# ---- Of whom nothing is told

is "a token that is none" "$(of wrong)" ""
is "no token" "$(limits '{"authorization":""}')" ""
is "a tenant that is none" "$(limits '{"tenant":"nobody"}')" ""
is "a token at another tenant's URL" "$(limits \
  "{\"authorization\":\"Bearer $token\",\"tenant_path\":\"default\"}")" ""
sql "UPDATE scim_token SET revoked = '2020-01-01T00:00:00Z'
      WHERE tenant = 'acme'" >/dev/null
is "one that was revoked, in the very next call" "$(of "$token")" ""
sql "UPDATE scim_tenant SET enabled = 0 WHERE name = 'default'" >/dev/null
is "a tenant that is switched off" "$(of "$plain")" ""
sql "UPDATE scim_tenant SET enabled = 1 WHERE name = 'default'" >/dev/null

# ---- Bodies

# fault '<body>' ['<options>']: what scim_body_fault says.
fault() { sql "SELECT scim_body_fault($(literal "${2:-}"), $(literal "$1"))"; }
# same '<body>': what it says, and scim_apply with and without being told.
same() {
  local told
  told=$(fault "$1")
  echo "$told"
  ask '"\(.status) \(.body.detail)"' POST /Users "$1"
  ask '"\(.status) \(.body.detail)"' POST /Users '' \
    "{\"refused\":$(sql "SELECT json_quote($(literal "$told"))")}"
}
tenant '{"max_values":3,"max_body":40}'
is "a good body has no fault" "$(fault '{"userName":"x"}')" ""
for case in '{"a":1,"b":2,"c":3}#413 the request body has more than 3 JSON values; it must be sent in several parts' \
  '{"a":}#400 the request body is not valid JSON: unexpected character at byte 5' \
  '{"a":1,"A":2}#400 the request body is not accepted: duplicate member name in the object at byte 7' \
  '[]#400 the request body must be a JSON object'; do
  want=${case#*#}
  is "one that has is refused in the same words: ${case%%#*}" \
    "$(same "${case%%#*}")" "$want
$want
$want"
done
is "what is too large is not looked into" \
  "$(fault '[                                       ]')" ""
is "what was found wrong already is that" \
  "$(fault '' '{"refused":"400 the reason"}')" "400 the reason"
is "nor what a caller sends who is refused" "$(fault '[' \
  '{"authorization":"Bearer wrong"}')" ""
is "a reason without a status is the host's mistake" "$(
  ask '"\(.status) \(.body.detail)"' POST /Users '' '{"refused":"no"}')" \
  "400 the option 'refused' begins with 400 or 413, and a space"
is "where there is no body nothing was refused" "$(
  ask .status GET /Users '' '{"refused":"no"}')" 200
tenant '{}'

# ---- What makes no sense

is "options that are none are an error" "$(limits '{"dryrun":true}' 2>&1 |
  grep -c "dryrun")$(limits '[' 2>&1 | grep -c 'Error')" 11
sql "DROP TRIGGER scim_tenant_update" >/dev/null
for settings in '{"rate":-1,"burst":0}' '{"rate":"x","burst":1.5}' \
  '{"rate":1e9}'; do
  tenant "$settings"
  is "past the trigger, as if it were not set: $settings" "$(of "$plain")" \
    '{"tenant":"default","rate":null,"burst":null}'
done

finish
