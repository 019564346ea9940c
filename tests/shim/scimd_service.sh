#!/bin/bash
# The unit for systemd (shim/scimd.service): that it is one, how tight it is,
# and that what it allows is enough. Where systemd or strace is not installed,
# what needs it is not checked, and a line says so.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

unit=$dir/scimd.service
sed "s|/usr/local/bin/scimd|$PWD/${BUILD:-build}/scimd|" shim/scimd.service \
  >"$unit"

# ---- its command

# launch <words>: starts a server by these words; sets server and root.
launch() {
  "$@" 2>"$dir/log" &
  server=$!
  local i port=
  for i in $(seq 400); do
    port=$(sed -n 's/.*"event":"listening".*"port":\([0-9]*\).*/\1/p' "$dir/log")
    [ -n "$port" ] && break
    sleep 0.05
  done
  root=http://127.0.0.1:$port
}
command=$(sed -n 's/^ExecStart=//p' "$unit" | sed "s|%S/scimd|$dir|
  s|\$SCIMD_OPTIONS|--listen 127.0.0.1:0|")
launch $command
is "its command serves" "$(code "$root/healthz")" 200
stop
is "and ends by the signal that systemd sends" "$ended" 0

# ---- what systemd makes of it

if command -v systemd-analyze >/dev/null; then
  is "the unit is one" "$(systemd-analyze verify "$unit" 2>&1; echo $?)" 0
  is "its exposure is 1.5 at most, of 10" \
    "$(systemd-analyze security --offline=true --threshold=15 "$unit" \
      >"$dir/security" 2>&1; echo $?)" 0
  tail -n 1 "$dir/security"
else
  echo "# systemd is not installed: the unit is not verified"
fi

# ---- its system calls

# calls <set>: the names in a set, those of the sets in it too.
calls() {
  local name
  systemd-analyze syscall-filter "$1" | sed -n 's/^    //p' | grep -v '^#' |
    while read -r name; do
      case $name in @*) calls "$name" ;; *) echo "$name" ;; esac
    done
}
if [ "${SANITIZED:-}${VALGRIND:-}" ]; then
  echo "# what watches scimd here has system calls of its own: not checked"
elif ! command -v systemd-analyze >/dev/null || ! strace true 2>/dev/null; then
  echo "# without systemd or strace the filter of system calls is not checked"
else
  calls @system-service | sort -u >"$dir/allowed"
  { calls @privileged; calls @resources; } | sort -u >"$dir/denied"
  # For root SQLite gives a new file to the owner of the first, and tests may be
  # run by root; with the unit's user it does not.
  { comm -23 "$dir/allowed" "$dir/denied"; echo fchown; } |
    sort -u >"$dir/filter"
  token=$("$SCIMD" token add --db "$db" --label test)
  launch strace -f -o "$dir/trace" "$SCIMD" serve --db "$db" \
    --listen 127.0.0.1:0
  url=$root/scim/v2 bearer="Authorization: Bearer $token"
  is "strace looks on while a user is made" "$(create jane) $(
    code -H "$bearer" "$url/Users") $(code "$root/metrics")" "201 200 200"
  kill -TERM "$(pgrep -P "$server")"
  wait "$server"
  server=
  sed -nE 's/^[0-9]+ +([a-z_0-9]+)\(.*/\1/p' "$dir/trace" | sort -u >"$dir/calls"
  is "it has seen the disk asked to keep it" \
    "$(grep -cx fdatasync "$dir/calls")" 1
  is "scimd needs no system call that the unit forbids" \
    "$(comm -23 "$dir/calls" "$dir/filter" | xargs)" ""
fi

finish
