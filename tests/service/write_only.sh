#!/bin/bash
# Parts of complex values that are writeOnly (RFC 7643 section 7): they are read
# and dropped as a password is. They stand in no byte of the database, are shown
# and compared by nobody, and what they are a part of is judged with them.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# doc ID: what is stored of it, without schemas and id.
doc() {
  sql "SELECT json_remove(doc, '\$.schemas', '\$.id') FROM scim_resource
        WHERE id = '$1'"
}
# action: that of the last row of the log; a request that was refused, or has
# changed nothing, has none.
action() {
  sql "SELECT coalesce(action, 'none') FROM scim_log ORDER BY seq DESC LIMIT 1"
}
# patch ID OPERATION: the status, the action and what is stored then.
patch() {
  echo "$(ask "$status" PATCH "/Wallets/$1" '{"Operations":['"$2"']}') $(
    action) $(doc "$1")"
}
# leaks: in how many of the files of the database a secret stands, or what it is
# in an index.
leaks() { cat "$db" "$db-wal" | grep -aic 5ecret; }

sql "PRAGMA journal_mode = WAL" >/dev/null
pin='{"name":"pin","mutability":"writeOnly"}'
define '{"id":"urn:example:Wallet","attributes":[{"name":"name"},
  {"name":"bank","type":"complex","subAttributes":[{"name":"iban"},'"$pin"',
    {"name":"code","mutability":"immutable"},
    {"name":"bic","mutability":"readOnly"}]},
  {"name":"cards","type":"complex","multiValued":true,"subAttributes":[
    {"name":"type"},{"name":"brand"},'"$pin"',
    {"name":"pins","multiValued":true,"mutability":"writeOnly"}]},
  {"name":"keys","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value","mutability":"writeOnly"},{"name":"type"}]},
  {"name":"ids","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value"},{"name":"type"},'"$pin"']}]}'
define '{"id":"urn:example:Safe","attributes":[
  {"name":"door","type":"complex","subAttributes":[{"name":"hue"},'"$pin"']}]}'
add_type '{"name":"Wallet","endpoint":"/Wallets","schema":"urn:example:Wallet",
  "schemaExtensions":[{"schema":"urn:example:Safe"}]}'
sql "CREATE TABLE purse (id TEXT PRIMARY KEY, name TEXT, bank TEXT, cards TEXT);
  INSERT INTO scim_rule (event, type, kind) VALUES
    ('created', 'Wallet', 'made'), ('updated', 'Wallet', 'other');
  SELECT scim_map('purse', '{\"type\":\"Wallet\",\"table\":\"purse\",
    \"key\":\"id\",\"only\":\"default\",\"columns\":{
      \"name\":{\"from\":\"name\"},\"bank\":{\"from\":\"bank\",\"as\":\"json\"},
      \"cards\":{\"from\":\"cards\",\"as\":\"json\"}}}');
  SELECT scim_map_switch('purse', 'on')" >/dev/null

# ---- Each way to write

is "a create keeps the rest" "$(ask "$status" POST /Wallets '{"name":"a",
  "bank":{"iban":"i","pin":"5ecret01"},"cards":[
    {"type":"x","pin":"5ecret02","pins":["5ecret03","5ecret04"]},
    {"type":"y","pin":"5ecret05"}],
  "urn:example:Safe":{"door":{"hue":"red","pin":"5ecret06"}}}' '{"id":"a"}')
$(doc a)" '201
{"name":"a","bank":{"iban":"i"},"cards":[{"type":"x"},{"type":"y"}],'\
'"urn:example:Safe":{"door":{"hue":"red"}}}'
is "and the reply shows what is stored" \
  "$(ask '.body | del(.schemas, .meta, .id) | tostring' GET /Wallets/a)" \
  "$(doc a)"
is "a PUT too" "$(ask "$status" PUT /Wallets/a '{"name":"b",
  "bank":{"iban":"i","pin":"5ecret07"},"cards":[{"type":"x","pin":"5ecret08"}],
  "urn:example:Safe":{"door":{"pin":"5ecret09"}}}') $(doc a)" \
  '200 {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}]}'
is "an extension of which nothing is kept is not listed" \
  "$(ask '.body.schemas | tostring' GET /Wallets/a)" '["urn:example:Wallet"]'
is "the same PUT changes nothing" "$(ask "$status" PUT /Wallets/a '{"name":"b",
  "bank":{"iban":"i","pin":"5ecret10"},"cards":[{"type":"x","pin":"5ecret11"}]}'
  ) $(action)" "200 none"
want='200 none {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}]}'
while IFS= read -r operation; do
  is "a PATCH that says nothing else changes nothing: $operation" \
    "$(patch a "$operation")" "$want"
