#!/bin/bash
# scim_replicable: nothing that is drawn is left to draw, no secret is left in what
# is to be sent, and the outcome is that of the request as it came: the reply, and
# every table.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty
digits() { printf '%064d' "$1"; }
fit() {
  sql "SELECT scim_replicable($(literal "$1"), $(literal "$2"), $(literal "$3"),
    $(literal "$4"))"
}

# ---- What it says, where there are no tables

is "what would be drawn is in the options" "$(sql "
  WITH f (j) AS MATERIALIZED (SELECT scim_replicable('POST', '/Users', '{}', NULL))
  SELECT (SELECT group_concat(key) FROM json_each(j)),
         (SELECT group_concat(key) FROM json_each(j, '\$.options')),
         length(j ->> '\$.options.now'), length(j ->> '\$.options.id')
    FROM f")" "options|now,id,again|24|36"
is "what was given stays" "$(fit PATCH /Users/a '{}' \
  '{"tenant":"acme","now":"2026-01-01","id":"x","again":false}')" \
  '{"options":{"tenant":"acme","now":"2026-01-01","id":"x","again":false}}'
is "each time another is drawn" "$(sql "SELECT
  scim_replicable('DELETE', '/Users/a', NULL, '{\"now\":\"2026-01-01\"}') =
  scim_replicable('DELETE', '/Users/a', NULL, '{\"now\":\"2026-01-01\"}')")" 0
is "what is fit stays as it is" "$(sql "
  WITH f (j) AS MATERIALIZED (SELECT scim_replicable('POST', '/Users', '{}',
    '{\"authorization\":\"Bearer x\"}'))
  SELECT scim_replicable('POST', '/Users', '{}', j -> 'options') = j FROM f")" 1
is "it writes nothing" "$(sql "SELECT count(*) FROM sqlite_schema;
  SELECT total_changes()")" "0
0"
is "options that are none are an error" "$(fit GET /Users '' '[]'
  fit GET /Users '' '{')" "Error: stepping, the options must be a JSON object
Error: stepping, the text of the options is not valid JSON: the JSON text ends early at byte 1"

# ---- No secret

# hidden METHOD TARGET BODY OPTIONS: what is sent, without what was drawn.
hidden() {
  sql "WITH f (j) AS (SELECT scim_replicable($(literal "$1"), $(literal "$2"),
      $(literal "$3"), $(literal "$4")))
    SELECT coalesce(j ->> '\$.options.authorization', 'NULL') || ' ' ||
           coalesce(substr(j ->> '\$.options.token_digest', 1, 8), '-') || ' ' ||
           coalesce(j ->> 'body', '') FROM f"
}
while IFS='|' read -r header want; do
  is "of '$header' stays '$want'" \
    "$(hidden DELETE /Users/a '' "{\"authorization\":\"$header\"}")" "$want "
done <<'E2'
Bearer scim_geheim|Bearer - a0bf7a36
bearer   scim_geheim |Bearer - a0bf7a36
Bearer Bearer scim_geheim|Bearer - a0bf7a36
Bearer|Bearer -
Bearer  |Bearer -
scim_geheim|- -
Basic eDpnZWhlaW0=|- -
| -
E2
is "null stays null, which trusts nobody" \
  "$(fit DELETE /Users/a '' '{"authorization":null,"now":"t","id":"i"}')" \
  '{"options":{"authorization":null,"now":"t","id":"i","again":true}}'
while IFS='|' read -r method target body want; do
  is "a password: $method $target $body" "$(hidden "$method" "$target" "$body" '')" \
    "NULL - $want"
