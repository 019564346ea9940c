#!/bin/bash
# What the database tells of the past is what was: scim_as_of,
# scim_membership_interval, scim_provenance and the snapshot, in histories of
# chance, beside a model that is kept from the requests alone, before and after
# the log was pruned at moments of chance.
#
# SCIM_CASES is the number of histories, 200 unless told; SCIM_SEED the first.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 200 5

is "$cases histories of chance are told as they were" \
  "$(by_chance tests/store/history_property.py)" "as it was"

finish
