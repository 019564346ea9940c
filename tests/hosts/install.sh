#!/bin/bash
# Puts the libraries of the README's snippets that do not come from Debian into
# build/hosts, in the versions named here. What cannot be had is left out, and
# says why; hosts.sh skips it.
#
# The two that are compiled are so without optimization: that halves the time.
# They are of versions for which Debian's Node (18) and Go (1.19) are new enough.
cd "$(dirname "$0")/../.." || exit 1
home=$PWD/build/hosts
mkdir -p "$home"

# once <name> "<versions>" <command…>: runs the command unless the same versions
# have been installed by it; its output is in build/hosts/<name>.log.
once() {
  local name=$1 versions=$2
  shift 2
  [ "$(cat "$home/$name.ready" 2>/dev/null)" = "$versions" ] && return
  rm -rf "${home:?}/$name" "$home/$name.ready"
  if "$@" "$home/$name" $versions >"$home/$name.log" 2>&1; then
    echo "$versions" >"$home/$name.ready"
  else
    echo "$name cannot be installed:"
    tail -n 20 "$home/$name.log"
  fi
}

install_python() {
  local folder=$1
  shift
  /usr/bin/python3 -m venv "$folder" &&
    "$folder/bin/pip" install -q --disable-pip-version-check "$@"
}

# DuckDB's reader of SQLite files is a download of its own, which PyPI has too:
# put where INSTALL would put it, INSTALL finds that it is there.
install_duckdb() {
  install_python "$@" || return
  HOME=$1/home "$1/bin/python" - <<'PYTHON'
import duckdb, duckdb_extension_sqlite_scanner as package, os, pathlib
platform = duckdb.sql("PRAGMA platform").fetchone()[0]
version = "v" + duckdb.__version__
name = "sqlite_scanner.duckdb_extension"
there = pathlib.Path(os.environ["HOME"], ".duckdb/extensions", version, platform)
there.mkdir(parents=True)
(there / name).symlink_to(
    pathlib.Path(package.__file__).parent / "extensions" / version / name)
PYTHON
}

install_node() {
  CFLAGS=-O0 CXXFLAGS=-O0 npm install --prefix "$1" --loglevel=error --no-audit \
    --no-fund "$2"
}

# Builds the library now, into a cache of its own.
install_go() {
  export GOCACHE=$home/go.cache CGO_CFLAGS=-O0 GOTOOLCHAIN=local
  mkdir -p "$1" && cd "$1" && go mod init people && go get "$2" &&
    go build "${2%@*}"
}

once node better-sqlite3@11.7.0 install_node &
once go github.com/mattn/go-sqlite3@v1.14.22 install_go &
once datasette datasette==0.65.5 install_python
once duckdb "duckdb==1.5.5 duckdb-extension-sqlite-scanner==1.5.5" \
  install_duckdb
wait