done <<'E2'
{"op":"replace","path":"bank.pin","value":"5ecret12"}
{"op":"add","path":"bank.pin","value":"5ecret13"}
{"op":"remove","path":"bank.pin"}
{"op":"replace","path":"bank.pin","value":null}
{"op":"add","path":"bank","value":{"pin":"5ecret14"}}
{"op":"replace","path":"bank","value":{"iban":"i","pin":"5ecret15"}}
{"op":"replace","value":{"bank":{"pin":"5ecret16"}}}
{"op":"replace","value":{"bank.pin":"5ecret17"}}
{"op":"add","value":{"cards":[{"type":"x","pin":"5ecret18"}]}}
{"op":"add","path":"cards","value":[{"pin":"5ecret19"},{"pin":"5ecret20"}]}
{"op":"replace","path":"cards","value":[{"type":"x","pin":"5ecret21"},{"type":"x","pin":"5ecret22"}]}
{"op":"replace","path":"cards[type eq \"x\"].pin","value":"5ecret23"}
{"op":"add","path":"cards[type eq \"x\"].pins","value":["5ecret24"]}
{"op":"remove","path":"cards[type eq \"x\"].pin"}
{"op":"remove","path":"cards[type eq \"x\"].pins","value":["5ecret25"]}
{"op":"replace","path":"cards[type eq \"x\"]","value":{"pin":"5ecret26"}}
{"op":"replace","path":"cards.pin","value":"5ecret27"}
{"op":"remove","path":"cards.pin"}
{"op":"add","path":"urn:example:Safe:door.pin","value":"5ecret28"}
{"op":"add","path":"urn:example:Safe","value":{"door":{"pin":"5ecret29"}}}
{"op":"add","path":"keys","value":["5ecret30"]}
{"op":"add","path":"keys","value":[{"value":"5ecret31"}]}
{"op":"add","path":"keys.value","value":"5ecret32"}
{"op":"add","path":"ids","value":[{"value":"{\"pin\":\"5ecret33\"}"}]}
E2
is "a part that is no value of it is refused all the same" "$(
  for path in bank.pin 'cards[type eq \"x\"].pin' keys.value; do
    patch a '{"op":"replace","path":"'"$path"'","value":{"a":"5ecret34"}}'
  done
  ask "$status" PUT /Wallets/a '{"bank":{"pin":["5ecret35","5ecret36"]}}')" \
  '400 invalidValue none {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}]}
400 invalidValue none {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}]}
400 invalidValue none {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}]}
400 invalidValue'
is "an element that is made for one has what the path asks for" \
  "$(patch a '{"op":"add","path":"cards[type eq \"z\"].pin","value":"5ecret37"}')" \
  '200 update {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"},{"type":"z"}]}'
is "what a remove lists is told by the rest" "$(patch a \
  '{"op":"remove","path":"cards","value":[{"type":"z","pin":"5ecret38"}]}')" \
  '200 update {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}]}'
is "and by nothing else" "$(patch a \
  '{"op":"remove","path":"cards","value":[{"pin":"5ecret39"}]}')" \
  '400 invalidValue none {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}]}'
is "a list of which nothing is kept takes the place of one" \
  "$(patch a '{"op":"replace","path":"cards","value":[{"pin":"5ecret40"},
    {"pin":"5ecret41"}]}')" '200 update {"name":"b","bank":{"iban":"i"}}'
is "and elements that are equal then are one" \
  "$(patch a '{"op":"replace","path":"cards","value":[{"type":"x",
    "pin":"5ecret42"},{"pin":"5ecret43"},{"type":"x","pin":"5ecret44"}]}')" \
  '200 update {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}]}'
is "in a PUT as well" "$(ask "$status" PUT /Wallets/a '{"name":"b",
  "bank":{"iban":"i"},"cards":[{"pin":"5ecret45"},{"type":"x","pin":"5ecret46"},
    {"type":"x"}],"keys":[{"value":"5ecret47","type":"t"},
    {"value":"5ecret48","type":"t"},"5ecret49"],
  "ids":[{"value":"v","pin":"5ecret50"},{"value":"V","pin":"5ecret51"}]}'
  ) $(doc a)" \
  '200 {"name":"b","bank":{"iban":"i"},"cards":[{"type":"x"}],'\
'"keys":[{"type":"t"}],"ids":[{"value":"V"}]}'
is "a bulk request" "$(ask '[.body.Operations[].status] | join(" ")' POST /Bulk \
  '{"Operations":[{"method":"POST","path":"/Wallets","bulkId":"1",
      "data":{"name":"c","bank":{"iban":"j","pin":"5ecret52"}}},
    {"method":"PATCH","path":"/Wallets/a","data":{"Operations":[
      {"op":"replace","path":"name","value":"d"},
      {"op":"add","path":"cards","value":{"type":"q","pin":"5ecret53"}}]}},
    {"method":"PUT","path":"/Wallets/a","data":{"name":5,
      "bank":{"pin":"5ecret54"}}}]}')" "201 200 400"
is "a dry run" "$(ask "$status" POST /Wallets \
  '{"bank":{"iban":"k","pin":"5ecret55"}}' '{"dry_run":true}')" 201
is "rows that are loaded: what the body has to have is in it" "$(
  sql "SELECT scim_document('Wallet', json_object('name', 'e', 'bank',
      '{\"iban\":\"l\",\"pin\":\"5ecret56\"}'));
    INSERT INTO scim (method, target, body) SELECT 'POST', '/Wallets',
      scim_document('Wallet', json_object('name', 'e', 'bank',
      '{\"iban\":\"l\",\"pin\":\"5ecret57\"}'));
    SELECT doc -> 'bank' FROM scim_resource WHERE doc ->> 'name' = 'e'")" \
  '{"name":"e","bank":{"iban":"l","pin":"5ecret56"},"schemas":'\
