#!/bin/bash
# The snippets of the README, each in its language: a file here is a program that
# loads the extension, provisions one user and asks for her. What is not installed
# says "skipped" and counts for nothing.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
root=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# host "<name>" "<what shows that it is there>" <file> <command…>: runs the file
# in a folder of its own, in which build/ is that of this build.
host() {
  local name=$1 there=$2 file=$root/tests/hosts/$3
  shift 3
  if ! bash -c "$there" >/dev/null 2>&1; then
    echo "skipped - $name is not here"
    return
  fi
  mkdir -p "$folder/$name"
  ln -s "$(cd "$(dirname "$extension")" && pwd)" "$folder/$name/build"
  is "$name provisions a user and finds her" \
    "$(cd "$folder/$name" && "$@" "$file" 2>&1)" 1
  is "the README has what is run for $name" \
    "$(grep -vxFf README.md "$file")" ""
}

# Debian's Python: those of others may not load extensions.
host shell "command -v sqlite3" shell.bash bash
host Python "/usr/bin/python3 -c 'import sqlite3
sqlite3.connect(\":memory:\").enable_load_extension(True)'" python.py /usr/bin/python3
host Tcl "echo 'package require sqlite3' | tclsh | grep . ||
  { echo 'package require sqlite3' >'$folder/t'; tclsh '$folder/t'; }" \
  tcl.tcl tclsh
export NODE_PATH=$root/build/peers/node/node_modules
host Node "node -e 'require(\"better-sqlite3\")(\":memory:\")'" node.js node

finish
