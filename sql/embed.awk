# Turns the files of this folder into C.
#   awk -v mode=statements -f embed.awk statements.sql
#     an enum of the names behind "-- name:" and a table of their texts;
#   awk -v mode=text -f embed.awk a.sql b.json …
#     one string constant a file: a_sql, b_json.

function quote(line) {
  gsub(/\\/, "\\\\", line)
  gsub(/"/, "\\\"", line)
  return "\"" line "\\n\""
}

function flush_statement() {
  if (name != "") {
    names = names "  STATEMENT_" toupper(name) ",\n"
    texts = texts "  [STATEMENT_" toupper(name) "] =\n" text ",\n"
  }
}

mode == "statements" && /^-- name: / {
  flush_statement()
  name = $3
  text = ""
  next
}

mode == "statements" {
  if (name != "" && $0 !~ /^--/ && $0 != "") text = text "    " quote($0) "\n"
  next
}

FNR == 1 {
  if (NR > 1) print ";"
  file = FILENAME
  sub(/.*\//, "", file)
  gsub(/[^A-Za-z0-9]/, "_", file)
  print "static const char " file "[] ="
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
    print ";"
  }
}
