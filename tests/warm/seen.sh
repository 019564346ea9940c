#!/bin/bash
# What valgrind sees of a program that is kept warm (server.c) is a failure of the
# command, and what was said reaches the test. Only make valgrind runs this.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh

# ends <statement>: the status of a sqlite3 of its own, and how often it was told
# of what.
ends() {
  local said
  said=$(sqlite3 -batch :memory: ".load $BUILD/warm/fault" "$1" 2>&1)
  echo "$? $(grep -oE 'depends on uninitialised|definitely lost' <<<"$said" |
    sort | uniq -c | tr -s ' ')"
}

is "sqlite3 is one that is kept warm" \
  "$(grep -c warm/client "$(command -v sqlite3)")" 1
is "without a fault it ends well" "$(ends 'SELECT 1')" "0 "
is "a branch by what was not set is an error, and told" \
  "$(ends 'SELECT fault_unset()')" "99  1 depends on uninitialised"
is "so is what was lost" "$(ends 'SELECT fault_leak()')" "99  1 definitely lost"
is "the next one is as good as the first" "$(ends 'SELECT 1')" "0 "
finish
