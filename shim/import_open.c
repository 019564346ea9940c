/*
** import_open.c: see import_open.h.
**
** HOW IT WORKS
**
** The definitions are asked of the engine once, and written into the book: the
** names of the attributes, what they are, and whether they are passed over. By
** these each column is looked at, and then scim_document is given all of them
** together. What the key is, and whether it can be filtered by, decides how
** rows are told apart.
*/
#include "import_open.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

/*
** The statements, of the book and then of the engine.
*/

/* A name that is passed over is of what the service sets. */
static const char import_note_path_sql[] =
    "INSERT OR IGNORE INTO path VALUES (?1, ?2, ?3, ?4)";
static const char import_note_schema_sql[] = "INSERT INTO own VALUES (?1)";

/* A name with brackets is of the attribute that is outside of them. The rest of
** it is for scim_document to judge, together with the other names. */
static const char import_column_sql[] =
    "SELECT passed FROM path WHERE name = ?1";

/* An extension may have an attribute called userName as well. */
static const char import_core_sql[] =
    "SELECT 1 FROM path WHERE name = ?1 AND core";
static const char import_columns_sql[] =
    "SELECT json_group_object(c.value, NULL) FROM json_each(?1) AS c"
    " WHERE NOT EXISTS (SELECT 1 FROM path AS p"
    "                    WHERE p.name = c.value AND p.passed)";

/* What the key is, of a complex attribute its value, and what can be compared
** with it that hardly anybody has. */
static const char import_kind_sql[] =
    "SELECT kind, CASE WHEN kind IN ('integer', 'decimal') THEN '-1'"
    "  WHEN kind = 'boolean' THEN 'true'"
    "  WHEN kind = 'datetime' THEN '\"0001-01-01T00:00:00Z\"' ELSE '\"\"' END"
    " FROM path WHERE name IN (?1, ?1 || '.value')"
    " ORDER BY length(name) DESC LIMIT 1";

static const char import_paths_sql[] =
    "WITH path (name, long, short, kind, passed) AS MATERIALIZED ("
    "   SELECT path, long, short, kind,"
    "     mutability = 'readonly' OR path = 'schemas'"
    "     FROM scim_path WHERE type = ?1)"
    " SELECT name, kind, passed, name = short FROM path"
    " UNION ALL SELECT long, kind, passed, 0 FROM path"
    " UNION ALL SELECT short, kind, passed, 0 FROM path"
    " UNION ALL"
    " SELECT schema, 'complex', 0, 0 FROM scim_type_schema"
    "  WHERE type = ?1 AND prefix <> ''"
    " UNION ALL"
    " VALUES ('" ROWS_REASON "', 'string', 1, 0),"
    "   ('" ROWS_OTHER_REASON "', 'string', 1, 0)";
static const char import_schemas_sql[] =
    "SELECT schema FROM scim_type_schema WHERE type = ?1 AND prefix = ''";
static const char import_type_sql[] =
    "SELECT t.endpoint,"
    "  EXISTS (SELECT 1 FROM scim_tenant AS n WHERE n.name = ?2),"
    "  (SELECT coalesce(max(r.resource), 0) FROM scim_resource AS r)"
    " FROM scim_resource_type AS t WHERE t.name = ?1";
static const char import_explain_sql[] =
    "SELECT 1 FROM scim_explain(?1, ?2)"
    " WHERE how = 'all' AND lower(?3) <> 'id'"
    "   AND NOT EXISTS (SELECT 1 FROM scim_index"
    "                    WHERE type = ?1 AND lower(attribute) = lower(?3)"
    "                      AND (NOT built OR EXISTS (SELECT 1 FROM scim_meta"
    "                            WHERE name = 'stale' AND value = 1)))";
static const char import_case_sql[] =
    "SELECT scim_match(?2 || ' eq \"A\"',"
    "                  scim_document(?1, json_object(?2, 'a')))";

/*
** The type and the columns.
*/

/* Everything that is asked of the type and the tenant by their names; a name
** that nobody has is the first thing to be told. */
static bool import_read_type(Import *import, Output *complaint) {
  EngineStatement ask = {
      .sql = import_type_sql,
      .count = 2,
      .values = {import_type(import), import_tenant(import)}};
  Output tenant = {0}, last = {0};
  ImportCells kept = {.cells = {&import->endpoint, &tenant, &last}};
  if (import_learn(import, import->engine, &ask, import_keep, &kept,
                   complaint)) {
    if (!kept.rows)
      output_format(complaint, "there is no resource type %s",
                    import->options->type);
    else if (strcmp(import_kept(&tenant), "1") != 0)
      output_format(complaint, "there is no tenant %s",
                    import->options->tenant);
    import->last = strtoll(import_kept(&last), NULL, 10);
  }
  output_free(&tenant);
  output_free(&last);
  return complaint->size == 0;
}

