#!/bin/bash
# Which rows of an application's table are nobody's: those of which
# scim_map_adopt makes resources.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

sql "SELECT scim_init();
  CREATE TABLE learner (customer TEXT, login TEXT, mail TEXT,
    PRIMARY KEY (customer, login)) WITHOUT ROWID;
  INSERT INTO learner VALUES ('acme', 'ann', 'ann@x'), ('acme', 'bob', NULL),
    ('globex', 'ann', 'ANN@x'), ('acme', 'ÉVA', 'eva@x'), ('acme', '', NULL),
    ('nobody', 'zoe', 'zoe@x');
  INSERT INTO scim_tenant (name) VALUES ('acme'), ('globex');
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"login\",\"tenant\":\"customer\",
    \"columns\":{\"login\":{\"from\":\"userName\"},
                 \"mail\":{\"from\":\"emails.value\"}},
    \"match\":[\"login\",\"mail\"]}')" >/dev/null
# new <tenant> <name> [mail]: a user.
new() {
  sql "SELECT scim_apply('POST', '/Users', json_object('userName', '$2',
    'emails', json_array(json_object('value', '${3:-no@x}'))),
    json_object('tenant', '$1')) ->> '\$.status'"
}
adopted="SELECT t.name || ' ' || l.key FROM scim_link AS l
  JOIN scim_tenant AS t ON t.name = l.tenant WHERE l.how = 'adopted' ORDER BY 1"

is "who is there by a name in another letter case, and by a mail" \
  "$(new acme éva) $(new globex Somebody ann@X)" "201 201"
is "all but what they would get, has no name or is of no tenant" "$(
  sql "SELECT scim_map_adopt('learner')" "$adopted")" "2
acme ann
acme bob"
is "once" "$(sql "SELECT scim_map_adopt('learner')" "$adopted")" "0
acme ann
acme bob"
sql "INSERT INTO learner VALUES ('acme', 'cy', NULL)" >/dev/null
is "what comes later is nobody's, too" \
  "$(sql "SELECT scim_map_adopt('learner')")" 1
sql "SELECT scim_map_switch('learner', 'on')" >/dev/null
is "then each has the row that was left for it" "$(sql "
  SELECT tenant || ' ' || key || ' ' || how FROM scim_link ORDER BY 1")" \
  "acme ann adopted
acme bob adopted
acme cy adopted
acme ÉVA login
globex ann mail"

# One row that nobody can be made of costs no other: its cell is no value.
sql "CREATE TABLE old (id TEXT PRIMARY KEY, login TEXT, name TEXT);
  INSERT INTO old VALUES ('1', CAST(x'4ddc' AS TEXT), 'a'), ('2', 'u2', 'b'),
    ('3', 'u3', CAST(x'4dfc' AS TEXT)), ('4', 'a' || char(0), 'd'),
    ('5', 'u5', 'a' || char(0)), (CAST(x'fc' AS TEXT), 'u6', 'f'),
    (x'ff', 'u7', 'g'), ('8', 'u8', 9e999), ('9', 'u9', 'i');
  SELECT scim_map('old', '{\"type\":\"User\",\"table\":\"old\",
    \"key\":\"id\",\"columns\":{\"login\":{\"from\":\"userName\"},
      \"name\":{\"from\":\"displayName\"}},\"match\":[\"login\"]}')" >/dev/null
is "what is no text stays out, or leaves its column" "$(
  sql "SELECT scim_map_adopt('old');
    SELECT user_name, display_name FROM scim_user JOIN scim_link USING (tenant, id)
     WHERE map = 'old' ORDER BY 1")" "5
u2|b
u3|
u5|
u8|Inf
u9|i"
is "and the second time there is nothing left" \
  "$(sql "SELECT scim_map_adopt('old')")" 0

finish
