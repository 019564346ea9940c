#!/bin/bash
# No secret is left in what scim_replicable says is to be sent, wherever in a
# request a client has put it; and the outcome is that of the request as it came:
# the status of each, and what is stored. By requests of chance (blot.py).
#
# SCIM_CASES is their number, 1000 unless told; SCIM_SEED the first.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 1000

is "of $cases requests this leaks, or comes to something else" \
  "$(SCIM_SEED=${SCIM_SEED:-7} by_chance tests/service/blot.py)" nothing

finish
