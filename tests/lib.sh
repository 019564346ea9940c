# What the shell tests share: checks, and a database that one sqlite3 keeps
# open for the whole script. A test begins and ends like this:
#
#   cd "$(dirname "$0")/../.." || exit 1
#   . tests/lib.sh
#   open_database
#   is "nobody is there yet" "$(sql 'SELECT count(*) FROM scim_user')" 0
#   finish
#
# HOW IT WORKS. open_database starts the stock shell, which reads from a pipe. To
# start it for each statement would cost more than what is tested: two
# milliseconds, and two and a half seconds under valgrind. sql writes a statement,
# then asks the shell to write a line into another pipe. When that has come, the
# answer is in the file which the shell writes to: Bash reads pipes byte by byte,
# but files in one go. A command substitution is a process of its own, but has
# the pipes too, so "$(sql …)" works; only two at once do not, as in
# `diff <(sql …) <(sql …)`, since each would read what is the other's.

# Bytes: in the replacement of one character in a text of a megabyte, Bash would
# look at all of it again for what characters there are. Bash alone: other
# programs, such as Java's compiler, read sources with letters of all kinds. They
# are told a locale that is the same everywhere: in a Turkish one sed knows another
# alphabet.
unset "${!LC_@}"
export LANG=C.UTF-8
LC_ALL=C

passed=0
failed=0

# ---- Checks

# is "<sentence>" "<got>" "<want>": one check, one line if it holds.
is() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
    printf 'ok - %s\n' "$1"
  else
    failed=$((failed + 1))
    printf 'not ok - %s\n' "$1"
    printf '%s\n' "$2" | sed '1s/^/  got:  /; 1!s/^/        /'
    printf '%s\n' "$3" | sed '1s/^/  want: /; 1!s/^/        /'
  fi
}

# finish: the totals on a line of their own; fails if any check did. How the
# sqlite3 of the script ended is a check too: valgrind tells by it of leaks.
finish() {
  if [ -n "${session:-}" ]; then
    trap '' PIPE # in case that it has crashed
    printf '.print still here\n.exit\n' 2>/dev/null >&"$to_session"
    wait "$session"
    # 1 is no more than that some statement was wrong; 99 is valgrind's.
    is "sqlite3 runs to the end, and ends with status 0 or 1" \
      "$(($? > 1 ? $? : 0)) $(cat <&"$from_session")" "0 still here"
  fi
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

# by_itself CALL: nobody may call the function along the way: no statement that
# writes into the table mine, and no view.
by_itself() {
  is "within a statement that writes nothing is done" "$(
    sql "INSERT INTO mine VALUES ($1)" | grep -o '(5)$'
    sql "SELECT count(*) FROM mine")" "(5)
0"
  sql "CREATE VIEW v AS SELECT $1" >/dev/null
  is "it is for the top level" "$(sql 'SELECT * FROM v' 'DROP VIEW v' |
    grep -o 'unsafe use.*)')" "unsafe use of ${1%%(*}()"
}

# ---- Cases, of which there are many

# Of many cases of a kind one of so many is tried, and without it all of them:
# make test asks for less than make asan does (tests/run.sh).
SHARE=${SHARE:-1}
[[ $SHARE =~ ^[1-9][0-9]*$ ]] || {
  echo "SHARE must be a number from 1, not '$SHARE'" >&2
  exit 1
}

# chance <usual> [<under valgrind>]: sets cases, how many there are, unless
# SCIM_CASES says it.
chance() {
  cases=${SCIM_CASES:-${VALGRIND:+${2:-}}}
  cases=${cases:-$((($1 + SHARE - 1) / SHARE))}
}

# spread: of the lines of its input the first, each SHAREth after it, and the last.
spread() {
  awk -v each="$SHARE" '{ last = (NR - 1) % each } last == 0
    END { if (last) print }'
}

# taken: whether the case that is asked about is one that is tried: the first is,
# and each SHAREth after it. cases_met is how many there were, cases_tried of them.
cases_met=0
cases_tried=0
taken() {
  ((cases_met++ % SHARE == 0)) && ((++cases_tried))
}

