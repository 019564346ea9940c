#!/bin/bash
# The table of leniencies in the README: what each row says is taken by default,
# and refused with preset "rfc" and with its setting alone. A row that has no
# case here fails, and so does a case that has no row.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:example:Kit\",
  \"attributes\":[{\"name\":\"weight\",\"type\":\"integer\"},
  {\"name\":\"made\",\"type\":\"dateTime\"}]}')"
sql "INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Kit\",
  \"endpoint\":\"/Kits\",\"schema\":\"urn:example:Kit\"}')"
user ann '"roles":[{"value":"r","primary":true}]'
ask .status POST /Groups '{"displayName":"g"}' '{"id":"g"}' >/dev/null

core=urn:ietf:params:scim:schemas:core:2.0
enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User

# ---- Cases: to the letter, but for the one thing that the row is about

declare -A request # by the first column: method, target and body
declare -A taken   # by the first column: a jq filter, true if it was taken
# row '<first column>' METHOD TARGET [BODY]
row() { request[$1]="$2 $3 $4"; }
resource() { printf '{"schemas":["%s"],%s}' "$1" "$2"; }
user_of() { resource "$core:User\",\"$enterprise" "\"userName\":\"u\",$1"; }
kit() { resource urn:example:Kit "$1"; }
patch() {
  resource urn:ietf:params:scim:api:messages:2.0:PatchOp "\"Operations\":[$1]"
}

row 'a word without quotes in a filter, `userName eq bob`' \
  GET '/Users?filter=userName%20eq%20bob'
row 'a number in quotes in a filter, `weight eq "5"`' \
  GET '/Kits?filter=weight%20eq%20%225%22'
row '`"True"` for `true`' POST /Users "$(user_of '"active":"True"')"
row '`"True"` for `true` in a filter' \
  GET '/Users?filter=roles%5Bprimary%20eq%20%22True%22%5D'
row 'add and replace at a value path that matches nothing, which make the value' \
  PATCH /Users/ann "$(patch '{"op":"replace",
    "path":"emails[type eq \"work\"].value","value":"w@x"}')"
row 'a body without its URN in `schemas`' POST /Users '{"userName":"u"}'
row "a URN in \`schemas\` that is none of the type's" POST /Users \
  "$(resource "$core:User\",\"urn:scim:schemas:core:1.0" '"userName":"u"')"
row 'values of an extension whose URN is not in `schemas`' POST /Users \
  "$(resource "$core:User" \
    '"userName":"u","'$enterprise'":{"department":"d"}')"
row 'a bare value where an object belongs, `"manager":"42"`' POST /Users \
  "$(user_of "\"$enterprise\":{\"manager\":\"42\"}")"
row 'members as bare ids' PATCH /Groups/g \
  "$(patch '{"op":"add","path":"members","value":["ann"]}')"
row 'a list of one where an object belongs, `"manager":[{…}]`' POST /Users \
  "$(user_of "\"$enterprise\":{\"manager\":[{\"value\":\"42\"}]}")"
row 'one value where a list belongs in a body, `"emails":{…}`' POST /Users \
  "$(user_of '"emails":{"value":"a@x"}')"
row 'an object as JSON in a text, `"roles":["{…}"]`' POST /Users \
  "$(user_of '"roles":["{\"value\":\"admin\"}"]')"
row 'the value of a PATCH without a path in a list of one' PATCH /Users/ann \
  "$(patch '{"op":"add","value":[{"title":"t"}]}')"
row 'a PATCH whose `Operations` are empty' PATCH /Users/ann "$(patch '')"
row 'a number as a string, `"7"`' POST /Kits "$(kit '"weight":"7"')"
row 'an integer with a fraction or an exponent, `1.0`, `1e2`, stored as `1`, `100`' \
  POST /Kits "$(kit '"weight":1.0')"
row 'a date without a time' POST /Kits "$(kit '"made":"2008-01-23"')"
row 'the second 60' POST /Kits "$(kit '"made":"2008-01-23T04:56:60Z"')"
row 'small `t` and `z` in a dateTime' POST /Kits \
  "$(kit '"made":"2008-01-23t04:56:22z"')"
