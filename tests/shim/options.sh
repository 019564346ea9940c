#!/bin/bash
# The command line: what is refused, with which exit status, and init.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

# refused <sentence> <words ...>: exits with 2, says why, prints nothing else.
refused() {
  local sentence=$1 out status
  shift
  out=$("$SCIMD" "$@" 2>"$dir/err")
  status=$?
  is "$sentence" "$status[$out]$(grep -c '^scimd: ' "$dir/err")" '2[]1'
}
refused "no command is refused"
refused "an unknown command is refused" dance
refused "half a command is refused" token
refused "serve needs --db" serve
refused "an option needs its value" serve --db
refused "an unknown option is refused" serve --db "$db" --colour
refused "an option of another command is refused" init --db "$db" --label x
refused "a stray word is refused" init --db "$db" stray
refused "a seventeenth node is refused" serve \
  --engine "rqlite:$(seq -s , -f 'http://127.0.0.1:%g' 4001 4017)"
refused "--threads 0 is refused" serve --db "$db" --threads 0
refused "--threads many is refused" serve --db "$db" --threads many
refused "--connections 0 is refused" serve --db "$db" --connections 0
refused "--connections-per-address is a number" \
  serve --db "$db" --connections-per-address half
refused "--load 17 times is refused" serve --db "$db" $(
  printf -- '--load x%.0s ' $(seq 17))
refused "--listen without an address is refused" \
  serve --db "$db" --listen 8080
refused "--listen with two is refused" \
  serve --db "$db" --listen 127.0.0.1:1,0.0.0.0:2
refused "--base-path needs a slash" serve --db "$db" --base-path scim
refused "--public-url needs a scheme" serve --db "$db" --public-url example.com
refused "--synchronous OFF is refused" serve --db "$db" --synchronous OFF
refused "token add needs --label" token add --db "$db"
refused "token revoke needs a number" token revoke --db "$db"
refused "token revoke needs a real one" token revoke --db "$db" one
refused "release needs a tenant" release --db "$db"
refused "release takes one" release --db "$db" a b
refused "release takes no --off" release --db "$db" a --off
refused "map needs its second word" map --db "$db"
refused "map has no other one" map drop a --db "$db"
refused "map switch needs a map" map switch --db "$db"
refused "map switch takes one" map switch --db "$db" a b
refused "an empty one is none" map switch --db "$db" ""
refused "map switch needs --db" map switch a
refused "there is no --on" map switch --db "$db" a --on
refused "--off has no value" map switch --db "$db" a --off=yes
refused "map switch has no --label" map switch --db "$db" a --label x
refused "import needs a file" import --db "$db" --type User
refused "import takes one" import --db "$db" --type User a.csv b.csv
refused "import needs --type" import --db "$db" a.csv
refused "import has no --filter" import --db "$db" --type User a.csv --filter x
refused "export needs --type" export --db "$db"
refused "export takes no file" export --db "$db" --type User a.csv
refused "--format is one of two" export --db "$db" --type User --format xml
refused "backup needs a file" backup --db "$db"
refused "backup has no --type" backup --db "$db" copy.db --type User
refused "serve has its own --failures" serve --db "$db" --failures a.csv
is "nothing refused has made a file" "$(ls "$dir" | grep -c scim.db)" 0

is "--help prints help" "$("$SCIMD" --help | head -n 1 | cut -c1-5)" scimd
is "behind a command as well" "$("$SCIMD" import --help | head -n 1 | cut -c1-5)$(
  "$SCIMD" token add --db "$db" -h | head -n 1 | cut -c1-5)" scimdscimd
is "and behind the first word of one" "$(for word in token client map; do
    "$SCIMD" $word --help; echo $?; done | sed -n '1p; /^.$/p')" \
"$("$SCIMD" --help | head -n 1)
0
0
0"
is "and has every option that there is, and no other" "$(diff <(
  sed -n '/^} options_table/,/^};/s/^ *{"\([a-z-]*\)".*/--\1/p' shim/options.c |
    sort -u
) <("$SCIMD" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u |
  grep -vxE -- '--(help|version)'))" ""
is "--version prints a version" \
  "$("$SCIMD" --version | grep -cE '^scimd [0-9]+\.[0-9]+')" 1

is "init succeeds" "$("$SCIMD" init --db "$db" 2>&1)$?" 0
is "and makes the tables" \
  "$(sqlite3 "$db" "SELECT count(*) FROM scim_tenant")" 1
