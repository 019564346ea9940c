# What the shell tests share. Source it, say what is expected with is, and end
# with finish:
#
#   . tests/lib.sh
#   is "a count of nothing is zero" "$(sqlite3 :memory: 'SELECT 0')" "0"
#   finish

passed=0
failed=0

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

# finish: the totals on a line of their own; fails if any check did.
finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
