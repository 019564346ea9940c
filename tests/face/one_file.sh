#!/bin/bash
# The whole extension compiled as one file: as an object to be linked into a
# program, in which all that the linker sees begins with scim_, and as a library
# that does the same as the usual one.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh

BUILD=${BUILD:-build}
one=$(ls "$BUILD"/one/scim.*)

is "it holds every file of ext/" \
  "$(sed -n 's/^#include "\(.*\.c\)"$/\1/p' ext/scim_all.c | sort)" \
  "$(cd ext && ls ./*.c ./*/*.c | sed 's|^\./||' | grep -vx 'scim_all\.c' | sort)"
# Compilers that put an underscore before each name are spared it.
names=$(nm -g "$BUILD/one/scim_all.o" | awk 'NF == 3 { sub(/^_/, "", $3); print $3 }')
is "the linker sees no name of it that does not begin with scim_" \
  "$(grep -vxE 'scim_.*|sqlite3_scim_init|_*(odr_)?(a|t|ub)san[_.].*|__.*' <<<"$names")" ""
is "but it sees the entry point" \
  "$(grep -cx 'sqlite3_scim_init' <<<"$names")" 1
is "the library exports the entry point alone" \
  "$(nm -gD --defined-only "$one" 2>/dev/null | awk '{ print $3 }' |
    grep -vE '^_*(a|t|ub)san_|^__')" sqlite3_scim_init

# The scripts that say what the functions and tables do, with it; but not under
# valgrind, which has seen the same code in the usual library.
scripts="functions surface requests"
[ -z "${VALGRIND:-}" ] || scripts=requests
said=$(for script in $scripts; do
  SCIM_EXTENSION=${one%.*} bash "tests/face/$script.sh" 2>&1 ||
    echo "not ok - $script.sh"
done | grep -v 'passed, .* failed$')
sed 's/^\(ok\|not ok\) - /&as one file: /' <<<"$said"
is "no check of the usual library fails with it" \
  "$(grep -c '^not ok' <<<"$said")" 0

finish
