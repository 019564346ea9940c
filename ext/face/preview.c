/*
** preview.c: the table-valued function scim_map_preview(name).
**
**   SELECT * FROM scim_map_preview('learner');
**   SELECT decision, count(DISTINCT id)
**     FROM scim_map_preview('learner') GROUP BY decision;
**
** What the map would do if it were switched on now, and nothing of it done: in
** the order of creation, each resource as if those before it had been done. One
** that is on has done all that, and shows what has come to differ since.
**
**   id        the resource
**   key       of its row; NULL for one that is new
**   decision  create, link, update, inactive, delete, review, refuse or ignore
**   column    that would change; NULL where none would, or it is about no row
**   have      what it holds, as text
**   want      what it would hold
**   reason    for a person: why it is so
**   tenant    whose resource it is (hidden: to be asked for by name)
**
** A row a column that differs; what is equal has none. A map that is not there,
** or that no longer fits its table, is an SQL error. Read-only, works on
** read-only connections, and may be used in views.
**
** HOW IT WORKS
**
** xFilter has all of it computed (../store/preview.c), because what comes later
** decides about the keys of rows that refer to others; the cursor walks over
** what came out, in an arena of its own.
*/
#include "../store/preview.h"
#include "../model/key.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order; the map is the argument. */
enum {
  PREVIEW_ID,
  PREVIEW_KEY,
  PREVIEW_DECISION,
  PREVIEW_COLUMN,
  PREVIEW_HAVE,
  PREVIEW_WANT,
  PREVIEW_REASON,
  PREVIEW_MAP,
  PREVIEW_TENANT
};

#define PREVIEW_COLUMNS                                                        \
  "CREATE TABLE x(id TEXT, key, decision TEXT, \"column\" TEXT, have TEXT, "   \
  "want TEXT, reason TEXT, map TEXT HIDDEN, tenant TEXT HIDDEN)"

typedef struct PreviewCursor {
  Cursor base;
  Arena kept;            /* the rows */
  sqlite3_value **given; /* in xFilter: the name */
  Text name;             /* the argument, as its column shows it */
  Preview preview;
  size_t at; /* the current row */
} PreviewCursor;

static int preview_connect(sqlite3 *db, void *connection, int argc,
                           const char *const *argv, sqlite3_vtab **table,
                           char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, PREVIEW_COLUMNS, SQLITE_VTAB_INNOCUOUS,
                       table);
}

/*
** Planning.
*/
static int preview_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  if (!table_arguments(info, PREVIEW_MAP, 1)) return SQLITE_CONSTRAINT;
  if (!info->idxNum) return table_decline(info);
  info->estimatedCost = 1e6;
  info->estimatedRows = 10000;
  return SQLITE_OK;
}

/*
** Cursors.
*/
static int preview_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  int code = table_open(sizeof(PreviewCursor), cursor);
  if (code == SQLITE_OK) arena_init(&((PreviewCursor *)*cursor)->kept);
  return code;
}

static int preview_close(sqlite3_vtab_cursor *cursor) {
  arena_close(&((PreviewCursor *)cursor)->kept);
  return table_close(cursor);
}

static void preview_body(Operation *operation, void *data) {
  PreviewCursor *own = data;
  own->name = arena_copy(&operation->arena, call_value(operation, *own->given));
  own->preview = preview_run(operation, &own->kept, own->name);
}

/* SQLite may call xFilter again on a cursor, as for the inner table of a join:
** so the rows of the call before are given back first. After an error the
** cursor has no rows. */
static int preview_filter(sqlite3_vtab_cursor *cursor, int number,
                          const char *text, int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  PreviewCursor *own = (PreviewCursor *)cursor;
  if (!number)
    return table_error(cursor->pVtab, SQLITE_ERROR,
                       "scim_map_preview needs the name of a map");
  own->given = argv;
  own->at = own->preview.count = 0;
  arena_close(&own->kept);
  int code = table_fill(cursor, preview_body, own);
  own->kept.escape = NULL; /* when memory ran out it is still set */
  if (code != SQLITE_OK) own->preview.count = 0;
  return code;
}

static int preview_next_row(sqlite3_vtab_cursor *cursor) {
  ((PreviewCursor *)cursor)->at++;
  return SQLITE_OK;
}

static int preview_eof(sqlite3_vtab_cursor *cursor) {
  const PreviewCursor *own = (PreviewCursor *)cursor;
  return own->at >= own->preview.count;
}

/*
** Columns.
*/

/* A key is an integer or a text, as JSON has them. */
typedef struct PreviewKey {
  Text json;
  sqlite3_context *context;
} PreviewKey;

static void preview_key_body(Operation *operation, void *data) {
  const PreviewKey *key = data;
  const Json *value = error_parse(operation, key->json, "a key");
  if (!value) return;
  if (value->type != JSON_NUMBER)
    call_result(key->context, value->text);
  else
    sqlite3_result_int64(key->context, key_number(value->text).integer);
}

/* The key is JSON and has the type that it has in its table, 17 or 'a17': it
** alone is parsed, in an operation of its own. All other columns are texts, by
** their numbers. */
static int preview_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                          int column) {
  const PreviewCursor *own = (PreviewCursor *)cursor;
  assert(own->at < own->preview.count);
  const PreviewRow *row = &own->preview.rows[own->at];
  const Text texts[] = {[PREVIEW_ID] = row->id,
                        [PREVIEW_DECISION] = text_of(map_act_name(row->act)),
                        [PREVIEW_COLUMN] = row->column,
                        [PREVIEW_HAVE] = row->have,
                        [PREVIEW_WANT] = row->want,
                        [PREVIEW_REASON] = row->reason,
                        [PREVIEW_TENANT] = row->tenant,
                        [PREVIEW_MAP] = own->name};
  PreviewKey key = {row->key, context};
  if (column != PREVIEW_KEY)
    call_result(context, texts[column]);
  else if (row->key.data)
    return table_call(cursor->pVtab, preview_key_body, &key,
                      (CallTransfer){NULL, NULL});
  return SQLITE_OK;
}

static int preview_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = (sqlite3_int64)((PreviewCursor *)cursor)->at;
  return SQLITE_OK;
}

const sqlite3_module preview_module = {.xConnect = preview_connect,
                                       .xBestIndex = preview_best_index,
                                       .xDisconnect = table_disconnect,
                                       .xOpen = preview_open,
                                       .xClose = preview_close,
                                       .xFilter = preview_filter,
                                       .xNext = preview_next_row,
                                       .xEof = preview_eof,
                                       .xColumn = preview_column,
                                       .xRowid = preview_rowid};
