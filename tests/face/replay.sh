#!/bin/bash
# scim_replay as it is called: its argument, and where it may be called. What it
# makes of a log is tested in tests/store/replay.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

sql "SELECT scim_init();
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}')" >/dev/null
cp "$db" "$folder/source.db"
rm "$db"
connect
is "without tables it says what to do" \
  "$(sql "SELECT scim_replay('$folder/source.db')")" \
  "Error: stepping, this database has no scim tables: SELECT scim_init()"
sql "SELECT scim_init(); CREATE TABLE mine (n)" >/dev/null
is "what is NULL is no source" "$(sql "SELECT scim_replay(NULL)")" \
  "Error: stepping, '' is no schema that is attached"
is "a file that is not there is named" \
  "$(sql "SELECT scim_replay('$folder/none.db')" | grep -o "none.db' is.*read:")" \
  "none.db' is no schema that is attached, and no file that can be read:"
is "so is one without tables of ours" "$(stock "$folder/other.db" \
  "CREATE TABLE t (x)"; sql "SELECT scim_replay('$folder/other.db')" |
  grep -o "other.db' cannot.*")" \
  "other.db' cannot be replayed: there are no tables of scim_init in it"
by_itself "scim_replay('$folder/source.db')"
is "it returns how many resources there are" \
  "$(sql "SELECT scim_replay('$folder/source.db');
    SELECT user_name FROM scim_user")" "1
ann"
is "and only fills a database in which nobody is" \
  "$(sql "SELECT scim_replay('$folder/source.db')")" "Error: stepping, there are \
resources, tokens, maps or a log already: scim_replay fills a new database"

finish