row '`""` for what is no string, which takes it away' POST /Users \
  "$(user_of '"active":""')"
row 'a reference that names nobody, `"manager":{"displayName":"Bo"}`, which changes nothing' \
  POST /Users "$(user_of "\"$enterprise\":{\"manager\":{
    \"displayName\":\"Bo\"}}")"
row '`op` in other letters, `"Add"`' PATCH /Users/ann \
  "$(patch '{"op":"Add","path":"title","value":"t"}')"
stays='`""` for a string, which takes it away; to the letter it stays'
row "$stays" POST /Users "$(user_of '"title":""')"
taken[$stays]='.body | has("title") | not'

row 'names that are unknown, readOnly or paths, in a PATCH without a path' \
  PATCH /Users/ann "$(patch '{"op":"replace","value":{"nope":1}}')"
row 'a colon behind the URN of a schema, as the path of all that is in it' \
  PATCH /Users/ann "$(patch '{"op":"add","path":"'$enterprise':",
    "value":{"department":"d"}}')"
row 'a value with `remove`, which takes what it lists' PATCH /Users/ann \
  "$(patch '{"op":"remove","path":"roles","value":[{"value":"r"}]}')"

# ---- The table

# The rows as lines of first column, setting and default, a tab between them.
table=$(sed -n '/^## Leniencies/,/^## [^L]/p' README.md |
  grep '^| ' | tail -n +2 |
  awk -F' [|] ' '{sub(/^[|] /, "", $1); print $1 "\t" $2 "\t" $3}' |
  tr -d '\\')
is "each row has a case, and each case a row" \
  "$(cut -f1 <<<"$table" | sort)" "$(printf '%s\n' "${!request[@]}" | sort)"

# verdict ROW SETTINGS: taken, or else the status. Nothing of it stays.
verdict() {
  local method target body
  read -r method target body <<<"${request[$1]//$'\n'/ }"
  tenant "$2"
  ask "if .status == 400 or .status == 404 then .status
    elif (${taken[$1]:-.status < 300}) then \"taken\" else \"to the letter\" end" \
    "$method" "$target" "$body" '{"dry_run":true}'
}
while IFS=$'\t' read -r name setting default; do
  setting=${setting//\`/} default=${default//[\`\"]/}
  refused=400
  [ "$setting" != empty_strings ] || refused="to the letter"
  is "by default: $name" "$(verdict "$name" '{}')" taken
  is "with preset rfc not: $name" "$(verdict "$name" '{"preset":"rfc"}')" \
    "$refused"
  strict=$(sql "SELECT value FROM scim_setting AS s, json_each(s.words)
                 WHERE name = '$setting' AND value <> \"default\"")
  is "nor with $setting $strict: $name" \
    "$(verdict "$name" "{\"$setting\":\"$strict\"}")" "$refused"
  is "with preset rfc and $setting $default: $name" \
    "$(verdict "$name" "{\"preset\":\"rfc\",\"$setting\":\"$default\"}")" taken
done <<<"$table"

# ---- What the preset covers

is "each setting that the preset covers has a row, and no other" \
  "$(cut -f2 <<<"$table" | tr -d '`' | sort -u)" \
  "$(grep -o '{"[a-z_]*", "[A-Za-z]*", STRICT_' ext/service/caller.c |
    cut -d'"' -f2 | sort)"
tenant '{}'
is "each setting of the table is one of two words, with that default" \
  "$(cut -f2,3 <<<"$table" | tr -d '`"' | sort -u | tr '\t' ' ')" \
  "$(sql "SELECT name || ' ' || \"default\" FROM scim_setting
           WHERE name IN ('$(cut -f2 <<<"$table" | tr -d '`' | sort -u |
             paste -sd, | sed "s/,/','/g")')
             AND json_array_length(words) = 2 ORDER BY name")"
finish
