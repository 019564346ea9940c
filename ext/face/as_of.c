/*
** as_of.c: the table-valued function scim_as_of(type, time).
**
**   SELECT id, doc ->> '$.userName', doc ->> '$.active'
**     FROM scim_as_of('User', '2026-01-31T00:00:00Z');
**
** The resources of a type as they stood at a moment, put together from the
** log: id, doc, version, and modified, the time of the last change until
** then. Of the tenant `default` unless another is named. The cost grows with
** the log of the type. Members of groups on a date: sql/reports.
**
** A date without a time is midnight in UTC, and the changes of that very moment
** have happened. A type that is not defined and a time that cannot be read are
** SQL errors. Read-only, works on read-only connections, and may be used in
** views.
**
** HOW IT WORKS
**
** There is no way to look into the past row by row: a resource's state is the
** sum of the patches in the log. So xFilter replays the whole log of the type
** (../store/history.c) and the cursor walks over what came out, which it keeps
** in its arena.
*/
#include "../store/definitions.h"
#include "../store/history.h"
#include "../text/instant.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order; those from the type on are the arguments. */
enum {
  AS_OF_ID,
  AS_OF_DOC,
  AS_OF_VERSION,
  AS_OF_MODIFIED,
  AS_OF_TYPE,
  AS_OF_TIME,
  AS_OF_TENANT
};

/* The bits of idxNum say which arguments are there (table_arguments). */
#define AS_OF_HAS_BOTH 3 /* the type and the time */
#define AS_OF_HAS_TENANT 4

#define AS_OF_COLUMNS                                                          \
  "CREATE TABLE x(id TEXT, doc TEXT, version INTEGER, modified TEXT, "         \
  "type TEXT HIDDEN, time TEXT HIDDEN, tenant TEXT HIDDEN)"

typedef struct AsOfCursor {
  Cursor base;             /* its arena holds all that is below */
  sqlite3_value **given;   /* in xFilter: type, time, and perhaps tenant */
  bool names_tenant;       /* it is given */
  Text type, time, tenant; /* the arguments, as hidden columns show them */
  PastList list;           /* the resources */
  long long at;            /* the row among them, from 0 */
} AsOfCursor;

static int as_of_connect(sqlite3 *db, void *connection, int argc,
                         const char *const *argv, sqlite3_vtab **table,
                         char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, AS_OF_COLUMNS, SQLITE_VTAB_INNOCUOUS,
                       table);
}

/*
** Planning.
*/

/* Without a type and a time there is nothing to show; SQLite would go on to
** say "no query solution", which helps nobody. */
static int as_of_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  if (!table_arguments(info, AS_OF_TYPE, 3)) return SQLITE_CONSTRAINT;
  if ((info->idxNum & AS_OF_HAS_BOTH) != AS_OF_HAS_BOTH)
    return table_error(table, SQLITE_ERROR,
                       "scim_as_of needs a type and a time");
  info->estimatedCost = 1e6;
  info->estimatedRows = 10000;
  return SQLITE_OK;
}

/*
** Reading.
*/
static int as_of_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return table_open(sizeof(AsOfCursor), cursor);
}

/* Keeps the arguments, since SQLite takes them away after xFilter. */
static void as_of_read_arguments(Operation *operation, AsOfCursor *own) {
  Arena *arena = &operation->arena;
  own->type = arena_copy(arena, call_value(operation, own->given[0]));
  own->time = arena_copy(arena, call_value(operation, own->given[1]));
  own->tenant = own->names_tenant
                    ? arena_copy(arena, call_value(operation, own->given[2]))
                    : TEXT("default");
}

/* Fills the cursor with the resources. Errors are those of a wrong call: an
** unknown type, and what is no time (RFC 7643 section 2.3.5). */
static void as_of_body(Operation *operation, void *data) {
  AsOfCursor *own = data;
  Text time;
  as_of_read_arguments(operation, own);
  if (!definitions_require(operation)) return;
  operation->tenant = own->tenant;
  const ResourceType *type = schema_type(operation->schemas, own->type);
  if (!type)
    error_set(operation, ERROR_INVALID_VALUE,
              "there is no resource type '%.*s'", TEXT_ARG(own->type));
  if (!instant_canonical(&operation->arena, own->time, &time))
    error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is not a time",
              TEXT_ARG(own->time));
  if (type && !failed(operation))
    own->list = history_as_of(operation, type->name, time);
}

static int as_of_filter(sqlite3_vtab_cursor *cursor, int number,
                        const char *text, int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  AsOfCursor *own = (AsOfCursor *)cursor;
  own->given = argv;
  assert((number & AS_OF_HAS_BOTH) == AS_OF_HAS_BOTH);
  own->names_tenant = number & AS_OF_HAS_TENANT;
  own->at = own->list.count = 0;
  return table_fill(cursor, as_of_body, own);
}

static int as_of_next(sqlite3_vtab_cursor *cursor) {
  ((AsOfCursor *)cursor)->at++;
  return SQLITE_OK;
}

static int as_of_eof(sqlite3_vtab_cursor *cursor) {
  AsOfCursor *own = (AsOfCursor *)cursor;
  return own->at >= own->list.count;
}

/* Hidden columns show the arguments as they were given. */
static int as_of_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                        int column) {
  AsOfCursor *own = (AsOfCursor *)cursor;
  assert(own->at < own->list.count);
  const Past *past = &own->list.items[own->at];
  const Text texts[] = {[AS_OF_ID] = past->id,
                        [AS_OF_DOC] = past->doc,
                        [AS_OF_MODIFIED] = past->modified,
                        [AS_OF_TYPE] = own->type,
                        [AS_OF_TIME] = own->time,
                        [AS_OF_TENANT] = own->tenant};
  if (column == AS_OF_VERSION) {
    sqlite3_result_int64(context, past->version);
  } else {
    call_result(context, texts[column]);
  }
  return SQLITE_OK;
}

static int as_of_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((AsOfCursor *)cursor)->at;
  return SQLITE_OK;
}

const sqlite3_module as_of_module = {.xConnect = as_of_connect,
                                     .xBestIndex = as_of_best_index,
                                     .xDisconnect = table_disconnect,
                                     .xOpen = as_of_open,
                                     .xClose = table_close,
                                     .xFilter = as_of_filter,
                                     .xNext = as_of_next,
                                     .xEof = as_of_eof,
                                     .xColumn = as_of_column,
                                     .xRowid = as_of_rowid};
