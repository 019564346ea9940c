# Runs test programs and scripts and adds up their checks.
#
#   BUILD=build bash tests/run.sh PROGRAM… SCRIPT…
#
#   JOBS   so many that work run at a time, and two more of those that wait
#          besides (default: as many as there are processors); with 1 there is
#          one test at a time, of whatever kind
#   SHARE  of cases of which there are many, such as each allocation that may
#          fail, one of so many is tried, always the same (default: all; make
#          test says 8, and .ci/run has other stages that try all)
#   LIMIT  the seconds after which a test is ended (default: 1800, and 14400
#          under valgrind), where there is timeout
#
# Each prints "ok - sentence" or "not ok - sentence" a check (programs as TAP).
# A run that fails without saying which check did counts as one failure, and so
# does one that checks nothing. Of its seconds it is told how many a test took,
# and how many of a processor. The last line is "N passed, N failed".

BUILD=${BUILD:-build}
export BUILD SHARE CMOCKA_MESSAGE_OUTPUT=TAP
export SCIM_EXTENSION=${SCIM_EXTENSION:-$BUILD/scim}
export SCIMD=${SCIMD:-$BUILD/scimd}

# Fast bins make glibc walk over them whenever a large block is freed, as SQLite
# does for each statement: a tenth of all the time. The kernel is asked for four
# megabytes at a time. A longer list of what was freed (tcache_count) would make
# scripts whose statements are compiled again and again slower by a quarter.
m=glibc.malloc
export GLIBC_TUNABLES=$m.mxfast=0:$m.top_pad=4194304

# Databases in memory where there is room, and programs may run there: no test
# cuts the power, and a commit that waits for a disk leaves a processor idle. A
# container has 64 MB, and goes on using its disk; so does who sets TMPDIR.
memory=
if [ -z "${TMPDIR:-}" ]; then
  room=$(df -Pk /dev/shm 2>/dev/null | awk 'END { print int($4) }')
  [ "${room:-0}" -lt 4000000 ] || memory=$(mktemp -d /dev/shm/scim.XXXXXX)
fi
if [ -n "$memory" ]; then
  chmod 711 "$memory" # as /tmp: some tests run a program as somebody else
  printf '#!/bin/sh\n' >"$memory/runs" && chmod +x "$memory/runs"
  if "$memory/runs" 2>/dev/null; then
    export TMPDIR=$memory
  else
    rm -r "$memory"
    memory=
  fi
fi

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

