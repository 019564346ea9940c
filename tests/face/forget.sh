#!/bin/bash
# scim_forget as it is called: its arguments, and where it may be called. What it
# takes away is tested in tests/store/forget.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

is "without tables it says what to do" \
  "$(sql "SELECT scim_forget('default', 'ann')")" \
  "Error: stepping, this database has no scim tables: SELECT scim_init()"
sql "SELECT scim_init();
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}', '{\"id\":\"ann\"}');
  SELECT scim_apply('DELETE', '/Users/ann'); CREATE TABLE mine (n)" >/dev/null
is "it takes a tenant and an id" "$(sql "SELECT scim_forget('ann')" |
  grep -o 'wrong number of arguments.*')" \
  "wrong number of arguments to function scim_forget()"
is "what is NULL is nobody" "$(sql "SELECT scim_forget(NULL, NULL)")" \
  "Error: stepping, the log of the tenant '' does not know ''"
by_itself "scim_forget('default', 'ann')"
is "a connection that may only read tells so" \
  "$(sql "PRAGMA query_only = 1" "SELECT scim_forget('default', 'ann')" \
    "PRAGMA query_only = 0" | grep -o '(8)$')" "(8)"
is "it returns how many rows of the log have changed" \
  "$(sql "SELECT scim_forget('default', 'ann');
    SELECT scim_forget('default', 'ann')")" "2
0"

finish