/* An EngineRow, of an attribute or a schema: into the book. What came before
** for nothing comes again, and is there already. */
static bool import_note(void *context, const EngineValue *cells, size_t count) {
  Import *import = context;
  if (!cells || count > ENGINE_VALUES) return !cells;
  EngineStatement note = {.sql = count == 1 ? import_note_schema_sql
                                            : import_note_path_sql,
                          .count = count};
  memcpy(note.values, cells, count * sizeof *cells);
  return engine_write(import->book, &note, &(EngineAnswer){0}) == 0;
}

/* Which paths the type has, to refuse a header that is none of them, and the
** names of its schemas, which a path may begin with. */
static bool import_read_paths(Import *import, Output *complaint) {
  EngineStatement paths = {.sql = import_paths_sql,
                           .count = 1,
                           .values = {import_type(import)}},
                  schemas = {.sql = import_schemas_sql,
                             .count = 1,
                             .values = {import_type(import)}};
  return import_learn(import, import->engine, &paths, import_note, import,
                      complaint) &&
         import_learn(import, import->engine, &schemas, import_note, import,
                      complaint);
}

/* Of "emails[type eq "work"].value", "emails.value". */
static void import_write_bare(Output *bare, const char *name) {
  const char *open = strchr(name, '['), *close = strrchr(name, ']');
  output_clear(bare);
  if (open && close && close > open) {
    output_bytes(bare, name, (size_t)(open - name));
    output_text(bare, close + 1);
  } else {
    output_text(bare, name);
  }
  output_terminate(bare);
}

/* Has the type an attribute of that name? *passed, if it is asked for, becomes
** whether it is passed over. */
static bool import_has(Import *import, const char *name, bool *passed) {
  Output bare = {0}, digit = {0};
  ImportCells kept = {.cells = {&digit}};
  import_write_bare(&bare, name);
  EngineStatement ask = {
      .sql = import_column_sql, .count = 1, .values = {import_value(&bare)}};
  import_ask(import, import->book, &ask, import_keep, &kept);
  if (passed) *passed = strcmp(import_kept(&digit), "1") == 0;
  output_free(&bare);
  output_free(&digit);
  return kept.rows > 0;
}

/* Has the type itself one, or only an extension of it? */
static bool import_has_core(Import *import, const char *name) {
  ImportCells kept = {.rows = 0};
  EngineStatement ask = {
      .sql = import_core_sql, .count = 1, .values = {engine_text(name)}};
  import_ask(import, import->book, &ask, import_keep, &kept);
  return kept.rows > 0;
}

/* Checks a name before anything is written. */
static bool import_check_column(Import *import, const Rows *rows, size_t column,
                                Output *complaint) {
  const char *name = rows->names[column].data;
  bool passed;
  if (!import_has(import, name, &passed))
    output_format(complaint, "the column %s is no attribute of %s%s", name,
                  import->options->type,
                  strchr(name, ';') ? "; commas are between columns" : "");
  else if (passed && sqlite3_stricmp(name, rows->reason) &&
           sqlite3_stricmp(name, "id"))
    log_complaint("%s is read only: the column is passed over", name);
  return complaint->size == 0;
}

/* All names at once, for scim_document, which says what is wrong with one or
** between two. */
static void import_try_columns(Import *import, const Rows *rows,
                               Output *complaint) {
  Output names = {0}, cells = {0};
  ImportCells kept = {.cells = {&cells}};
  for (size_t i = 0; i < rows->count; i++) {
    output_text(&names, i ? "," : "[");
    output_json(&names, rows->names[i].data, rows->names[i].size - 1);
  }
  output_text(&names, "]");
  output_terminate(&names);
  EngineStatement ask = {
      .sql = import_columns_sql, .count = 1, .values = {import_value(&names)}};
  if (import_learn(import, import->book, &ask, import_keep, &kept, complaint)) {
    EngineStatement try = {.sql = import_document_sql,
                           .count = 3,
                           .values = {import_type(import), import_value(&cells),
                                      engine_text(NULL)}};
    import_learn(import, import->engine, &try, NULL, NULL, complaint);
  }
  output_free(&names);
  output_free(&cells);
}

/* A file of failures has only some of the rows: whoever is in none of them is
** missing from nothing. */
static bool import_check_whole(const Rows *rows, Output *complaint) {
  if (rows->format == ROWS_CSV && rows_has(rows, rows->reason))
    output_text(complaint, "--deactivate-missing needs all rows; these are "
                           "those that failed");
  return complaint->size == 0;
}