# A Python whose sqlite3 can load extensions. The first on the PATH often can
# not: Apple's and those that pyenv builds are made without. Debian's can. It is
# python3 for all tests: pyenv's takes eight times as long to start.
for python in python3 /usr/bin/python3; do
  found=$("$python" -c 'import sqlite3, sys
sqlite3.Connection.enable_load_extension
print(sys.executable)' 2>/dev/null) && break
done
export python=${found:-python3}
[ "${python##*/}" = python3 ] && [ -n "$found" ] && wrap "$python" ""

if [ -n "${SANITIZED:-}" ]; then
  preload="env LD_PRELOAD=$(gcc -print-file-name=libasan.so)"
  wrap "$STOCK_SQLITE" "$preload"
  export PYTHON_WRAPPER="$preload" ASAN_OPTIONS=detect_leaks=0
  export TEST_WRAPPER="env ASAN_OPTIONS=detect_leaks=1"
fi

# A database as scim_init makes it, for tests that begin with one: with_tables in
# tests/lib.sh, tables_copy in tests/store/tables.h. SCIM_TABLES=none has all of
# them call scim_init for it.
if [ -z "${SCIM_TABLES:-}" ]; then
  export SCIM_TABLES=$tools/tables.db
  ${preload:-} "$STOCK_SQLITE" -batch "$SCIM_TABLES" ".load $SCIM_EXTENSION" \
    "SELECT scim_init()" >/dev/null 2>&1 || rm -f "$SCIM_TABLES"
fi

warm=()
if [ -n "${VALGRIND:-}" ]; then
  TEST_WRAPPER="valgrind --quiet --error-exitcode=99 --leak-check=full"
  TEST_WRAPPER="$TEST_WRAPPER --errors-for-leak-kinds=definite"
  TEST_WRAPPER="$TEST_WRAPPER --show-leak-kinds=definite"

  # One process of each goes before main, and is copied for every run
  # (tests/warm/server.c): most of what a run takes is valgrind's beginning.
  keep_warm() { # <program>
    local socket=$tools/${1##*/}.warm words
    wrap "$1" "$TEST_WRAPPER"
    [ -x "$BUILD/warm/client" ] || return
    cp "$SCIM_TABLES" "$socket.db" 2>/dev/null
    env WARM_PROGRAM="$1" WARM_SOCKET="$socket" WARM_DATABASE="$socket.db" \
      WARM_SQL=tests/warm/warm.sql LD_PRELOAD="$(pwd)/$BUILD/warm/server.so" \
      $TEST_WRAPPER --log-file="$tools/valgrind.%p" "$1" </dev/null >&2 &
    warm+=($!)
    words=$(set -- $TEST_WRAPPER && echo $(($# + 1)))
    wrap "$1" \
      "$(pwd)/$BUILD/warm/client $socket $tools/valgrind. $words $TEST_WRAPPER"
  }
  keep_warm "$STOCK_SQLITE"
  keep_warm "$(pwd)/$SCIMD"
  for ((i = 0; i < 1200 && ${#warm[@]} > 0; i++)); do
    [ ! -e "$tools/sqlite3.warm" ] || [ ! -e "$tools/scimd.warm" ] || break
    kill -0 "${warm[@]}" 2>/dev/null || break
    sleep 0.05
  done
  export TEST_WRAPPER SCIMD="$tools/scimd"
fi
export PATH="$tools:$PATH"

logs=$(mktemp -d)
trap 'rm -rf "$logs" "$tools" ${memory:+"$memory"}' EXIT

# macOS has no timeout. It ends all that a test has started, in a group of its
# own, which no Ctrl-C reaches: so we tell it.
LIMIT=${LIMIT:-${VALGRIND:+14400}}
limit="timeout -k 10 ${LIMIT:-1800}"
$limit true 2>/dev/null || limit=
export limit

# end_all: the tests that are under way, with all that they started. A test that
# stays is killed after ten seconds.
end_all() {
  trap '' INT TERM HUP
  : >"$logs/ended"
  running=$(cat "$logs"/*.process 2>/dev/null)
  [ -z "$running" ] || kill -TERM $running 2>/dev/null
  for ((i = 0; i < 120; i++)); do
    [ -n "$running" ] && kill -0 $running 2>/dev/null || break
    sleep 0.1
  done
  [ ${#warm[@]} -eq 0 ] || kill "${warm[@]}" 2>/dev/null
  exit 130
}
trap end_all INT TERM HUP

start() { # <test> <where its process is told>
  local say='echo $$ >"$0"; exec "$@"'
  case $1 in
    *.sh) sh -c "$say" "$2" $limit bash "$1" ;;
    *.py) sh -c "$say" "$2" $limit $PYTHON_WRAPPER "$python" "$1" ;;
    *)    sh -c "$say" "$2" $limit $TEST_WRAPPER "$1" ;;
  esac
}

run_one() {
  [ ! -e "$2/ended" ] || return
  log=$2/${1//\//_}.log
  TIMEFORMAT='%R %U %S'
  export WARM_WORK=$log.time # what is not a child of the test's is added
  { time start "$1" "$log.process" >"$log" 2>&1 </dev/null; } 2>"$log.took"
  code=$?
  : >"$log.process"
  [ ! -e "$2/ended" ] || return
  mapfile -t took <"$log.took"
  printf '%s\n' "${took[@]}" >>"$log.time"
  read -r good bad seconds work < <(LC_ALL=C exec awk '
    FNR == NR { seconds = $1; work += NF == 3 ? $2 + $3 : $1 }
    FNR < NR && /^ok / { good++ }
    FNR < NR && /^not ok / { bad++ }
    END { printf "%d %d %.1f %.1f\n", good, bad, seconds, work
    }' "$log.time" "$log")
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
    echo "not ok - $1 ended with status $code" >>"$log"
    bad=1
  elif [ $((good + bad)) -eq 0 ]; then
    echo "not ok - $1 checks nothing" >>"$log"
    bad=1
  fi
  echo "$good $bad $1" >"$log.sum"
  printf '%5d passed, %d failed, %5s s, %4s at work: %s\n' "$good" "$bad" \
    "$seconds" "$work" "$1"
  [ "$bad" -eq 0 ] || grep -av '^ok ' "$log" | tail -n 60
}
export -f run_one start

# The longest first, so that none is left to run alone at the end. Those that
# wait more than they work have places of their own: they leave the processors
# to the others, and these have what there is of them in use all the time.
waiting='shim/rqlite_nodes.sh shim/rqlite.sh shim/rqlite_command.sh shim/guest.sh
shim/rqlite_backup.sh shim/door.sh shim/admission.sh shim/wal_limit.sh
shim/rqlite_wait.sh shim/readers.sh shim/database.sh shim/bodies.sh shim/queue.sh
face/init.sh shim/killed.sh shim/writer.sh shim/keeper.sh shim/memory.sh
shim/activation.sh shim/scimd_service.sh face/outbox_example.sh
face/maps_page.sh shim/tls.sh shim/http.sh'
longest='store/upgrade.sh malloc_test store/map_property.sh
nesting_test corrupt_test shim/wal.sh shim/import_command.sh
service/tenants.sh property_test idp/month.sh service/budget.sh
store/map_switch.sh wal_file_test store/map_sql.sh face/contexts.sh
idp/replay.py face/nested.sh service/custom_types.sh store/answers.sh
shim/export_command.sh store/map.sh store/definitions.sh
service/bulk_order.sh service/defaults.sh store/preview_property.sh
store/replay.sh store/history_property.sh store/audit_state.sh
service/bulk_random.sh outbox_test store/shapes.sh store/claim.sh
service/patch_property.sh store/upgrade_trust.sh'

# in_order <list> <tests>: those of the list, by their place in it, and then,
# unless "only" comes first, all others.
in_order() {
  printf '%s\n' "${@:2}" | awk -v list="$1" '
    BEGIN { count = split(list, end, /[ \n]+/); only = end[1] == "only" }
    { rank = count + 1
      for (i = 1; i <= count; i++)
        if (substr($0, length($0) - length(end[i])) == "/" end[i]) rank = i
      if (!only || rank <= count) print rank, NR, $0 }' |
    sort -n -k1,1 -k2,2 | cut -d' ' -f3-
}
run_all() { # <at once> <tests>
  printf '%s\n' "${@:2}" |
    xargs -P "$1" -I{} bash -c 'run_one "$1" "$2"' _ {} "$logs"
}

processors=${JOBS:-$(nproc)}
waits=()
[ "${JOBS:-}" = 1 ] || mapfile -t waits < <(in_order "only $waiting" "$@")
mapfile -t works < <(in_order "$longest" "$@" | grep -vxF -f <(
  printf '%s\n' "${waits[@]:-none}"))
# Both beside this script: so it hears at once that it is to end.
runs=()
if [ ${#waits[@]} -gt 0 ]; then
  run_all $((processors + 2)) "${waits[@]}" &
  runs+=($!)
fi
if [ ${#works[@]} -gt 0 ]; then
  run_all "$processors" "${works[@]}" &
  runs+=($!)
fi
wait "${runs[@]}"

# What valgrind has said and no client has told: of a program whose client was
# killed, or of one that was kept warm.
[ ${#warm[@]} -eq 0 ] || kill "${warm[@]}"
for said in "$tools"/valgrind.*; do
  [ -s "$said" ] || continue
  echo "0 1 ${said##*/}" >"$logs/${said##*/}.sum"
  echo "not ok - what valgrind says in ${said##*/}:" && cat "$said"
done

cat "$logs"/*.sum | awk -v tests=$# '
  { passed += $1; failed += $2 }
  END {
    if (NR < tests) failed += tests - NR
    printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || !NR }'
