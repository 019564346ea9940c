#!/bin/bash
# Filters as long and as deep as they may be, on the small stacks of the
# server's threads: it answers, and goes on serving.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start --quiet
curl -s -o /dev/null -H "$bearer" -H "$json" -d "$(user ann)" "$url/Users"

# repeat COUNT TEXT
repeat() { printf "%.0s$2" $(seq "$1"); }
# found FILTER: status and totalResults.
found() {
  curl -s -m 20 -G -H "$bearer" -w '\n%{http_code}' --data-urlencode \
    "filter=$1" "$url/Users" |
    quick_jq -rs '"\(.[1]) \(.[0].totalResults // .[0].detail)"'
}

is "300 terms joined by or" \
  "$(found "$(repeat 300 'title co "z" or ')userName pr")" "200 1"
is "300 terms joined by and" \
  "$(found "$(repeat 300 'userName co "a" and ')userName pr")" "200 1"
is "300 terms that an index serves" \
  "$(found "$(repeat 300 'userName eq "x" or ')userName eq \"ann\"")" "200 1"
is "150 value paths" \
  "$(found "$(repeat 150 'not (emails[type eq "work"]) and ')userName pr")" \
  "200 1"
is "30 searches side by side" \
  "$(found "$(repeat 30 'userName sw "x" or ')userName sw \"a\"")" "200 1"
is "64 parentheses" "$(found "$(repeat 64 '(')userName pr$(repeat 64 ')')")" \
  "200 1"
deep='userName sw "b" or displayName sw "b" or (userName sw "a" and ('
is "or and and in turn, 64 deep" \
  "$(found "$(repeat 32 "$deep")userName sw \"a\"$(repeat 32 '))')")" "200 1"
is "a parenthesis more is refused" \
  "$(found "$(repeat 65 '(')userName pr$(repeat 65 ')')" | cut -c1-3)" 400
is "the server goes on" "$(found 'userName eq "ann"')" "200 1"
finish
