#!/bin/bash
# scimd import: what becomes of rows, what is told of them, and what is refused
# before the first one.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

"$SCIMD" init --db "$db"
urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
tool=$(realpath "$SCIMD")

# import <file> [option ...]: what it prints, its complaints with "! " before
# each, and its status. Progress, which only a slow machine tells of, is left out.
import() {
  local file=$1 status
  shift
  "$SCIMD" import --db "$db" --type User "$dir/$file" "$@" \
    >"$dir/out" 2>"$dir/err"
  status=$?
  cat "$dir/out"
  sed '/ rows, .*\/s/d; s/^scimd: /! /' "$dir/err"
  echo "= $status"
}
# people: userName and what else is said of each; log: rows in it.
people() {
  sqlite3 "$db" "SELECT doc ->> '$.userName', doc -> '$.name.givenName',
      doc -> '$.title', doc -> '$.active', doc -> '$.emails[0].value',
      doc ->> '$.\"$urn\".department' FROM scim_resource WHERE type = 'User'
    ORDER BY 1"
}
log() { sqlite3 "$db" "SELECT count(*) FROM scim_log"; }

# until_more <number> <pattern>: waits until more people have such a userName.
until_more() {
  until_is 1 sqlite3 "$db" "SELECT count(*) > $1 FROM scim_user
    WHERE user_name GLOB '$2'" >/dev/null
}

# ---- rows

head='userName,name.givenName,active,"emails[type eq ""work""].value"'
printf '\xef\xbb\xbf%s\r\n' "$head,$urn:department,title" >"$dir/hr.csv"
cat >>"$dir/hr.csv" <<'CSV'
ann@x.com,Ann,TRUE,ann@x.com,Sales,"The ""boss"", of
two lines"
bob@x.com,Bob,,,IT,
"cyd@x.com",Çyd,0,cyd@x.com,,Dr
CSV
cat >"$dir/people" <<'END'
ann@x.com|"Ann"|"The \"boss\", of\ntwo lines"|true|"ann@x.com"|Sales
bob@x.com|"Bob"||true||IT
cyd@x.com|"Çyd"|"Dr"|false|"cyd@x.com"|
END
is "a dry run tells row by row what would be" \
  "$(import hr.csv --dry-run)" "created	ann@x.com
created	bob@x.com
created	cyd@x.com
would be: created 3, changed 0, same 0, deactivated 0, failed 0
= 0"
is "and writes nothing" "$(people)$(log)" 0
is "rows become people" "$(import hr.csv)" \
"created 3, changed 0, same 0, deactivated 0, failed 0
= 0"
is "with quotes, newlines, a byte order mark and values of every kind" \
  "$(people)" "$(cat "$dir/people")"
is "each is a row of the log" "$(log)" 3
is "once more changes nothing" "$(import hr.csv)" \
"created 0, changed 0, same 3, deactivated 0, failed 0
= 0"
is "and is not in the log" "$(log)" 3
is "there is no file of failures" "$(ls "$dir" | grep -c failures)" 0

cat >"$dir/less.csv" <<'CSV'
userName,title
ANN@x.com,
bob@x.com,Mr
CSV
is "columns that are not there are left alone, and the key has no case" \
  "$(import less.csv)" \
"created 0, changed 2, same 0, deactivated 0, failed 0
= 0"
is "an empty cell is no value" "$(people)" \
"ANN@x.com|\"Ann\"||true|\"ann@x.com\"|Sales
bob@x.com|\"Bob\"|\"Mr\"|true||IT
cyd@x.com|\"Çyd\"|\"Dr\"|false|\"cyd@x.com\"|"
printf 'userName,title,nickName\nbob@x.com,,B\n' >"$dir/keep.csv"
is "with --keep-empty it says nothing" \
  "$(import keep.csv --keep-empty; people | grep bob)" \
"created 0, changed 1, same 0, deactivated 0, failed 0
= 0
bob@x.com|\"Bob\"|\"Mr\"|true||IT"
printf 'userName,active\ncyd@x.com,\n' >"$dir/empty.csv"
is "an empty cell is what a create without it gets" \
  "$(import empty.csv; import empty.csv; people | grep cyd)" \
"created 0, changed 1, same 0, deactivated 0, failed 0
= 0
created 0, changed 0, same 1, deactivated 0, failed 0
= 0
cyd@x.com|\"Çyd\"|\"Dr\"|true|\"cyd@x.com\"|"

cat >"$dir/mail.ndjson" <<'JSON'
{"userName":"bob@x.com","emails":[{"type":"work","value":"b","primary":true},{"type":"home","value":"h"}]}
JSON
printf 'userName,"emails[type eq ""work""].value"\nbob@x.com,\n' >"$dir/mail.csv"
is "an address that goes takes its element along" \
  "$(import mail.ndjson; import mail.csv; import mail.csv
    sqlite3 "$db" "SELECT value, type FROM scim_email WHERE user_name GLOB 'b*'")" \
"created 0, changed 1, same 0, deactivated 0, failed 0
= 0
created 0, changed 1, same 0, deactivated 0, failed 0
= 0
created 0, changed 0, same 1, deactivated 0, failed 0
= 0
h|home"
printf '%s\n' '{"userName":"bob@x.com","emails":[]}' >"$dir/mail.ndjson"
is "and an empty list is none" "$(import mail.ndjson; people | grep bob)" \
"created 0, changed 1, same 0, deactivated 0, failed 0
= 0
bob@x.com|\"Bob\"|\"Mr\"|true||IT"

