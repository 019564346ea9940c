#!/bin/bash
# What scimd import --dry-run says of a file, what scim_preview says of the same
# rows, and what scimd import then does is one: row by row, and of who is
# missing. Afterwards there is nothing left to do.
#
# SCIM_CASES is the number of databases, 8 unless told, each with three files;
# SCIM_SEED the first.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 8 2

found=$(by_chance tests/shim/import_property.py "${SCIMD:-build/scimd}")
is "$cases cases of chance come to the same, by three ways" \
  "$(sed -n '/^the same$/p; /^case/,$p; /Error/p' <<<"$found")" "the same"
[ "$cases" -ge 8 ] && is "there was something of each" \
  "$(sed -n 2p <<<"$found")" "create deactivate nobody refuse same update"

finish
