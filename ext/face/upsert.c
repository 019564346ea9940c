/*
** upsert.c: the table-valued function scim_preview(type, query).
**
**   SELECT * FROM scim_preview('User',
**     'SELECT login AS userName, mail AS "emails[type eq ""work""].value"
**        FROM employee');
**   SELECT action, count(*) FROM scim_preview('User', 'SELECT …')
**    WHERE deactivate_missing = 1 AND tenant = 'acme' GROUP BY action;
**
** What each row of the query would do if it were loaded, by its key, and
** nothing of it done.
**
**   key     of the row
**   action  create, update, deactivate, same, or refuse
**   id      of the resource; NULL for a new one
**   before  the merge patches (RFC 7396) that the log would have, in both
**   after   directions
**   detail  of a refusal: why
**
** Hidden columns are arguments: match, the column that is the key (otherwise
** userName, or what else the type requires and is unique); deactivate_missing,
** 1 to tell also who is active and in no row, or in a last row that that cannot
** be known, as when there was none; tenant, otherwise 'default'.
**
** The query is one SELECT, VALUES or WITH, whose columns are named by paths
** (RFC 7644 figure 7). It runs while the rows are read, and cannot write: also
** functions of this extension that would are refused. As it runs whatever text
** it is given, this may only be used at the top level (SQLITE_DIRECTONLY).
**
** HOW IT WORKS
**
** The cursor has the query open and works out a row at a time
** (../service/upsert.c), so that a million of them fit. What it keeps are the
** ids that were named, to know a key that comes twice, and at the end who was
** not named.
*/
#include "../service/upsert.h"

#include <limits.h>

#include "../db/foreign.h"
#include "../store/definitions.h"
#include "../store/search.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order; those from the type on are the arguments. */
enum {
  LOADED_KEY,
  LOADED_ACTION,
  LOADED_ID,
  LOADED_BEFORE,
  LOADED_AFTER,
  LOADED_DETAIL,
  LOADED_TYPE,
  LOADED_QUERY,
  LOADED_MATCH,
  LOADED_DEACTIVATE,
  LOADED_TENANT
};

#define LOADED_ARGUMENTS (LOADED_TENANT - LOADED_TYPE + 1)

#define LOADED_COLUMNS                                                         \
  "CREATE TABLE x(key TEXT, action TEXT, id TEXT, before TEXT, after TEXT, "   \
  "detail TEXT, type TEXT HIDDEN, query TEXT HIDDEN, match TEXT HIDDEN, "      \
  "deactivate_missing INTEGER HIDDEN, tenant TEXT HIDDEN)"

typedef struct LoadedCursor {
  Cursor base; /* its arena holds the arguments and the columns of the query */
  Arena kept;  /* what was seen, and at the end who is there */
  Arena one;   /* the row */
  sqlite3_value **given[LOADED_ARGUMENTS]; /* in xFilter; NULL: left out */
  Text arguments[LOADED_ARGUMENTS];
  const ResourceType *type;
  Foreign query; /* closed behind its last row */
  Upsert upsert;
  bool
      missing; /* deactivate_missing: who is there is gone through at the end */
  Page page;   /* who that is */
  long long at; /* in it */
  bool unknown; /* it was told that nobody is missing */
  bool done;
  long long number; /* of the row */
  UpsertRow row;
} LoadedCursor;

static int loaded_connect(sqlite3 *db, void *connection, int argc,
                          const char *const *argv, sqlite3_vtab **table,
                          char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, LOADED_COLUMNS, SQLITE_VTAB_DIRECTONLY,
                       table);
}

/* Type and query have to be there; how many rows the query has nobody knows, so
** that the costs only say that it is much. */
static int loaded_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  if (!table_arguments(info, LOADED_TYPE, LOADED_ARGUMENTS))
    return SQLITE_CONSTRAINT;
  if ((info->idxNum & 3) != 3) return table_decline(info);
  info->estimatedCost = 1e6;
  info->estimatedRows = 10000;
  return SQLITE_OK;
}