# A tenant to the letter of the RFC: brackets find what is there and no more.
sqlite3 "$db" "UPDATE scim_tenant SET settings = '{\"preset\":\"rfc\"}'"
office='addresses[type eq ""work""]'
printf 'userName,"%s.locality","%s.streetAddress"\n' "$office" "$office" |
  tee "$dir/office.csv" >"$dir/moved.csv"
echo 'ann@x.com,Berlin,Unter den Linden' >>"$dir/office.csv"
echo 'ann@x.com,Bonn,' >>"$dir/moved.csv"
is "what is in brackets is made, of all its columns, in every tenant" \
  "$(for file in office office moved moved; do
    import $file.csv | head -n 1
    sqlite3 "$db" "SELECT doc -> '$.addresses' FROM scim_resource
      WHERE doc ->> '$.userName' LIKE 'ann%'"
    done)" \
"created 0, changed 1, same 0, deactivated 0, failed 0
[{\"streetAddress\":\"Unter den Linden\",\"locality\":\"Berlin\",\
\"type\":\"work\"}]
created 0, changed 0, same 1, deactivated 0, failed 0
[{\"streetAddress\":\"Unter den Linden\",\"locality\":\"Berlin\",\
\"type\":\"work\"}]
created 0, changed 1, same 0, deactivated 0, failed 0
[{\"locality\":\"Bonn\",\"type\":\"work\"}]
created 0, changed 0, same 1, deactivated 0, failed 0
[{\"locality\":\"Bonn\",\"type\":\"work\"}]"
sqlite3 "$db" "UPDATE scim_tenant SET settings = '{}'"

# ---- failures

before=$(people)
{
  printf 'userName,active,title\n,true,no key\nbad@x.com,perhaps,a\n'
  printf 'dan@x.com,true,D\ndan@x.com,true,twice\nshort@x.com,true\n'
  printf 'b\xff@x.com,true,utf\nn\0@x.com,true,nul\neve@x.com,true,E\n'
} >"$dir/bad.csv"
is "a row that fails costs itself alone" "$(import bad.csv)" \
"created 2, changed 0, same 0, deactivated 0, failed 6 ($dir/bad.failures.csv)
= 1"
is "the file of failures has its cells, with the reason in front" \
  "$(tr '\0\377' '@^' <"$dir/bad.failures.csv")" \
"reason,userName,active,title
there is no userName to match by,,true,no key
the value of 'active' must be true or false,bad@x.com,perhaps,a
a row before it has the same key,dan@x.com,true,twice
the row has another number of cells than the first,short@x.com,true
the row is not UTF-8,b^@x.com,true,utf
the row is not UTF-8,\"n@@x.com\",true,nul"
is "which nobody else may read" "$(stat -c %a "$dir/bad.failures.csv")" 600
sed -n '1p; s/perhaps/false/p' "$dir/bad.failures.csv" >"$dir/mended.csv"
is "mended it is imported as it is" "$(import mended.csv)" \
"created 1, changed 0, same 0, deactivated 0, failed 0
= 0"
is "a dry run has the failures in its output, and makes no file" \
  "$(rm "$dir/bad.failures.csv"; import bad.csv --dry-run | grep -c ^failed
    ls "$dir" | grep -c 'bad.failures')" "6
0"
is "but for one with a name" \
  "$(import bad.csv --dry-run --failures "$dir/named.csv" >/dev/null
    wc -l <"$dir/named.csv")" 7
is "it is not the file that is read, which is said before the first row" \
  "$(import bad.csv --failures "$dir/bad.csv")" \
"! --failures is the file that is read
= 1"
printf 'userName,title\n"eve@x.com,E\n' >"$dir/open.csv"
is "a quote without its end is told by the line" \
  "$(import open.csv --dry-run | head -n 1)" "failed	line 2	a quote is not closed"
is "a file that cannot be written ends it" \
  "$(import bad.csv --failures "$dir/no/such" | tail -n 2 | head -n 1)" \
  "! cannot write $dir/no/such: No such file or directory"
is "of a value that does not fit there is no request, by create or update" \
  "$(printf 'userName,active\ngil@x.com,no\nbob@x.com,no\n' >"$dir/fit.csv"
    log; import fit.csv | head -n 1; log
    cut -d , -f 1,2 "$dir/fit.failures.csv")" \
"$(log)
created 0, changed 0, same 0, deactivated 0, failed 2 ($dir/fit.failures.csv)
$(log)
reason,userName
the value of 'active' must be true or false,gil@x.com
the value of 'active' must be true or false,bob@x.com"
is "the first row with a key has it, also if it fails" \
  "$(printf 'userName,active\ngil@x.com,no\nGil@x.com,1\n' >"$dir/first.csv"
    import first.csv --dry-run; import first.csv | head -n 1)" \
"failed	line 2	the value of 'active' must be true or false
failed	line 3	a row before it has the same key
would be: created 0, changed 0, same 0, deactivated 0, failed 2
= 1
created 0, changed 0, same 0, deactivated 0, failed 2 ($dir/first.failures.csv)"
is "what the directory refuses is in the log as well" \
  "$(printf 'userName,id\nfay@x.com,%s\n' "$(sqlite3 "$db" "SELECT id
       FROM scim_resource LIMIT 1")" >"$dir/taken.csv"
    import taken.csv | head -n 1 | cut -d ' ' -f 9-10
    sqlite3 "$db" "SELECT status FROM scim_log ORDER BY seq DESC LIMIT 1")" \
"failed 1
409"

# ---- before the first row

# refused <sentence> <header> <complaint> [option ...]: nothing is done.
refused() {
  local sentence=$1 want=$3
  printf '%s\nzoe@x.com,1\n' "$2" >"$dir/refused.csv"
  shift 3
  is "$sentence" "$(import refused.csv "$@")" "! $want
= 1"
}
refused "an unknown column" userName,shoe \
  "the column shoe is no attribute of User"
refused "columns with semicolons between them" 'userName;title' \
  "the column userName;title is no attribute of User; commas are between columns"
refused "a file of UTF-16" "$(printf '\xff\xfeu')" \
  "the names of the columns are not UTF-8"
refused "a path that is none" 'userName,emails[type eq work' \
  "the column emails[type eq work is no attribute of User"
refused "brackets that do not say what is new" \
  'userName,emails[type ne "work"].value' \
  "the column 'emails[type ne \"work\"].value' must have a filter of eq alone, \
as type eq \"work\""
refused "a column twice" userName,USERNAME "the column USERNAME is there twice"
refused "a column without a name" userName, "column 2 has no name"
refused "no key" title,nickName "there is no column userName to match by; see --match"
refused "a key that is no column" userName,title \
  "there is no column externalId to match by; see --match" --match externalId
refused "a tenant that nobody is" userName,title "there is no tenant acme" \
  --tenant acme
refused "a type that is none" userName,title "there is no resource type Usr" \
  --type Usr
printf 'userName,name,name.givenName\nzoe,,Z\n' >"$dir/part.csv"
is "a column and a part of it" "$(import part.csv)" \
"! the column 'name.givenName' names what another column names
= 1"
is "none of them has left a trace" "$(people | grep -c zoe)" 0
is "a column that is read only is passed over, and told of" \
  "$(printf 'userName,meta.created\nbob@x.com,x\n' >"$dir/meta.csv"
    import meta.csv)" \
"created 0, changed 0, same 1, deactivated 0, failed 0
! meta.created is read only: the column is passed over
= 0"
is "a file without a header" "$(: >"$dir/none.csv"; import none.csv)" \
"! the first row has no names: there is none
= 1"
is "a file that is not there" "$(import no.csv)" \
"! cannot read $dir/no.csv: No such file or directory
= 1"
is "a folder is no file" "$(mkdir "$dir/folder.csv"; import folder.csv)" \
"! the file cannot be read: Is a directory
= 1"
is "a line is a line, whatever the key says to the terminal" \
  "$(printf 'userName\n"a\nfailed\tline 2\e[2J\xc2\x9b2J\xc2\xa7"\n' >"$dir/key.csv"
    import key.csv --dry-run | head -n 1)" \
"created	a?failed?line 2?[2J?2J§"
is "nor what a complaint quotes" \
  "$(printf '"a\e[2J\n!"\nx\n' >"$dir/name.csv"; import name.csv)" \
"! the column a?[2J?! is no attribute of User
= 1"

# ---- other keys and types

printf 'externalId,userName\ne1,gus@x.com\n' >"$dir/external.csv"
printf 'externalId,userName\ne1,gustav@x.com\n' >"$dir/renamed.csv"
is "--match finds them by another path" \
  "$(import external.csv --match externalId
    import renamed.csv --match externalId | head -n 1; people | grep gus)" \
"created 1, changed 0, same 0, deactivated 0, failed 0
= 0
created 0, changed 1, same 0, deactivated 0, failed 0
gustav@x.com|||true||"
printf 'externalId,userName\ne2,j@x.com\nE2,k@x.com\n' >"$dir/case.csv"
is "a key with a case has it in a dry run too" \
  "$(import case.csv --match externalId --dry-run)" \
"created	e2
created	E2
would be: created 2, changed 0, same 0, deactivated 0, failed 0
= 0"
printf '%s\n' '{"externalId":71,"userName":"num@x.com","title":7,"active":0}' \
  >"$dir/number.ndjson"
is "a number is a text where one belongs, and found again" \
  "$(for i in 1 2; do import number.ndjson --match externalId | head -n 1; done
    sqlite3 "$db" "SELECT doc -> '$.externalId', doc -> '$.title'
      FROM scim_resource WHERE doc ->> '$.userName' LIKE 'num%'")" \
"created 1, changed 0, same 0, deactivated 0, failed 0
created 0, changed 0, same 1, deactivated 0, failed 0
\"71\"|\"7\""
cat >"$dir/whole.ndjson" <<JSON
{"userName":"num@x.com","name":{"givenName":"N","familyName":"M"},"$urn":{"department":"D","costCenter":"C","manager":{"value":"m"}}}
JSON
cat >"$dir/parts.ndjson" <<JSON
{"userName":"num@x.com","name.familyName":"","$urn":{"department":null},"manager.value":""}
JSON
is "what goes from an object or an extension goes alone" \
  "$(for file in whole whole parts parts; do
      import $file.ndjson | head -n 1 | cut -d ' ' -f 3-6
    done
    sqlite3 "$db" "SELECT doc -> '$.name', doc -> '$.\"$urn\"'
      FROM scim_resource WHERE doc ->> '$.userName' LIKE 'num%'")" \
'changed 1, same 0,
changed 0, same 1,
changed 1, same 0,
changed 0, same 1,
{"givenName":"N"}|{"costCenter":"C"}'
cat >"$dir/digits.ndjson" <<JSON
{"userName":"dig@x.com","employeeNumber":12345678901234567890,"costCenter":1.10}
JSON
is "a number has all its digits" \
  "$(for i in 1 2; do import digits.ndjson | head -n 1 | cut -d ' ' -f 1-6; done
    sqlite3 "$db" "SELECT value ->> '$.employeeNumber', value ->> '$.costCenter'
        FROM scim_resource AS r, json_each(r.doc)
       WHERE name = 'dig@x.com' AND key LIKE '%:enterprise:%';
      UPDATE scim_resource SET doc = json_set(doc, '$.active', json('false'))
       WHERE name = 'dig@x.com'")" \
"created 1, changed 0, same 0,
created 0, changed 0, same 1,
12345678901234567890|1.10"
printf 'title,userName\nMr,x\n' >"$dir/several.csv"
sqlite3 "$db" "UPDATE scim_resource SET doc = json_set(doc, '$.title', 'Mr')
  WHERE type = 'User'"
is "several with the key are nobody's; a key without an index is told of" \
  "$(import several.csv --match title --dry-run)" \
"failed	line 2	there is more than one with this key
would be: created 0, changed 0, same 0, deactivated 0, failed 1
! title is not in scim_index: each row looks at everybody
= 1"
bob=$(sqlite3 "$db" "SELECT id FROM scim_user WHERE user_name = 'bob@x.com'")
printf 'displayName,members\nStaff,"[{""value"":""%s""}]"\n' "$bob" \
  >"$dir/groups.csv"
is "groups have their members as JSON" \
  "$(import groups.csv --type Group; import groups.csv --type Group
    sqlite3 "$db" "SELECT group_name, member_name FROM scim_membership")" \
"created 1, changed 0, same 0, deactivated 0, failed 0
= 0
created 0, changed 0, same 1, deactivated 0, failed 0
= 0
Staff|bob@x.com"
printf 'displayName,externalId\nStaff,s1\n' >"$dir/staff.csv"
printf 'displayName,members\nStaff,[]\n' >"$dir/nobody.csv"
printf '{"displayName":"Staff","members":null}\n' >"$dir/nobody.ndjson"
is "an empty list of members is nobody, and so are none" \
  "$(for file in nobody.csv nobody.csv groups.csv nobody.ndjson groups.csv; do
    import $file --type Group | head -n 1 | cut -d ' ' -f 3-6
    sqlite3 "$db" "SELECT count(*) FROM scim_membership"
  done)" \
"changed 1, same 0,
0
changed 0, same 1,
0
changed 1, same 0,
1
changed 1, same 0,
0
changed 1, same 0,
1"
is "who are not named stay" \
  "$(import staff.csv --type Group | head -n 1
    sqlite3 "$db" "SELECT group_name, member_name FROM scim_membership")" \
"created 0, changed 1, same 0, deactivated 0, failed 0
Staff|bob@x.com"

sqlite3 "$db" <<'SQL'
INSERT INTO scim_schema (definition) VALUES ('{"id":"urn:x:Crate",
  "name":"Crate","attributes":[{"name":"serial","type":"integer"},
  {"name":"weight","type":"decimal"},{"name":"open","type":"boolean"},
  {"name":"made","type":"dateTime"},{"name":"label","type":"string"},
  {"name":"spec","type":"complex","subAttributes":[
    {"name":"number","type":"integer"},{"name":"made","type":"dateTime"}]},
  {"name":"codes","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value","type":"integer"},{"name":"type","type":"string"}]}]}');
