#!/bin/bash
# scimd backup of a cluster: a copy that is whole, and checked, or none.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
. tests/shim/rqlite.inc

cluster 3
"$SCIMD" init "${place[@]}" || exit 1
token=$("$SCIMD" token add "${place[@]}" --label here)
copy=$dir/copy.db
backup() {
  timeout 120 "$SCIMD" backup "${place[@]}" "$copy" "$@" 2>&1 |
    sed 's/: [0-9]* bytes/: N bytes/; s|http://127.0.0.1:[0-9]*|NODE|g'
  echo "= ${PIPESTATUS[0]}"
}
asked() { grep '/db/backup' "$cluster/journal" | cut -c1 | xargs; }

is "there is a copy" "$(backup)" "$copy: N bytes, checked
= 0"
is "with what the cluster has" "$(sqlite3 "$copy" "SELECT label FROM scim_token")" here
is "it was asked of a node that does not lead" "$(asked | tr 12 NN)" N
is "nobody else may read it" "$(stat -c %a "$copy")" 600
is "another one does not take its place" "$(backup)" \
  "scimd: $copy is there already; see --force
= 1"
is "but with --force" "$(backup --force | tail -n 1)" "= 0"

# ---- nodes that fail: the next one is asked

tell "read=cut" >/dev/null
tell "node=0&read=none&count=0" >/dev/null
is "a copy that is cut off is none" "$(backup --force | tail -n 1) $(
  asked | sed 's/.*\(...\)$/\1/; s/ 0$/ leader/' | tr -d ' 12')" "= 0 leader"
tell "read=none&count=0" >/dev/null
rm "$copy"
tell "read=cut" >/dev/null
is "nor is one if all are" "$(backup | sed 's/no copy: .*/no copy/')" \
  "scimd: NODE gives no copy
= 1"
is "and there is no file" "$(ls "$copy"* 2>/dev/null)" ""
tell "read=spoilt" >/dev/null
is "what is no database is found out" "$(backup | sed 's/scimd: .*/scimd: …/')" "scimd: …
= 1"
tell "read=refused" >/dev/null
is "whoever may not have one is told so" "$(backup)" \
  "scimd: NODE gives no copy: status 401, for want of \"backup\"
= 1"
tell "read=steady" >/dev/null
lines=$(wc -l <"$cluster/journal")
is "a node whose copy comes in is not asked whether it is there" \
  "$(backup --force | tail -n 1) $(sed "1,${lines}d" "$cluster/journal" |
    grep -c '/db/backup')" "= 0 1"
rm "$copy"
tell "read=none&count=0" >/dev/null
tell "node=1&read=freeze" >/dev/null
tell "node=2&read=freeze" >/dev/null
is "a node that is stopped is not waited for" "$(backup | tail -n 1)" "= 0"
is "no file is left beside it" "$(ls "$copy"*)" "$copy"

# ---- an end from outside

tell "leader=-1" >/dev/null
: >"$cluster/journal"
timeout "$patience" "$SCIMD" backup "${place[@]}" --busy-timeout 600000 \
  "$dir/other.db" 2>"$dir/told" &
waiting=$!
await test -s "$cluster/journal"
kill "$waiting" # timeout hands it on
wait "$waiting"
is "TERM ends it while it looks for nodes" \
  "$(cat "$dir/told") $(ls "$dir/other.db"* 2>/dev/null)" "scimd: interrupted "

finish