'["urn:example:Wallet"]}
{"iban":"l"}'
is "a preview of them shows nothing of it" "$(sql "SELECT action, after
  FROM scim_preview('Wallet', 'SELECT ''e'' AS name,
    ''{\"iban\":\"m\",\"pin\":\"5ecret58\"}'' AS bank') WHERE match = 'name'")" \
  'update|{"bank":{"iban":"m"}}'
is "a column of its own there is not" "$(sql "SELECT scim_document('Wallet',
  json_object('bank.pin', '5ecret59'))")" \
  "Error: stepping, the column 'bank.pin' is not a column's to set"
is "what is refused" "$(
  for request in 'POST /Wallets {"name":{},"bank":{"pin":"5ecret60"}}' \
    'PUT /Wallets/none {"bank":{"pin":"5ecret61"}}' \
    'POST /Wallets {"bank":{"pin":"5ecret62"}' \
    'PATCH /Wallets/a {"Operations":[{"op":"add","path":"bank.pin","value":"5ecret63"},{"op":"x"}]}' \
    'PATCH /Wallets/a {"Operations":[{"op":"add","path":"bank[pin eq \"5ecret64\"]","value":"x"}]}' \
    'PATCH /Wallets/a {"Operations":[{"op":"add","path":"cards[pin eq \"5ecret65\"","value":"x"}]}' \
    'PATCH /Wallets/a {"Operations":[{"op":"add","path":"card[pin eq \"5ecret66\"].type","value":"x"}]}' \
    'PATCH /Wallets/a {"Operations":[{"op":"add","path":"cards.pin eq \"5ecret67\"","value":"x"}]}'; do
    ask "$status" ${request%% \{*} "${request#* /* }"
  done)" "400 invalidValue
404
400 invalidSyntax
400 invalidSyntax
400 invalidPath
400 invalidPath
400 invalidPath
400 invalidPath"
is "a deletion" "$(ask "$status" DELETE /Wallets/a)" 204
is "none of them left a byte, in the tables or in those of the application" \
  "$(leaks) $(sql "SELECT group_concat(bank, ' ') FROM purse")" \
  '0 {"iban":"i"} {"iban":"j"} {"iban":"l"}'
is "and the log is whole" "$(sql "SELECT kind, detail FROM scim_check")" ""
is "another directory is made of it" "$(sql "PRAGMA wal_checkpoint" >/dev/null
  cp "$db" "$folder/source.db"
  connect "$folder/copy.db"
  sql "SELECT scim_init() > 15, scim_replay('$folder/source.db') > 0;
    SELECT DISTINCT doc -> 'bank' FROM scim_resource ORDER BY 1"
  connect)" "1|1
{\"iban\":\"j\"}
{\"iban\":\"l\"}"

# ---- What nobody may ask

is "no filter, path, sort, index, default or map asks for it" "$(
  for filter in 'bank.pin%20eq%20%221%22' 'cards%5Bpin%20eq%20%221%22%5D' \
    'cards.pin%20pr' 'bank.pin%20eq%20null' 'keys%20eq%20%221%22' \
    'urn:example:Safe:door.pin%20sw%20%221%22'; do
    ask "$status" GET "/Wallets?filter=$filter"
  done
  ask "$status" GET '/Wallets?sortBy=bank.pin'
  for action in remove replace; do
    ask "$status" PATCH /Wallets/none '{"Operations":[{"op":"'$action'",
      "path":"cards[pin eq \"1\"]","value":{"type":"1"}}]}'
  done
  sql "INSERT INTO scim_index (type, attribute) VALUES ('Wallet', 'cards.pin')" \
    "INSERT INTO scim_default VALUES ('Wallet', 'bank',
      '{\"iban\":\"i\",\"pin\":\"5ecret70\"}')" \
    "INSERT INTO scim_default VALUES ('User', 'password', '\"5ecret71\"')" \
    "SELECT scim_map('other', '{\"type\":\"Wallet\",\"table\":\"purse\",
      \"key\":\"id\",\"only\":\"default\",\"columns\":{
        \"name\":{\"from\":\"bank.pin\"}}}')" \
    "SELECT scim_map('other', '{\"type\":\"Wallet\",\"table\":\"purse\",
      \"key\":\"id\",\"only\":\"default\",\"columns\":{
        \"name\":{\"from\":\"keys\"}}}')" |
    sed 's/.*near //')" "400 invalidFilter
400 invalidFilter
400 invalidFilter
400 invalidFilter
400 invalidFilter
400 invalidFilter
400 invalidValue
400 invalidFilter
400 invalidFilter
'Wallet.cards.pin, attribute is writeOnly: it is not stored, and not searched for'
'Wallet.bank, value.pin is writeOnly'
'User.password, attribute is writeOnly'
Error: stepping, columns.name.from: the path 'bank.pin' names what is not part of the stored document
Error: stepping, columns.name.from: the path 'keys' names a value that is writeOnly, and not stored"

# ---- What is required is judged by what was sent

define '{"id":"urn:example:Vault","attributes":[{"name":"name"},
  {"name":"bank","type":"complex","required":true,"subAttributes":[
    {"name":"hint"},'"$pin"']},
  {"name":"cards","type":"complex","multiValued":true,"required":true,
    "subAttributes":[{"name":"type"},'"$pin"']},
  {"name":"tokens","type":"complex","multiValued":true,"subAttributes":[
    {"name":"type","required":true},'"$pin"']}]}'
define '{"id":"urn:example:Vault:More","attributes":[
  {"name":"door","type":"complex","required":true,"subAttributes":[
    {"name":"hue"},'"$pin"']},'"$pin"']}'
add_type '{"name":"Vault","endpoint":"/Vaults","schema":"urn:example:Vault",
  "schemaExtensions":[{"schema":"urn:example:Vault:More","required":true}]}'
