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

finish