# enough CASES: a check that there were so many, of which the share was tried.
enough() {
  is "of $1 cases one of $SHARE was tried" "$cases_met, tried $cases_tried" \
    "$1, tried $((($1 + SHARE - 1) / SHARE))"
}

# by_chance SCRIPT [ARGUMENT…]: what the Python says of so many cases, the first
# of them SCIM_SEED, 1 unless told. It is given the extension and the arguments.
by_chance() {
  $PYTHON_WRAPPER "${python:-python3}" "$1" "$extension" "${@:2}" "$cases" \
    "${SCIM_SEED:-1}" 2>&1
}

# ---- What goes on beside

# nap SECONDS: sleep, which is a process, and as much work as what is waited for
# often is. Nobody ever writes into the pipe, where one can be had like this.
{ exec {silence}<> <(:); } 2>/dev/null || silence=
nap() {
  if [ -n "$silence" ]; then read -r -t "$1" -u "$silence"; else sleep "$1"; fi
}

# await <command ...>: until it succeeds, again and again. What does not come is
# told of; the checks that follow fail for it.
await() {
  local i
  for ((i = 0; i < patience * 20; i++)); do
    "$@" && return
    nap 0.05
  done
  echo "$*: not so in $patience seconds" >&2
  return 1
}

# ---- The database

extension=${SCIM_EXTENSION:-${BUILD:-build}/scim}
# How long an answer may take, in seconds: under valgrind everything does.
patience=${VALGRIND:+900}
patience=${patience:-120}

# with_tables FILE: makes it a database with the tables in it, by a copy of those
# that tests/run.sh has had made once: SELECT scim_init() takes thirty
# milliseconds to make them, one second under valgrind, and here it finds them.
# In a script that runs by itself there is nothing to copy, and it makes them.
with_tables() { [ ! -e "${SCIM_TABLES:-}" ] || cp "$SCIM_TABLES" "$1"; }

# open_database [empty]: sets folder, which goes when the script ends, and db, a
# file in it with the tables, unless it is to be empty, and connects to it.
open_database() {
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  db=$folder/scim.db
  [ "${1:-}" = empty ] || with_tables "$db"
  mkfifo "$folder/in" "$folder/done"
  : >"$folder/out"
  # The shell has done open all along: when it ends, nobody waits for it.
  sqlite3 -batch <"$folder/in" >>"$folder/out" 2>&1 3>"$folder/done" &
  session=$!
  exec {to_session}>"$folder/in" {done}<"$folder/done" \
    {from_session}<"$folder/out"
  connect
}

# connect [FILE [SETTING]]: a connection of its own to the file, or to db, with
# the extension loaded; the one before is closed. The setting is a statement or
# a command of the shell that comes before the extension. No test cuts the
# power, so nothing waits for the disk.
connect() {
  sql ".open \"${1:-$db}\"
PRAGMA synchronous = OFF;
${2:+$2
}.load $extension"
}

# sql "<statements>" …: rows as columns|of|text, errors as text. Each argument
# is a text of statements, of which those after an error are not run, or begins
# with a command of the shell. The connection stays: an open transaction or a
# TEMP table is still there in the next call.
sql() {
  local text answer
  for text in "$@"; do
    answer "$text"
    printf '%s' "$answer"
  done
}

# query "<statements>": sets answer to what "$(sql …)" would be. That takes a
# process, which costs more than most statements.
query() {
  answer "$1"
  while [[ $answer == *$'\n' ]]; do answer=${answer%$'\n'}; done
}

# fresh "<statements>" …: the same by a connection of its own, as in a program
# that has just begun.
fresh() {
  connect
  sql "$@"
}

# process [WORDS]: a sqlite3 of its own with the extension, on db: for what
# goes on beside. Statements come as WORDS or from its input.
process() {
  sqlite3 -batch "$db" -cmd '.timeout 10000' -cmd 'PRAGMA synchronous = OFF' \
    -cmd ".load $extension" "$@" 2>&1
}

# stock WORDS: a sqlite3 that never saw the extension. Nothing of ours runs
# there, so it is spared valgrind.
stock() {
  "${STOCK_SQLITE:-sqlite3}" -batch "$@" 2>&1
}

