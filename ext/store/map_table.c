/*
** map_table.c: reads what SQLite says of the tables that a map names, and
** refuses a definition that does not fit them.
**
** HOW IT WORKS
**
** SQLite describes its tables itself (pragma_table_xinfo and the like); only
** conflict clauses, and whether it is STRICT, have to be looked for in the text
** of the table. Everything is checked before anything is created, with the
** place in the definition:
**
**   table      is one of this database, and has no ON CONFLICT, by which a
**              plain INSERT would delete another row without a word
**   key        tells rows apart, and the key of a new row can be known
**   tenant     can hold numbers as they are written; of maps that are new
**   columns    are there, are no generated ones, and nothing that must not be
**              NULL is left out
**
** How the key of a new row comes about is found out here, because it decides
** how its INSERT and its link are written (map_sql.c).
*/
#include "map_table.h"

#include "../db/transaction.h"

SQLITE_EXTENSION_INIT3

/* A column of a table. */
typedef struct MapField {
  Text name, type;
  Text default_value; /* no text: none */
  bool required, primary_key, generated;
} MapField;

/* A table that is being looked at, and where in the definition it is named. */
typedef struct MapLook {
  Operation *operation;
  const Map *map;
  const char *place;
  Text name, text;
  bool without_rowid, strict;
  MapField *fields;
  size_t count;
} MapLook;

/* The detail names the table or column as the definition does. */
static void map_table_refuse(const MapLook *look, const char *place,
                             const char *format, Text name) {
  Text detail = arena_format(&look->operation->arena, format, TEXT_ARG(name));
  error_set(look->operation, ERROR_INVALID_VALUE, "%s: %.*s", place,
            TEXT_ARG(detail));
}

/*
** The text of a table.
*/

/* Where the token ends that begins at `at`: a word, what is in quotes, a
** comment, or a character. */
static size_t map_table_token_end(Text text, size_t at) {
  char c = text.data[at], close = c == '[' ? ']' : c;
  size_t end = at + 1;
  if (strchr("'\"`[", c)) {
    while (end < text.size && text.data[end] != close) end++;
    return end < text.size ? end + 1 : end;
  }
  if (c == '-' && end < text.size && text.data[end] == '-') {
    while (end < text.size && text.data[end] != '\n') end++;
    return end;
  }
  if (c == '/' && end < text.size && text.data[end] == '*') {
    for (end += 2; end < text.size; end++)
      if (text.data[end] == '/' && text.data[end - 1] == '*') return end + 1;
    return end;
  }
  while (text_is_letter(c) && end < text.size && text_is_letter(text.data[end]))
    end++;
  return end;
}

/* Has the text of a table ON CONFLICT? A comment between the two is passed
** over, as are white space and what is in quotes. */
static bool map_table_has_conflict(Text text) {
  bool on = false;
  for (size_t at = 0; at < text.size;) {
    size_t end = map_table_token_end(text, at);
    Text token = text_between(text, at, end);
    bool passed = strchr(" \t\r\n\f", text.data[at]) ||
                  text_begins(token, TEXT("--")) ||
                  text_begins(token, TEXT("/*"));
    if (on && text_same(token, TEXT("CONFLICT"))) return true;
    if (!passed) on = text_same(token, TEXT("ON"));
    at = end;
  }
  return false;
}

/* Is the table STRICT? Its options come behind the last parenthesis. */
static bool map_table_is_strict(Text text) {
  bool strict = false;
  for (size_t at = 0; at < text.size;) {
    size_t end = map_table_token_end(text, at);
    Text token = text_between(text, at, end);
    if (text_same(token, TEXT(")"))) strict = false;
    if (text_same(token, TEXT("STRICT"))) strict = true;
    at = end;
  }
  return strict;
}

/*
** Reading.
*/
/* All columns, the hidden ones too: generated columns are refused by name. */
static void map_table_read_fields(MapLook *look) {
  size_t capacity = 0;
  Query query = query_open(look->operation, STATEMENT_MAP_COLUMNS);
  query_bind_text(&query, MAP_COLUMNS_TABLE, look->name);
  while (query_step(&query)) {
    look->fields = arena_more(&look->operation->arena, look->fields,
                              look->count, &capacity, sizeof *look->fields);
    look->fields[look->count++] = (MapField){
        .name = query_text(&query, MAP_COLUMN_ROW_NAME),
        .type = query_text(&query, MAP_COLUMN_ROW_TYPE),
        .default_value = query_text(&query, MAP_COLUMN_ROW_DEFAULT_VALUE),
        .required = query_integer(&query, MAP_COLUMN_ROW_REQUIRED) != 0,
        .primary_key = query_integer(&query, MAP_COLUMN_ROW_PRIMARY_KEY) != 0,
        .generated = query_integer(&query, MAP_COLUMN_ROW_HIDDEN) != 0};
  }
  query_close(&query);
}

