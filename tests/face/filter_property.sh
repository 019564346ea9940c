#!/bin/bash
# What scim_filter is handed over never changes an answer: questions of chance
# find the same rows as the same questions whose conditions and orders SQLite
# must look at itself.
#
# SCIM_CASES is the number of questions, 600 unless told; SCIM_SEED begins them.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 600 30

is "$cases questions of chance have the same answer" \
  "$(by_chance tests/face/filter_property.py)" "the same"

finish
