# sql/embed.awk: what it makes of statements, and what it refuses. That what it
# says of the real ones is true, statements_test.c checks.

cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# embed <mode> <C>: of the SQL on standard input and that C; errors too.
embed() {
  cat >"$folder/a.sql"
  printf '%s\n' "$2" >"$folder/a.c"
  (cd "$folder" && awk -v mode="$1" -f "$OLDPWD/sql/embed.awk" a.sql a.c 2>&1)
}

statements() {
  cat >"$folder/a.sql"
  (cd "$folder" && awk -v mode=statements -f "$OLDPWD/sql/embed.awk" a.sql 2>&1)
}

is "a parameter is numbered where it first appears, a column by its row" \
  "$(statements <<'SQL' | sed -n '/^enum/,/^}/p'
-- name: one
-- row: thing (id, doc)
SELECT id, doc FROM t WHERE b = :second AND a = :first AND c = :second;
SQL
)" "enum {
  THING_ROW_ID = 0,
  THING_ROW_DOC,
  ONE_SECOND = 1,
  ONE_FIRST,
};"

is "what is in quotes is no parameter" \
  "$(statements <<'SQL' | sed -n '/^enum/,/^}/p'
-- name: one
SELECT 'a:b' FROM t WHERE a = 'urn:x' || :first;
SQL
)" "enum {
  ONE_FIRST = 1,
};"

is "a row that goes on in the next line is one list" \
  "$(statements <<'SQL' | grep '#define THING'
-- name: one
-- row: thing (id,
--   doc)
SELECT id, doc FROM t;
SQL
)" '#define THING_ROW "id, doc"'

is "a parameter by number is refused" \
  "$(statements <<'SQL'
-- name: one
SELECT id FROM t WHERE a = ?1;
SQL
)" "a.sql:2: a parameter has a name, as :tenant"

is "a row that nobody has defined is refused" \
  "$(statements <<'SQL'
-- name: one
-- row: thing
SELECT id FROM t;
SQL
)" "a.sql:2: a row is defined once, above its other uses"

is "a row is not defined twice" \
  "$(statements <<'SQL'
-- name: one
-- row: thing (id)
SELECT id FROM t;
-- name: two
-- row: thing (doc)
SELECT doc FROM t;
SQL
)" "a.sql:5: a row is defined once, above its other uses"

dead='-- name: one
-- row: thing (id, doc)
SELECT id, doc FROM t WHERE a = :first;'
is "a statement that no C names fails" \
  "$(embed unused 'ONE_FIRST THING_ROW_ID THING_ROW_DOC' <<<"$dead"; echo $?)" \
  "a.sql: no C uses STATEMENT_ONE
1"
is "so does a parameter" \
  "$(embed unused 'STATEMENT_ONE THING_ROW_ID THING_ROW_DOC' <<<"$dead"; echo $?)" \
  "a.sql: no C uses ONE_FIRST
1"
is "so does a column" \
  "$(embed unused 'STATEMENT_ONE ONE_FIRST THING_ROW_DOC' <<<"$dead"; echo $?)" \
  "a.sql: no C uses THING_ROW_ID
1"
is "a statement of which all is used does not" \
  "$(embed unused 'f(STATEMENT_ONE, ONE_FIRST); THING_ROW_ID+THING_ROW_DOC' \
    <<<"$dead"; echo $?)" "0"

finish
