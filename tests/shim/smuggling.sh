#!/bin/bash
# D6: heads by chance (smuggling.py), of which scimd must see no more than a
# strict reader does. Another seed, or more: SEED=7 CASES=100000.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start
cases=${CASES:-1000}
said=$(python3 tests/shim/smuggling.py "$address" "$token" "${SEED:-1}" \
  "$cases" "$db")
is "no request is run that a strict reader does not see, nor one twice" \
  "$(printf '%s\n' "$said" | sed '$d')" ""
is "every head is answered" \
  "$(printf '%s\n' "$said" | tail -n 1 | grep -o ", $cases of $cases answered")" \
  ", $cases of $cases answered"
is "and what may be run behind it often is, or nothing would be shown" \
  "$([ "$(printf '%s\n' "$said" | tail -n 1 | awk '{ print $7 }')" -ge \
    $((cases / 20)) ] && echo yes || echo "$said")" yes
is "scimd lives on" "$(code "$root/healthz")" 200
finish
