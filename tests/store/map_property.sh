#!/bin/bash
# Maps under random changes: people come, change and go, groups within groups
# gain and lose members, managers come late, the application has rows of its own,
# and maps are switched off, on and defined anew. In the end, and from time to
# time, every row of the application that is a resource's is what a fresh
# projection of that resource gives, in a second set of tables.
#
# SCIM_CASES is the number of operations, 2,000 unless told; SCIM_SEED begins
# the chance.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chance 2000 300
[ "$cases" -gt 10000 ] && cases=10000

for settings in "foreign_keys=off recursive_triggers=off reverse_unordered_selects=on" \
  "foreign_keys=on recursive_triggers=on reverse_unordered_selects=off"; do
  rm -f "$folder/scim.db"
  is "$cases operations with $settings: the tables are as a fresh projection has them" \
    "$($PYTHON_WRAPPER "${python:-python3}" tests/store/map_property.py \
      "$extension" "$folder/scim.db" "$cases" "${SCIM_SEED:-1}" $settings 2>&1)" \
    "as projected"
  is "and a stock sqlite3 can write the application's tables and dump the file" \
    "$(stock "$folder/scim.db" "INSERT INTO learner (customer, upn, status)
         VALUES ('default', 'stock', 'x'), ('acme', 'stöck', 'y');
       UPDATE learner SET upn = 'stöck' || id WHERE upn LIKE 'st%ck';
       DELETE FROM learner WHERE upn LIKE 'stöck%';
       PRAGMA integrity_check;" &&
      stock "$folder/scim.db" .dump | stock "$folder/copy.db" &&
      stock "$folder/copy.db" "SELECT count(*) > 20 FROM learner;
        PRAGMA integrity_check")" "ok
1
ok"
  rm -f "$folder/copy.db"
done

finish
