# The layering of the design, read from the includes: text knows no SCIM, model
# no database, store no HTTP, service no SQLite values, face no SCIM rules;
# each room includes only those below it, and the shim nothing of ext/. Within a
# room no two modules need each other, and no two files of ext/ have the same
# name for different things, so that all can be compiled as one
# (ext/scim_all.c). And what clang-format does not see to.

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

# db is of SQLite without SCIM, model of SCIM without SQLite: neither below the
# other.
is "model and db know nothing of each other" \
  "$(grep -n '^#include "\.\./db/' ext/model/* ; grep -n 'model/' ext/db/*)" ""

# ---- Modules: what includes what, each .c with its .h as one

# Lines of two modules, the first of which includes the second.
modules() {
  awk '
    function module(path) { sub(/\.[ch]$/, "", path); return path }
    /^#include "/ {
      split($2, quoted, "\"")
      folder = FILENAME
      sub(/[^\/]*$/, "", folder)
      path = quoted[2]
      while (sub(/^\.\.\//, "", path)) sub(/[^\/]*\/$/, "", folder)
      print module(FILENAME), module(folder path)
    }' ext/*/*.[ch] ext/scim.c
}

# tsort puts them in an order in which each comes before what it includes; where
# there is none it names the modules that go round.
is "no modules of ext include each other in a circle" \
  "$(modules | tsort 2>&1 >/dev/null | sed 's/.*input contains a loop/and so do/
    s/^tsort: *//')" ""

# ---- Names: one thing each

# What the files define: statics, types, enumerators and macros, and what the
# headers declare for the linker. The code is formatted, so that a definition
# begins where a line does.
defined() {
  awk -f ext/names.awk ext/*/*.h | awk '{ print $2, "names.h" }'
  awk '
    function last_word(text) {
      sub(/[^A-Za-z0-9_]+$/, "", text)
      return match(text, /[A-Za-z0-9_]+$/) ? substr(text, RSTART) : ""
    }
    function define(name) { if (name != "") print name, FILENAME }
    function enumerators(text, names, count) {
      gsub(/\/\*[^*]*\*\//, "", text)
      sub(/.*\{/, "", text)
      sub(/\}.*/, "", text)
      count = split(text, names, ",")
      while (count > 0) {
        sub(/ *=.*/, "", names[count])
        define(last_word(names[count--]))
      }
    }
    FNR == 1 { within = 0 }
    /^#define / { split($2, part, "("); define(part[1]) }
    /^static / && !/ struct \{$/ { sub(/[(=;[].*/, ""); define(last_word($0)) }
    /^\} [a-z_]+\[/ { sub(/\[.*/, ""); define($2) }
    /^typedef / && /;$/ && $3 ";" != $4 { define(last_word($0)) }
    /^(typedef )?(struct|union|enum) [A-Za-z]+ \{/ {
      define($1 == "typedef" ? $3 : $2)
    }
    /^(typedef )?enum .*\{/ { within = 1 }
    within { enumerators($0) }
    /\}[ A-Za-z]*;$/ { within = 0 }' "$@" | sort -u
}

is "no two files of ext define the same name, not even for themselves" \
  "$(defined ext/*/*.[ch] ext/scim.[ch] |
    awk '{ files[$1] = files[$1] " " $2; count[$1]++ }
         END { for (name in count) if (count[name] > 1) print name ":" files[name] }' |
    sort)" ""

# ---- What each room may know of the world outside

is "text and model use SQLite for memory and formatting only" \
  "$(grep -noE 'sqlite3_[a-z0-9_]+' ext/text/*.c ext/model/*.c |
     grep -vE ':sqlite3_(api|malloc64|realloc64|free|vmprintf|vsnprintf|mprintf|vfs)[a-z_]*$')" ""
is "only db prepares, steps and executes statements" \
  "$(grep -lE 'sqlite3_(step|prepare|exec)' ext/*/*.c | grep -v '^ext/db/')" ""
is "only db and store say what is SQL; face declares the columns of tables" \
  "$(grep -nE '"[^"]*\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|FROM) ' \
     ext/text/* ext/model/* ext/service/* ext/face/* ext/scim.c |
     grep -vE '\*\*|"CREATE TABLE x\(')" ""
is "text and db know nothing of SCIM but that its tables begin with scim_" \
  "$(grep -niE '(^|[^A-Z_])(scim|urn:ietf)' ext/text/* ext/db/* |
     grep -vE ':[0-9]+: *(\*\*|/\*|#)|/\*.*scim.*\*/|"((SELECT 1 |DELETE )?FROM|JOIN) scim_')" ""
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

# ---- The page of limits (shim/README.md)

limits=$(sed -n '/^## Every limit/,/^## What holds/p' shim/README.md)

# A test without a folder is in that of the one before it in its cell.
is "every test that the page names is there" \
  "$(grep '^|' shim/README.md | tr '|' '\n' | awk '
    /tests\// {
      folder = ""
      count = split($0, names, /, /)
      for (i = 1; i <= count; i++) {
        gsub(/^ +| +$/, "", names[i])
        if (names[i] ~ /\//) { folder = names[i]; sub(/[^\/]*$/, "", folder) }
        else names[i] = folder names[i]
        print names[i]
      }
    }' | sort -u | while read -r name; do [ -e "$name" ] || echo "$name"; done)" \
  ""
is "and every row of a limit says what it is by default, what becomes of it$(
  ), and which test shows it" \
  "$(awk -F '|' '/^\|/ && !/^\|( limit |---)/ && (NF != 7 || $2 ~ /^ *$/ ||
      $3 ~ /^ *$/ || $5 $6 ~ /^ *$/ || $6 !~ /tests\//)' <<<"$limits")" ""

# says <words ...>: those of them that the page does not have, as a setting of
# some limit.
says() {
  local name
  for name; do
    grep -q "^|.*[\` ,]$name[\` ,;]" <<<"$limits" || echo "$name"
  done
}
is "every number that scimd serve takes is a limit with a row" \
  "$(says $(sed -nE 's/^ *\{"([a-z-]+)", NUMBER_OF\(.*FOR_(SERVE|ALL),.*/--\1/p' \
    shim/options.c))" ""
is "so is every number that a tenant may set" \
  "$(says $(sed -nE 's/^ *\[LIMIT_[A-Z_]+\] = \{"([a-z_]+)".*/\1/p' \
    ext/service/caller.c))" ""

# ---- The look of it

# clang-format does not break comments: it would leave a word without stars.
is "comment lines have their stars, and no line is over 80 columns" \
  "$(LC_ALL=C.UTF-8 grep -nE '^\*[A-Za-z]|^.{81,}' ext/*.[ch] ext/*/*.[ch] \
     shim/*.[ch] tests/*/*.[ch])" ""

finish