bank='"bank":{"pin":"5ecret80"}'
cards='"cards":[{"pin":"5ecret81"},{"pin":"5ecret82"}]'
more='"urn:example:Vault:More":{"door":{"pin":"5ecret83"},"pin":"5ecret84"}'
vault() { # vault METHOD TARGET BODY: the status, and what is told
  ask '[.status, .body.detail // empty] | join(" ")' "$@" '{"id":"v"}'
}
while IFS='|' read -r body want; do
  is "a create says what it must: $body" "$(vault POST /Vaults "{$body}")" "$want"
done <<E2
$cards,$more|400 'bank' is required
"bank":{},$cards,$more|400 'bank' is required
"bank":{"pin":null},$cards,$more|400 'bank' is required
"bank":{"pin":""},$cards,$more|400 'bank' is required
"bank":{"other":1},$cards,$more|400 'bank' is required
$bank,$more|400 'cards' is required
$bank,"cards":[{}],$more|400 'cards' is required
$bank,$cards|400 'urn:example:Vault:More' is required
$bank,$cards,"urn:example:Vault:More":{}|400 'urn:example:Vault:More:door' is required
$bank,$cards,"urn:example:Vault:More":{"pin":"5ecret85"}|400 'urn:example:Vault:More:door' is required
$bank,$cards,$more,"tokens":[{"pin":"5ecret86"}]|400 'tokens.type' is required
E2
is "which may be nothing that is kept" \
  "$(vault POST /Vaults "{$bank,$cards,$more}") $(doc v)" '201 {}'
is "a PUT about something else goes on working" \
  "$(vault PUT /Vaults/v '{"name":"n"}') $(doc v)" '200 {"name":"n"}'
is "so does a PATCH" "$(ask "$status" PATCH /Vaults/v '{"Operations":[
  {"op":"replace","path":"name","value":"m"}]}') $(doc v)" '200 {"name":"m"}'
is "what is there is not to be taken away" "$(
  vault PUT /Vaults/v '{"bank":{"hint":"h","pin":"5ecret87"}}'
  vault PUT /Vaults/v '{"name":"n"}'
  ask "$status" PATCH /Vaults/v \
    '{"Operations":[{"op":"remove","path":"bank"}]}')" "200
400 'bank' is required
400 mutability"
is "but one that is sent may have nothing that is kept" "$(
  vault PUT /Vaults/v "{$bank}"
  doc v)" "200
{}"
is "what is stored is what it should be" "$(
  redefine urn:example:Vault "$(sql "SELECT definition FROM scim_schema
    WHERE id = 'urn:example:Vault'")"
  ask "$status" PATCH /Vaults/v '{"Operations":[{"op":"add","path":"name",
    "value":"k"}]}'
  sql "SELECT attribute, reason FROM scim_misfit WHERE type = 'Vault';
    SELECT scim_validate(type, doc) FROM scim_resource WHERE type = 'Vault'")" \
  200
is "what has to be there besides is asked for" "$(
  sql "SELECT scim_validate('Vault', '{\"tokens\":[{}, {\"pin\":\"1\"}]}')
    ->> 'detail'")" "'tokens.type' is required"
is "scim_patch shows what would be stored" "$(sql "SELECT scim_patch(
  '{\"schemas\":[\"urn:example:Vault\"],\"bank\":{\"hint\":\"h\",\"pin\":\"1\"},
    \"cards\":[{\"type\":\"x\",\"pin\":\"1\"},{\"type\":\"x\",\"pin\":\"2\"}]}',
  '{\"Operations\":[{\"op\":\"replace\",\"value\":{\"bank.pin\":\"3\"}},
    {\"op\":\"add\",\"path\":\"cards\",\"value\":[{\"pin\":\"4\"}]},
    {\"op\":\"add\",\"path\":\"urn:example:Vault:More\",
     \"value\":{\"door\":{\"pin\":\"5\"}}}]}')")" \
  '{"schemas":["urn:example:Vault"],"bank":{"hint":"h"},"cards":[{"type":"x"}]}'

# ---- Parts beside it

ask "$status" POST /Wallets '{"name":"f","bank":{"code":"c","pin":"5ecret90"}}' \
  '{"id":"f"}' >/dev/null
is "what is immutable stays, whatever is said of the other" "$(
  ask "$status" PUT /Wallets/f '{"name":"f","bank":{"pin":"5ecret91"}}'
  doc f
  ask "$status" PUT /Wallets/f '{"bank":{"code":"d","pin":"5ecret92"}}'
  ask "$status" PUT /Wallets/f '{"bank":{"code":null,"pin":"5ecret92"}}'
  patch f '{"op":"replace","path":"bank","value":{"code":"d","pin":"5ecret93"}}')" \
  '200
{"name":"f","bank":{"code":"c"}}
400 mutability
400 mutability
400 mutability none {"name":"f","bank":{"code":"c"}}'
is "what is readOnly is no value" "$(ask "$status" PUT /Wallets/f '{"name":"f",
  "bank":{"code":"c","bic":"b","pin":"5ecret94"}}') $(action)" "200 none"
define '{"id":"urn:example:Seal","attributes":[{"name":"name"},
  {"name":"wax","type":"complex","mutability":"immutable","subAttributes":[
    {"name":"hue"},'"$pin"']}]}'
