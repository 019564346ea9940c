# Turns the files of this folder into C, in the order in which they are named.
#   awk -v mode=statements -f embed.awk query/a.sql query/b.sql …
#     the statements, their parameters and their columns: see below;
#   awk -v mode=unused -f embed.awk query/a.sql … ext/a.c …
#     nothing, unless the C leaves out a name of these: then a failure;
#   awk -v mode=text -f embed.awk a.json …
#     one string constant a file: a_json;
#   awk -v mode=list -v name=install_sql -f embed.awk a.sql b.sql …
#     one list of strings, a file each, which ends in NULL: a compiler need not
#     take a string as long as all of them together. In the place of a line
#     ".read ../tables/map.sql" stands that file, as the sqlite3 shell has it.
#
# STATEMENTS. SQLite knows parameters and columns by number. So that C need not,
# each statement says how it is called and what a row of its result holds:
#
#   -- name: resource_by_id
#   -- row: resource (id, doc)
#   SELECT id, doc FROM scim_resource WHERE tenant = :tenant AND id = :id;
#
# becomes, besides the text,
#
#   STATEMENT_RESOURCE_BY_ID
#   RESOURCE_BY_ID_TENANT = 1, RESOURCE_BY_ID_ID     for query_bind_text
#   RESOURCE_ROW_ID = 0, RESOURCE_ROW_DOC            for query_text
#   #define RESOURCE_ROW "id, doc"                   for SQL that is put together
#
# Parameters have the numbers that SQLite gives them, in the order in which they
# first appear. Statements with the same columns share a row: the others say
# "-- row: resource" only. That the columns are what the row says is a test's to
# check (tests/store/statements_test.c), as only SQLite knows.
#
#   -- name: commit_new
#   -- like: commit_change, INTO scim_commit_new
#
# is the statement above of that name, but for the table after its first INTO. It
# has the parameters of that one, and no names for them of its own.

function quote(line) {
  gsub(/[\\"]/, "\\\\&", line)
  return "\"" line "\\n\""
}

# A name for C. In the mode unused it is one that is still to be found.
function constant(name) {
  name = toupper(name)
  missing[name] = FILENAME
  return name
}

function fail(message) {
  print FILENAME ":" FNR ": " message > "/dev/stderr"
  failure = 1
  exit 1
}

# Numbers the parameters of a line. Text in quotes has none.
function read_parameters(line,    parameter) {
  gsub(/'[^']*'/, "", line)
  if (line ~ /\?/) fail("a parameter has a name, as :tenant")
  while (match(line, /:[a-z_]+/)) {
    parameter = substr(line, RSTART + 1, RLENGTH - 1)
    line = substr(line, RSTART + RLENGTH)
    if ((statement, parameter) in seen) continue
    seen[statement, parameter] = 1
    parameters = parameters (parameters == "" ? "" : ", ") parameter
    numbers = numbers "  " constant(statement "_" parameter) \
              (parameters == parameter ? " = 1" : "") ",\n"
  }
}

# "resource (id, doc)", or "resource" for one that stands above.
function read_row(text,    at, list, columns, count, i) {
  at = index(text, " (")
  row = toupper(at ? substr(text, 1, at - 1) : text) "_ROW"
  if (!at != (row in rows)) fail("a row is defined once, above its other uses")
  if (!at) return
  list = substr(text, at + 2, length(text) - at - 2)
  rows[row] = list
  defines = defines "#define " row " \"" list "\"\n"
  count = split(list, columns, ", ")
  for (i = 1; i <= count; i++)
    numbers = numbers "  " constant(row "_" columns[i]) (i == 1 ? " = 0" : "") ",\n"
}

# "commit_change, INTO scim_commit_new": another statement with another table.
function read_like(line,    other) {
  other = substr(line, 1, index(line, ",") - 1)
  if (!(other in text_of)) fail("there is no statement " other " above")
  text = text_of[other]
  parameters = parameters_of[other]
  sub(/INTO [a-z_]+/, substr(line, length(other) + 3), text)
}

function end_statement() {
  if (statement == "") return
  text_of[statement] = text
  parameters_of[statement] = parameters
  names = names "  " id ",\n"
  texts = texts "  [" id "] =\n" text ",\n"
  results = results "  [" id "] = {\"" parameters "\", " \
            (row == "" ? "\"\"" : row) "},\n"
}

# The lines of another file, whose path begins at the folder of this one.
function read_file(path,    line, status) {
  if (match(FILENAME, /.*\//)) path = substr(FILENAME, 1, RLENGTH) path
  while ((status = (getline line < path)) > 0) print "    " quote(line)
  close(path)
  if (status < 0) fail("there is no file " path)
}

function end_text() {
  if (mode == "text" && NR > 1) print ";"
  if (mode == "list" && NR > 1) print "    ,"
}

BEGIN {
  if (mode == "list") print "static const char *const " name "[] = {"
}

mode == "unused" && FILENAME ~ /\.c$/ {
  while (match($0, /[A-Z][A-Z0-9_]+/)) {
    delete missing[substr($0, RSTART, RLENGTH)]
    $0 = substr($0, RSTART + RLENGTH)
  }
  next
}

(mode == "statements" || mode == "unused") && /^-- name: / {
  end_statement()
  statement = $3
  id = constant("STATEMENT_" statement)
  text = parameters = row = ""
  next
}

(mode == "statements" || mode == "unused") && /^-- like: / {
  read_like(substr($0, 10))
  next
}

# A list may go on in the next lines, up to the bracket that ends it.
/^-- row: / { open = substr($0, 9) }
open != "" {
  if ($0 !~ /^-- row: /) open = open substr($0, 5)
  if (open !~ /\(/ || open ~ /\)$/) {
    read_row(open)
    open = ""
  }
  next
}

mode == "statements" || mode == "unused" {
  if (statement != "" && $0 !~ /^--/ && $0 != "") {
    text = text "    " quote($0) "\n"
    read_parameters($0)
  }
  next
}

FNR == 1 {
  end_text()
  file = FILENAME
  sub(/.*\//, "", file)
  gsub(/[^A-Za-z0-9]/, "_", file)
  if (mode == "text") print "static const char " file "[] ="
}

mode == "list" && /^\.read / {
  read_file($2)
  next
}

{ print "    " quote($0) }

END {
  if (failure) exit 1
  if (mode == "unused") {
    for (left in missing) {
      print missing[left] ": no C uses " left > "/dev/stderr"
      failure = 1
    }
    exit failure
  }
  if (mode == "statements") {
    end_statement()
    print "#ifndef SCIM_STATEMENTS_H"
    print "#define SCIM_STATEMENTS_H"
    print "typedef enum Statement {\n" names "  STATEMENT_COUNT\n} Statement;"
    print "enum {\n" numbers "};"
    printf "%s", defines
    print "#endif"
    print "#ifdef STATEMENT_TEXTS"
    print "static const char *const statement_texts[] = {\n" texts "};"
    print "#endif"
    print "#ifdef STATEMENT_RESULTS"
    print "static const struct {\n  const char *parameters, *columns;"
    print "} statement_results[] = {\n" results "};"
    print "#endif"
  } else {
    end_text()
    if (mode == "list") print "    NULL};"
  }
}
