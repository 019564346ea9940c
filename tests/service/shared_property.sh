#!/bin/bash
# Values that must be unique and that several have from before, in histories of
# chance: who is refused is what some lines of Python say, and nobody who has a value
# is for that.
#
# SCIM_CASES is the number of histories, 40 unless told; SCIM_SEED begins them.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 40 3

is "$cases histories of chance come to what they should" \
  "$(by_chance tests/service/shared_property.py)" "the same"

finish
