#!/bin/bash
# Statements that were made fit for an engine which runs them on several nodes
# give the same bytes on all of them: lists of chance, played by processes of
# their own with other plans, other pages, and some requests more than once.
#
# SCIM_CASES is the number of lists, 1 unless told; SCIM_SEED the first.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
cases=${SCIM_CASES:-1}

is "$cases lists of statements of chance give the same everywhere" \
  "$($PYTHON_WRAPPER "${python:-python3}" tests/face/replicable_property.py \
    "$extension" "$cases" "${SCIM_SEED:-7}" 2>&1)" "the same bytes"

finish
