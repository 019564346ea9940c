#!/bin/bash
# What operations of chance make of the members of a group, in one PATCH and in as
# many, is what some lines of Python say; and the log tells it.
#
# SCIM_CASES is the number of sequences, 100 unless told; SCIM_SEED begins them.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 100 5

is "$cases sequences of chance come to what they should" \
  "$(by_chance tests/service/members_property.py)" "the same"

finish
