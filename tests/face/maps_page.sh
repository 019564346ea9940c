#!/bin/bash
# sql/maps.md is right: every line of it runs, and prints what it says.
#
# HOW IT WORKS. The blocks of the page are one session in a shell. A line that
# begins with "$ " is typed there; one with "sqlite> " or "   ...> " into the
# sqlite3 that the line before has started; anything else is what comes out.
# awk makes of that a script, which prints a line of its own before each step,
# and a file of what is wanted behind the same lines.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
page=sql/maps.md
build=$(realpath "$(dirname "$extension")")
mkdir "$folder/platform"
ln -s "$build" "$folder/platform/build"
# A port that is free, for the one of the page.
port=$(python3 -c "import socket
s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")

# Only the two are the page's own: where the library is, and the port.
awk '/^```/ { inside = !inside; next } inside' "$page" |
  sed "s/127\.0\.0\.1:8080/127.0.0.1:$port/; s|^\(\$ .*scimd serve.*\) &\$|\1 --listen 127.0.0.1:$port \&|" |
  awk -v script="$folder/script" -v want="$folder/want" '
    function step(name) {
      number++
      print "printf \"%s\\n\" \"---- " number "\"" >script
      print "---- " number >want
      title[number] = name
      print number "|" name >(script ".titles")
    }
    function end_input() {
      if (feeding) print "END_OF_INPUT" >script
      feeding = 0
    }
    /^\$ / {
      end_input()
      step(substr($0, 3))
      command = substr($0, 3)
      if (command == "sqlite3 academy.db") {
        print command " <<\"END_OF_INPUT\"" >script
        feeding = 1
      } else if (command ~ /&$/) {
        print ": >server.log" >script
        print substr(command, 1, length(command) - 1) " 2>server.log &" >script
        print "wait_for_server" >script
      } else print command >script
      next
    }
    feeding && /^sqlite> / { print substr($0, 9) >script; next }
    feeding && /^   \.\.\.> / { print substr($0, 9) >script; next }
    { print >want }
    END { end_input() }'

cat >"$folder/session" <<'END'
set -m # so that %1 is the server
wait_for_server() {
  for _ in $(seq 200); do
    grep -q listening server.log && return
    sleep 0.05
  done
  echo "the server does not say that it listens"
}
END
cat "$folder/script" >>"$folder/session"
# But for the lines of progress that a slow machine sees, and the page does not.
(cd "$folder/platform" && bash "$folder/session") 2>&1 |
  grep -v '^scimd: learner: .* rows written, ' >"$folder/got"

# part <number> <file>: what is behind the line of the step.
part() {
  awk -v number="$1" '/^---- [0-9]+$/ { within = $2 == number; next } within' "$2"
}

while IFS='|' read -r number title; do
  is "$title" "$(part "$number" "$folder/got")" "$(part "$number" "$folder/want")"
done <"$folder/script.titles"

finish
