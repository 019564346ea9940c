# Turns the files of this folder into C, in the order in which they are named.
#   awk -v mode=statements -f embed.awk query/a.sql query/b.sql …
#     an enum of the names behind "-- name:" and a table of their texts;
#   awk -v mode=text -f embed.awk a.json …
#     one string constant a file: a_json;
#   awk -v mode=list -v name=install_sql -f embed.awk a.sql b.sql …
#     one list of strings, a file each, which ends in NULL: a compiler need not
#     take a string as long as all of them together.

function quote(line) {
  gsub(/[\\"]/, "\\\\&", line)
  return "\"" line "\\n\""
}

function flush_statement() {
  if (statement != "") {
    names = names "  STATEMENT_" toupper(statement) ",\n"
    texts = texts "  [STATEMENT_" toupper(statement) "] =\n" text ",\n"
  }
}

function end_text() {
  if (mode == "text" && NR > 1) print ";"
  if (mode == "list" && NR > 1) print "    ,"
}

BEGIN {
  if (mode == "list") print "static const char *const " name "[] = {"
}

mode == "statements" && /^-- name: / {
  flush_statement()
  statement = $3
  text = ""
  next
}

mode == "statements" {
  if (statement != "" && $0 !~ /^--/ && $0 != "")
    text = text "    " quote($0) "\n"
  next
}

FNR == 1 {
  end_text()
  file = FILENAME
  sub(/.*\//, "", file)
  gsub(/[^A-Za-z0-9]/, "_", file)
  if (mode == "text") print "static const char " file "[] ="
}

{ print "    " quote($0) }

END {
  if (mode == "statements") {
    flush_statement()
    print "#ifndef SCIM_STATEMENTS_H"
    print "#define SCIM_STATEMENTS_H"
    print "typedef enum Statement {\n" names "  STATEMENT_COUNT\n} Statement;"
    print "#endif"
    print "#ifdef STATEMENT_TEXTS"
    print "static const char *const statement_texts[] = {\n" texts "};"
    print "#endif"
  } else {
    end_text()
    if (mode == "list") print "    NULL};"
  }
}
