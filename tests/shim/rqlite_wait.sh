#!/bin/bash
# For how long scimd waits for a node of a cluster that says nothing, and what
# it does then; and a trap of rqlite's own that it gets out of.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
. tests/shim/rqlite.inc

# asked <word>: how many reads that have it came.
asked() { grep -c "/db/query.*$1" "$cluster/journal"; }
# A command ends of itself; this is for one that does not.
command_of() { timeout 120 "$SCIMD" "$@" "${place[@]}" 2>&1; }

cluster 3
"$SCIMD" init "${place[@]}" || exit 1
command_of token add --label here >/dev/null
want=$(command_of token list)
is "a command reads" "$(grep -c here <<<"$want")" 1

# The leader is stopped with the read; then another one leads.
tell "node=0&read=freeze&where=scim_token" >/dev/null
command_of token list >"$dir/list" &
list=$!
is "its node is stopped, with the read" "$(until_is 1 tell count=used)" 1
tell "leader=1" >/dev/null
wait "$list"
is "and it is answered by another" "$? $(cat "$dir/list")" "0 $want"
tell "node=0&frozen=0" >/dev/null

# A node that is at it is another thing.
tell "read=working&where=scim_token" >/dev/null
before=$(asked FROM.scim_token)
is "a read that takes long is waited for, and is not asked twice" \
  "$(command_of token list) $(($(asked FROM.scim_token) - before))" "$want 1"
tell "read=none&count=0" >/dev/null

# ---- a node has joined

token=$("$SCIMD" token add "${place[@]}" --label test)
start --read-level linearizable
is "a server reads at level linearizable" "$(create jane) $(code -H "$bearer" \
  "$url/Users")" "201 200"
tell "trapped=1" >/dev/null
is "where such a read waits in vain, something goes through the log" \
  "$(code -H "$bearer" "$url/Users") $(asked 'level=strong' | sed 's/[1-9][0-9]*/some/')" \
  "200 some"
is "a node was told how long it may wait" \
  "$(grep -c 'linearizable_timeout=1000ms' "$cluster/journal" |
    sed 's/^[1-9][0-9]*$/some/')" some
stop

# ---- a node comes back with another version

cluster 2
"$SCIMD" init "${place[@]}" || exit 1
token=$("$SCIMD" token add "${place[@]}" --label test)
tell "node=1&frozen=1" >/dev/null
start
is "one is not there" "$(code "$root/healthz")" 200
tell "node=1&extension=9.9" >/dev/null
tell "node=1&frozen=0" >/dev/null
is "when it is, it is told that its version is another one" \
  "$(until_is 1 logged 'the versions of the extension differ: .*: 9.9')" 1
stop

finish