done <<'E2'
POST|/Users|{"password":"geheim","userName":"a"}|{"password":"******","userName":"a"}
PUT|/users/a|{"PassWord":1234}|{"PassWord":1111}
PATCH|/Me|{"Operations":[{"op":"add","path":"password","value":"x"}]}|{"Operations":[{"op":"add","path":"password","value":"*"}]}
PATCH|/Users/a|{"Operations":[{"op":"add","value":[{"password":"x"}]}]}|{"Operations":[{"op":"add","value":[{"password":"*"}]}]}
PATCH|/Users/a|{"Operations":[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:password","value":["x"]}]}|{"Operations":[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:password","value":["*"]}]}
POST|/Users|{"p\u0061ssword":"x"}|{"password":"*"}
POST|/Bulk|{"Operations":[{"path":"/Users/a?x","data":{"password":"x"}},{"path":"/Devices","data":{"password":"x"}}]}|{"Operations":[{"path":"/Users/a?x","data":{"password":"*"}},{"path":"/Devices","data":{"password":"*"}}]}
POST|/Bulk|{"Operations":[{"path":"https://h/scim/v2/Users","data":{"password":"x"}}]}|{"Operations":[{"path":"https://h/scim/v2/Users","data":{"password":"*"}}]}
POST|/Users|{"password":null,"title":"password"}|
POST|/Devices|{"password":"x"}|{"password":"*"}
POST|/Users|{"name":{"x":[{"password":"x"}]}}|{"name":{"x":[{"password":"*"}]}}
POST|/Users|{"title":"{\"password\":\"x\"}","nickName":"[password]"}|{"title":"{\"password\":\"*\"}","nickName":"[password]"}
PATCH|/Users/a|{"Operations":[{"op":"add","path":"password eq \"a b\"","value":"x"}]}|{"Operations":[{"op":"add","path":"password eq \"***\"","value":"*"}]}
PATCH|/Users/a|{"Operations":[{"op":"add","value":{"password[value eq \"x\"]":"y"}}]}|{"Operations":[{"op":"add","value":{"password[value eq \"*\"]":"*"}}]}
POST|/Users/.search|{"filter":"not (password co \"x\") and title pr"}|{"filter":"not (password co \"*\") and title pr"}
PATCH|/Users/a|{"Operations":[{"op":"add","path":"password[value eq 1]","value":"x"},{"op":"add","path":"password.value","value":"x"}]}|{"Operations":[{"op":"add","path":"password[value eq 1]","value":"*"},{"op":"add","path":"password.value","value":"*"}]}
PATCH|/Users/a|{"Operations":[{"op":"add","path":"x[type eq \"w\"].password","value":"x"}]}|{"Operations":[{"op":"add","path":"x[type eq \"w\"].password","value":"*"}]}
PATCH|/Users/a|{"Operations":[{"op":"add","path":"x[password eq \"w\"].password ","value":"x"}]}|{"Operations":[{"op":"add","path":"x[password eq \"*\"].password ","value":"*"}]}
PATCH|/Users/a|{"Operations":[{"op":"add","value":{"x[type eq \"w\"].password":"x"}}]}|{"Operations":[{"op":"add","value":{"x[type eq \"w\"].password":"*"}}]}
PATCH|/Users/a|{"Operations":[{"op":"add","path":"\"x\" eq password","value":"x"}]}|{"Operations":[{"op":"add","path":"\"*\" eq password","value":"*"}]}
PATCH|/Users/a|{"Operations":[{"op":"add","path":"x[\"x\" eq password].y","value":"x"}]}|{"Operations":[{"op":"add","path":"x[\"*\" eq password].y","value":"*"}]}
POST|/Users|{"urn:ietf:params:scim:schemas:core:2.0:User":{"password":"x"}}|{"urn:ietf:params:scim:schemas:core:2.0:User":{"password":"*"}}
POST|/Users/.search|{"filter":"password eq \"S3\\\"CRET\" and title eq \"\""}|{"filter":"password eq \"********\" and title eq \"\""}
POST|/Users/.search|{"filter":"password eq \"a\\\\\" or title eq \"b"}|{"filter":"password eq \"***\" or title eq \"*"}
POST|/Users/.search|{"filter":"password eq \"a\\\""}|{"filter":"password eq \"***"}
E2
is "a filter of a search, too, and nothing else of it" "$(
  sql "SELECT scim_replicable('GET', '/Users?count=1&filter=password+eq+%22x%22', NULL,
         NULL) ->> 'target',
       scim_replicable('GET', '/Users?count=1&filter=title+eq+%22password%22', NULL,
         NULL) ->> 'target'")" '/Users?count=1&filter=password%20eq%20%22%2A%22|'