INSERT INTO scim_resource_type (definition) VALUES ('{"name":"Crate",
  "endpoint":"/Crates","schema":"urn:x:Crate"}');
SQL
# crates <key> <cell> <the same cell as another would write it>: what becomes of
# a file with the one and then of a file with the other.
crates() {
  local cell
  for cell in "$2" "$3"; do
    printf '"%s",label\n%s,it\n' "${1//\"/\"\"}" "$cell" >"$dir/crates.csv"
    import crates.csv --type Crate --match "$1" | head -n 1 |
      cut -d ' ' -f 1-6,9-10
  done
}
twice="created 1, changed 0, same 0, failed 0
created 0, changed 0, same 1, failed 0"
is "a key may be an integer" "$(crates serial 7 7)" "$twice"
is "however it is written, with all its digits" \
  "$(crates serial 12345678901234567890 12345678901234567890)
$(crates serial 9 9.0)" "$twice
$twice"
is "a decimal" "$(crates weight 7.50 7.50)" "$twice"
is "a boolean, of tables also as 1 and 0" \
  "$(crates open TRUE true; crates open 0 0)" "$twice
$twice"
is "a time" "$(crates made 2026-01-01T01:00:00+01:00 2026-01-01T01:00:00+01:00
    )" "$twice"
is "and any of them within another" \
  "$(crates spec.number 5 5; crates spec.made 2026-01-01T00:00:00Z \
    2026-01-01T00:00:00Z; crates codes.value 6 6
    crates 'codes[type eq "a"].value' 8 8)" "$twice
