#!/bin/bash
# What requests of chance make of a resource is what RFC 7644 sections 3.5.1 and
# 3.5.2 say, in some lines of Python; and what is shown can be found by filters, and
# be put back without a change.
#
# SCIM_CASES is the number of sequences, 300 unless told; SCIM_SEED begins them.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
cases=${SCIM_CASES:-${VALGRIND:+10}}
cases=${cases:-300}

is "$cases sequences of chance come to what they should" \
  "$($PYTHON_WRAPPER "${python:-python3}" tests/service/patch_property.py \
    "$extension" "$cases" "${SCIM_SEED:-1}" 2>&1)" "the same"

finish