/* What was wrong with a row must not become what somebody is said to have. */
static void import_name_reason(Import *import, Rows *rows) {
  bool passed;
  if (import_has(import, ROWS_REASON, &passed) && !passed)
    rows->reason = ROWS_OTHER_REASON;
}

/* NDJSON has no columns: there a name that is none fails its line. */
static bool import_check_columns(Import *import, const Rows *rows,
                                 Output *complaint) {
  for (size_t i = 0; i < rows->count; i++)
    if (!import_check_column(import, rows, i, complaint)) return false;
  if (rows->count) import_try_columns(import, rows, complaint);
  return complaint->size == 0;
}

/* Without an index everybody is looked at for each row: with many of both it
** would take days, and nobody would know why. One that waits for the next write
** is built by the first row. What is wrong with the filter, the filter says. */
static void import_note_index(Import *import) {
  EngineStatement ask = {.sql = import_explain_sql,
                         .count = 3,
                         .values = {import_type(import),
                                    import_value(&import->filter),
                                    engine_text(import->match)}};
  ImportCells kept = {.rows = 0};
  import_ask(import, import->engine, &ask, import_keep, &kept);
  if (kept.rows)
    log_complaint("%s is not in scim_index: each row looks at everybody",
                  import->match);
}

/* Is a key with a capital letter another one? It is for a filter to say, of a
** document that has the key without; where the key is no text, or the filter
** wrong, nothing is folded. */
static void import_learn_case(Import *import) {
  EngineStatement ask = {
      .sql = import_case_sql,
      .count = 2,
      .values = {import_type(import), engine_text(import->match)}};
  Output digit = {0};
  ImportCells kept = {.cells = {&digit}};
  import_ask(import, import->engine, &ask, import_keep, &kept);
  import->exact = strcmp(import_kept(&digit), "1") != 0;
  output_free(&digit);
}

/* Leaves the kind of the key, and a filter to try it with. */
static void import_learn_kind(Import *import, Output *complaint) {
  Output bare = {0}, literal = {0};
  ImportCells kept = {.cells = {&import->kind, &literal}};
  import_write_bare(&bare, import->match);
  EngineStatement ask = {
      .sql = import_kind_sql, .count = 1, .values = {import_value(&bare)}};
  import_learn(import, import->book, &ask, import_keep, &kept, complaint);
  output_format(&import->filter, "%s eq %s", import->match,
                kept.rows ? import_kept(&literal) : "\"\"");
  output_terminate(&import->filter);
  import->loose = strcmp(import_kept(&import->kind), "string") != 0;
  output_free(&bare);
  output_free(&literal);
}

/* Who is not told what to match by takes userName or else displayName. It has
** to be in the file, or no row would have a key. */
static bool import_choose_match(Import *import, const Rows *rows,
                                Output *complaint) {
  import->match = import->options->match;
  if (!import->match)
    import->match =
        import_has_core(import, "userName") ? "userName" : "displayName";
  if (rows_has(rows, import->match)) {
    import_learn_kind(import, complaint);
    import_learn_case(import);
    import_note_index(import);
  } else
    output_format(complaint, "there is no column %s to match by; see --match",
                  import->match);
  return complaint->size == 0;
}

/* Can the key be filtered by? */
static bool import_try_match(Import *import, Output *complaint) {
  ImportCells kept = {.rows = 0};
  if (import_ask_find(import, &kept) != IMPORT_SAME)
    output_format(complaint, "--match %s: %s", import->match,
                  import_kept(&import->result.reason));
  return complaint->size == 0;
}

/* Whom to deactivate is asked of an attribute that the type must have. */
static bool import_check_active(Import *import, Output *complaint) {
  if (!import_has_core(import, "active"))
    output_format(complaint, "%s has no attribute active",
                  import->options->type);
  return complaint->size == 0;
}

/* In an order in which each step may rely on those before it, and the complaint
** is about what a person would look at first. */
bool import_open(Import *import, Engine *engine, const Options *options,
                 Rows *rows, Output *complaint) {
  import->engine = engine;
  import->options = options;
  if (!import_open_book(import, complaint) ||
      !import_read_type(import, complaint) ||
      !import_read_paths(import, complaint))
    return false;
  import_name_reason(import, rows);
  return (!options->deactivate_missing ||
          import_check_whole(rows, complaint)) &&
         import_check_columns(import, rows, complaint) &&
         import_choose_match(import, rows, complaint) &&
         (!options->deactivate_missing ||
          import_check_active(import, complaint)) &&
         import_try_match(import, complaint);
}