is "what is asked to be shown, or sorted by, is no filter" "$(
  sql "SELECT scim_replicable('GET', '/Users?attributes=password,userName', NULL,
         NULL) ->> 'target',
       scim_replicable('GET', '/Users?sortBy=password&attributes=password%2Ctitle'
         || '&Filter=Password+eq+%22x%22', NULL, NULL) ->> 'target'")" \
  '|/Users?sortBy=password&attributes=password%2Ctitle&Filter=Password%20eq%20%22%2A%22'
secrets='{"write_only":{"names":["password","pin"],"stored":{"/Devices":["password","a.pin"]}}}'
while IFS='|' read -r method target body want; do
  is "what is stored stays: $method $target $body" \
    "$(hidden "$method" "$target" "$body" "$secrets")" "NULL - $want"
done <<'E2'
POST|/devices|{"password":"x","pin":"x","a":{"pin":"x"}}|{"password":"x","pin":"*","a":{"pin":"x"}}
POST|/Users|{"password":"x","pin":"x","a":{"pin":"x"}}|{"password":"*","pin":"*","a":{"pin":"*"}}
PATCH|/Devices/1|{"Operations":[{"path":"a","value":{"pin":"x"}},{"path":"a[pin eq \"x\"].b","value":"x"},{"path":"pin","value":"x"}]}|{"Operations":[{"path":"a","value":{"pin":"x"}},{"path":"a[pin eq \"x\"].b","value":"x"},{"path":"pin","value":"*"}]}
POST|/Bulk|{"Operations":[{"path":"/Devices","data":{"password":"x","pin":"x"}}]}|{"Operations":[{"path":"/Devices","data":{"password":"x","pin":"*"}}]}
E2
secrets='{"write_only":{"names":["Value","data","Operations"]}}'
while IFS='|' read -r method target body want; do
  is "what a message is made of is no secret: $method $target $body" \
    "$(hidden "$method" "$target" "$body" "$secrets")" "NULL - $want"
done <<'E2'
PATCH|/Users/a|{"Operations":[{"op":"replace","value":{"userName":"ann"}}]}|
PATCH|/Users/a|{"Operations":[{"op":"add","value":[{"userName":"ann","x":{"value":"y"}}]}]}|{"Operations":[{"op":"add","value":[{"userName":"ann","x":{"value":"*"}}]}]}
PATCH|/Users/a|{"Operations":[{"op":"add","path":"title","value":"ann"}]}|
PATCH|/Users/a|{"Operations":[{"op":"add","path":"x.value","value":{"y":"z"}}]}|{"Operations":[{"op":"add","path":"x.value","value":{"y":"*"}}]}
POST|/Bulk|{"Operations":[{"method":"POST","path":"/Users","data":{"userName":"ann"}}]}|
POST|/Bulk|{"Operations":[{"method":"POST","path":"/Users","data":{"userName":"ann","data":{"x":"y"}}}]}|{"Operations":[{"method":"POST","path":"/Users","data":{"userName":"ann","data":{"x":"*"}}}]}
E2
secrets='{"write_only":{"names":["","pin"],"stored":{"":["."],"/":5}}}'
is "a password is one, whatever else is" "$(
  hidden POST /Users '{"password":"x","pin":"x"}' "$secrets"
  hidden POST /Users '{"password":"x"}' '{"write_only":{"names":[]}}'
  hidden POST /Users '{"password":"x"}' '{"write_only":null}')" \
  'NULL - {"password":"*","pin":"*"}
NULL - {"password":"*"}
NULL - {"password":"*"}'
for option in 5 '"password"' '["password"]' '{}' '{"names":"password"}' \
  '{"names":["pin",null]}' '{"names":["pin",1]}' '{"names":[{}]}' \
  '{"names":[],"stored":[]}' '{"names":[],"stored":"/Users"}'; do
  is "names that are none are refused: $option" \
    "$(fit POST /Users '{"pin":"x"}' "{\"write_only\":$option}")" \
    "Error: stepping, the option 'write_only' must be an object with the list $(
      )'names' of texts, and 'stored', an object"
done
secrets='{"write_only":{"names":["pin"]}}'
is "which names those are goes no further" \
  "$(sql "SELECT instr(scim_replicable('GET', '/Users', NULL, '$secrets'), 'pin')")" 0