/*
** Cursors.
*/
/* Two arenas besides the base's own: what is kept from row to row, and the row
** that is shown. */
static int loaded_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  int code = table_open(sizeof(LoadedCursor), cursor);
  if (code != SQLITE_OK) return code;
  arena_init(&((LoadedCursor *)*cursor)->kept);
  arena_init(&((LoadedCursor *)*cursor)->one);
  return code;
}

/* The query first: SQLite would not close the connection while it is open. */
static int loaded_close(sqlite3_vtab_cursor *cursor) {
  LoadedCursor *own = (LoadedCursor *)cursor;
  foreign_close(&own->query);
  arena_close(&own->kept);
  arena_close(&own->one);
  return table_close(cursor);
}

/* An argument by its column. */
static Text loaded_argument(const LoadedCursor *own, int column) {
  return own->arguments[column - LOADED_TYPE];
}

/* One that is left out or NULL is no text, but for the tenant: that is the
** default one where it is left out. */
static void loaded_read_arguments(Operation *operation, LoadedCursor *own) {
  for (int i = 0; i < LOADED_ARGUMENTS; i++) {
    Text text = NO_TEXT;
    if (own->given[i]) text = call_value(operation, *own->given[i]);
    own->arguments[i] = arena_copy(&operation->arena, text);
  }
  if (!own->given[LOADED_TENANT - LOADED_TYPE])
    own->arguments[LOADED_TENANT - LOADED_TYPE] = TEXT("default");
  Text missing = loaded_argument(own, LOADED_DEACTIVATE);
  own->missing = text_equal(missing, TEXT("1"));
  if (missing.size && !own->missing && !text_equal(missing, TEXT("0")))
    error_set(operation, ERROR_INVALID_VALUE, "deactivate_missing is 1 or 0");
}

/* Who is active cannot be told of a type without the attribute. */
static void loaded_check_type(Operation *operation, LoadedCursor *own) {
  Text name = loaded_argument(own, LOADED_TYPE);
  own->type = schema_type_named(operation, name);
  if (own->type && own->missing &&
      !schema_attribute(own->type->first, TEXT("active")))
    error_set(operation, ERROR_INVALID_VALUE,
              "a %.*s cannot be deactivated: it has no attribute 'active'",
              TEXT_ARG(name));
}

/* Opens the query and reads what its columns are. */
static void loaded_begin_body(Operation *operation, void *data) {
  LoadedCursor *own = data;
  own->kept.escape = operation->arena.escape;
  loaded_read_arguments(operation, own);
  if (!definitions_require(operation)) return;
  loaded_check_type(operation, own);
  foreign_open(operation, &own->query, loaded_argument(own, LOADED_QUERY));
  if (failed(operation)) return;
  size_t count = foreign_count(&own->query);
  Text *names = arena_array(&operation->arena, count, sizeof *names);
  for (size_t i = 0; i < count; i++)
    names[i] = foreign_name(operation, &own->query, i);
  own->upsert.tenant = loaded_argument(own, LOADED_TENANT);
  upsert_read(operation, own->type, names, count,
              loaded_argument(own, LOADED_MATCH), &own->kept, &own->upsert);
}

/* The next row of the query; false behind the last. The cells are in the arena
** of the row, and so is what comes of them: the row after it takes the place of
** both. */
static bool loaded_next_row(Operation *operation, LoadedCursor *own) {
  if (!foreign_step(operation, &own->query)) return false;
  size_t count = own->upsert.compose.count;
  Json **cells = arena_array(&operation->arena, count, sizeof *cells);
  for (size_t i = 0; i < count; i++)
    cells[i] = foreign_cell(operation, &own->query, i);
  own->row = upsert_row(operation, &own->upsert, cells);
  return true;
}

/* Who is there, once the query has ended: the numbers of all, in the order of
** creation, so that who is created meanwhile by the same statement is not among
** them. Documents are read one by one. */
static void loaded_find_all(Operation *operation, LoadedCursor *own) {
  if (own->page.rows) return;
  operation->tenant = own->upsert.tenant;
  Search search = {.type = schema_type(operation->schemas,
                                       loaded_argument(own, LOADED_TYPE)),
                   .limit = LLONG_MAX};
  if (!search.type) return;
  Page page = search_run(operation, &search);
  if (failed(operation)) return;
  own->page.count = page.count;
  own->page.rows =
      arena_array(&own->kept, (size_t)page.count + 1, sizeof *page.rows);
  for (long long i = 0; i < page.count; i++) own->page.rows[i] = page.rows[i];
}

