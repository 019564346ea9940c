/*
** provenance.c: the table-valued function scim_provenance(id, tenant).
**
**   SELECT attribute, value, time, label
**     FROM scim_provenance('2819c223-7f76-453a-919d-413861904646');
**
** Who has set what a resource holds now: a row an attribute, with its value
** and the request that set it last: seq, time, token, the token's label
** ('(sql)' for a trusted caller) and idp (the token's, else its tenant's). A
** list is one value, as JSON, and each member of a group is one; who was put
** in by the identity provider and by the platform has two rows. Of the tenant
** `default` unless another is named. A boolean is 1 or 0, all else text.
**
** What was set before the horizon of the log (scim_prune) has no seq, and the
** horizon for its time. Whom nobody knows has no rows, and whom somebody has
** deleted neither: scim_history tells of those. Read-only, works on read-only
** connections, and may be used in views.
**
** HOW IT WORKS
**
** One statement (sql/query/provenance.sql) reads the log of the resource when
** a cursor begins; the rows lie in the cursor's arena.
*/
#include "../store/provenance.h"
#include "../store/definitions.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order; those from the id on are the arguments. */
enum {
  ORIGIN_ATTRIBUTE,
  ORIGIN_VALUE,
  ORIGIN_SEQ,
  ORIGIN_TIME,
  ORIGIN_TOKEN,
  ORIGIN_LABEL,
  ORIGIN_IDP,
  ORIGIN_ID,
  ORIGIN_TENANT
};

#define ORIGIN_COLUMNS                                                         \
  "CREATE TABLE x(attribute TEXT, value, seq INTEGER, time TEXT, "             \
  "token INTEGER, label TEXT, idp TEXT, id TEXT HIDDEN, tenant TEXT HIDDEN)"

/* The bits of idxNum (table_arguments). */
#define ORIGIN_HAS_ID 1
#define ORIGIN_HAS_TENANT 2

/* What a cursor has: the arguments, and the rows. */
typedef struct OriginCursor {
  Cursor base;           /* its arena holds all that is below */
  sqlite3_value **given; /* in xFilter: the id, and perhaps the tenant */
  bool names_tenant;
  Text id, tenant; /* as hidden columns show them */
  OriginList list;
  long long at; /* the row among them, from 0 */
} OriginCursor;

/*
** Planning.
*/
static int provenance_connect(sqlite3 *db, void *connection, int argc,
                              const char *const *argv, sqlite3_vtab **table,
                              char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, ORIGIN_COLUMNS, SQLITE_VTAB_INNOCUOUS,
                       table);
}

/* Few rows come of an id, so a join asks it last. */
static int provenance_best_index(sqlite3_vtab *table,
                                 sqlite3_index_info *info) {
  (void)table;
  if (!table_arguments(info, ORIGIN_ID, 2)) return SQLITE_CONSTRAINT;
  if (!(info->idxNum & ORIGIN_HAS_ID)) return table_decline(info);
  info->estimatedCost = 100;
  info->estimatedRows = 20;
  return SQLITE_OK;
}

/*
** Reading.
*/
static int provenance_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return table_open(sizeof(OriginCursor), cursor);
}

/* Fills the cursor with what the resource has; one that is not there has
** nothing. The arguments are kept, since SQLite takes them away after
** xFilter. */
static void provenance_body(Operation *operation, void *data) {
  OriginCursor *own = data;
  Arena *arena = &operation->arena;
  own->id = arena_copy(arena, call_value(operation, own->given[0]));
  own->tenant = own->names_tenant
                    ? arena_copy(arena, call_value(operation, own->given[1]))
                    : TEXT("default");
  if (!definitions_require(operation)) return;
  operation->tenant = own->tenant;
  own->list = provenance_of(operation, own->id);
}

/* The statement runs to its end here: a cursor keeps none open (table.c). */
static int provenance_filter(sqlite3_vtab_cursor *cursor, int number,
                             const char *text, int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  OriginCursor *own = (OriginCursor *)cursor;
  if (!(number & ORIGIN_HAS_ID))
    return table_error(cursor->pVtab, SQLITE_ERROR,
                       "scim_provenance needs an id");
  own->given = argv;
  own->names_tenant = number & ORIGIN_HAS_TENANT;
  own->at = own->list.count = 0;
  return table_fill(cursor, provenance_body, own);
}

static int provenance_next(sqlite3_vtab_cursor *cursor) {
  ((OriginCursor *)cursor)->at++;
  return SQLITE_OK;
}

static int provenance_eof(sqlite3_vtab_cursor *cursor) {
  OriginCursor *own = (OriginCursor *)cursor;
  return own->at >= own->list.count;
}

/* A number is never 0, unless there is none. */
static void provenance_number(sqlite3_context *context, long long number) {
  if (number) sqlite3_result_int64(context, number);
}

/* A column of the current row. Where there is no text the result stays NULL;
** hidden columns show the arguments as they were given. */
static int provenance_column(sqlite3_vtab_cursor *cursor,
                             sqlite3_context *context, int column) {
  OriginCursor *own = (OriginCursor *)cursor;
  assert(own->at < own->list.count);
  const Origin *origin = &own->list.items[own->at];
  const Text texts[] = {[ORIGIN_ATTRIBUTE] = origin->attribute,
                        [ORIGIN_VALUE] = origin->value,
                        [ORIGIN_TIME] = origin->time,
                        [ORIGIN_LABEL] = origin->label,
                        [ORIGIN_IDP] = origin->idp,
                        [ORIGIN_ID] = own->id,
                        [ORIGIN_TENANT] = own->tenant};
  if (column == ORIGIN_SEQ)
    provenance_number(context, origin->seq);
  else if (column == ORIGIN_TOKEN)
    provenance_number(context, origin->token);
  else if (column == ORIGIN_VALUE && origin->flag)
    sqlite3_result_int(context, text_equal(origin->value, TEXT("1")));
  else
    call_result(context, texts[column]);
  return SQLITE_OK;
}

static int provenance_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((OriginCursor *)cursor)->at;
  return SQLITE_OK;
}

const sqlite3_module provenance_module = {.xConnect = provenance_connect,
                                          .xBestIndex = provenance_best_index,
                                          .xDisconnect = table_disconnect,
                                          .xOpen = provenance_open,
                                          .xClose = table_close,
                                          .xFilter = provenance_filter,
                                          .xNext = provenance_next,
                                          .xEof = provenance_eof,
                                          .xColumn = provenance_column,
                                          .xRowid = provenance_rowid};
