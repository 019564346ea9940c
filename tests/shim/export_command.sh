#!/bin/bash
# scimd export: what comes out goes in again, and comes out the same.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

"$SCIMD" init --db "$db"
urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
export_() { "$SCIMD" export --db "$db" "$@" 2>&1; echo "= $?"; }
import() { # <database> <file> <type>
  "$SCIMD" import --db "$1" "$2" --type "$3" 2>&1 | grep -v ' rows, .*/s'
}

cat >"$dir/users.ndjson" <<JSON
{"id":"a","userName":"ann@x.com","externalId":"1","name":{"givenName":"Änn","familyName":"O'Neil, \"Jr\""},"active":true,"title":"two\nlines","emails":[{"type":"work","value":"ann@x.com","primary":true},{"type":"home","value":"a@home"}],"phoneNumbers":[{"type":"mobile","value":"+49 30"}],"$urn":{"department":"Sales"},"locale":" de"}
{"id":"b","userName":"bob@x.com","active":false,"roles":[{"value":"r1"},{"value":"r2"}],"$urn":{"manager":{"value":"a"}}}
{"id":"c","userName":"cyd@x.com","emails":[{"type":"Work","value":"C@x.com"}]}
JSON
cat >"$dir/groups.ndjson" <<'JSON'
{"id":"g","displayName":"Staff","members":[{"value":"b","type":"User"},{"value":"a","display":"Ann"},{"value":"x"}]}
{"id":"h","displayName":"All","members":[{"value":"g","type":"Group"}]}
{"id":"i","displayName":"Empty"}
JSON
import "$db" "$dir/users.ndjson" User >/dev/null
import "$db" "$dir/groups.ndjson" Group >/dev/null

is "columns can be chosen, in any case" \
  "$(export_ --type User --columns \
    "username,Name.familyName,active,title,emails[type eq \"work\"].value,roles,$urn:manager.value")" \
"username,Name.familyName,active,title,\"emails[type eq \"\"work\"\"].value\",\
roles,$urn:manager.value
ann@x.com,\"O'Neil, \"\"Jr\"\"\",true,\"two
lines\",ann@x.com,,
bob@x.com,,false,,,\"[{\"\"value\"\":\"\"r1\"\"},{\"\"value\"\":\"\"r2\"\"}]\",a
cyd@x.com,,true,,C@x.com,,
= 0"
is "a filter chooses rows" \
  "$(export_ --type User --filter 'active eq false' --columns id,userName)" \
"id,userName
b,bob@x.com
= 0"
is "groups have their members" \
  "$(export_ --type Group --columns displayName,members | sed -n 2,3p)" \
"Staff,\"[{\"\"value\"\":\"\"a\"\",\"\"type\"\":\"\"User\"\",\"\"display\"\":\
\"\"Ann\"\"},{\"\"value\"\":\"\"b\"\",\"\"type\"\":\"\"User\"\"},\
{\"\"value\"\":\"\"x\"\"}]\"
All,\"[{\"\"value\"\":\"\"g\"\",\"\"type\"\":\"\"Group\"\"}]\""
is "nobody who matches leaves the names alone" \
  "$(export_ --type User --filter 'userName eq "zoe"' --columns id)" "id
= 0"
is "of another tenant there is nothing" \
  "$("$SCIMD" token add --db "$db" --tenant acme --label x >/dev/null
    export_ --type User --tenant acme --format ndjson)" "= 0"

# refused <sentence> <complaint> <option ...>: nothing else is printed.
refused() {
  local sentence=$1 want=$2
  shift 2
  is "$sentence" "$(export_ "$@")" "scimd: $want
= 1"
}
refused "a filter that is none" \
  "the filter is wrong at its end: expected a value" \
  --type User --filter 'userName eq'
refused "a column that nobody has" "the column shoe is no attribute of User" \
  --type User --columns shoe
for column in groups groups.value meta meta.created password \
  manager.displayName; do
  refused "a column that is in no document: $column" \
    "the column $column is not stored: it cannot be exported" \
    --type User --columns "userName,$column"