$twice
$twice
$twice"
# twins <key> <cell> <the same cell as another would write it>: what becomes of a
# file with both, of which nobody has heard, in a dry run and in earnest.
twins() {
  printf '%s,label\n%s,a\n%s,b\n' "$1" "$2" "$3" >"$dir/twins.csv"
  { import twins.csv --type Crate --match "$1" --dry-run
    import twins.csv --type Crate --match "$1"; } |
    sed -n 's/ (.*//; s/^would be: //; s/^created \([0-9]*\), .*failed/\1/p'
}
is "however it is written it is one, in a dry run too" \
  "$(twins serial 21 21.0; twins serial 0070 7e1; twins weight 2.50 25e-1
    twins weight 12345678901234567891 12345678901234567891.0
    twins codes.value 31 31.0; twins weight 0.25 25e-2; twins weight .5e0 0.50
    twins weight -3.0 -30e-1; twins serial 61 +61)" "$(yes '1 1' | head -n 18)"
is "but not what is another" \
  "$(twins weight 0.1 0.10000000000000002; twins serial 41 410
    twins serial 51 -51)" \
  "$(yes '2 0' | head -n 6)"
is "a time is one in every zone" \
  "$(twins made 2026-02-01T01:00:00+01:00 2026-02-01T00:00:00Z
    twins made 2026-02-02T01:00:00.250+01:00 2026-02-02t00:00:00.25z
    twins made 2026-02-03T00:30:00.123456Z 2026-02-02T19:30:00.1234560-05:00
    twins spec.made 2026-02-04T01:00:00+01:00 2026-02-04T00:00:00.000Z)" \
  "$(yes '1 1' | head -n 8)"
