#!/bin/bash
# Statements that were made fit for an engine which runs them on several nodes
# give the same bytes on all of them: lists of chance, played by processes of
# their own with other plans, other pages, and some requests more than once.
#
# SCIM_CASES is the number of lists, 1 unless told; SCIM_SEED the first.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 1

is "$cases lists of statements of chance give the same everywhere" \
  "$(SCIM_SEED=${SCIM_SEED:-7} by_chance tests/face/replicable_property.py)" "the same bytes"

finish
