#!/bin/bash
# No secret is left in what scim_replicable says is to be sent, wherever in a
# request a client has put it; and the outcome is that of the request as it came:
# the status of each, and what is stored. By requests of chance (blot.py).
#
# SCIM_CASES is their number, 1000 unless told; SCIM_SEED the first.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
cases=${SCIM_CASES:-1000}

is "of $cases requests this leaks, or comes to something else" \
  "$($PYTHON_WRAPPER "${python:-python3}" tests/service/blot.py \
    "$extension" "$cases" "${SCIM_SEED:-7}" 2>&1)" nothing

finish
