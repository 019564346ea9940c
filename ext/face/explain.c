/*
** explain.c: the table-valued function scim_explain(type, filter).
**
**   SELECT term, how, "index", rows FROM scim_explain('User',
**     'userName sw "a" and title co "engineer"');
**     -- userName sw "a"       | index      | scim_value (userName) | 612
**     -- title co "engineer"   | candidates |                       |
**     -- userName sw "a" and title co "engineer" | candidates |     | 612
**
** What a filter costs, before it is used: a row for each of its terms, in
** their order, and one for the whole. how says
**
**   index        an index finds what matches the term; of the whole: all that
**                matches, and no document is looked at
**   candidates   checked on what the indexes of other terms find; of the whole:
**                on so many documents as rows says
**   all          checked on every resource of the type
**
** index is what is searched; where it names an attribute in brackets, that is
** in scim_index. rows is how many resources are found there, counted up to
** 10,000; of the whole it is how many are looked at. Of the tenant `default`
** unless another is named. A wrong filter is an SQL error. Read-only, and may
** be used in views.
**
** HOW IT WORKS
**
** xFilter lets the store explain (../store/explain.c), and the cursor follows
** the list that it makes, in its arena.
*/
#include "../store/explain.h"
#include "../store/definitions.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order; those from the type on are the arguments. */
enum {
  EXPLAINED_TERM,
  EXPLAINED_HOW,
  EXPLAINED_INDEX,
  EXPLAINED_ROWS,
  EXPLAINED_TYPE,
  EXPLAINED_FILTER,
  EXPLAINED_TENANT
};

#define EXPLAINED_ARGUMENTS (EXPLAINED_TENANT - EXPLAINED_TYPE + 1)
#define EXPLAINED_HAS_BOTH 3 /* the type and the filter */
#define EXPLAINED_HAS_TENANT 4

#define EXPLAINED_COLUMNS                                                      \
  "CREATE TABLE x(term TEXT, how TEXT, \"index\" TEXT, rows INTEGER, "         \
  "type TEXT HIDDEN, filter TEXT HIDDEN, tenant TEXT HIDDEN)"

typedef struct ExplainedCursor {
  Cursor base;           /* its arena holds all that is below */
  sqlite3_value **given; /* in xFilter: type, filter, and perhaps tenant */
  int count;             /* how many those are */
  Text arguments[EXPLAINED_ARGUMENTS]; /* as hidden columns show them */
  ExplainList list;
  size_t at; /* the row among them */
} ExplainedCursor;

static int explained_connect(sqlite3 *db, void *connection, int argc,
                             const char *const *argv, sqlite3_vtab **table,
                             char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, EXPLAINED_COLUMNS, SQLITE_VTAB_INNOCUOUS,
                       table);
}

static int explained_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  if (!table_arguments(info, EXPLAINED_TYPE, EXPLAINED_ARGUMENTS))
    return SQLITE_CONSTRAINT;
  if ((info->idxNum & EXPLAINED_HAS_BOTH) != EXPLAINED_HAS_BOTH)
    return table_decline(info);
  info->estimatedCost = 1000;
  info->estimatedRows = 5;
  return SQLITE_OK;
}

static int explained_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return table_open(sizeof(ExplainedCursor), cursor);
}

/* The operation behind a scan: reads type, filter and tenant, plans the filter
** as a search would, and keeps what the plan does with each term. */
static void explained_body(Operation *operation, void *data) {
  ExplainedCursor *own = data;
  Text *arguments = own->arguments;
  arguments[2] = TEXT("default");
  for (int i = 0; i < own->count; i++)
    arguments[i] =
        arena_copy(&operation->arena, call_value(operation, own->given[i]));
  if (!definitions_require(operation)) return;
  operation->tenant = arguments[2];
  const ResourceType *type = schema_type_named(operation, arguments[0]);
  if (failed(operation)) return;
  own->list = explain_filter(operation, type,
                             filter_parse(operation, type, NULL, arguments[1]));
}

/* xFilter: without a type and a filter there is nothing to explain, and an
** empty result would say that every term is free. */
static int explained_filter(sqlite3_vtab_cursor *cursor, int number,
                            const char *text, int argc, sqlite3_value **argv) {
  (void)text;
  ExplainedCursor *own = (ExplainedCursor *)cursor;
  if ((number & EXPLAINED_HAS_BOTH) != EXPLAINED_HAS_BOTH)
    return table_error(cursor->pVtab, SQLITE_ERROR,
                       "scim_explain needs a type and a filter");
  own->given = argv;
  own->count = argc;
  own->at = own->list.count = 0;
  return table_fill(cursor, explained_body, own);
}

static int explained_next(sqlite3_vtab_cursor *cursor) {
  ((ExplainedCursor *)cursor)->at++;
  return SQLITE_OK;
}

static int explained_eof(sqlite3_vtab_cursor *cursor) {
  const ExplainedCursor *own = (ExplainedCursor *)cursor;
  return own->at >= own->list.count;
}

/* xColumn: the hidden columns are the arguments, as they were given. */
static int explained_column(sqlite3_vtab_cursor *cursor,
                            sqlite3_context *context, int column) {
  static const char *const ways[] = {[EXPLAIN_INDEX] = "index",
                                     [EXPLAIN_CANDIDATES] = "candidates",
                                     [EXPLAIN_ALL] = "all"};
  ExplainedCursor *own = (ExplainedCursor *)cursor;
  const ExplainRow *row = &own->list.rows[own->at];
  switch (column) {
  case EXPLAINED_TERM:
    call_result(context, row->term);
    break;
  case EXPLAINED_HOW:
    sqlite3_result_text(context, ways[row->how], -1, SQLITE_STATIC);
    break;
  case EXPLAINED_INDEX:
    call_result(context, row->index);
    break;
  case EXPLAINED_ROWS:
    if (row->rows >= 0) sqlite3_result_int64(context, row->rows);
    break;
  default:
    call_result(context, own->arguments[column - EXPLAINED_TYPE]);
  }
  return SQLITE_OK;
}

static int explained_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = (sqlite3_int64)((ExplainedCursor *)cursor)->at;
  return SQLITE_OK;
}

const sqlite3_module explain_module = {.xConnect = explained_connect,
                                       .xBestIndex = explained_best_index,
                                       .xDisconnect = table_disconnect,
                                       .xOpen = explained_open,
                                       .xClose = table_close,
                                       .xFilter = explained_filter,
                                       .xNext = explained_next,
                                       .xEof = explained_eof,
                                       .xColumn = explained_column,
                                       .xRowid = explained_rowid};