add_type '{"name":"Seal","endpoint":"/Seals","schema":"urn:example:Seal"}'
is "an immutable value is the same without it" "$(
  ask "$status" POST /Seals '{"wax":{"hue":"h","pin":"5ecret95"}}' '{"id":"s"}'
  ask "$status" PUT /Seals/s '{"wax":{"hue":"h","pin":"5ecret96"}}'
  ask "$status" PUT /Seals/s '{"wax":{"pin":"5ecret97"}}'
  ask "$status" PATCH /Seals/s '{"Operations":[{"op":"add","path":"wax.pin",
    "value":"5ecret98"}]}')" "201
200
400 mutability
200"

# ---- Operations that come behind what left nothing

define '{"id":"urn:example:Gate","attributes":[{"name":"name"},
  {"name":"must","type":"complex","required":true,"subAttributes":['"$pin"',
    {"name":"h"}]},
  {"name":"lock","type":"complex","subAttributes":['"$pin"',{"name":"h"}]},
  {"name":"seal","type":"complex","mutability":"immutable","subAttributes":[
    '"$pin"',{"name":"h"}]},
  {"name":"toks","type":"complex","multiValued":true,"required":true,
    "subAttributes":['"$pin"',{"name":"h"}]},
  {"name":"ids","type":"complex","multiValued":true,"subAttributes":['"$pin"',
    {"name":"h","required":true}]}]}'
add_type '{"name":"Gate","endpoint":"/Gates","schema":"urn:example:Gate"}'
ask "$status" POST /Gates '{"must":{"pin":"1"},"toks":[{"pin":"1"}]}' \
  '{"id":"gate"}' >/dev/null
while IFS= read -r operations; do
  is "is no obstacle: $operations" "$(ask "$status" PATCH /Gates/gate \
    '{"Operations":['"$operations"']}') $(doc gate)" "200 {}"
done <<'E2'
{"op":"add","path":"must","value":{"pin":"1"}},{"op":"replace","path":"must.pin","value":"2"}
{"op":"add","path":"must","value":{"pin":"1"}},{"op":"add","path":"must","value":{"pin":"1"}}
{"op":"replace","value":{"must":{"pin":"1"},"must.pin":"2"}}
{"op":"add","path":"lock","value":{"pin":"1"}},{"op":"remove","path":"lock.h"}
{"op":"add","path":"toks","value":[{"pin":"1"}]},{"op":"replace","path":"toks.pin","value":"2"}
{"op":"add","path":"toks","value":[{"pin":"1"}]},{"op":"remove","path":"toks.h"}
{"op":"replace","value":{"toks":[{"pin":"1"}],"toks.pin":"2"}}
{"op":"add","path":"seal","value":{"pin":"1"}},{"op":"add","path":"seal","value":{"pin":"1"}}
{"op":"add","path":"ids.pin","value":"1"}
E2
is "what is there can be added to" "$(ask "$status" PATCH /Gates/gate \
  '{"Operations":[{"op":"add","path":"toks","value":[{"pin":"1"}]},
    {"op":"add","path":"toks.h","value":"t"},
    {"op":"add","path":"lock","value":{"pin":"1"}},
    {"op":"add","path":"lock.h","value":"l"}]}') $(doc gate)" \
  '200 {"lock":{"h":"l"},"toks":[{"h":"t"}]}'
is "and not be taken away by that" "$(
  for operation in '{"op":"remove","path":"toks"}' \
    '{"op":"remove","path":"toks[h eq \"t\"]"}' \
    '{"op":"remove","path":"toks.h"}'; do
    ask "$status" PATCH /Gates/gate '{"Operations":[{"op":"replace",
      "path":"toks.pin","value":"5ecret"},'"$operation"']}'
  done
  doc gate)" '400 mutability
400 mutability
400 mutability
{"lock":{"h":"l"},"toks":[{"h":"t"}]}'

# ---- The words of a tenant who goes by the letter

tenant '{"unmatched_value_path":"noTarget"}'
is "a path that selects nothing is told" "$(ask "$status" PATCH /Wallets/f \
  '{"Operations":[{"op":"add","path":"cards[type eq \"n\"].pin","value":"5"}]}')" \
  "400 noTarget"
tenant '{}'

# ---- Members of a group

define '{"id":"urn:example:Team","attributes":[{"name":"displayName"},
  {"name":"members","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value","mutability":"writeOnly"},
    {"name":"display","mutability":"writeOnly"}]}]}'
add_type '{"name":"Team","endpoint":"/Teams","schema":"urn:example:Team"}'
user ann
is "who is a member a row has to tell, but not what he is called" "$(
  ask "$status" POST /Teams '{"displayName":"t",
    "members":[{"value":"ann","display":"5ecret99"}]}' '{"id":"t"}'
  sql "SELECT value, display FROM scim_member"
  ask '.body.members | tostring' GET /Teams/t)" "201
ann|
[{\"\$ref\":\"Users/ann\",\"type\":\"User\"}]"
is "no byte of all that is left" "$(leaks)" 0
redefine urn:example:Team '{"id":"urn:example:Team","attributes":[
  {"name":"displayName"},{"name":"members","type":"complex","multiValued":true,
    "subAttributes":[{"name":"value"},{"name":"display"}]}]}'
for id in u w; do
  ask "$status" POST /Teams '{"members":[{"value":"ann","display":"called"},
    {"value":"bob","display":"called"}]}' '{"id":"'$id'"}' >/dev/null
done
redefine urn:example:Team '{"id":"urn:example:Team","attributes":[
  {"name":"displayName"},{"name":"members","type":"complex","multiValued":true,
    "subAttributes":[{"name":"value"},
      {"name":"display","mutability":"writeOnly"}]}]}'
