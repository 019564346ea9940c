/*
** import_ask.c: see import_ask.h.
**
** HOW IT WORKS
**
** The book is an engine as well, of a database that is in memory, or a file
** that goes with it. The extension is loaded there for how it folds texts;
** those of the application are not, since nothing of theirs is asked. One
** transaction lasts as long as the book: nobody else is to see what is in it,
** and it has nothing to go back to.
*/
#include "import_ask.h"

#include <string.h>

/* `own` has the schema of the type itself, without its extensions. */
static const char *const import_book_sql[] = {
    "PRAGMA journal_mode = OFF",
    ("CREATE TABLE path (name TEXT PRIMARY KEY COLLATE NOCASE, kind TEXT,"
     " passed INT, core INT) WITHOUT ROWID"),
    "CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE own (schema TEXT)", "BEGIN"};

const char import_document_sql[] = "SELECT scim_document(?1, ?2, ?3)";

static const char import_find_sql[] =
    "SELECT f.id, 'W/\"' || f.version || '\"', f.doc"
    " FROM scim_filter(?1, ?2) AS f WHERE f.tenant = ?3 LIMIT 2";

/* Keeps the reason, whoever owned it. Returns what the row has come to. */
ImportOutcome import_fail(Import *import, const char *reason) {
  Output *kept = &import->result.reason;
  output_clear(kept);
  output_text(kept, reason);
  output_terminate(kept);
  return IMPORT_FAILED;
}

/* Runs a statement, which on the engine only reads. IMPORT_SAME is well. An
** error that is the statement's is one of the row: a filter that is too long, a
** JSON text that is none. */
ImportOutcome import_ask(Import *import, Engine *engine,
                         const EngineStatement *statement, EngineRow *row,
                         void *context) {
  Output complaint = {0};
  EngineAnswer answer = {
      .row = row, .context = context, .complaint = &complaint};
  int failure =
      engine == import->book
          ? engine_write(engine, statement, &answer)
          : engine_read(engine, statement, (EngineClient){0}, &answer);
  if (failure) import_fail(import, output_terminate(&complaint));
  output_free(&complaint);
  if (!failure) return IMPORT_SAME;
  return answer.refused ? IMPORT_FAILED : IMPORT_BROKEN;
}

static void import_keep_cell(Output *output, const EngineValue *cell) {
  output_clear(output);
  if (cell->kind == ENGINE_INTEGER)
    output_format(output, "%lld", cell->integer);
  else if (cell->kind != ENGINE_NULL)
    output_bytes(output, cell->bytes, cell->size);
  output_terminate(output);
}

/* An EngineRow: the context is an ImportCells. */
bool import_keep(void *context, const EngineValue *cells, size_t count) {
  ImportCells *kept = context;
  if (!cells) kept->rows = 0;
  if (!cells || kept->rows++ > 0) return true;
  for (size_t i = 0; i < count && i < 4; i++)
    if (kept->cells[i]) import_keep_cell(kept->cells[i], &cells[i]);
  return true;
}

/* The text that is kept: "" for none, and where there was no memory for it. */
const char *import_kept(const Output *output) {
  return output->data && !output->failed ? output->data : "";
}

EngineValue import_value(const Output *output) {
  return engine_text(import_kept(output));
}

EngineValue import_type(const Import *import) {
  return engine_text(import->options->type);
}

EngineValue import_tenant(const Import *import) {
  return engine_text(import->options->tenant);
}

bool import_learn(Import *import, Engine *engine,
                  const EngineStatement *statement, EngineRow *row,
                  void *context, Output *complaint) {
  if (import_ask(import, engine, statement, row, context) == IMPORT_SAME)
    return true;
  output_text(complaint, import_kept(&import->result.reason));
  return false;
}

/* Whose key is in the filter; a second row is one too many. */
ImportOutcome import_ask_find(Import *import, ImportCells *kept) {
  EngineStatement find = {.sql = import_find_sql,
                          .count = 3,
                          .values = {import_type(import),
                                     import_value(&import->filter),
                                     import_tenant(import)}};
  return import_ask(import, import->engine, &find, import_keep, kept);
}

/* The name of no file is SQLite's for one that is its own affair. */
bool import_open_book(Import *import, Output *complaint) {
  import->book_options = *import->options;
  import->book_options.engine = NULL;
  import->book_options.db = "";
  import->book_options.synchronous = "OFF";
  import->book_options.load.count = 0;
  import->book = engine_open(&import->book_options, ENGINE_WRITE, complaint);
  if (!import->book) return false;
  for (size_t i = 0; i < sizeof import_book_sql / sizeof *import_book_sql;
       i++) {
    EngineStatement statement = {.sql = import_book_sql[i]};
    if (!import_learn(import, import->book, &statement, NULL, NULL, complaint))
      return false;
  }
  return true;
}
