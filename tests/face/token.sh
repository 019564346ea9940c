#!/bin/bash
# scim_token: what it makes, and when it makes nothing. Its options are in
# options.sh, what tokens may do in tests/store/token.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

is "the secret has a prefix and 43 characters of 256 random bits" "$(sql "
  SELECT scim_token('acme', 'one') GLOB 'scim_' || replace(hex(zeroblob(43)),
    '00', '[A-Za-z0-9_-]')")" 1
is "each is another" "$(sql "
  SELECT scim_token('acme', 'two') = scim_token('acme', 'two')")" 0
is "the tenant is made with the first" "$(sql "
  SELECT count(*) FROM scim_tenant WHERE name = 'acme'")" 1
secret=$(sql "SELECT scim_token('acme', 'kept')")
is "no secret is stored, not even in the log" \
  "$(dump | grep -c -e "$secret" -e "${secret#scim_}")" 0
is "a tenant and a label are needed" "$(sql \
  "SELECT scim_token(NULL, 'x')" "SELECT scim_token('acme', NULL)" \
  "SELECT scim_token('', 'x')" "SELECT scim_token('acme', '')" | sort -u)" \
  "Error: stepping, a tenant and a label are needed"
is "which are text" "$(sql \
  "SELECT scim_token(CAST(x'ff' AS TEXT), 'x')" \
  "SELECT scim_token('acme', CAST(x'ff' AS TEXT))" | sort -u)" \
  "Error: stepping, the tenant or the label of a token is not valid UTF-8"
is "within a transaction it goes with it" "$(sql "
  BEGIN;
  SELECT length(scim_token('later', 'x'));
  ROLLBACK;
  SELECT count(*) FROM scim_tenant WHERE name = 'later'")" "48
0"
is "on a read-only connection it is SQLITE_READONLY" "$(sql "
  PRAGMA query_only = on" "SELECT scim_token('acme', 'x')"
  sql "PRAGMA query_only = off")" \
  "Error: stepping, attempt to write a readonly database (8)"
is "a trigger cannot mint" "$(sql "
  CREATE TABLE mine (x);
  CREATE TRIGGER mint AFTER INSERT ON mine BEGIN
    SELECT scim_token('acme', 'x'); END;" "
  INSERT INTO mine VALUES (1)" | sed 's/^Error: in prepare, //')" \
  "unsafe use of scim_token()"
is "without tables it says what to do" "$(connect :memory:
  sql "SELECT scim_token('acme', 'x')"
  connect)" "Error: stepping, this database has no scim tables: SELECT scim_init()"

finish