is "what a row has from before is not shown, and goes with who is named" "$(
  ask '.body.members | tostring' GET /Teams/u
  ask "$status" PUT /Teams/u '{"members":[{"value":"ann","display":"x"},
    {"value":"bob"}]}'
  ask "$status" PATCH /Teams/w '{"Operations":[{"op":"add","path":"members",
    "value":[{"value":"ann","display":"x"},{"value":"cy"}]}]}'
  sql "SELECT r.id, m.value, display FROM scim_member AS m
    JOIN scim_resource AS r ON r.resource = m.\"group\"
    WHERE r.id IN ('u', 'w') ORDER BY 1, 2;
    SELECT kind, detail FROM scim_check")" \
  '[{"value":"ann","$ref":"Users/ann","type":"User"},{"value":"bob"}]
200
200
u|ann|
u|bob|
w|ann|
w|bob|called
w|cy|'
define '{"id":"urn:example:Person","attributes":[{"name":"groups",
  "type":"complex","multiValued":true,"mutability":"readOnly",
  "subAttributes":[{"name":"value"},
    {"name":"display","mutability":"writeOnly"}]}]}'
add_type '{"name":"Person","endpoint":"/People","schema":"urn:example:Person"}'
is "nor is one of the groups that are worked out" "$(
  ask "$status" POST /People '{}' '{"id":"pia"}'
  ask "$status" POST /Groups '{"displayName":"g","members":[{"value":"pia"}]}' \
    '{"id":"g"}'
  ask '.body.groups | tostring' GET /People/pia
  ask '.body.Resources[0].groups | tostring' GET /People)" '201
201
[{"value":"g","$ref":"Groups/g","type":"direct"}]
[{"value":"g","$ref":"Groups/g","type":"direct"}]'

# ---- What documents hold from before it was writeOnly

open='{"id":"urn:example:Card","attributes":[{"name":"name"},
  {"name":"bank","type":"complex","required":true,"subAttributes":[
    {"name":"iban"},{"name":"pin","uniqueness":"server"}]},
  {"name":"cards","type":"complex","multiValued":true,"subAttributes":[
    {"name":"type"},{"name":"pin"}]}]}'
shut=$(jq -c '.attributes[1:][].subAttributes[1].mutability = "writeOnly"' \
  <<<"$open")
define "$open"
define '{"id":"urn:example:Card:More","attributes":[
  {"name":"door","type":"complex","subAttributes":[{"name":"pin"}]}]}'
add_type '{"name":"Card","endpoint":"/Cards","schema":"urn:example:Card",
  "schemaExtensions":[{"schema":"urn:example:Card:More"}]}'
sql "INSERT INTO scim_index (type, attribute) VALUES ('Card', 'cards.pin');
  CREATE TABLE card (id TEXT PRIMARY KEY, bank TEXT, cards TEXT)"
for id in c p q d e; do
  ask "$status" POST /Cards '{"name":"'$id'","bank":{"pin":"5ecret'$id'"},
    "cards":[{"type":"x","pin":"5ecret1"},{"type":"x","pin":"5ecret2"},
      {"pin":"5ecret3"},{"type":"y"}],
    "urn:example:Card:More":{"door":{"pin":"5ecret4"}}}' '{"id":"'$id'"}' >/dev/null
done
redefine urn:example:Card "$shut"
redefine urn:example:Card:More '{"id":"urn:example:Card:More","attributes":[
  {"name":"door","type":"complex","subAttributes":['"$pin"']}]}'
held() { # held ID: how many secrets the document holds
  doc "$1" | grep -o 5ecret | wc -l
}
shown='{"name":"c","cards":[{"type":"x"},{"type":"y"}]}'
body='.body | del(.schemas, .id, .meta) | tostring'
is "is not shown" "$(ask "$body" GET /Cards/c
  ask '.body.schemas | tostring' GET /Cards/c
  ask '.body.Resources[0] | del(.schemas, .id, .meta) | tostring' GET /Cards
  ask "$body" GET '/Cards/c?attributes=name,cards,bank.pin')" "$shown
[\"urn:example:Card\"]
$shown
$shown"
is "nor searched for, also by what holds it" "$(
  for filter in 'bank%20pr' 'not%20(cards.type%20pr)' 'cards%5Bnot%20(type%20pr)%5D' \
    'urn:example:Card:More:door%20pr'; do
    ask .body.totalResults GET "/Cards?filter=$filter"
  done)" "0
0
0
0"
is "a map gets nothing of it" "$(sql "SELECT scim_map('card', '{\"type\":\"Card\",
    \"table\":\"card\",\"key\":\"id\",\"only\":\"default\",\"columns\":{
      \"bank\":{\"from\":\"bank\",\"as\":\"json\"},
      \"cards\":{\"from\":\"cards\",\"as\":\"json\"}}}');
  SELECT scim_map_switch('card', 'on'); SELECT * FROM card WHERE id = 'c'")" \
  'card
5
c||[{"type":"x"},{"type":"y"}]'
is "nobody's value is taken" "$(ask "$status" POST /Cards \
  '{"bank":{"pin":"5ecretc"}}')" 201
is "no index knows it" "$(sql "
  SELECT count(*) FROM scim_value WHERE attribute LIKE '%pin';
  SELECT count(*) FROM scim_unique WHERE attribute LIKE '%pin'")" "0
0"
sql "DELETE FROM scim_index WHERE attribute = 'cards.pin'"
rows=$(sql "SELECT max(seq) FROM scim_log")
card() { # card ID METHOD BODY: the status, what is shown, the action, what is held
  ask "[.status, ($body)] | join(\" \")" "$2" "/Cards/$1" "$3"
  echo "$(action) $(held "$1")"
}
is "it goes with the next PATCH, also of nothing, once" "$(
  for i in 1 2; do
    card c PATCH '{"Operations":[{"op":"replace","path":"name","value":"c"}]}'
  done)" "200 $shown