while read -r body; do
  is "a body that is no JSON stays here: $body" "$(sql "
    WITH f (j) AS MATERIALIZED (
      SELECT scim_replicable('POST', '/Users', $(literal "$body"), '{}'))
    SELECT quote(j ->> 'body'), j ->> '\$.options.refused' GLOB '400 *',
           instr(j, 'geheim') FROM f")" "''|1|0"
done <<'E2'
{"password
{"password":"geheim"
{"password" : "x","password":"geheim"}
{'password':'geheim'}
{"password":geheim}
{"a":"x,"password":"geheim"}
E2
is "but what the host has found wrong with it is said" "$(sql "
  SELECT scim_replicable('POST', '/Users', '{\"password', '{\"refused\":\"413 x\"}')
    ->> '\$.options.refused'")" "413 x"
form='grant_type=client_credentials&client_id=c%201'
while IFS='|' read -r header body want; do
  is "a client: $header $body" "$(hidden POST /oauth/token "$body" \
    "{\"authorization\":\"$header\"}")" "$want"
done <<E2
|$form&client_secret=geheim| addb0f5e $form&client_secret=-
Basic YyUyMDE6Z2VoZWlt|$form|Basic YyUyMDE6LQ== addb0f5e $form
Basic YyUyMDE6Z2VoZWlt|client_secret=x&client_secret=%ff|Basic YyUyMDE6LQ== addb0f5e client_secret=-&client_secret=%FF
Basic !|a=b|Basic - - a=-
Basic YQ==|a=b|Basic - - a=-
Bearer geheim|a=b|Bearer - addb0f5e a=-
geheim|client_secret=|- - client_secret=
E2
is "a body that is no form, or too large, does not go along" "$(
  hidden POST /oauth/token '{"client_secret":"x"}' '{"content_type":"application/json"}'
  hidden POST /oauth/token "client_secret=$(printf '%09000d' 1)" ''
  sql "SELECT scim_replicable('POST', '/oauth/token', printf('%9000d', 1), NULL)
    ->> '\$.options.truncated'")" "NULL - 
NULL - 
1"
is "the secret of the token that is to come is told beside what is sent" "$(sql "
  WITH f (j) AS MATERIALIZED (SELECT scim_replicable('POST', '/oauth/token', '$form',
    NULL))
  SELECT j ->> 'secret' GLOB 'scim_*', j ->> 'digest' = j ->> '\$.options.digest',
         instr(j -> 'options', j ->> 'secret') FROM f;
  SELECT scim_replicable('POST', '/oauth/token', '$form',
    '{\"digest\":\"x\"}') ->> 'secret' IS NULL;
  SELECT scim_replicable('POST', '/Users', '{}', NULL) ->> 'digest' IS NULL")" "1|1|0
1
1"

# ---- The same outcome

# What both databases begin with; then requests, as they came in the one, and made
# fit in the other. The secrets are those of the digits 2 to 8.
cat >"$folder/begin" <<E2
.load $extension
SELECT scim_init('{"replicated":true,"now":"2026-01-01","cursor_key":"$(digits 1)"}');
SELECT scim_token('acme', 'good', '{"now":"2026-01-01","random":"$(digits 2)"}');
SELECT scim_token('acme', 'expired', '{"now":"2026-01-01","random":"$(digits 3)",
  "expires":"2026-01-02"}');
SELECT scim_token('acme', 'revoked', '{"now":"2026-01-01","random":"$(digits 4)"}');
SELECT scim_token('acme', 'reader', '{"now":"2026-01-01","random":"$(digits 5)",
  "scopes":"users:read"}');
SELECT scim_token('acme', 'rotated', '{"now":"2026-01-01","random":"$(digits 6)"}');
SELECT scim_client('acme', 'c', '{"now":"2026-01-01","random":"$(digits 7)",
  "id":"c1"}') ->> 'client_secret';
UPDATE scim_token SET revoked = '2026-01-01' WHERE label = 'revoked';
SELECT scim_token_rotate(5, 3600, '{"now":"2026-01-03","random":"$(digits 8)"}');
E2
mapfile -t secrets < <(sqlite3 -batch "$folder/plain.db" <"$folder/begin")
sqlite3 -batch "$folder/fit.db" <"$folder/begin" >/dev/null
is "the secrets are there" "$(printf '%s\n' "${secrets[@]}" | grep -c '^scim_')" 7
good=${secrets[1]} expired=${secrets[2]} revoked=${secrets[3]} reader=${secrets[4]}
former=${secrets[5]} client=${secrets[6]} rotated=${secrets[7]}
basic() { printf 'Basic %s' "$(printf %s "$1" | base64 -w0)"; }
now='"now":"2026-01-03T00:10:00Z"'
grant=grant_type=client_credentials
while IFS='|' read -r sentence method target body options; do
  [[ $options == *'"now"'* ]] || options+="${options:+,}$now"
  printf '%s|%s|%s|%s|{%s,"id":"i%d"}\n' "$sentence" "$method" "$target" \
    "$body" "$options" $((++number))
done >"$folder/cases" <<E2
no token|POST|/Users|{"userName":"a"}|"authorization":""
null for one|POST|/Users|{"userName":"a"}|"authorization":null
the word alone|POST|/Users|{"userName":"a"}|"authorization":"Bearer"
the word and a blank|POST|/Users|{"userName":"a"}|"authorization":"Bearer "
without the word|POST|/Users|{"userName":"a"}|"authorization":"$good"
another scheme|POST|/Users|{"userName":"a"}|"authorization":"$(basic a:b)"
one that is not known|POST|/Users|{"userName":"a"}|"authorization":"Bearer $(digits 9)"
one that has expired|POST|/Users|{"userName":"a"}|"authorization":"Bearer $expired"
one that is revoked|POST|/Users|{"userName":"a"}|"authorization":"Bearer $revoked"
one that may not|POST|/Users|{"userName":"a"}|"authorization":"Bearer $reader"
at another tenant's URL|POST|/Users|{"userName":"a"}|"authorization":"Bearer $good","tenant_path":"other"
the one before a rotation|POST|/Users|{"userName":"former"}|"authorization":"Bearer $former"
that one, too late|POST|/Users|{"userName":"late"}|"authorization":"Bearer $former","now":"2026-02-01"
the one behind it|POST|/Users|{"userName":"new"}|"authorization":"Bearer $rotated"
a good one|POST|/Users|{"userName":"b"}|"authorization":"Bearer $good"
one with the word twice|POST|/Users|{"userName":"c"}|"authorization":"bearer Bearer  $good"
nobody, who is trusted|POST|/Users|{"userName":"d"}|
a password|POST|/Users|{"userName":"e","password":"geheim"}|
a password that is a number|POST|/Users|{"userName":"f","password":5}|
a password that is an object|POST|/Users|{"userName":"g","password":{"a":"x"}}|
a password changed|PATCH|/Users/i18|{"Operations":[{"op":"replace","path":"password","value":"y"},{"op":"add","value":{"password":"z","title":"t"}}]}|
no JSON|POST|/Users|{"password":|
no JSON, but for its end|POST|/Users|{"userName":"z","password":"geheim"|
no JSON, with a name twice|POST|/Users|{"password":"geheim","password":"x"}|
no JSON, of apostrophes|POST|/Users|{'password':'geheim'}|
no JSON, in an escape|POST|/Users|{"password":"a\x","userName":"z"}|
no JSON, behind its end|POST|/Users|{"password":"geheim"} and more|
a password under the URN|POST|/Users|{"userName":"u","urn:ietf:params:scim:schemas:core:2.0:User":{"password":"geheim"}}|
a password of nothing|PATCH|/Users/i18|{"Operations":[{"op":"replace","path":"password.value","value":"geheim"}]}|
a grant of another kind|POST|/oauth/token|grant_type=password&client_id=c1&username=a&password=geheim|"authorization":""
a place that is none|DELETE|/Nowhere/a||
a secret there|POST|/Nowhere|client_secret=geheim|"content_type":"application/x-www-form-urlencoded"
a secret there, as JSON|PUT|/Nowhere/a|{"password":"geheim"}|
where there is no place|POST|/oauth/token/x|client_secret=geheim|
where only reads are|POST|/Schemas|{"password":"geheim"}|
a form where people are|POST|/Users|client_secret=geheim|
a secret in the query|PATCH|/Users/i18?client_secret=geheim&Attributes=title|{"Operations":[{"op":"add","path":"title","value":"q"}]}|
the same of a client|POST|/oauth/token?client_secret=geheim|$grant&client_id=c1&client_secret=$client|"authorization":"","digest":"$(digits 3)"
a bulk request|POST|/Bulk|{"Operations":[{"method":"POST","path":"/Users","bulkId":"1","data":{"userName":"h","password":"x"}}]}|
a token, of a form|POST|/oauth/token|$grant&client_id=c1&client_secret=$client|"authorization":"","digest":"$(digits 1)"
a token, of a header|POST|/oauth/token|$grant|"authorization":"$(basic "c1:$client")","digest":"$(digits 2)"
a wrong secret|POST|/oauth/token|$grant&client_id=c1&client_secret=$good|"authorization":""
a wrong one in the header|POST|/oauth/token|$grant|"authorization":"$(basic "c1:$good")"
no client of the name|POST|/oauth/token|$grant|"authorization":"$(basic "c2:$client")"
in both places|POST|/oauth/token|$grant&client_id=c1&client_secret=$client|"authorization":"$(basic "c1:$client")"
two names|POST|/oauth/token|$grant&client_id=c2|"authorization":"$(basic "c1:$client")"
a secret twice|POST|/oauth/token|$grant&client_id=c1&client_secret=$client&client_secret=x|"authorization":""
a secret that is no text|POST|/oauth/token|$grant&client_id=c1&client_secret=%ff|"authorization":""
no secret|POST|/oauth/token|$grant&client_id=c1&client_secret=|"authorization":""
a header that cannot be read|POST|/oauth/token|$grant|"authorization":"Basic !"
a bearer token for it|POST|/oauth/token|$grant|"authorization":"Bearer $good"
a body of another type|POST|/oauth/token|{"client_secret":"x"}|"authorization":"","content_type":"application/json"
a body that is too large|POST|/oauth/token|client_secret=$(printf '%09000d' 0)|"authorization":""
E2
sql "CREATE TEMP TABLE cases (sentence, method, target, body, options)" \
  ".mode list" ".separator |" ".import --schema temp $folder/cases cases" >/dev/null
sql "SELECT printf('SELECT scim_apply(%Q, %Q, %Q, %Q);', method, target,
    nullif(body, ''), options) FROM temp.cases" >"$folder/plain"
sql "WITH f AS MATERIALIZED (SELECT rowid AS n, method, target, nullif(body, '') AS
    body, scim_replicable(method, target, nullif(body, ''), options) AS j
    FROM temp.cases)
  SELECT printf('SELECT scim_apply(%Q, %Q, %Q, %Q);', method,
    coalesce(j ->> 'target', target), coalesce(iif(j ->> 'place' IN ('/Nowhere', '/Schemas'), '', j ->> 'body'), body),
    j -> 'options') FROM f ORDER BY n" >"$folder/fit"
for how in plain fit; do
  sqlite3 -batch "$folder/$how.db" -cmd ".load $extension" <"$folder/$how" \
    >"$folder/$how.told" 2>&1
done
while IFS='|' read -r sentence _ <&3 && IFS= read -r plain <&4 &&
  IFS= read -r fit <&5; do
  is "the answer is the same: $sentence" "$fit" "$plain"
done 3<"$folder/cases" 4<"$folder/plain.told" 5<"$folder/fit.told"
is "and so is what the tables hold" "$(for how in plain fit; do
  sqlite3 "$folder/$how.db" .dump >"$folder/$how.dump"
done
diff "$folder/plain.dump" "$folder/fit.dump")" ""
is "the answers are those of each case" "$(sqlite3 :memory: "
  SELECT group_concat(value ->> 'status', ' ') FROM json_each('['
    || $(literal "$(paste -sd, "$folder/plain.told")") || ']')")" \
  "401 401 400 400 401 401 401 401 401 403 401 201 401 201 201 201 201 201 400 \
400 200 400 400 400 400 400 400 201 400 400 404 404 404 404 405 400 200 200 200 200 200 401 401 401 400 400 400 400 401 401 401 400 400"
is "no secret is in what was sent" "$(grep -cF \
  "$(printf '%s\n' "${secrets[@]:1}" geheim)" "$folder/fit")" 0

finish
