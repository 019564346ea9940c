#!/bin/bash
# What waits for a person is decided by what is there when it is decided.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

sql "SELECT scim_init();
  INSERT INTO scim_tenant (name) VALUES ('acme'), ('zeta');
  CREATE TABLE learner (id INTEGER PRIMARY KEY, customer TEXT, email TEXT,
    upn TEXT, name TEXT NOT NULL DEFAULT '', points INTEGER DEFAULT 0);
  CREATE UNIQUE INDEX learner_upn ON learner (customer, upn);
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"tenant\":\"customer\",\"columns\":{
      \"email\":{\"from\":\"emails.value\"},\"upn\":{\"from\":\"userName\"},
      \"name\":{\"from\":\"displayName\"}},\"match\":[\"email\"]}');
  SELECT scim_map_switch('learner', 'on')" >/dev/null
# user <id> [tenant]: one whose address two rows have.
user() {
  sql "SELECT scim_apply('POST', '/Users', json_object('userName', '$1',
      'displayName', upper('$1'), 'emails',
      json_array(json_object('value', '$1@x.org'))),
    json_object('id', '$1', 'tenant', '${2:-acme}')) ->> 'status'" >/dev/null
}
# two <number> <id>: two rows of that address, numbered from there.
two() {
  sql "INSERT INTO learner (id, customer, email, points)
       VALUES ($1, 'acme', '$2@x.org', 5), ($1 + 1, 'acme', '$2@X.org', 6)"
}
reviews() { sql "SELECT review, id, candidates FROM scim_review ORDER BY 1"; }
rows() { sql "SELECT * FROM learner WHERE $1 ORDER BY id"; }
links() { sql "SELECT id, key, how FROM scim_link WHERE $1 ORDER BY id"; }
# refused <sentence> <call> <reason>: and nothing is changed.
refused() {
  local before
  before=$(dump)
  is "$1" "$(sql "SELECT $2" | grep -oE '(the review|there is no|the map|UNIQUE).*' | sed 's, (19),,')" "$3"
  is "$1: nothing is changed" \
    "$([ "$(dump)" = "$before" ] && echo same)" same
}

for name in ann bob cid; do
  case $name in ann) two 10 ann ;; bob) two 20 bob ;; cid) two 30 cid ;; esac
  user "$name"
done
is "three wait" "$(reviews)" "1|ann|[10,11]
2|bob|[20,21]
3|cid|[30,31]"

# ---- The three decisions

is "one is linked, and its row brought to what it should be" "$(sql "
  SELECT scim_review(1, 'link', 11)"; rows 'id < 20'; links 1)" "11
10|acme|ann@x.org|||5
11|acme|ann@x.org|ann|ANN|6
ann|11|review"
is "one gets a row of its own" "$(sql "SELECT scim_review(2, 'create')
  = (SELECT max(id) FROM learner)"; rows "upn = 'bob' OR id BETWEEN 20 AND 21"
  links "id = 'bob'")" "1
20|acme|bob@x.org|||5
21|acme|bob@X.org|||6
32|acme|bob@x.org|bob|BOB|0
bob|32|created"
is "one gets none" "$(sql "SELECT quote(scim_review(3, 'ignore'))"
  rows 'id IN (30, 31)'; links "id = 'cid'")" "NULL
30|acme|cid@x.org|||5
31|acme|cid@X.org|||6
cid||review"
is "nobody waits any more" "$(reviews)" ""
sql "SELECT scim_apply('PATCH', '/Users/cid', '{\"Operations\":[{
  \"op\":\"replace\",\"path\":\"displayName\",\"value\":\"C\"}]}',
  '{\"tenant\":\"acme\"}')" >/dev/null
is "and who is ignored stays so" "$(reviews; rows "upn = 'cid'")" ""
sql "SELECT scim_apply('PATCH', '/Users/ann', '{\"Operations\":[{
  \"op\":\"replace\",\"path\":\"displayName\",\"value\":\"A\"}]}',
  '{\"tenant\":\"acme\"}')" >/dev/null
is "who is linked goes on as others do" "$(rows 'id = 11')" \
  "11|acme|ann@x.org|ann|A|6"
is "a row that is none of the candidates may be chosen" "$(two 40 dan; user dan
  sql "SELECT scim_review(review, 'link', 10) FROM scim_review"
  rows "upn = 'dan'")" "10
10|acme|dan@x.org|dan|DAN|5"
is "a key is read as its column has it" "$(two 50 eve; user eve
  sql "SELECT quote(scim_review(review, 'link', '51')) FROM scim_review"
  links "id = 'eve'")" "51
eve|51|review"

# ---- What has changed meanwhile

refused "it was decided" "scim_review(1, 'create')" \
  "there is no review 1: it has been decided, or what it was about is gone"
refused "it never was" "scim_review(-1, 'create')" \
  "there is no review -1: it has been decided, or what it was about is gone"
two 60 fay
user fay
number=$(sql "SELECT review FROM scim_review")
is "numbers are never given again" "$number" 6
said="the review $number cannot be decided so:"
sql "DELETE FROM learner WHERE id = 60"
refused "the row is gone" "scim_review($number, 'link', 60)" \
  "$said there is no row 60 in 'learner'"
refused "the row is linked otherwise" "scim_review($number, 'link', 11)" \
  "$said the row 11 is another resource's"
sql "UPDATE learner SET customer = 'zeta' WHERE id = 61"
refused "the row is another tenant's" "scim_review($number, 'link', 61)" \
  "$said there is no row 61 in 'learner'"
sql "UPDATE learner SET customer = 'acme' WHERE id = 61"
refused "a key of another kind" "scim_review($number, 'link', 'x')" \
  "$said there is no row \"x\" in 'learner'"
sql "INSERT INTO learner (id, customer, upn) VALUES (62, 'acme', 'fay')"
refused "the new row breaks a rule of the table" \
  "scim_review($number, 'create')" \
  "UNIQUE constraint failed: learner.customer, learner.upn"
sql "DELETE FROM learner WHERE id = 62"
sql "SELECT scim_map_switch('learner', 'off')" >/dev/null
refused "the map is off" "scim_review($number, 'link', 61)" \
  "$said the map is off, and what waits is found anew when it is switched on"
sql "SELECT scim_map_switch('learner', 'on')" >/dev/null
is "a decision within a transaction is undone with it" "$(sql "
  BEGIN; SELECT scim_review($number, 'link', 61); ROLLBACK" "$(:)"; reviews)" \
  "61
$number|fay|[61]"
is "and carried out later" "$(sql "SELECT scim_review($number, 'link', 61)"
  rows 'id = 61')" "61
61|acme|fay@x.org|fay|FAY|6"
two 70 gus
user gus
number=$(sql "SELECT review FROM scim_review")
sql "SELECT scim_apply('DELETE', '/Users/gus', NULL, '{\"tenant\":\"acme\"}')" \
  >/dev/null
refused "the resource is gone" "scim_review($number, 'create')" \
  "there is no review $number: it has been decided, or what it was about is gone"
two 80 hal
user hal
number=$(sql "SELECT review FROM scim_review")
sql "DELETE FROM scim_resource WHERE id = 'hal'"
refused "the resource is gone without a word" "scim_review($number, 'create')" \
  "the review $number cannot be decided so: the resource is gone"

finish