update 0
200 $shown
none 0"
is "whether it is guessed or not" "$(
  for guess in 'p 5ecret2' 'q 5ecret5'; do
    card "${guess% *}" PATCH '{"Operations":[
      {"op":"replace","path":"bank.pin","value":"'"${guess#* }"'"},
      {"op":"add","path":"cards","value":[{"type":"x","pin":"'"${guess#* }"'"}]}]}'
  done)" "200 ${shown/c/p}
update 0
200 ${shown/c/q}
update 0"
is "or PUT" "$(card d PUT '{"name":"m"}')" '200 {"name":"m"}
update 0'
is "or with its document" "$(ask "$status" DELETE /Cards/e)" 204
is "of which the log says that it went, and not what it was" "$(sql "
  SELECT DISTINCT after -> 'bank', before -> 'bank'
    FROM scim_log WHERE seq > $rows AND action = 'update';
  SELECT count(*) FROM scim_log
   WHERE seq > $rows AND (before LIKE '%5ecret%' OR after LIKE '%5ecret%');
  SELECT kind, detail FROM scim_check")" 'null|null
0'

# ---- A map whose value it becomes

fob() { redefine urn:example:Fob '{"id":"urn:example:Fob","attributes":[
  {"name":"name"},{"name":"key","type":"complex","subAttributes":[
    {"name":"value"'"$1"'},{"name":"type"}]}]}'; }
define '{"id":"urn:example:Fob","attributes":[{"name":"name"}]}'
fob ''
add_type '{"name":"Fob","endpoint":"/Fobs","schema":"urn:example:Fob"}'
sql "CREATE TABLE fob (id TEXT PRIMARY KEY, name TEXT, key TEXT);
  SELECT scim_map('fob', '{\"type\":\"Fob\",\"table\":\"fob\",\"key\":\"id\",
    \"only\":\"default\",\"columns\":{\"name\":{\"from\":\"name\"},
      \"key\":{\"from\":\"key\"}}}');
  SELECT scim_map_switch('fob', 'on')" >/dev/null
ask "$status" POST /Fobs '{"name":"a","key":{"value":"5ecret"}}' '{"id":"fob"}' \
  >/dev/null
fob ',"mutability":"writeOnly"'
is "goes on with a column that is without" "$(
  ask "$status" POST /Fobs '{"name":"b","key":{"value":"5ecret"}}' '{"id":"gob"}'
  ask "$status" PATCH /Fobs/fob '{"Operations":[{"op":"add","path":"name",
    "value":"c"}]}'
  sql "SELECT * FROM fob; SELECT mistake FROM scim_mistake WHERE source = 'scim_map';
    SELECT scim_map_switch('fob', 'on'); SELECT scim_map_switch('fob', 'off')"
  sql "SELECT scim_map_switch('fob', 'on')")" "201
200
fob|c|
gob|b|
2
0
Error: stepping, columns.key.from: the path 'key' names a value that is writeOnly, and not stored"

# ---- Texts that hold it, and values that are it

roles='{"name":"roles","type":"complex","multiValued":true,"subAttributes":[
  {"name":"value"},{"name":"type"},'"$pin"',
  {"name":"$ref","type":"reference","referenceTypes":["User"]}]}'
define '{"id":"urn:example:Ring","attributes":[{"name":"name"},{"name":"key"},
  {"name":"keys","multiValued":true},'"$roles"']}'
add_type '{"name":"Ring","endpoint":"/Rings","schema":"urn:example:Ring"}'
ring() { ask "$status" POST /Rings '{"roles":['"$1"']}' '{"id":"'"$2"'"}'; }
is "no text is stored that may hold it" "$(
  ring '{"value":"{\"value\":\"{\\\"pin\\\":\\\"5ecret\\\"}\",\"type\":\"t\"}"}' a1
  ring '"{\"pin\":\"5ecret\",\"pin\":\"5ecret\"}"' a2
  ring '{"value":"{\"pin\":\"5ecret"}' a3
  ring '" {\"pin\":\"5ecret\"}"' a4
  ring '"[{\"pin\":\"5ecret\"}]"' a5
  ring '{"$ref":"Users/%7B%22pin%22:5ecret"}' a6
  ring '{"value":"ann","type":"t"}' ring
  for path in roles.value 'roles[type eq \"t\"].value'; do
    ask "$status" PATCH /Rings/ring '{"Operations":[{"op":"replace",
      "path":"'"$path"'","value":"[{\"pin\":\"5ecret\"}]"}]}'
  done
  doc ring)" '400 invalidValue
400 invalidValue
400 invalidValue
400 invalidValue
400 invalidValue
400 invalidValue
201
400 invalidValue
400 invalidValue
{"roles":[{"value":"ann","type":"t","$ref":"Users/ann"}]}'
is "but what it packs besides, and other texts" "$(
  ring '{"value":"{\"pin\":\"5ecret\"}","$ref":"Users/ann","type":"t"}' b1
  ring '{"value":"{\"pin\":\"5ecret\",\"value\":\"v\"}","type":"t"}' b2
  ring '"[all] roles"' b3
  for id in b1 b2 b3; do doc $id; done)" '201