is "and another by the least part of a second" \
  "$(twins made 2026-02-05T00:00:00.1234561Z 2026-02-05T00:00:00.1234562Z
    twins made 2026-02-06T23:59:59.9999999Z 2026-02-07T00:00:00Z)" \
  "$(yes '2 0' | head -n 4)"
for key in serial weight made open; do
  printf '%s,label\nabc,x\nxyz,y\n' $key >"$dir/none.csv"
  is "what is no $key is refused as that, each for itself" \
    "$(import none.csv --type Crate --match $key --dry-run |
      sed -n 's/.*failed \([0-9]*\).*/\1/p'
      import none.csv --type Crate --match $key >/dev/null
      tail -n +2 "$dir/none.failures.csv")" \
    "2
the value compared with '$key' does not have its type,abc,x
the value compared with '$key' does not have its type,xyz,y"
done
printf 'serial,label\n1O,x\n10,y\n' >"$dir/none.csv"
is "a cell that is none fails alone, and says of what" \
  "$(import none.csv --type Crate --match serial | head -n 1
    tail -n 1 "$dir/none.failures.csv")" \
"created 1, changed 0, same 0, deactivated 0, failed 1 ($dir/none.failures.csv)
the value compared with 'serial' does not have its type,1O,x"
cat >"$dir/crates.ndjson" <<'JSON'
{"serial":12345678901234567890,"label":"digits"}
{"serial":7,"open":true,"label":"seven"}
JSON
is "in NDJSON they are what they are" \
  "$(import crates.ndjson --type Crate --match serial | head -n 1
    printf '{"open":false,"label":"shut"}\n' >"$dir/shut.ndjson"
    import shut.ndjson --type Crate --match open | head -n 1
    sqlite3 "$db" "SELECT doc -> '$.serial', doc -> '$.open', doc -> '$.label'
      FROM scim_resource WHERE doc ->> '$.label' IN ('digits', 'seven', 'shut')
      ORDER BY 3")" \
"created 0, changed 2, same 0, deactivated 0, failed 0
created 0, changed 1, same 0, deactivated 0, failed 0
12345678901234567890||\"digits\"
7|true|\"seven\"
|false|\"shut\""
sqlite3 "$db" "DELETE FROM scim_resource WHERE doc ->> '$.open' IS NOT NULL"
is "a boolean is not two, whatever word a file has for it" \
  "$(twins open TRUE 1)" "$(yes '1 1' | head -n 2)"
