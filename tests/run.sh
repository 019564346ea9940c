# Runs test programs and scripts and adds up their checks.
#
#   BUILD=build bash tests/run.sh PROGRAM… SCRIPT…
#
# Each prints "ok - sentence" or "not ok - sentence" a check (programs as TAP).
# A run that fails without saying which check did counts as one failure, and so
# does one that checks nothing. The seconds are of processor time. The last line
# is "N passed, N failed".

BUILD=${BUILD:-build}
export BUILD CMOCKA_MESSAGE_OUTPUT=TAP
export SCIM_EXTENSION=${SCIM_EXTENSION:-$BUILD/scim}
export SCIMD=${SCIMD:-$BUILD/scimd}

# Fast bins make glibc walk over them whenever a large block is freed, as SQLite
# does for each statement: a tenth of all the time.
export GLIBC_TUNABLES=glibc.malloc.mxfast=0

# A Python whose sqlite3 can load extensions. The first on the PATH often can
# not: Apple's and those that pyenv builds are made without. Debian's can.
for python in python3 /usr/bin/python3; do
  "$python" -c 'import sqlite3; sqlite3.Connection.enable_load_extension' \
    2>/dev/null && break
done
export python

# SANITIZED and VALGRIND: what loads the extension but was not built with it is
# found first on the PATH as a script that puts something before it: the
# sanitizer's library, or valgrind, for which an error of memory is a failed
# command. Leaks are looked for in our own programs. STOCK_SQLITE is for tests
# of what needs no extension, where neither would find anything of ours.
STOCK_SQLITE=$(command -v sqlite3)
export STOCK_SQLITE
tools=$(mktemp -d)
wrap() { # <program> <what comes before it>
  printf '#!/bin/sh\nexec %s %s "$@"\n' "$2" "$1" >"$tools/${1##*/}"
  chmod +x "$tools/${1##*/}"
}

if [ -n "${SANITIZED:-}" ]; then
  preload="env LD_PRELOAD=$(gcc -print-file-name=libasan.so)"
  wrap "$STOCK_SQLITE" "$preload"
  export PYTHON_WRAPPER="$preload" ASAN_OPTIONS=detect_leaks=0
  export TEST_WRAPPER="env ASAN_OPTIONS=detect_leaks=1"
fi

if [ -n "${VALGRIND:-}" ]; then
  TEST_WRAPPER="valgrind --quiet --error-exitcode=99 --leak-check=full"
  TEST_WRAPPER="$TEST_WRAPPER --errors-for-leak-kinds=definite"
  wrap "$STOCK_SQLITE" "$TEST_WRAPPER"
  wrap "$(pwd)/$SCIMD" "$TEST_WRAPPER"
  export TEST_WRAPPER SCIMD="$tools/scimd"
fi
export PATH="$tools:$PATH"

logs=$(mktemp -d)
trap 'rm -rf "$logs" "$tools"' EXIT

start() {
  case $1 in
    *.sh) bash "$1" ;;
    *.py) $PYTHON_WRAPPER "$python" "$1" ;;
    *)    $TEST_WRAPPER "$1" ;;
  esac
}

run_one() {
  log=$2/$(printf '%s' "$1" | tr '/' '_').log
  TIMEFORMAT='%U %S'
  { time start "$1" >"$log" 2>&1 </dev/null; } 2>"$log.time"
  code=$?
  seconds=$(awk '{ printf "%.1f", $1 + $2 }' "$log.time")
  good=$(grep -c '^ok ' "$log")
  bad=$(grep -c '^not ok ' "$log")
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
    echo "not ok - $1 ended with status $code" >>"$log"
    bad=1
  elif [ $((good + bad)) -eq 0 ]; then
    echo "not ok - $1 checks nothing" >>"$log"
    bad=1
  fi
  echo "$good $bad $1" >"$log.sum"
  printf '%5d passed, %d failed, %5s s: %s\n' "$good" "$bad" "$seconds" "$1"
  [ "$bad" -eq 0 ] || grep -v '^ok ' "$log" | tail -n 60
}
export -f run_one start

# The longest first, so that none is left to run alone at the end; those that
# wait more than they work among them.
longest='malloc_test nesting_test shim/wal.sh shim/readers.sh shim/admission.sh
shim/map_command.sh corrupt_test shim/bodies.sh shim/database.sh outbox_test
store/definitions.sh store/upgrade.sh service/defaults.sh shim/tenants.sh
shim/writer.sh property_test service/tenants.sh idp/replay.py store/contention.sh
face/contexts.sh idp/month.sh service/scopes.sh shim/import_command.sh
store/preview_property.sh service/bulk_random.sh service/custom_types.sh
service/bulk_order.sh store/audit_state.sh store/map_property.sh store/sorted.sh
service/values.sh service/patch.sh service/cursor.sh service/budget.sh
service/shown_references.sh shim/definitions.sh shim/application.sh shim/token.sh
shim/http.sh shim/killed.sh guides/guide.sh store/review.sh'
ordered() {
  printf '%s\n' "$@" | awk -v longest="$longest" '
    BEGIN { count = split(longest, end, /[ \n]+/) }
    { rank = count + 1
      for (i = 1; i <= count; i++)
        if (substr($0, length($0) - length(end[i])) == "/" end[i]) rank = i
      print rank, NR, $0 }' | sort -n -k1,1 -k2,2 | cut -d' ' -f3-
}

ordered "$@" | xargs -P "${JOBS:-3}" -I{} bash -c 'run_one "$1" "$2"' _ {} "$logs"

cat "$logs"/*.sum | awk '
  { passed += $1; failed += $2 }
  END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }'
