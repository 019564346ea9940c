#!/bin/bash
# scim_version and scim_debug.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

is "the version is that of the Makefile" "$(sql "SELECT scim_version()")" \
  "$(sed -n 's/^VERSION := //p' Makefile)"
is "scim_debug has a line each" "$(sql "SELECT scim_debug()" |
  cut -d' ' -f1 | tr '\n' ' ')" \
  "scim sqlite utf8proc libsodium compiler limits: "
is "the version in it is that of SQLite as it runs" \
  "$(sql "SELECT scim_debug()" | sed -n 's/^sqlite \([0-9.]*\) .*/\1/p')" \
  "$(sql "SELECT sqlite_version()")"
is "neither makes anything in the database" \
  "$(sql "SELECT count(*) FROM sqlite_schema")" 0

finish