is "what has no value to compare is refused before the first row" \
  "$(printf 'spec,label\nx,y\n' >"$dir/spec.csv"
    import spec.csv --type Crate --match spec)" \
"! --match spec: 'spec' is complex and has no value to compare
= 1"

# ---- NDJSON

cat >"$dir/hr.ndjson" <<'JSON'
{"userName":"hal@x.com","name":{"givenName":"Hal"},"active":false,"emails":[{"type":"home","value":"h@x"}],"schemas":["x"],"meta":{"version":"9"}}
{"userName":"bob@x.com","title":null,"emails[type eq \"work\"].value":"bob@y.com"}

{"userName":"ida@x.com","shoe":7}
no JSON
["userName"]
JSON
is "a line is a resource, or has paths for names" \
  "$(import hr.ndjson; people | grep -E 'hal|bob')" \
"created 1, changed 1, same 0, deactivated 0, failed 3 ($dir/hr.failures.ndjson)
= 1
bob@x.com|\"Bob\"||true|\"bob@y.com\"|IT
hal@x.com|\"Hal\"||false|\"h@x\"|"
is "lines that failed have the reason as a member" \
  "$(cat "$dir/hr.failures.ndjson")" \
"{\"reason\":\"the column 'shoe': the path 'shoe' names an unknown attribute\",\
\"userName\":\"ida@x.com\",\"shoe\":7}
{\"reason\":\"malformed JSON\",\"line\":\"no JSON\"}
{\"reason\":\"there is no userName to match by\",\"line\":\"[\\u0022userName\\u0022]\"}"
sed -i 's/,"shoe":7//; /"line"/d' "$dir/hr.failures.ndjson"
is "mended they are imported as they are" "$(import hr.failures.ndjson)" \
"created 1, changed 0, same 0, deactivated 0, failed 0
= 0"

# ---- who is missing

printf 'userName\nann@x.com\nbob@x.com\n' >"$dir/left.csv"
active() {
  sqlite3 "$db" "SELECT group_concat(user_name, ' ') FROM (SELECT user_name
    FROM scim_user WHERE active ORDER BY user_name)"
}
all=$(active)
is "a dry run tells who would be deactivated" \
  "$(import left.csv --deactivate-missing --dry-run | grep -c ^deactivated
    active)" "5
$all"
is "nobody is deactivated by a file without rows" \
  "$(echo userName >"$dir/empty.csv"; import empty.csv --deactivate-missing
    active)" \
"created 0, changed 0, same 0, deactivated 0, failed 0
! nobody is deactivated: there are no rows
= 1
$all"
is "nor where a row could have been anybody's" \
  "$(printf 'userName,title\nann@x.com\n' >"$dir/blind.csv"
    import blind.csv --deactivate-missing | sed -n 2p; active)" \
"! nobody is deactivated: it is not known whose the rows are that failed
$all"
is "nor by a file of failures" \
  "$(import bad.failures.csv --deactivate-missing | tail -n 1
    import mended.csv --deactivate-missing | head -n 1; active)" \
"= 1
! --deactivate-missing needs all rows; these are those that failed
$all"
is "nor in a type without active" \
  "$(import groups.csv --type Group --deactivate-missing | head -n 1)" \
  "! Group has no attribute active"
"$SCIMD" token add --db "$db" --tenant other --label x >/dev/null
is "who is in no row is deactivated, in this tenant alone" \
  "$(import external.csv --tenant other | head -n 1
    import left.csv --deactivate-missing; active)" \
"created 1, changed 0, same 0, deactivated 0, failed 0
created 0, changed 0, same 2, deactivated 5, failed 0
= 0
ann@x.com bob@x.com gus@x.com"
is "and not once more" "$(import left.csv --deactivate-missing | head -n 1)" \
  "created 0, changed 0, same 2, deactivated 0, failed 0"

# ---- what README.md has

is "its lines do what they say" "$(cd "$dir" || exit
  section() { awk '/^## In and out/ { inside = 1 } /^## Settings/ { exit }
    inside' "$OLDPWD/README.md"; }
  section | awk '/^userName,/, /^```/ { if (!/^```/) print }' >hr.csv
  section | sed -n "s|^build/scimd|$tool|p" | sed "s|people\\.db|readme.db|" >run
  "$tool" init --db readme.db
  bash run 2>&1
  "$tool" export --db readme.db --type User --columns userName,name.givenName
  tail -n 1 people.csv | grep -c ann@example.com)" \
"created	ann@example.com
would be: created 1, changed 0, same 0, deactivated 0, failed 0
created 1, changed 0, same 0, deactivated 0, failed 0
userName,name.givenName
ann@example.com,Ann
1"

# ---- beside a server, and interrupted

