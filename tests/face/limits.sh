#!/bin/bash
# scim_limits: where it may be called, and what README.md says of it.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

is "before there are tables it says so" "$(
  sql "SELECT scim_limits('{}')" 2>&1 | grep -c scim_init)" 1
sql "SELECT scim_init()" >/dev/null
sql "INSERT INTO scim_tenant (name, settings)
     VALUES ('acme', '{\"rate\":50,\"burst\":200}')" >/dev/null
token=$(sql "SELECT scim_token('acme', 'README')")
is "the example of the README" "$(sql "SELECT scim_limits(
  '{\"authorization\":\"Bearer $token\"}')")" \
  "$(grep -F '`scim_limits(options)`' README.md | grep -o '{"tenant[^}]*}')"
is "and that of scim_body_fault" "$(sql "SELECT scim_body_fault('', '[1]')")" \
  "$(grep -F '`scim_body_fault(options, body)`' README.md |
    grep -o '`"400[^"]*"`' | tr -d '`"')"
is "it writes nothing" "$(sql "PRAGMA query_only = 1" \
  "SELECT scim_limits('{\"tenant\":\"acme\"}')" "PRAGMA query_only = 0")" \
  '{"tenant":"acme","rate":50,"burst":200}'
is "no view may call it" "$(sql "CREATE VIEW v AS SELECT scim_limits('{}')" \
  "SELECT * FROM v" 2>&1 | grep -c 'unsafe use of scim_limits')" 1

finish