is "which nobody else may read" "$(stat -c %a "$db")" 600
is "init again changes nothing" "$("$SCIMD" init --db="$db" 2>&1)$?" 0
is "init where no file can be is a 1" \
  "$("$SCIMD" init --db "$dir/no/file" >/dev/null 2>&1; echo $?)" 1
is "so is a file that is no database" \
  "$(head -c 9999 /dev/urandom >"$dir/noise"
    "$SCIMD" init --db "$dir/noise" >/dev/null 2>&1; echo $?)" 1
is "so is an extension that is not there" \
  "$("$SCIMD" init --db "$db" --extension "$dir/no.so" >/dev/null 2>&1
    echo $?)" 1
is "so is a database in memory" \
  "$("$SCIMD" init --db :memory: >/dev/null 2>&1; echo $?)" 1

# ---- what cannot be written

# unwritten <word ...>: what is said on a full disk, and the status.
unwritten() { "$SCIMD" "$@" 2>&1 >/dev/full; echo "= $?"; }
full="scimd: cannot write: No space left on device
= 1"
is "a token that nobody was shown" \
  "$(unwritten token add --db "$db" --label x)" "$full"
is "one that was rotated" "$(unwritten token rotate --db "$db" 1)" "$full"
is "a client" "$(unwritten client add --db "$db" --label x)" "$full"
is "a list" "$(unwritten token list --db "$db")" "$full"
is "how the tenants are doing" "$(unwritten status --db "$db")" "$full"
is "what was imported" "$(printf 'userName\nann\n' >"$dir/ann.csv"
  unwritten import --db "$db" --type User "$dir/ann.csv")" "$full"
is "the version, and help" "$(unwritten --version; unwritten --help)" "$full
$full"
is "what is closed is no better" \
  "$("$SCIMD" token list --db "$db" 2>/dev/null >&-; echo "= $?")" "= 1"

# ---- where the extension is found

# called <sentence> <want> <word ...>: the status of the command.
called() {
  local sentence=$1 want=$2
  shift 2
  rm -f "$db"
  is "$sentence" "$("$@" init --db "$db" >/dev/null 2>"$dir/err"; echo $?)" \
    "$want"
}
suffix=so
[ "$(uname -s)" != Darwin ] || suffix=dylib
program=${BUILD:-build}/scimd
extension=${BUILD:-build}/scim.$suffix
mkdir -p "$dir/tree/bin" "$dir/tree/lib" "$dir/links" "$dir/beside"
cp "$program" "$dir/tree/bin/scimd"
called "without the extension a command is a 1" 1 "$dir/tree/bin/scimd"
is "that says what is missing" "$(cat "$dir/err")" \
  "scimd: scim.$suffix is not found; use --extension FILE"
cp "$extension" "$dir/tree/lib"
called "the extension is found in ../lib" 0 "$dir/tree/bin/scimd"
ln -s "$dir/tree/bin/scimd" "$dir/links/scimd"
called "also behind a symbolic link" 0 "$dir/links/scimd"
called "also by way of the PATH" 0 \
  env PATH="/nowhere::$dir/links:$PATH" scimd
called "also by a path relative to here" 0 \
  env -C "$dir/tree" bin/scimd
cp "$program" "$extension" "$dir/beside"
called "and beside the program" 0 "$dir/beside/scimd"
called "a name that is not on the PATH needs --extension" 1 \
  bash -c 'exec -a elsewhere "$0" "$@"' "$dir/beside/scimd"
is "which may be a bare name" "$(cd "$dir/beside" &&
  ./scimd init --db "$db" --extension "scim.$suffix" 2>&1; echo $?)" 0

rm -f "$db"
start
is "serve makes a missing file" "$(code -H "$bearer" "$url/Users")" 200
is "it listens on the loopback only" \
  "$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$dir/log")" 127.0.0.1
is "a port in use is a 1" \
  "$("$SCIMD" serve --db "$db" --listen "$address" >/dev/null 2>&1; echo $?)" 1

# listens ADDRESS: how often another one says that it listens there, or cannot.
listens() {
  local said='"event":"listening"\|has no IPv6' other
  : >"$dir/other" # or what was said before would be found
  "$SCIMD" serve --db "$db" --listen "$1" --quiet 2>"$dir/other" &
  other=$!
  await grep -q "$said" "$dir/other"
  kill "$other" 2>/dev/null
  wait "$other"
  grep -c "$said" "$dir/other"
}
is "an address of IPv6 is listened on, or it is said that there is none" \
  "$(listens '[::1]:0')" 1
is "serve in another process shares the file" "$(listens 127.0.0.1:0)" 1

finish