start
{ echo userName,title; seq -f 'n%g@x.com,T' 1500; } >"$dir/many.csv"
import many.csv >"$dir/many.out" &
many=$!
until_more 30 '*'
is "clients write meanwhile" "$(for i in 1 2 3 4 5; do create "c$i"; done)" \
  201201201201201
wait "$many"
is "and it comes to its end" "$(cat "$dir/many.out")" \
"created 1500, changed 0, same 0, deactivated 0, failed 0
= 0"
is "a trigger that undoes the transaction is told of, and loses nothing" \
  "$(sqlite3 "$db" "CREATE TRIGGER no BEFORE INSERT ON scim_resource
      WHEN NEW.doc ->> '$.userName' = 'p@x.com' BEGIN
      SELECT RAISE(ROLLBACK, 'out of seats'); END"
    printf 'userName\no@x.com\np@x.com\nq@x.com\n' >"$dir/rollback.csv"
    import rollback.csv >/dev/null
    sqlite3 "$db" "DROP TRIGGER no"
    import rollback.csv | tail -n 1; people | grep -c '^[opq]@')" "= 0
3"
printf 'userName\nr@x.com\n' >"$dir/locked.csv"
hold "BEGIN IMMEDIATE; SELECT 1;"
is "a lock that another keeps ends it" \
  "$(import locked.csv --busy-timeout 50)" "! database is locked
= 1"
let_go
stop
{ echo userName,title; seq -f 'f%g@x.com,T' 800; } >"$dir/full.csv"
limit=$(($(stat -c %s "$db") / 1024 + 100))
is "a disk that is full ends it, with what was committed" \
  "$(trap '' XFSZ; ulimit -f "$limit"; import full.csv | sed -n '2,$p' |
    sed 's/line [0-9]*: //')" "! disk I/O error
= 1"
there=$(sed -n 's/created \([0-9]*\),.*/\1/p' "$dir/out")
is "and it goes on when there is room" "$(import full.csv | head -n 1)" \
  "created $((800 - there)), changed 0, same $there, deactivated 0, failed 0"
is "nothing is lost or there twice" \
  "$(people | grep -c '^f[0-9]*@'; sqlite3 "$db" "PRAGMA quick_check")" "800
ok"

# ---- memory

# Rows of a megabyte, which is more than a value may have: nothing is written,
# and kept in SQLite's cache.
text=$(head -c 1000000 /dev/zero | tr '\0' x)
for number in 5 50; do
  { echo userName,title; for i in $(seq $number); do
    printf 'large%s,%s\n' "$i" "$text"
  done; } >"$dir/large$number.csv"
done
few=$(peak "$SCIMD" import --db "$db" --type User "$dir/large5.csv")
many=$(peak "$SCIMD" import --db "$db" --type User "$dir/large50.csv")
is "fifty rows of a megabyte take no more memory than five ($few, $many kB)" \
  "$((${SANITIZED:-0} || many < few + 8000)) $(grep -c 'failed 50' \
    "$dir/peak.out")" "1 1"

# ---- an attribute that is called as the first column of a file of failures

