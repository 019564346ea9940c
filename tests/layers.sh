# The layering of the design, read from the includes: text knows no SCIM, model
# no database, store no HTTP, service no SQLite values, face no SCIM rules;
# each room includes only those below it, and the shim nothing of ext/.

. tests/lib.sh

# The order of the rooms, lowest first.
rooms="text db model store service face"

# below <room>: it and the rooms that it may include, as an alternation.
below() {
  list=
  for room in $rooms; do
    list="$list${list:+|}$room"
    [ "$room" = "$1" ] && break
  done
  printf '%s' "$list"
}

for room in $rooms; do
  upward=$(grep -nE '^#include "\.\./' ext/"$room"/*.[ch] |
    grep -vE "#include \"\.\./($(below "$room"))/")
  is "ext/$room includes only what lies below it" "$upward" ""
done

# What each room may know of the world outside.
is "text and model use SQLite for memory and formatting only" \
  "$(grep -noE 'sqlite3_[a-z0-9_]+' ext/text/*.c ext/model/*.c |
     grep -vE ':sqlite3_(api|malloc64|free|vmprintf|vsnprintf|mprintf|vfs)[a-z_]*$')" ""
is "only db prepares, steps and executes statements" \
  "$(grep -lE 'sqlite3_(step|prepare|exec)' ext/*/*.c | grep -v '^ext/db/')" ""
is "service sees no SQL values" \
  "$(grep -nE 'sqlite3_(value|context|result)' ext/service/*)" ""
is "the shim includes nothing of ext/" \
  "$(grep -nE '#include "(\.\./|ext/)' shim/*.[ch])" ""
is "only jsmn's wrapper knows jsmn" "$(grep -ln 'jsmn\.h' ext/*/*.[ch])" \
  "ext/text/parse.c"

# C has no list of attributes: these are names of User and Group only.
names='userName|nickName|familyName|givenName|emails|phoneNumbers|department'
names="$names|employeeNumber|honorificPrefix|costCenter|preferredLanguage"
is "no attribute of User or Group is named in C code" \
  "$(grep -nE "\"[^\"]*($names)" ext/*/*.[ch] ext/scim.c | grep -v '\*\*')" ""

finish