/* Looks at the table that stands in the definition at the place. */
static MapLook map_table_look(Operation *operation, const Map *map,
                              const char *place, Text table) {
  MapLook look = {.operation = operation, .map = map, .place = place};
  Query query = query_open(operation, STATEMENT_MAP_TABLE);
  query_bind_text(&query, MAP_TABLE_TABLE, table);
  if (query_step(&query)) {
    look.name = query_text(&query, MAP_TABLE_ROW_NAME);
    look.text = query_text(&query, MAP_TABLE_ROW_TEXT);
    look.strict = map_table_is_strict(look.text);
    look.without_rowid =
        query_integer(&query, MAP_TABLE_ROW_WITHOUT_ROWID) != 0;
    if (query_integer(&query, MAP_TABLE_ROW_HIDDEN))
      map_table_refuse(&look, place,
                       "a temporary table hides '%.*s': drop it or use another "
                       "connection",
                       look.name);
  } else {
    map_table_refuse(
        &look, place,
        "there is no ordinary table '%.*s' of yours in the database of scim",
        table);
  }
  query_close(&query);
  if (map_table_has_conflict(look.text))
    map_table_refuse(&look, place,
                     "the table '%.*s' has ON CONFLICT clauses, which could "
                     "delete or skip rows without a word",
                     look.name);
  if (!failed(operation)) map_table_read_fields(&look);
  return look;
}

/* NULL when the table has no such column. */
static const MapField *map_table_find(const MapLook *look, Text name) {
  for (size_t i = 0; i < look->count; i++)
    if (text_same(look->fields[i].name, name)) return &look->fields[i];
  return NULL;
}

/* The column that stands in the definition at the place, if it can be
** written. */
static const MapField *map_table_field(const MapLook *look, const char *place,
                                       Text name) {
  const MapField *field = map_table_find(look, name);
  if (failed(look->operation)) return NULL;
  if (!field) {
    Text detail = arena_format(&look->operation->arena,
                               "the table '%.*s' has no column '%.*s'",
                               TEXT_ARG(look->name), TEXT_ARG(name));
    error_set(look->operation, ERROR_INVALID_VALUE, "%s: %.*s", place,
              TEXT_ARG(detail));
  } else if (field->generated) {
    map_table_refuse(look, place, "the column '%.*s' is a generated one", name);
  }
  return failed(look->operation) ? NULL : field;
}

/*
** Columns.
*/

/* A number as SQL writes it: .5 and 0x10 too. No default that draws something
** begins with a digit or a point. */
static bool map_table_is_number(Text text) {
  for (size_t i = 0; i < text.size; i++)
    if (!strchr("0123456789abcdefxABCDEFX.+-", text.data[i])) return false;
  return text.size && strchr("0123456789.", *text.data);
}

/* One text in single quotes, those in it doubled. */
static bool map_table_is_text(Text text) {
  size_t at = 1;
  if (text.size < 2 || *text.data != '\'') return false;
  while (at + 1 < text.size)
    at += text.data[at] != '\'' ? 1 : text.data[at + 1] == '\'' ? 2 : text.size;
  return at + 1 == text.size && text.data[at] == '\'';
}

/* A number, a text, bytes, or a word: the same whenever it is asked for. */
static bool map_table_is_literal(Text text) {
  Text rest = text;
  if (text_same(text, TEXT("TRUE")) || text_same(text, TEXT("FALSE")))
    return true;
  if (rest.size && strchr("+-", *rest.data)) rest = text_after(rest, 1);
  if (map_table_is_number(rest)) return true;
  if (text.size && strchr("xX", *text.data)) text = text_after(text, 1);
  return map_table_is_text(text);
}

/* A default in double quotes is a text to SQLite, but in a trigger it could be
** taken for a column. */
static Text map_table_default(const MapLook *look, const MapField *field) {
  Text text = field->default_value;
  if (text_same(text, TEXT("NULL"))) return NO_TEXT;
  if (text.size < 2 || *text.data != '"' || text.data[text.size - 1] != '"' ||
      memchr(text.data, '\'', text.size))
    return text;
  return arena_format(&look->operation->arena, "'%.*s'",
                      TEXT_ARG(text_between(text, 1, text.size - 1)));
}