sqlite3 "$db" "INSERT INTO scim_schema (definition) VALUES
    ('{\"id\":\"urn:x:leave\",\"name\":\"Leave\",\"attributes\":[
      {\"name\":\"reason\",\"type\":\"string\"}]}');
  UPDATE scim_resource_type SET definition = json_insert(definition,
    '$.schemaExtensions[#]', json('{\"schema\":\"urn:x:leave\"}'))
   WHERE name = 'User'"
reasons() {
  sqlite3 "$db" "SELECT json_extract(doc, '$.userName', '$.\"urn:x:leave\".reason')
    FROM scim_resource WHERE doc GLOB '*leave*' ORDER BY resource"
}
printf 'reason,userName,active\nsick,kay@x.com,1\nmoved,lea@x.com,no\n' \
  >"$dir/leave.csv"
is "an attribute is called reason, as what has failed in a row" \
  "$(import leave.csv; reasons; cat "$dir/leave.failures.csv")" \
"created 1, changed 0, same 0, deactivated 0, failed 1 ($dir/leave.failures.csv)
= 1
[\"kay@x.com\",\"sick\"]
(reason),reason,userName,active
the value of 'active' must be true or false,moved,lea@x.com,no"
sed -i 's/,no$/,0/' "$dir/leave.failures.csv"
is "which a file of failures has by another name" \
  "$(import leave.failures.csv | head -n 1; reasons)" \
"created 1, changed 0, same 0, deactivated 0, failed 0
[\"kay@x.com\",\"sick\"]
[\"lea@x.com\",\"moved\"]"
is "and is known by" "$(import leave.failures.csv --deactivate-missing)" \
"! --deactivate-missing needs all rows; these are those that failed
= 1"
echo '{"userName":"mia@x.com","shoe":7}' >"$dir/leave.ndjson"
is "NDJSON as well" \
  "$(import leave.ndjson | head -n 1
    sed -i 's/,"shoe":7//w /dev/stdout' "$dir/leave.failures.ndjson"
    import leave.failures.ndjson | head -n 1; reasons)" \
"created 0, changed 0, same 0, deactivated 0, failed 1 ($dir/leave.failures.ndjson)
{\"(reason)\":\"the column 'shoe': the path 'shoe' names an unknown attribute\",\
\"userName\":\"mia@x.com\"}
created 1, changed 0, same 0, deactivated 0, failed 0
[\"kay@x.com\",\"sick\"]
[\"lea@x.com\",\"moved\"]"

# ---- an extension with names of the core

sqlite3 "$db" "INSERT INTO scim_schema (definition) VALUES
    ('{\"id\":\"urn:example:Unit\",\"attributes\":[{\"name\":\"userName\"},
     {\"name\":\"displayName\"},{\"name\":\"active\",\"type\":\"boolean\"}]}');
  UPDATE scim_resource_type SET definition = json_set(definition,
    '\$.schemaExtensions', json('[{\"schema\":\"urn:example:Unit\"}]'))
   WHERE name = 'Group'"
printf '%s\n' displayName,urn:example:Unit:userName,urn:example:Unit:active \
  Unit,u,true >"$dir/units.csv"
is "the key of a group is its own displayName" \
  "$(import units.csv --type Group; import units.csv --type Group)" \
"created 1, changed 0, same 0, deactivated 0, failed 0
= 0
created 0, changed 0, same 1, deactivated 0, failed 0
= 0"
is "and active is that of the type alone" \
  "$(import units.csv --type Group --deactivate-missing)" \
"! Group has no attribute active
= 1"

# ---- a file that does not end

mkfifo "$dir/slow.csv"
"$SCIMD" import --db "$db" --type User "$dir/slow.csv" \
  >"$dir/slow.out" 2>"$dir/slow.err" &
slow=$!
exec 7>"$dir/slow.csv"
{ echo userName; seq -f 's%g@x.com' 200; } >&7
# A transaction has at most 128 rows: no fewer than 73 are there, and the rest
# may wait for more.
until_more 50 's*@x.com'
sleep 1.1
seq -f 's%g@x.com' 201 300 >&7
await test -s "$dir/slow.err"
is "after a second it tells how far it is" \
  "$(head -n 1 "$dir/slow.err" | sed 's/[0-9][0-9]*/N/g')" "scimd: N rows, N/s"
kill -TERM "$slow"
exec 7>&-
wait "$slow"
is "an interruption keeps what was done, and says how to go on" \
  "$? $(tail -n 1 "$dir/slow.err")" \
  "1 scimd: interrupted; run it again to go on"
is "which is what the summary counts" \
  "$(sed -n 's/created \([0-9]*\),.*/\1/p' "$dir/slow.out")" \
  "$(sqlite3 "$db" "SELECT count(*) FROM scim_user
    WHERE user_name GLOB 's*@x.com'")"
{ echo userName; seq -f 's%g@x.com' 300; } >"$dir/again.csv"
there=$(sed -n 's/created \([0-9]*\),.*/\1/p' "$dir/slow.out")
is "and it goes on from there" "$(import again.csv | head -n 1)" \
  "created $((300 - there)), changed 0, same $there, deactivated 0, failed 0"

# ---- elements of lists, again and again

rm "$db"
"$SCIMD" init --db "$db"
cat >"$dir/lists.ndjson" <<'CSV'
{"userName":"ann","emails":[{"value":"a"},{"value":"b"},{"type":"work","value":"w"}]}
{"userName":"bob","emails":[{"type":"work","value":"v"},{"type":"work","value":"w"}]}
CSV
import lists.ndjson >/dev/null
printf 'userName,emails.value,"emails[type eq ""work""].value"\nann,,w\nbob,,\n' \
  >"$dir/lists.csv"
is "an empty cell says that there is none, and not that the next one goes" "$(
  for i in 1 2; do import lists.csv | head -n 1; done
  sqlite3 "$db" "SELECT doc -> 'emails' FROM scim_resource
    WHERE doc -> 'emails' IS NOT NULL")" \
  'created 0, changed 1, same 1, deactivated 0, failed 0
created 0, changed 0, same 2, deactivated 0, failed 0
[{"value":"a"},{"value":"b"},{"value":"w","type":"work"}]'

# ---- who leaves, and shares a value that is to be unique

rm "$db"
"$SCIMD" init --db "$db"
cat >"$dir/lists.ndjson" <<'CSV'
{"userName":"ann","emails":[{"value":"sales"}]}
{"userName":"bob","emails":[{"value":"sales"}]}
{"userName":"cyd","emails":[{"value":"sales"}]}
CSV
import lists.ndjson >/dev/null
sqlite3 "$db" "UPDATE scim_tenant SET settings =
  '{\"unique_attributes\":[\"User.emails.value\"]}' WHERE name = 'default'"
printf 'userName,active,title\nbob,false,T\ncyd,,Boss\n' >"$dir/out.csv"
is "is switched off by a cell, and by not being there" \
  "$(import out.csv --deactivate-missing; sqlite3 "$db" "SELECT user_name, active
       FROM scim_user ORDER BY 1")" \
'created 0, changed 2, same 0, deactivated 1, failed 0
= 0
ann|0
bob|0
cyd|1'
finish
