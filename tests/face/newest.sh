#!/bin/bash
# The newest SQLite, which the Makefile installs into build/python with apsw:
# what it has come to refuse is found here before it is found in use. From 3.54
# on a statement has no room for more than a thousand tables and views, those
# counted that are named in views.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
python=build/python/bin/python
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

is "apsw is in build/python, with a SQLite from 3.54 on" "$("$python" -c '
import apsw
print(apsw.sqlite_lib_version() >= "3.54")' 2>&1 | tail -n 1)" True

$PYTHON_WRAPPER "$python" tests/face/newest.py "$extension" "$folder" \
  >"$folder/said" 2>&1
while IFS='#' read -r sentence want; do
  is "$sentence" "$(sed -n "s/^$sentence: //p" "$folder/said")" "$want"
done <<END
users, groups and a map are made#3 users, 1 group, 4 rows of the map
every view opens#yes
scim_check finds nothing#nothing
a log is pruned, forgotten from and checked#nothing
scim_mistake tells of a wrong definition#attributes[0] (a b)
a wrong definition is refused#bad JSON path: 'urn:wrong, attributes[0] (a b) needs a name of letters, digits, "\$", "-" and "_"'
scim_mistake has room to spare#yes
the log plays again into another database#3 users, 1 group
END
is "it says nothing else" "$(sed 's/: .*//' "$folder/said" | wc -l)" 8

finish
