/*
** filter.c: the table-valued function scim_filter(type, filter).
**
**   SELECT id, doc ->> '$.userName'
**     FROM scim_filter('User', 'emails[type eq "work"] and active eq true');
**   SELECT count(*) FROM scim_filter('Group', 'members eq "2819c223…"');
**   SELECT id FROM scim_filter('User', 'title pr') WHERE tenant = 'acme';
**   SELECT id FROM scim_filter('User', NULL, 'name.familyName', 'descending');
**
** The resources of a type that match a SCIM filter (NULL or left out: all),
** of the tenant `default` unless another is named, in the order in which they
** were created or in that of sort_by and sort_order. A wrong filter, a sort_by
** that names no attribute and a sort_order that is neither ascending nor
** descending are SQL errors. Indexes narrow the search; a LIMIT stops it early
** where nothing else is asked of the rows. Read-only, works on read-only
** connections, and may be used in views.
*/
#include "../store/definitions.h"
#include "../store/search.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

enum {
  ID,
  DOC,
  VERSION,
  CREATED,
  MODIFIED,
  RESOURCE,
  TYPE,
  FILTER,
  SORT_BY,
  SORT_ORDER,
  TENANT
};

#define ARGUMENTS (TENANT - TYPE + 1)

#define COLUMNS                                                                \
  "CREATE TABLE x(id TEXT, doc TEXT, version INTEGER, created TEXT, "          \
  "modified TEXT, resource INTEGER, type TEXT HIDDEN, filter TEXT HIDDEN, "    \
  "sort_by TEXT HIDDEN, sort_order TEXT HIDDEN, "                              \
  "tenant TEXT HIDDEN)"

/* Bits of idxNum behind those of the arguments. */
#define HAS_LIMIT 32
#define HAS_OFFSET 64
#define UNLIMITED 0x7fffffffffffffffLL

/* What SQLite 3.40's headers know by these names since 3.38. */
#ifndef SQLITE_INDEX_CONSTRAINT_LIMIT
#define SQLITE_INDEX_CONSTRAINT_LIMIT 73
#define SQLITE_INDEX_CONSTRAINT_OFFSET 74
#endif

typedef struct FilterCursor {
  Cursor base; /* its arena holds the rows found, and the arguments */
  Arena one;   /* holds the current resource */
  sqlite3_value *const *given[ARGUMENTS]; /* in xFilter; NULL: left out */
  Text arguments[ARGUMENTS];
  long long limit, offset;
  Page found;
  long long at; /* among those found */
  Resource resource;
} FilterCursor;

static int filter_connect(sqlite3 *db, void *connection, int argc,
                          const char *const *argv, sqlite3_vtab **table,
                          char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, COLUMNS, SQLITE_VTAB_INNOCUOUS, table);
}

/*
** Planning.
*/
static void pass(sqlite3_index_info *info, int constraint, int argument) {
  info->aConstraintUsage[constraint].argvIndex = argument;
  info->aConstraintUsage[constraint].omit = 1;
}

/* LIMIT and OFFSET may be taken over only if there is no other condition and
** no order to be made: SQLite 3.40 offers them regardless. */
static void take_limit(sqlite3_index_info *info, int arguments) {
  int limit = -1, offset = -1;
  bool other = info->nOrderBy > 0;
  for (int i = 0; i < info->nConstraint; i++) {
    unsigned char op = info->aConstraint[i].op;
    if (op == SQLITE_INDEX_CONSTRAINT_LIMIT) {
      limit = i;
    } else if (op == SQLITE_INDEX_CONSTRAINT_OFFSET) {
      offset = i;
    } else if (!info->aConstraintUsage[i].argvIndex) {
      other = true;
    }
  }
  if (other || limit < 0 || !info->aConstraint[limit].usable ||
      (offset >= 0 && !info->aConstraint[offset].usable))
    return;
  pass(info, limit, arguments + 1);
  info->idxNum |= HAS_LIMIT;
  if (offset < 0) return;
  pass(info, offset, arguments + 2);
  info->idxNum |= HAS_OFFSET;
}

static int filter_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  int arguments = 0;
  if (!table_arguments(info, TYPE, ARGUMENTS)) return SQLITE_CONSTRAINT;
  if (!(info->idxNum & 1))
    return table_error(table, SQLITE_ERROR,
                       "scim_filter needs a resource type");
  for (int bit = 0; bit < ARGUMENTS; bit++)
    arguments += (info->idxNum >> bit) & 1;
  take_limit(info, arguments);
  info->estimatedCost = info->idxNum & 2 ? 100 : 10000;
  info->estimatedRows = info->idxNum & 2 ? 10 : 10000;
  return SQLITE_OK;
}

/*
** Cursors.
*/
static int filter_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  int code = table_open(sizeof(FilterCursor), cursor);
  if (code == SQLITE_OK) arena_init(&((FilterCursor *)*cursor)->one);
  return code;
}

static int filter_close(sqlite3_vtab_cursor *cursor) {
  arena_close(&((FilterCursor *)cursor)->one);
  return table_close(cursor);
}

/* The argument of a hidden column. */
static Text argument(const FilterCursor *own, int column) {
  return own->arguments[column - TYPE];
}

