#!/bin/bash
# Options are strict: a name that does not exist, or a value of another type, is
# an error that names it, and nothing is changed. A typo must not turn a dry run
# into a write, or a token with few rights into one with all.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

id=00000000-0000-4000-8000-00000000000a
sql "SELECT scim_init();
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\",\"name\":
    {\"familyName\":\"A\"}}', '{\"id\":\"$id\"}');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\",\"name\":
    {\"familyName\":\"B\"}}')" >/dev/null

# rows: how many there are of what a call could change.
rows() {
  sql "SELECT (SELECT count(*) FROM scim_user), (SELECT count(*) FROM scim_token),
    (SELECT count(*) FROM scim_tenant)"
}
before=$(rows)

# apply OPTIONS: status and detail of a DELETE with them, an SQL expression.
apply() {
  sql "WITH r(reply) AS MATERIALIZED (
      SELECT scim_apply('DELETE', '/Users/$id', NULL, $1))
    SELECT reply ->> '\$.status', reply ->> '\$.body.scimType',
      reply ->> '\$.body.detail' FROM r"
}

# insert OPTIONS: the same by the table scim; its log has what was answered.
insert() {
  sql "INSERT INTO scim (method, target, options)
      VALUES ('DELETE', '/Users/$id', $1);
    SELECT status, scim_type, detail FROM scim
     WHERE rowid = last_insert_rowid()"
}

# ---- scim_apply and scim: a reply of 400 that names the option

# Options, and what is said of them.
while IFS='#' read -r options detail; do
  options=$(printf '%s' "$options" | sed 's/ *$//')
  want="400|invalidValue|${detail# }"
  is "scim_apply refuses $options" "$(apply "'$options'")" "$want"
  is "scim refuses $options" "$(insert "'$options'")" "$want"
done <<'END'
{"dryRun":true}            # there is no option 'dryRun'
{"dry-run":true}           # there is no option 'dry-run'
{"dry_runn":true}          # there is no option 'dry_runn'
{"":1}                     # there is no option ''
{"now":"soon"}             # the option 'now' must be a dateTime
{"now":1767225600}         # the option 'now' must be a dateTime
{"tenant":1}               # the option 'tenant' must be a string
{"tenant":["default"]}     # the option 'tenant' must be a string
{"base_url":{}}            # the option 'base_url' must be a string
{"id":true}                # the option 'id' must be a string
{"if_match":1}             # the option 'if_match' must be a string
{"if_none_match":false}    # the option 'if_none_match' must be a string
{"content_type":[]}        # the option 'content_type' must be a string
{"dry_run":"true"}         # the option 'dry_run' must be true or false
{"dry_run":"false"}        # the option 'dry_run' must be true or false
{"dry_run":2}              # the option 'dry_run' must be true or false
{"dry_run":1.0}            # the option 'dry_run' must be true or false
{"dry_run":[true]}         # the option 'dry_run' must be true or false
{"truncated":"no"}         # the option 'truncated' must be true or false
{"refused":413}            # the option 'refused' must be a string
{"source":"app"}           # the option 'source' is idp or manual, not 'app'
{"source":1}               # the option 'source' must be a string
{"tenant":"default","x":1} # there is no option 'x'
{"x":null}                 # there is no option 'x'
END

is "the first wrong one is named" \
  "$(apply "'{\"one\":1,\"two\":2,\"now\":\"soon\"}'")" \
  "400|invalidValue|there is no option 'one'"
is "names are told apart by case" "$(apply "'{\"Dry_Run\":true}'")" \
  "$(apply "'{\"dry_run\":true}'")"
is "options that are no object are said to be none" \
  "$(for options in '[]' '"dry_run"' 1 true '[{"dry_run":true}]'; do
    apply "'$options'"
  done | sort -u)" \
  "400|invalidSyntax|the options must be a JSON object"
is "what is no JSON says where" \
  "$(apply "'{\"dry_run\":'")" \
  "400|invalidSyntax|the text of the options is not valid JSON: the JSON text ends early at byte 11"
is "the one-argument form is held to the same" \
  "$(sql "SELECT scim_apply('{\"method\":\"DELETE\",\"target\":\"/Users/$id\",
    \"dryRun\":true}') ->> '\$.body.detail'")" \
  "there is no option 'dryRun'"
is "in the form of four arguments method, target and body are none" \
  "$(for name in method target body; do
    apply "'{\"$name\":\"x\"}'"
  done)" \
  "400|invalidValue|there is no option 'method'
400|invalidValue|there is no option 'target'
400|invalidValue|there is no option 'body'"
is "all of that has changed nothing" "$(rows)" "$before"

