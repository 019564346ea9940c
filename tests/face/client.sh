#!/bin/bash
# scim_client and scim_client_rotate: what they return, and from where they can
# be called. Their options are in tests/store/issue.sh, what a client can do in
# tests/service/oauth.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

is "a client is an id and a secret" "$(sql "
  SELECT group_concat(key, ' ') FROM json_each(scim_client('acme', 'Entra'))")" \
  "client_id client_secret"
is "its tenant is made with the first" \
  "$(sql "SELECT count(*) FROM scim_tenant WHERE name = 'acme'")" 1
id=$(sql "SELECT client_id FROM scim_client")
is "a rotation returns the same id and another secret" "$(sql "
  SELECT json_extract(scim_client_rotate('$id', 0), '\$.client_id') = '$id';
  SELECT scim_client_rotate('$id', 0) ->> '\$.client_secret'
       = scim_client_rotate('$id', 0) ->> '\$.client_secret'")" "1
0"
is "what fails is an SQL error, and nothing is made" "$(sql \
  "SELECT scim_client('', 'x')" "SELECT scim_client('x', 'y', '{')" \
  "SELECT scim_client_rotate('x', 0)" | grep -c '^Error: stepping')
$(sql "SELECT count(*) FROM scim_token")" "3
1"
is "within a transaction it goes with it" "$(sql "BEGIN;
  SELECT length(scim_client('later', 'x')) > 80;
  ROLLBACK;
  SELECT count(*) FROM scim_token")" "1
1"
is "on a read-only connection it is SQLITE_READONLY" "$(sql "
  PRAGMA query_only = on" "SELECT scim_client('acme', 'x')" \
  "SELECT scim_client_rotate('$id', 0)"
  sql "PRAGMA query_only = off")" \
  "Error: stepping, attempt to write a readonly database (8)
Error: stepping, attempt to write a readonly database (8)"
is "a view cannot call them" "$(for call in "scim_client('a', 'b')" \
  "scim_client_rotate('$id', 0)" "scim_token_rotate(1, 0)" \
  "scim_tenant_remove('acme', 1)"; do
  sql "CREATE VIEW v AS SELECT $call AS x" "SELECT x FROM v" "DROP VIEW v"
done | grep -c '^Error: in prepare, unsafe use of')" 4
is "without tables they say so" "$(connect "$folder/empty.db"
  sql "SELECT scim_client('a', 'b')" "SELECT scim_client_rotate('a', 0)" \
    "SELECT scim_token_rotate(1, 0)" "SELECT scim_tenant_remove('a', 1)" |
    grep -c 'scim_init')" 4

finish
