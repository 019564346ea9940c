#!/bin/bash
# README.md is right: its session prints what it says, its resource type can be
# made, its settings are settings, and its commands are those of the Makefile.
# And it has an example of each function.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

# block "<heading>": the first block of code below it. Whoever asks for one runs
# it, so it is noted among the examples.
block() {
  awk -v heading="$1" '
    $0 == "## " heading || $0 == "### " heading { below = 1 }
    below && /^```/ { if (inside) exit; inside = 1; next }
    inside' README.md | tee -a "$folder/examples"
}

# statements "<heading>": all blocks of SQL in the section, in the same way.
statements() {
  awk -v heading="### $1" '
    /^##/ { below = $0 == heading }
    below && /^```sql/ { inside = 1; next }
    /^```/ { inside = 0 }
    inside' README.md | tee -a "$folder/examples"
}

# rows "<heading>": the first cells of the tables below it, as text.
rows() {
  awk -v heading="## $1" '
    /^## / { below = $0 == heading }
    below && /^\| / { print }' README.md |
    sed -n 's/^| \(`[^|]*`\) |.*/\1/p' | tr -d '`'
}

# ---- Ten lines

lines=$(block "Ten lines" | sed '1d' | sed 's|build/scim|'"$extension"'|')
is "the session prints these boxes" \
  "$(printf '%s\n' "$lines" | sed -n 's/^sqlite> //p' |
    sqlite3 "$folder/people.db" 2>&1)" \
  "$(printf '%s\n' "$lines" | grep -v '^sqlite> ')"

# ---- One call of each, Proof, Forgetting

for heading in "One call of each" Proof Forgetting; do
  lines=$(block "$heading" | sed 's|build/scim|'"$extension"'|')
  is "the session below '$heading' prints what it says" \
    "$(printf '%s\n' "$lines" | sed -n 's/^sqlite> //p' | sqlite3 2>&1)" \
    "$(printf '%s\n' "$lines" | grep -v '^sqlite> ')"
done
replaying=$(block "Replaying" | sed 's|build/scim|'"$extension"'|
  s,\(old\|new\)\.db,'"$folder"'/&,')
is "a log is replayed as it says" \
  "$(printf '%s\n' "$replaying" | sed -n 's/^sqlite> //p' |
    sqlite3 "$folder/old.db" 2>&1 | sed 's/ near line [0-9]*:/:/')" \
  "$(printf '%s\n' "$replaying" | grep -v '^sqlite> ')"
past=$(block "The past" | sed 's|build/scim|'"$extension"'|')
is "the past is told as it says, before it is pruned and after" \
  "$(printf '%s\n' "$past" | sed -n 's/^sqlite> //p' |
    sqlite3 "$folder/past.db" 2>&1 | sed 's/ near line [0-9]*:/:/')" \
  "$(printf '%s\n' "$past" | grep -v '^sqlite> ')"

# ---- A resource type of your own

sql "SELECT scim_init()" >/dev/null
sql "$(block "A resource type of your own" |
  sed -n '/SQL'"'"'$/,/^SQL$/p' | sed '1d;$d')"
device=$(block "A resource type of your own" |
  sed -n "s/.*--json '\(.*\)'$/\1/p")
is "the device is made" "$(sql "SELECT scim_apply('POST', '/Devices',
  $(literal "$device")) ->> 'status'")" 201
query=$(block "A resource type of your own" |
  sed -n 's|.*/Devices?\(.*\)"$|\1|p')
is "and found as it says" "$(sql "SELECT scim_apply('GET',
  '/Devices?$query') ->> '\$.body.Resources[0].serial'")" A-1
is "by its index" "$(sql "SELECT built FROM scim_index
  WHERE attribute = 'bought'")" 1

# ---- Dry runs

is "a dry run tells what would change, and leaves nothing" "$(
  sql "$(statements "Dry runs")"; sql "SELECT count(*) FROM scim_resource
  WHERE type = 'User'")" \
'{"action":"create","after":{"schemas":["urn:ietf:params:scim:schemas:core:'\
'2.0:User"],"id":"ann","userName":"ann","active":true},"maps":[]}
0'

# ---- Columns named by paths

is "a row is the document that its columns name" "$(
  sql "$(statements "Columns named by paths")")" \
'{"userName":"ann","name":{"givenName":"Ann"},"emails":[{"type":"work",'\
'"value":"ann@example.com"}],"urn:ietf:params:scim:schemas:extension:'\
'enterprise:2.0:User":{"manager":{"value":"bob"}},"active":true,"schemas":'\
'["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:'\
'extension:enterprise:2.0:User"]}'

# ---- Loading rows

loading=$(statements "Loading rows")
is "rows are previewed, loaded, and the same" \
  "$(connect :memory:
    sql "SELECT scim_init()" >/dev/null
    sql "$(grep -v '^-- ' <<<"$loading")"
    connect)" \
  "$(sed -n 's/^-- //p' <<<"$loading")"