201
201
{"roles":[{"type":"t"}]}
{"roles":[{"value":"v","type":"t","$ref":"Users/v"}]}
{"roles":[{"value":"[all] roles","$ref":"Users/%5Ball%5D%20roles"}]}'
ask "$status" POST /Rings '{"key":"5ecret1","keys":["5ecret2","5ecret3"]}' \
  '{"id":"old"}' >/dev/null
sql "UPDATE scim_resource SET doc = json_set(doc, '\$.roles', json('[{
    \"value\":\"{\\\"type\\\":\\\"t\\\",\\\"pin\\\":\\\"5ecret\\\"}\",\"type\":\"t\",
    \"\$ref\":\"Users/5ecret\"}]')) WHERE id = 'old'"
redefine urn:example:Ring '{"id":"urn:example:Ring","attributes":[
  {"name":"name"},{"name":"key","type":"complex","subAttributes":[
    {"name":"value","mutability":"writeOnly"}]},
  {"name":"keys","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value","mutability":"writeOnly"},{"name":"type"}]},'"$roles"']}'
ring_of() { ask '.body | del(.schemas, .id, .meta) | tostring' "$@"; }
is "what a document holds of either is not shown, and goes with a PATCH" "$(
  ring_of GET /Rings/old
  ring_of PATCH /Rings/old '{"Operations":[{"op":"add","path":"name",
    "value":"n"}]}'
  doc old)" '{"roles":[{"type":"t"}]}
{"name":"n","roles":[{"type":"t"}]}
{"name":"n","roles":[{"type":"t"}]}'

# ---- Databases of version 15, whose indexes have it

cp tests/store/old/version15.db "$folder/old.db"
connect "$folder/old.db"
define "$shut"
add_type '{"name":"Card","endpoint":"/Cards","schema":"urn:example:Card"}'
sql "DROP TRIGGER scim_index_insert;
  INSERT INTO scim_index (type, attribute) VALUES ('Card', 'cards.pin');
  INSERT INTO scim_resource (tenant, type, id, version, created, modified, doc)
    VALUES ('default', 'Card', 'card', 1, '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z', '{\"schemas\":[\"urn:example:Card\"],
      \"id\":\"card\",\"bank\":{\"pin\":\"5ecret1\"}}');
  INSERT INTO scim_value (tenant, type, attribute, key, resource)
    SELECT tenant, type, 'cards.pin', '5ecret2', resource
      FROM scim_resource WHERE id = 'card';
  INSERT INTO scim_unique (tenant, type, attribute, key, resource)
    SELECT tenant, type, 'bank.pin', '5ecret1', resource
      FROM scim_resource WHERE id = 'card'"
sql "SELECT scim_init()" >/dev/null
is "the next write takes it out of them" "$(
  ask "$status" POST /Cards '{"bank":{"pin":"5ecret1"}}'
  sql "SELECT count(*) FROM scim_value WHERE attribute = 'cards.pin';
    SELECT count(*) FROM scim_unique WHERE attribute = 'bank.pin';
    SELECT count(*) > 0 FROM scim_unique")" "201
0
0
1"

# Of a whole attribute, of which there are keys only where there is an index of it,
# or it is unique.
upgrade_with() { # upgrade_with CHARACTERISTICS INDEX NAME
  cp tests/store/old/version15.db "$folder/$3.db"
  connect "$folder/$3.db"
  define '{"id":"urn:example:Key","attributes":[{"name":"name"},
    {"name":"secret","mutability":"writeOnly"'"$1"'}]}'
  add_type '{"name":"Key","endpoint":"/Keys","schema":"urn:example:Key"}'
  sql "DROP TRIGGER scim_index_insert; $2
    UPDATE scim_meta SET value = 0 WHERE name = 'stale';
    INSERT INTO scim_resource
      (tenant, type, id, version, created, modified, doc)
      VALUES ('default', 'Key', 'key', 1, '2026-01-01T00:00:00.000Z',
        '2026-01-01T00:00:00.000Z', '{\"schemas\":[\"urn:example:Key\"],
        \"id\":\"key\",\"secret\":\"5ecret1\"}');
    INSERT INTO scim_value (tenant, type, attribute, key, resource)
      SELECT tenant, type, 'secret', '5ecret1', resource
        FROM scim_resource WHERE id = 'key';
    INSERT INTO scim_unique (tenant, type, attribute, key, resource)
      SELECT tenant, type, 'secret', '5ecret1', resource
        FROM scim_resource WHERE id = 'key'"
  sql "SELECT scim_init()" >/dev/null
  ask "$status" POST /Keys '{"secret":"5ecret1"}'
  sql "SELECT count(*) FROM scim_value WHERE attribute = 'secret';
    SELECT count(*) FROM scim_unique WHERE attribute = 'secret';
    SELECT detail FROM (SELECT kind, coalesce(id, '') AS id, detail FROM scim_check)
     WHERE kind IN ('definition', 'stale') AND id || detail LIKE '%secret%'"
}
is "also of one that has an index" "$(upgrade_with '' "INSERT INTO scim_index
  (type, attribute, built) VALUES ('Key', 'urn:example:Key:SECRET', 0);" one)" \
  "201
0
0
scim_index, attribute: is writeOnly: it is not stored, and not searched for"
is "and of one that is unique" \
  "$(upgrade_with ',"uniqueness":"server"' "" two)" "201
0
0"

finish