# dump [TABLES]: what .dump says.
dump() { sql ".dump $*"; }

# answer "<text>": sets answer to what the session prints for one text. The
# shell runs what is complete at the end of a line, and would go on after an error
# in it: hence the lines of statements are joined where one ends in a semicolon.
# It has written all of its output before it reads the next line.
# All is read before sql prints any: `sql … | head -n 1` may stop to listen. A
# text that is not complete, as for want of a quote, gets no answer: that ends
# the session, so that the rest fails at once.
answer() {
  local text=$1 part
  [[ $text == .* ]] || text="${text//;$'\n'/; };"
  trap '' PIPE # a sqlite3 that crashed shall not take this script along
  printf '%s\n.output "%s"\n.print\n.output\n' "$text" "$folder/done" \
    2>/dev/null >&"$to_session"
  trap - PIPE
  IFS= read -r -t "$patience" -u "$done" part
  local ended=$?
  answer=
  while IFS= read -r -d '' -u "$from_session" part; do answer+=$part; done
  answer+=$part
  [[ $answer != *'error near line '* ]] || as_on_the_command_line
  [ "$ended" -eq 0 ] || {
    kill "$session" 2>/dev/null
    answer+=$'Error: sqlite3 gives no answer any more\n'
  }
}

# as_on_the_command_line: errors in answer are told as for a statement on the
# command line, without the number of the line.
as_on_the_command_line() {
  local line lines=
  while IFS= read -r line; do
    case $line in
      'Parse error near line '*) line="Error: in prepare, ${line#*: }" ;;
      'Runtime error near line '*) line="Error: stepping, ${line#*: }" ;;
    esac
    lines+=$line$'\n'
  done <<<"${answer%$'\n'}"
  answer=$lines
}

# ---- Writing SQL

# literal "<text>": as SQL has it, NULL for nothing.
literal() {
  local literals
  literals "$1"
  printf '%s' "$literals"
}

# literals "<text>" …: sets literals to them, with commas between.
literals() {
  local text
  literals=
  for text in "$@"; do
    if [ -n "$text" ]; then text="'${text//\'/\'\'}'"; else text=NULL; fi
    literals+=${literals:+, }$text
  done
}

# ---- Writing JSON, and URLs

# quoted "<text>": as a string of JSON; it has no control characters.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# escaped "<text>": as a part of a URL, byte by byte. escape sets escaped to it.
escaped() {
  local escaped
  escape "$1"
  printf '%s' "$escaped"
}
escape() {
  local i c out=
  for ((i = 0; i < ${#1}; i++)); do
    c=${1:i:1}
    case $c in
      [A-Za-z0-9._~-]) ;;
      *) printf -v c '%d' "'$c" && printf -v c '%%%02X' $((c & 255)) ;;
    esac
    out+=$c
  done
  escaped=$out
}

# ---- Reading JSON

# quick_jq: jq for what says nothing of the order of members. jq 1.6 takes
# fifteen milliseconds to start, longer than most requests; gojq, where there is
# one, takes one, but sorts members. sorted_jq: what jq -cS says.
quick_jq=jq
if command -v gojq >/dev/null; then
  quick_jq=gojq
  quick_jq() { gojq "$@"; }
  sorted_jq() { gojq -c "$@"; }
else
  quick_jq() { jq "$@"; }
  sorted_jq() { jq -cS "$@"; }
fi

# either_jq '<filter>' '<JSON>': what jq -rc says, from gojq where that must be
# the same: where nothing asks for members by their order, and no object is
# shown. What gojq refuses, jq is asked as well.
either_jq() {
  local found
  case $1 in
    *keys_unsorted* | *entries* | *'..'* | *paths* | *'body[]'*) ;;
    *)
      if found=$(exec "$quick_jq" -rc "$1" <<<"$2" 2>/dev/null) &&
        [[ $found != *'{'* ]]; then
        [ -z "$found" ] || printf '%s\n' "$found"
        return 0
      fi
      ;;
  esac
  jq -rc "$1" <<<"$2" 2>/dev/null
}