static void read_arguments(Operation *operation, FilterCursor *own) {
  for (int i = 0; i < ARGUMENTS; i++) {
    Text text = TEXT("");
    if (own->given[i]) text = call_value(operation, *own->given[i]);
    own->arguments[i] = arena_copy(&operation->arena, text);
  }
  if (!own->given[TENANT - TYPE])
    own->arguments[TENANT - TYPE] = TEXT("default");
}

static bool is_descending(Operation *operation, Text order) {
  if (!order.size || text_same(order, TEXT("ascending"))) return false;
  if (text_same(order, TEXT("descending"))) return true;
  error_set(operation, ERROR_INVALID_VALUE,
            "sort_order is ascending or descending, not '%.*s'",
            TEXT_ARG(order));
  return false;
}

static void read_sort(Operation *operation, const FilterCursor *own,
                      Search *search) {
  Text by = argument(own, SORT_BY);
  if (by.size) search->sort = schema_resolve(search->type, by);
  if (by.size && !search->sort)
    error_set(operation, ERROR_INVALID_VALUE, "unknown attribute '%.*s'",
              TEXT_ARG(by));
  search->descending = is_descending(operation, argument(own, SORT_ORDER));
}

static void search_body(Operation *operation, void *data) {
  FilterCursor *own = data;
  read_arguments(operation, own);
  if (!definitions_require(operation)) return;
  operation->tenant = argument(own, TENANT);
  Search search = {.type = schema_type(operation->schemas, argument(own, TYPE)),
                   .offset = own->offset,
                   .limit = own->limit};
  if (!search.type) {
    error_set(operation, ERROR_INVALID_VALUE,
              "there is no resource type '%.*s'",
              TEXT_ARG(argument(own, TYPE)));
    return;
  }
  Text filter = argument(own, FILTER);
  if (filter.size)
    search.filter = filter_parse(operation, search.type, NULL, filter);
  read_sort(operation, own, &search);
  own->found = search_run(operation, &search);
}

static void row_body(Operation *operation, void *data) {
  FilterCursor *own = data;
  if (!definitions_require(operation)) return;
  operation->tenant = argument(own, TENANT);
  if (!find_by_row(operation, own->found.rows[own->at].resource,
                   &own->resource) ||
      !text_same(own->resource.type->name, argument(own, TYPE)))
    own->resource.resource = 0;
}

/* Rows that the same statement has deleted since are passed over. */
static int read_row(sqlite3_vtab_cursor *cursor) {
  FilterCursor *own = (FilterCursor *)cursor;
  int code = SQLITE_OK;
  own->resource.resource = 0;
  for (; own->at < own->found.count; own->at++) {
    code = table_call(cursor->pVtab, row_body, own,
                      (CallTransfer){&own->one, NULL});
    if (code != SQLITE_OK || own->resource.resource) break;
  }
  return code;
}

static int filter_next(sqlite3_vtab_cursor *cursor) {
  ((FilterCursor *)cursor)->at++;
  return read_row(cursor);
}

static int filter_filter(sqlite3_vtab_cursor *cursor, int number,
                         const char *text, int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  FilterCursor *own = (FilterCursor *)cursor;
  for (int i = 0; i < ARGUMENTS; i++)
    own->given[i] = number & (1 << i) ? argv++ : NULL;
  own->limit = number & HAS_LIMIT ? sqlite3_value_int64(*argv++) : UNLIMITED;
  own->offset = number & HAS_OFFSET ? sqlite3_value_int64(*argv++) : 0;
  if (own->limit < 0) own->limit = UNLIMITED;
  if (own->offset < 0) own->offset = 0;
  own->at = own->found.count = 0;
  int code = table_fill(cursor, search_body, own);
  return code == SQLITE_OK ? read_row(cursor) : code;
}

static int filter_eof(sqlite3_vtab_cursor *cursor) {
  const FilterCursor *own = (FilterCursor *)cursor;
  return own->at >= own->found.count;
}

static int filter_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                         int column) {
  const FilterCursor *own = (FilterCursor *)cursor;
  const Resource *resource = &own->resource;
  switch (column) {
  case ID:
    call_result(context, resource->id);
    break;
  case DOC:
    call_result(context, resource->doc);
    break;
  case VERSION:
    sqlite3_result_int64(context, resource->version);
    break;
  case CREATED:
    call_result(context, resource->created);
    break;
  case MODIFIED:
    call_result(context, resource->modified);
    break;
  case RESOURCE:
    sqlite3_result_int64(context, resource->resource);
    break;
  default:
    call_result(context, argument(own, column));
  }
  return SQLITE_OK;
}

static int filter_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((FilterCursor *)cursor)->resource.resource;
  return SQLITE_OK;
}

const sqlite3_module filter_module = {.xConnect = filter_connect,
                                      .xBestIndex = filter_best_index,
                                      .xDisconnect = table_disconnect,
                                      .xOpen = filter_open,
                                      .xClose = filter_close,
                                      .xFilter = filter_filter,
                                      .xNext = filter_next,
                                      .xEof = filter_eof,
                                      .xColumn = filter_column,
                                      .xRowid = filter_rowid};
