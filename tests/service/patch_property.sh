#!/bin/bash
# What requests of chance make of a resource is what RFC 7644 sections 3.5.1 and
# 3.5.2 say, in some lines of Python; and what is shown can be found by filters, and
# be put back without a change.
#
# SCIM_CASES is the number of sequences, 300 unless told; SCIM_SEED begins them.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 300 10

is "$cases sequences of chance come to what they should" \
  "$(by_chance tests/service/patch_property.py)" "the same"

finish