done
sqlite3 "$db" "INSERT INTO scim_schema (definition) VALUES
    ('{\"id\":\"urn:x:no\",\"name\":\"No\",\"attributes\":[
      {\"name\":\"no\",\"type\":\"string\",\"mutability\":\"readOnly\"}]}');
  UPDATE scim_resource_type SET definition = json_insert(definition,
    '\$.schemaExtensions[#]', json('{\"schema\":\"urn:x:no\"}'))
   WHERE name = 'User'"
is "what is readOnly by now may be stored" \
  "$(export_ --type User --columns urn:x:no:no | head -n 1)" urn:x:no:no
is "a column may be named with its URN or, where it is clear, without" \
  "$(export_ --type User --columns 'urn:ietf:params:scim:schemas:core:2.0:User:userName,Manager.value' |
    head -n 3)" \
"urn:ietf:params:scim:schemas:core:2.0:User:userName,Manager.value
ann@x.com,
bob@x.com,a"
refused "a column that is one of several" \
  "the column emails.value may be one of several; as in emails[type eq \
\"work\"].value one of them can be named" --type User --columns emails.value
refused "a type that is none" "there is no resource type Usr" --type Usr
refused "a tenant that nobody is" "there is no tenant acne" \
  --type User --tenant acne
refused "columns of NDJSON" "--columns is of --format csv" \
  --type User --format ndjson --columns id
is "where nothing can be written it is a 1" \
  "$("$SCIMD" export --db "$db" --type User 2>&1 >/dev/full; echo $?)" \
"scimd: cannot write: No space left on device
1"
is "what stands in brackets is in any case, too" \
  "$(export_ --type User --columns 'EMAILS[Type EQ "Work"].Value' | tail -n +2)" \
  "$(export_ --type User --columns 'emails[type eq "work"].value' | tail -n +2)"
refused "and must be there" \
  'the column emails[kind eq "work"].value is no attribute of User' \
  --type User --columns 'emails[kind eq "work"].value'
is "quotes in a column are no SQL" \
  "$(export_ --type User --columns "emails[type eq \"'||1--\"].value")" \
"\"emails[type eq \"\"'||1--\"\"].value\"



= 0"

# ---- There and back

# trip <format>: users and groups into an empty database, and out of it again.
trip() {
  local new=$dir/new.db type
  rm -f "$new"
  "$SCIMD" init --db "$new"
  for type in User Group; do
    "$SCIMD" export --db "$db" --type "$type" --format "$1" >"$dir/$type.$1"
    import "$new" "$dir/$type.$1" "$type"
    "$SCIMD" export --db "$new" --type "$type" --format "$1" |
      diff "$dir/$type.$1" - && echo equal
    import "$new" "$dir/$type.$1" "$type"
  done
}
there_and_back="created 3, changed 0, same 0, deactivated 0, failed 0
equal
created 0, changed 0, same 3, deactivated 0, failed 0
created 3, changed 0, same 0, deactivated 0, failed 0
equal
created 0, changed 0, same 3, deactivated 0, failed 0"
is "CSV goes there and back" "$(trip csv)" "$there_and_back"
is "with managers and members" "$(sqlite3 "$dir/new.db" "
    SELECT manager_name FROM scim_user WHERE user_name = 'bob@x.com';
    SELECT group_concat(member, ' ') FROM (SELECT member FROM scim_membership
     WHERE group_name = 'Staff' ORDER BY 1)")" \
"ann@x.com
a b x"
is "NDJSON goes there and back" "$(trip ndjson)" "$there_and_back"
documents() {
  sqlite3 "$1" "SELECT type, id, doc FROM scim_resource ORDER BY id"
}
is "and has everything" "$(documents "$dir/new.db")" "$(documents "$db")"

# People made by chance, of texts that mean something to CSV, JSON or SQL.
# SCIM_CASES is how many, 150 unless told; SCIM_SEED the first.
chance 150
"${python:-python3}" - "$cases" "${SCIM_SEED:-1}" >"$dir/chance.ndjson" <<'PY'
import json, random, sys
random.seed(int(sys.argv[2]))
parts = ['"', ',', '\n', '\r\n', "'", '\\', ' ', '[1]', '{"a":1}', 'true', '1e5',
         '-0', 'null', '=1+1', '%', 'é', '😀', '\t', ';', 'x', '--', '\ufeff', '0']
def text():
    return ''.join(random.choice(parts) for _ in range(random.randint(1, 4)))
def some(value):
    return value if random.random() < 0.6 else None
for i in range(int(sys.argv[1])):
    emails = [{'type': t, 'value': text()} for t in ('work', 'home')
              if random.random() < 0.5]
    user = {'id': f'id-{i}', 'userName': f'{i}{text()}', 'title': some(text()),
            'externalId': some(text()), 'active': some(random.random() < 0.5),
            'name': some({'familyName': text(), 'givenName': text()}),
            'emails': emails, 'displayName': some(text()),
            'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User':
            some({'department': text(), 'employeeNumber': text(),
                  'manager': {'value': f'id-{random.randint(0, i)}'}})}
    print(json.dumps({k: v for k, v in user.items() if v is not None}))
PY
rm "$db"
"$SCIMD" init --db "$db"
is "people made by chance come in" \
  "$(import "$db" "$dir/chance.ndjson" User)" \
  "created $cases, changed 0, same 0, deactivated 0, failed 0"
for format in csv ndjson; do
  is "and go there and back as $format" "$(trip "$format" | head -n 3)" \
"created $cases, changed 0, same 0, deactivated 0, failed 0
equal
created 0, changed 0, same $cases, deactivated 0, failed 0"
  is "the documents are the same" \
    "$(diff <(documents "$dir/new.db") <(documents "$db") | head -n 4)" ""
done
# ---- memory

few=$(peak "$SCIMD" export --db "$db" --type User)
text=$(head -c 60000 /dev/zero | tr '\0' x)
seq -f '{"userName":"large%g","title":"x"}' 600 >"$dir/large.ndjson"
import "$db" "$dir/large.ndjson" User >/dev/null
sqlite3 "$db" "UPDATE scim_resource SET doc = json_set(doc, '$.title',
  '$text') WHERE doc ->> '$.userName' GLOB 'large*'"
many=$(peak "$SCIMD" export --db "$db" --type User)
is "36 MB more take no such memory ($few, $many kB)" \
  "$((${SANITIZED:-0} || many < few + 16000)) $((
    $(wc -c <"$dir/peak.out") > 36000000))" "1 1"

finish
