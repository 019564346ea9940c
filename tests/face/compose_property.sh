#!/bin/bash
# A row that is put over a document once more changes nothing, nor does one of
# what is in it; what a row brings is there, and what it says nothing of stays.
#
# SCIM_CASES is the number of rows, 3000 unless told; SCIM_SEED begins them.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 3000 100

is "$cases rows of chance are put as they say, once" \
  "$(by_chance tests/face/compose_property.py)" "the same"

finish