/* In a STRICT table a text that is no number can be in no column of numbers,
** and nothing that a map has in one of BLOBs. */
static void map_table_check_type(const MapLook *look, const char *place,
                                 const MapColumn *column,
                                 const MapField *field) {
  bool number = text_begins(field->type, TEXT("INT")) ||
                text_same(field->type, TEXT("REAL"));
  bool word = column->content == MAP_FROM &&
              (column->as == TRANSFORM_DATE || column->as == TRANSFORM_E164 ||
               column->as == TRANSFORM_LOWER || column->as == TRANSFORM_UPPER);
  if (!look->strict) return;
  if (text_same(field->type, TEXT("BLOB")) || (number && word))
    map_table_refuse(look, place, "does not fit the type %.*s", field->type);
}

/* What of the column the triggers need to know (MapTarget). */
static void map_table_read_target(const MapLook *look, const MapColumn *column,
                                  MapTarget *target) {
  Text place = arena_format(&look->operation->arena, "columns.%.*s",
                            TEXT_ARG(column->name));
  const MapField *field = map_table_field(look, place.data, column->name);
  if (!field) return;
  target->default_value = map_table_default(look, field);
  target->literal = map_table_is_literal(target->default_value);
  target->required = field->required;
  map_table_check_type(look, place.data, column, field);
}

/* What a new row must have and nobody gives it. A primary key that is the rowid
** is SQLite's, and any other is the key, which is looked at by itself. */
static void map_table_check_required(const MapLook *look) {
  const Map *map = look->map;
  for (size_t i = 0; i < look->count; i++) {
    const MapField *field = &look->fields[i];
    bool given = map_column(map, field->name) < map->count ||
                 text_same(field->name, map->key) ||
                 (map->tenant.data && text_same(field->name, map->tenant));
    if (map->none == MAP_CREATE && field->required && !field->generated &&
        !field->default_value.data && !given)
      map_table_refuse(look, "columns",
                       "'%.*s' is NOT NULL without a DEFAULT, and missing here",
                       field->name);
  }
}

/*
** The key.
*/

/* What SQLite says of the key's indexes. */
typedef struct MapKeyFacts {
  bool rowid, distinguishes;
} MapKeyFacts;

/* The rowid has no index, so SQLite lists none that makes it unique; any
** other key has to have one, which may hold the tenant as well. */
static MapKeyFacts map_table_key_facts(const MapLook *look,
                                       const MapField *field) {
  MapKeyFacts facts = {false, false};
  Query query = query_open(look->operation, STATEMENT_MAP_KEY);
  query_bind_text(&query, MAP_KEY_TABLE, look->name);
  query_bind_text(&query, MAP_KEY_KEY, look->map->key);
  query_bind_text(&query, MAP_KEY_TENANT, look->map->tenant);
  if (query_step(&query)) {
    facts.rowid = !look->without_rowid && field->primary_key &&
                  text_same(field->type, TEXT("INTEGER")) &&
                  query_integer(&query, MAP_KEY_ROW_ALONE) != 0 &&
                  query_integer(&query, MAP_KEY_ROW_INDEXED) == 0;
    facts.distinguishes =
        facts.rowid || query_integer(&query, MAP_KEY_ROW_DISTINGUISHES) != 0;
  }
  query_close(&query);
  return facts;
}

/* As SQLite looks for "INT" in a declared type (datatype3.html, section 3.1):
** anywhere, regardless of letter case. */
static bool map_table_contains(Text text, Text part) {
  for (size_t i = 0; i + part.size <= text.size; i++)
    if (text_same(text_between(text, i, i + part.size), part)) return true;
  return false;
}

/* Does a column of this type make a number of a text that looks like one (the
** same section)? ANY does, but in a STRICT table. */
static bool map_table_has_numbers(const MapLook *look, Text type) {
  static const char *const none[] = {"CHAR", "CLOB", "TEXT", "BLOB"};
  if (map_table_contains(type, TEXT("INT"))) return true;
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    if (map_table_contains(type, text_of(none[i]))) return false;
  return type.size != 0 && !(look->strict && text_same(type, TEXT("ANY")));
}

/* And a floating-point number, which as a text has a point? A STRICT table has
** no other types. */
static bool map_table_has_floats(const MapLook *look, Text type) {
  static const char *const words[] = {"REAL", "FLOA", "DOUB"};
  if (!map_table_has_numbers(look, type) ||
      map_table_contains(type, TEXT("INT")))
    return false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (map_table_contains(type, text_of(words[i]))) return true;
  return false;
}

