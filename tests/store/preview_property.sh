#!/bin/bash
# What a preview has said is what becomes of every row when the map is switched
# on, and then it says nothing more: in cases of chance, in which people and rows
# come, change and go while the map is on or off. Who would be refused is what
# keeps it from being switched on.
#
# SCIM_CASES is the number of cases, 30 unless told; SCIM_SEED the first.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 30 5

is "$cases cases of chance are as foretold" \
  "$(by_chance tests/store/preview_property.py)" "as foretold"

finish