# ---- booleans and null

is "json_object('dry_run', true) is a dry run" \
  "$(apply "json_object('dry_run', true)")|$(rows)" "204|||$before"
is "1 is true" "$(apply "'{\"dry_run\":1}'")|$(rows)" "204|||$before"
is "null is as if it were not there" \
  "$(apply "'{\"dry_run\":true,\"tenant\":null,\"now\":null,\"id\":null,
    \"base_url\":null,\"if_match\":null,\"source\":null,\"content_type\":null,
    \"truncated\":null}'")" "204||"
is "a null alone, an empty text and NULL are no options" \
  "$(for options in "'null'" "''" NULL; do
    sql "SELECT scim_apply('GET', '/Users/$id', NULL, $options) ->> '\$.status'"
  done)" "200
200
200"
is "an authorization that is null is no trusted caller" \
  "$(apply "'{\"authorization\":null}'")" "401||a bearer token is needed"
is "and one that is no string neither" \
  "$(apply "'{\"authorization\":1}'" | cut -d'|' -f1)" "401"
is "null for dry_run is no dry run" "$(apply "'{\"dry_run\":null}'")" "204||"
is "neither is 0, for one that is gone" "$(apply "'{\"dry_run\":0}'" |
  cut -d'|' -f1)" "404"

# ---- scim_token: an SQL error, and no token

before=$(rows)
# token OPTIONS: what scim_token says.
token() {
  sql "SELECT scim_token('acme', 'x', $1)" | sed 's/^Error: stepping, //'
}
while IFS='#' read -r options detail; do
  options=$(printf '%s' "$options" | sed 's/ *$//')
  is "scim_token refuses $options" "$(token "'$options'")" "${detail# }"
done <<'END'
{"expire":"2020-01-01"}      # there is no option 'expire'
{"scope":"read"}             # there is no option 'scope'
{"scopes":"reed"}            # the option 'scopes' has words with a blank between them, each of read, write, users:read, users:write, groups:read, groups:write, admin; not 'reed'
{"scopes":"read, write"}     # the option 'scopes' has words with a blank between them, each of read, write, users:read, users:write, groups:read, groups:write, admin; not 'read, write'
{"scopes":""}                # the option 'scopes' is empty
{"scopes":["read"]}          # the option 'scopes' must be a string
{"expires":"never"}          # the option 'expires' must be a dateTime
{"expires":1767225600}       # the option 'expires' must be a dateTime
{"resource":7}               # the option 'resource' must be a string
{"now":"soon"}               # the option 'now' must be a dateTime
{"dry_run":true}             # there is no option 'dry_run'
[]                           # the options must be a JSON object
END
is "no token is made by any of them, and no tenant" "$(rows)" "$before"
is "null is as if it were not there" \
  "$(sql "SELECT length(scim_token('acme', 'x',
    '{\"expires\":null,\"scopes\":null,\"resource\":null}')) > 40;
    SELECT scopes, expires IS NULL FROM scim_token WHERE label = 'x'")" \
  "1
read write|1"

# ---- scim_filter: its arguments are SQL's, and refused alike

# sorted ORDER: the users by family name, or the error.
sorted() {
  sql "SELECT group_concat(doc ->> '\$.userName') FROM
    (SELECT doc FROM scim_filter('User', NULL, 'name.familyName', $1))" |
    sed 's/^Error: stepping, //'
}
sql "SELECT scim_apply('POST', '/Users', '{\"userName\":\"cid\",\"name\":
  {\"familyName\":\"C\"}}')" >/dev/null
is "ascending is the default, in any case" \
  "$(for order in NULL "''" "'ascending'" "'Ascending'"; do
    sorted "$order"
  done | sort -u)" "bob,cid"
is "descending turns it round" "$(sorted "'DESCENDING'")" "cid,bob"
is "anything else is an error that names it" \
  "$(for order in "'desc'" "'asc'" "'down'" 1; do sorted "$order"; done)" \
  "sort_order is ascending or descending, not 'desc'
sort_order is ascending or descending, not 'asc'
sort_order is ascending or descending, not 'down'
sort_order is ascending or descending, not '1'"
is "also when nothing is sorted" \
  "$(sql "SELECT id FROM scim_filter('User', NULL, NULL, 'desc')" |
    sed 's/^Error: stepping, //')" \
  "sort_order is ascending or descending, not 'desc'"
is "a sort_by that names no attribute is one, too" \
  "$(sql "SELECT id FROM scim_filter('User', NULL, 'surname')" |
    sed 's/^Error: stepping, //')" "unknown attribute 'surname'"

finish