/* How a new row comes to its key. A DEFAULT of a table WITHOUT ROWID draws one
** that nobody can learn: there is no rowid by which to find the row again. */
static MapKey map_table_read_key(const MapLook *look) {
  const Map *map = look->map;
  const MapField *field = map_table_field(look, "key", map->key);
  if (!field) return MAP_KEY_ID;
  MapKeyFacts facts = map_table_key_facts(look, field);
  if (!facts.distinguishes)
    map_table_refuse(look, "key",
                     "'%.*s' does not tell rows apart: it is neither the "
                     "primary key nor UNIQUE by itself",
                     map->key);
  if (map_table_contains(field->type, TEXT("BLOB")))
    map_table_refuse(look, "key", "'%.*s' is neither an integer nor a text",
                     map->key);
  if (map_column(map, map->key) < map->count) return MAP_KEY_COLUMN;
  if (facts.rowid) return MAP_KEY_ROWID;
  if (field->default_value.data && look->without_rowid)
    map_table_refuse(look, "key",
                     "the DEFAULT of '%.*s' draws a key that cannot be learned "
                     "in a table WITHOUT ROWID: give it by a column",
                     map->key);
  if (field->default_value.data) return MAP_KEY_DRAWN;
  if (map_table_contains(field->type, TEXT("INT")))
    map_table_refuse(look, "key",
                     "'%.*s' is an integer that SQLite does not number: give "
                     "it by a column",
                     map->key);
  return MAP_KEY_ID;
}

/* The name of the rowid that is no column's. */
static const char *map_table_rowid(const MapLook *look) {
  static const char *const names[] = {"rowid", "_rowid_", "oid"};
  if (look->without_rowid) return NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!map_table_find(look, text_of(names[i]))) return names[i];
  map_table_refuse(look, "table", "'%.*s' hides the rowid behind its columns",
                   look->name);
  return "rowid";
}

/*
** All of it.
*/

/* The table of who is in a group. */
static void map_table_check_members(Operation *operation, const Map *map) {
  const MapMembers *members = &map->members;
  if (!members->table.data || failed(operation)) return;
  MapLook look =
      map_table_look(operation, map, "members.table", members->table);
  map_table_field(&look, "members.group", members->group);
  map_table_field(&look, "members.member", members->member);
  for (size_t i = 0; i < look.count && !failed(operation); i++) {
    const MapField *field = &look.fields[i];
    if (field->required && !field->generated && !field->default_value.data &&
        !text_same(field->name, members->group) &&
        !text_same(field->name, members->member) &&
        !(field->primary_key && text_same(field->type, TEXT("INTEGER"))))
      map_table_refuse(&look, "members.table",
                       "'%.*s' is NOT NULL without a DEFAULT", field->name);
  }
}

/* The first mistake is told, in the order of the definition as far as that
** goes. */
MapTable *map_table_read(Operation *operation, const Map *map) {
  if (failed(operation)) return NULL;
  if (!transaction_in_main(operation, "scim_map")) {
    error_set(operation, ERROR_INVALID_VALUE,
              "table: scim is in a file that is attached, whose maps are made, "
              "looked at and switched in that file itself");
    return NULL;
  }
  MapTable *table = arena_alloc(&operation->arena, sizeof *table);
  MapLook look = map_table_look(operation, map, "table", map->table);
  if (failed(operation)) return NULL;
  table->name = look.name;
  table->rowid = map_table_rowid(&look);
  table->targets =
      arena_array(&operation->arena, map->count, sizeof *table->targets);
  for (size_t i = 0; i < map->count; i++)
    map_table_read_target(&look, &map->columns[i], &table->targets[i]);
  const MapField *tenant =
      map->tenant.data ? map_table_field(&look, "tenant", map->tenant) : NULL;
  table->tenant_type = tenant ? tenant->type : NO_TEXT;
  table->numbers = tenant && map_table_has_numbers(&look, tenant->type);
  table->floats = tenant && map_table_has_floats(&look, tenant->type);
  table->key = map_table_read_key(&look);
  map_table_check_required(&look);
  map_table_check_members(operation, map);
  return failed(operation) ? NULL : table;
}

void map_table_check_new(Operation *operation, const Map *map,
                         const MapTable *table) {
  if (failed(operation) || !table->floats) return;
  error_set(operation, ERROR_INVALID_VALUE,
            "tenant: '%.*s' is a column of %.*s, which makes 17.0 of a tenant "
            "17: have it TEXT",
            TEXT_ARG(map->tenant), TEXT_ARG(table->tenant_type));
}