# ---- Replicated databases

replicated=$(statements "Replicated databases")
is "a database that is replicated does what it says" \
  "$(connect :memory:
    sql "$(grep -v '^-- ' <<<"$replicated")"
    connect)" \
  "$(sed -n 's/^-- //p' <<<"$replicated")"

# ---- Functions

is "what is explained is so" "$(sql "$(sed -n \
  's/.*`\(SELECT term, how FROM scim_explain([^`]*\)`.*/\1/p' README.md)")" \
  'userName sw "a"|index
title pr|candidates
userName sw "a" and title pr|candidates'

# ---- Your own triggers

sql "$(block "Your own triggers")" >/dev/null
# seat <method> <target> <body>: the status, and who has a seat.
seat() {
  sql "SELECT scim_apply('$1', '$2', nullif('$3', ''),
      '{\"id\":\"${4:-}\"}') ->> '\$.status'" \
    "SELECT group_concat(login) FROM seat"
}
is "two take a seat" "$(seat POST /Users '{"userName":"ann"}' ann)
$(seat POST /Users '{"userName":"bob"}' bob)" "201
ann
201
ann,bob"
is "there is none for a third" "$(seat POST /Users '{"userName":"cy"}' cy)
$(sql "SELECT status, scim_type, detail FROM scim_log ORDER BY seq DESC LIMIT 1")" \
  "409
ann,bob
409|uniqueness|no seats left"
is "one has another name" "$(seat PUT /Users/ann '{"userName":"anne"}')" "200
anne,bob"
is "one leaves" "$(seat DELETE /Users/ann '')" "204
bob"

# ---- Settings

is "every setting is in the table" "$(rows Settings | sort)" \
  "$(sql "SELECT name FROM scim_setting ORDER BY name" | sort)"
is "with its default" "$(sql "INSERT INTO scim_tenant (name, settings)
  VALUES ('acme', '{}')"; sql "$(sed -n \
  "s/.*\`\(UPDATE scim_tenant SET settings = .*'acme'\)\`.*/\1/p" README.md)"
  sql "SELECT settings FROM scim_tenant WHERE name = 'acme'")" \
  '{"page_default":50}'

# ---- Functions, tables, commands

functions=$(rows Functions | grep -oE '^scim[a-z_0-9]*(\([^)]*\))?(, scim_[a-z0-9]+\(\))?' |
  grep -oE 'scim[a-z_0-9]*' | sort -u)
is "every function and table of the extension is in the README" "$(sql "
  SELECT name FROM pragma_function_list WHERE name LIKE 'scim%'
   UNION SELECT name FROM pragma_module_list WHERE name LIKE 'scim%'
   ORDER BY name" | grep -vxF "$functions")" ""
# tests/face/maps_page.sh runs all of sql/maps.md.
awk '/^```/ { inside = !inside; next } inside' sql/maps.md >>"$folder/examples"
is "each of them is called in an example that is run" "$(sql "
  SELECT name || '\(' FROM pragma_function_list WHERE name LIKE 'scim%'
   UNION SELECT '(FROM|JOIN|INTO) ' || name || '\b'
    FROM pragma_module_list WHERE name LIKE 'scim%'" |
  while read -r call; do
    grep -qE "\b$call" "$folder/examples" || echo "$call"
  done)" ""
is "every table and view that it names is there" "$(rows "Tables and views" |
  grep -oE 'scim_[a-z_]+' | while read -r name; do
  sql "SELECT '$name' WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema
         WHERE name = '$name' AND type IN ('table', 'view'))"
done)" ""
is "every command of the table is one of the Makefile" \
  "$(rows "Built and tested" | grep '^make ' | cut -d' ' -f2 | sort -u |
    while read -r target; do
      grep -q "^$target:" Makefile || echo "$target"
    done)" ""
is "and the other way round" "$(sed -n 's/^\([a-z-]*\):.*## .*/\1/p' Makefile |
  while read -r target; do
    rows "Built and tested" | grep -qx "make $target.*" || echo "$target"
  done | grep -vxE 'all|release|deps|clean')" ""
# anchors FILE: what a link to a heading of it says behind the #.
anchors() {
  sed -n 's/^##* //p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}
is "the links of every page lead somewhere" "$(find . -path ./build -prune -o \
  -name '*.md' -print |
  while read -r page; do
    grep -oE '\]\([^)]+\)' "$page" | tr -d ']()' | grep -v '^http' | sort -u |
      while IFS='#' read -r path heading; do
        file=$page
        [ -z "$path" ] || file=$(dirname "$page")/$path
        [ -e "$file" ] || echo "$page: $path"
        [ -z "$heading" ] || anchors "$file" | grep -qx -- "$heading" ||
          echo "$page: $path#$heading"
      done
  done)" ""

finish
