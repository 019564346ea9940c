#!/bin/bash
# Databases of earlier versions (old/README.md) on a connection that trusts no
# schema: they are upgraded. SQLite 3.40 takes its own JSON functions for unsafe
# there, in triggers of every schema, and so refuses writes, of which the keys of
# filters are one: that is told, with what to do about it.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
off='.dbconfig trusted_schema off'

# all: the whole of the file, but for what somebody draws.
all() { stock "$db" .dump; }

# unsafe: whether this SQLite takes json_extract for unsafe.
unsafe=$(sql "SELECT NOT flags & 2097152 FROM pragma_function_list
  WHERE name = 'json_extract' LIMIT 1")
needs='this SQLite needs PRAGMA trusted_schema = ON, since triggers and views '
needs+='call its JSON functions'

for old in $(printf '%s\n' tests/store/old/version*.db | sort -V | spread); do
  name=$(basename "$old" .db)
  cp "$old" "$db"
  connect
  version=$(sql 'SELECT scim_init()')
  all >"$folder/want"
  cp "$old" "$db"
  connect "$db" "$off" >/dev/null
  # Of versions 1 and 2 all keys of filters are to be made anew; of those up to 4
  # nobody knows who shares a value that only one may have.
  want=$version
  if [ "$unsafe" = 1 ] && [ "${name#version}" -lt 5 ]; then want=$needs; fi
  is "$name: scim_init() on a connection that trusts no schema" \
    "$(sql 'SELECT scim_init()' | sed 's/^.*this SQLite/this SQLite/; s/ (1)$//')" \
    "$want"
  is "$name: its tables are those of the program" \
    "$(sql "SELECT value FROM scim_meta WHERE name = 'version'")" "$version"
  connect
  is "$name: and on one that does scim_init() leads to the same" \
    "$(sql 'SELECT scim_init()')$(all | diff "$folder/want" -)" "$version"
done

connect "$db" "$off" >/dev/null
want=201
[ "$unsafe" = 0 ] || want=$needs
is "a write on a connection that trusts no schema is done, or says what to do" \
  "$(sql "SELECT scim_apply('POST', '/Users', '{\"userName\":\"trust\"}')
     ->> 'status'" | sed 's/^.*this SQLite/this SQLite/; s/ (1)$//')" "$want"

finish
