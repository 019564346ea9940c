# Makes names.h from the headers: a macro for each function and object that they
# declare for the linker, which puts scim_ before its name.
#   awk -f names.awk text/json.h text/buffer.h …
#     #define json_new scim_json_new
#
# The headers are formatted: a declaration begins where a line does, and ends
# with the first semicolon.

# Of "Json *json_new(Arena *arena, JsonType type);" and of
# "extern const sqlite3_module stmt_module, filter_module;".
function declare(text, names, count) {
  sub(/[(;].*/, "", text)
  count = split(text, names, ",")
  while (count > 0) {
    sub(/ +$/, "", names[count])
    sub(/.*[ *]/, "", names[count])
    if (names[count] !~ /^sqlite3_/)
      print "#define " names[count] " scim_" names[count]
    count--
  }
}

/^[A-Za-z]/ && !/^(typedef|static|struct [A-Za-z]+;)/ {
  text = ""
  within = 1
}

within {
  gsub(/\/\*.*\*\//, "")
  text = text " " $0
  if (/\{/) within = 0 # of a type
}

within && /;/ {
  declare(text)
  within = 0
}
