#!/bin/bash
# The unit for systemd (shim/scimd.service): that it is one, how tight it is,
# that what it allows is enough, and that a systemd starts it. Where systemd,
# systemd-nspawn (Debian's systemd-container) or strace is not installed, what
# needs it is not checked, and a line says so.
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
    nap 0.05
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

# ---- a real systemd

# container: systemd as the first process of a container that has /usr of this
# machine, read-only, and nothing else of it: the unit as it is but for the path
# of scimd, and a check that runs beside it. What that says is in $dir/told.
container() {
  mkdir -p "$dir/units" "$dir/program" "$dir/told"
  cp "$SCIMD" "$(dirname "$SCIMD")/scim.so" "$dir/program"
  sed 's|/usr/local/bin/scimd|/opt/scimd/scimd|' shim/scimd.service \
    >"$dir/units/scimd.service"
  printf '[Unit]\nWants=scimd.service check.service\n' >"$dir/units/try.target"
  printf '%s\n' '[Unit]' 'After=scimd.service' '[Service]' Type=oneshot \
    'ExecStart=/bin/bash /told/check' 'ExecStopPost=systemctl --no-block exit' \
    >"$dir/units/check.service"
  printf '[Socket]\nListenStream=127.0.0.1:8080\n' >"$dir/units/scimd.socket"
  for name in systemd-firstboot systemd-sysctl systemd-udevd; do
    ln -s /dev/null "$dir/units/$name.service"
  done
  cat >"$dir/told/check" <<'CHECK'
exec >/told/result 2>&1
ask() { curl -s -m 60 --retry 60 --retry-connrefused --retry-delay 1 \
  http://127.0.0.1:8080/healthz; }
main() { systemctl show scimd -p "$1" --value; }
of() { sed -n "s/^$1:\t*//p" "/proc/$(main MainPID)/status"; }
ask; echo " $(main ActiveState) $(main DynamicUser)"
echo "user $(test "$(of Uid | cut -f 1)" -ge 61184 && echo its own)"
echo "capabilities $(of CapEff) $(of CapBnd) $(of NoNewPrivs) $(of Seccomp)"
echo "database $(stat -c %a /var/lib/private/scimd/scim.db)"
systemctl restart scimd
ask; echo " $(main ActiveState) $(main NRestarts)"
systemctl stop scimd
echo "$(main ActiveState) $(main Result) $(main ExecMainStatus)"
systemctl start scimd.socket
main ActiveState
ask; echo " $(main ActiveState)"
CHECK
  timeout 180 systemd-nspawn -q -D / --volatile=yes --register=no --keep-unit \
    --private-network --bind-ro="$dir/units:/etc/systemd/system" \
    --bind-ro="$dir/program:/opt/scimd" --bind="$dir/told:/told" \
    -b systemd.unit=try.target </dev/null >"$dir/boot" 2>&1
}
if [ "${SANITIZED:-}${VALGRIND:-}" ]; then
  echo "# what watches scimd here needs what the unit takes away: not started"
elif ! command -v systemd-nspawn >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "# without systemd-nspawn and root no systemd can be started here"
elif container; ! [ -s "$dir/told/result" ]; then
  echo "# systemd does not start here: $(tail -n 1 "$dir/boot")"
else
  is "systemd starts the unit in its sandbox, restarts it and stops it, and $(
    )a socket unit starts it for the first who comes" \
    "$(cat "$dir/told/result")" '{"status":"ok"} active yes
user its own
capabilities 0000000000000000 0000000000000000 1 2
database 600
{"status":"ok"} active 0
inactive success 0
inactive
{"status":"ok"} active'
fi

finish