/* The next who is not in any row; false behind the last. */
static bool loaded_next_missing(Operation *operation, LoadedCursor *own) {
  if (failed(operation) || !own->missing || own->unknown) return false;
  own->unknown = !upsert_knows_missing(&own->upsert, &own->row);
  if (own->unknown) return true;
  loaded_find_all(operation, own);
  while (own->at < own->page.count && !failed(operation))
    if (upsert_missing(operation, &own->upsert,
                       own->page.rows[own->at++].resource, &own->row))
      return true;
  return false;
}

/* What is kept may run out of memory in the middle, too. */
static void loaded_next_body(Operation *operation, void *data) {
  LoadedCursor *own = data;
  own->kept.escape = operation->arena.escape;
  if (definitions_require(operation))
    own->done = !loaded_next_row(operation, own) &&
                !loaded_next_missing(operation, own);
  own->kept.escape = NULL;
}

/* The row of before is let go of when the next is there. An error ends it:
** SQLite asks no more. */
static int loaded_next(sqlite3_vtab_cursor *cursor) {
  LoadedCursor *own = (LoadedCursor *)cursor;
  own->done = true; /* unless there is a row */
  own->number++;
  int code = table_call(cursor->pVtab, loaded_next_body, own,
                        (CallTransfer){&own->one, NULL});
  own->kept.escape = NULL;
  return code;
}

/* SQLite may call xFilter again on a cursor, as for the inner table of a
** join. */
static int loaded_filter(sqlite3_vtab_cursor *cursor, int number,
                         const char *text, int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  LoadedCursor *own = (LoadedCursor *)cursor;
  if ((number & 3) != 3)
    return table_error(cursor->pVtab, SQLITE_ERROR,
                       "scim_preview needs a resource type and a query");
  for (int i = 0; i < LOADED_ARGUMENTS; i++)
    own->given[i] = number & (1 << i) ? argv++ : NULL;
  arena_close(&own->kept);
  own->page = (Page){.rows = NULL};
  own->at = own->number = 0;
  own->done = true;
  own->unknown = false;
  int code = table_fill(cursor, loaded_begin_body, own);
  own->kept.escape = NULL;
  return code == SQLITE_OK ? loaded_next(cursor) : code;
}

static int loaded_eof(sqlite3_vtab_cursor *cursor) {
  return ((LoadedCursor *)cursor)->done;
}

/* Hidden columns show the arguments, as SQLite expects of those that it was
** told not to check. */
static int loaded_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                         int column) {
  const LoadedCursor *own = (LoadedCursor *)cursor;
  const Text texts[] = {[LOADED_KEY] = own->row.key,
                        [LOADED_ACTION] = text_of(own->row.action),
                        [LOADED_ID] = own->row.id,
                        [LOADED_BEFORE] = own->row.before,
                        [LOADED_AFTER] = own->row.after,
                        [LOADED_DETAIL] = own->row.detail};
  if (column < LOADED_TYPE)
    call_result(context, texts[column]);
  else if (column == LOADED_DEACTIVATE)
    sqlite3_result_int(context, own->missing);
  else
    call_result(context, loaded_argument(own, column));
  return SQLITE_OK;
}

static int loaded_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((LoadedCursor *)cursor)->number;
  return SQLITE_OK;
}

const sqlite3_module upsert_module = {.xConnect = loaded_connect,
                                      .xBestIndex = loaded_best_index,
                                      .xDisconnect = table_disconnect,
                                      .xOpen = loaded_open,
                                      .xClose = loaded_close,
                                      .xFilter = loaded_filter,
                                      .xNext = loaded_next,
                                      .xEof = loaded_eof,
                                      .xColumn = loaded_column,
                                      .xRowid = loaded_rowid};
