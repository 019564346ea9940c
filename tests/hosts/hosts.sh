#!/bin/bash
# The snippets of the README, each in its language: a file here is a program that
# loads the extension, provisions one user and asks for her.
#
#   HOSTS="Ruby PHP" bash tests/hosts/hosts.sh     those; all of them: HOSTS=all
#
# The suite runs the shell's and Python's, which need nothing more; make hosts
# installs what the others need (install.sh) and runs all. What is not there
# says "skipped" and why, and counts for nothing.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
root=$PWD
hosts=${HOSTS:-shell Python}
here=$root/build/hosts
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# has_snippet <file>: whether the README has the whole file between two fences.
has_snippet() {
  [[ $(<README.md) == *'```'[a-z]*$'\n'"$(<"$1")"$'\n```\n'* ]] && echo yes
}

# wanted <name> "<what fails where it is not there>": whether the host is asked
# for and there.
wanted() {
  [[ " $hosts " == *" $1 "* || $hosts = all ]] || return
  bash -c "$2" >"$folder/why" 2>&1 && return
  skipped=$((skipped + 1))
  echo "skipped - $1: $(tail -n 1 "$folder/why")"
  return 1
}

# host <name> "<what fails where it is not there>" <file> "<what the file
# prints>" <command…>: runs the file, as people.rb and the like, in a folder of
# its own, in which build/ holds the extension of this build.
host() {
  local name=$1 there=$2 file=$root/tests/hosts/$3 want=$4
  shift 4
  wanted "$name" "$there" || return
  mkdir -p "$folder/$name/build"
  cp "$extension".* "$folder/$name/build"
  cp "$file" "$folder/$name/people.${file##*.}"
  is "$name provisions a user and finds her" \
    "$(cd "$folder/$name" && "$@" "people.${file##*.}" 2>&1)" "$want"
  is "the README has what is run for $name" "$(has_snippet "$file")" yes
}

# go_run <file>: as a module that needs the library.
go_run() {
  cp "$here"/go/go.{mod,sum} . &&
    GOCACHE=$here/go.cache CGO_CFLAGS=-O0 GOTOOLCHAIN=local GOFLAGS=-mod=mod \
      go run "$1"
}

skipped=0
loads='import sqlite3; sqlite3.Connection.enable_load_extension'
host shell "command -v sqlite3" shell.bash 1 bash
# Debian's Python: those of others may not load extensions.
host Python "/usr/bin/python3 -c '$loads'" python.py 1 \
  $PYTHON_WRAPPER /usr/bin/python3
has_node="NODE_PATH='$here/node/node_modules' \
  node -e 'require(\"better-sqlite3\")(\":memory:\")'"
host Node "$has_node" node.js 1 env NODE_PATH="$here/node/node_modules" node
# Node's SQLite is newer than Debian's, and asks each side of an OR for itself.
if wanted Node "$has_node"; then
  is "an argument that is NULL is none in a newer SQLite, beside an OR too" "$(
    NODE_PATH=$here/node/node_modules node - "$extension" <<'JS'
const db = require('better-sqlite3')(':memory:')
db.loadExtension(process.argv[2])
db.prepare('SELECT scim_init()').get()
db.prepare("INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', ?)").run('{"userName":"ann"}')
const rows = db.prepare("SELECT 1 FROM scim_filter('User', ?, 'userName') WHERE id = '' OR resource = 1 OR version < 9")
console.log(rows.all(null).length + rows.all('userName sw "a"').length)
JS
  )" 2
fi
host Go "test -e '$here/go.ready' || { cat '$here/go.log'; false; }" people.go \
  1 go_run
host Tcl "echo 'package require sqlite3' >'$folder/t'; tclsh '$folder/t'" \
  tcl.tcl 1 tclsh
host PHP "php -r 'new SQLite3(\":memory:\");'" php.php 1 \
  eval 'php -d sqlite3.extension_dir=$PWD/build'
host Ruby "ruby -r sqlite3 -e ''" ruby.rb 1 ruby
export PATH=$PATH:$here/datasette/bin
has_datasette="$(printf %q "$here/datasette/bin/datasette") --version"
host Datasette "$has_datasette" datasette.bash \
  '[{"user_name": "ann@example.com"}]' bash
has_duckdb="test -e '$here/duckdb.ready' || { cat '$here/duckdb.log'; false; }"
host DuckDB "$has_duckdb" duckdb.py ann@example.com \
  env HOME="$here/duckdb/home" "$here/duckdb/bin/python"

# Both are for looking around in a file, so each view opens in them.
# open_views <name> <Python>
open_views() {
  local view answer
  while read -r view answer; do
    is "$1 opens $view" "$answer" opens
  done < <("$2" tests/hosts/views.py "${1,,}" "$extension" 2>&1)
}
if wanted Datasette "$has_datasette"; then
  open_views Datasette "$here/datasette/bin/python"
fi
if wanted DuckDB "$has_duckdb"; then
  HOME=$here/duckdb/home open_views DuckDB "$here/duckdb/bin/python"
fi

[ "$skipped" = 0 ] || echo "$skipped skipped"
finish
