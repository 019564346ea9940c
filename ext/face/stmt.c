/*
** stmt.c: the table scim_stmt: the statements that are kept for a connection.
**
**   SELECT runs, sql FROM scim_stmt ORDER BY runs DESC LIMIT 3;
**
** sql is the text, runs how often it was run since it was prepared, where each
** trigger that it fires counts, too. A way to see what the extension asks of
** the database; nothing else depends on it.
**
** The table also owns these statements: SQLite disconnects virtual tables
** before it looks whether a connection may close, and that is when they are
** finalized (../db/query.c). So no such statement may use the table itself, as
** one would that fires a trigger which reads it: it can be read from the top
** level only (SQLITE_VTAB_DIRECTONLY).
**
** For the same reason it takes part in transactions: SQLite tells virtual
** tables that were written to, and nobody else, when a transaction is undone
** (../db/transaction.c). So it can be written to, though it has no row that
** could be changed.
*/
#include "../db/query.h"
#include "../db/transaction.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order. */
enum { STMT_SQL_TEXT, STMT_RUNS };

#define STMT_COLUMNS "CREATE TABLE x(sql TEXT, runs INTEGER)"

typedef struct StmtCursor {
  Cursor base;
  int at;                  /* number of the statement */
  bool more;               /* there is one of this number */
  sqlite3_stmt *statement; /* never NULL while there is more */
} StmtCursor;

/* From now on there is somebody to finalize what is kept: query.c connects the
** table before it prepares its first statement. */
static int stmt_connect(sqlite3 *db, void *connection, int argc,
                        const char *const *argv, sqlite3_vtab **table,
                        char **message) {
  (void)argc, (void)argv, (void)message;
  int code = table_connect(db, connection, STMT_COLUMNS, SQLITE_VTAB_DIRECTONLY,
                           table);
  if (code == SQLITE_OK) query_own(connection);
  return code;
}

/* The last moment at which statements can be finalized. First they go, then the
** table, which holds the connection. */
static int stmt_disconnect(sqlite3_vtab *table) {
  query_disown(table_connection(table));
  return table_disconnect(table);
}

/* There is one plan: all rows. */
static int stmt_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->estimatedCost = 100;
  return SQLITE_OK;
}

static int stmt_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return table_open(sizeof(StmtCursor), cursor);
}

/* Goes on to a number that has a statement, from this one on. Numbers are
** places, and most of these are empty until they are needed. */
static void stmt_find(StmtCursor *own) {
  const Connection *connection = table_connection(own->base.base.pVtab);
  own->statement = NULL;
  do {
    own->more = query_cached(connection, own->at, &own->statement);
  } while (own->more && !own->statement && ++own->at);
}

static int stmt_filter(sqlite3_vtab_cursor *cursor, int number,
                       const char *text, int argc, sqlite3_value **argv) {
  (void)number, (void)text, (void)argc, (void)argv;
  StmtCursor *own = (StmtCursor *)cursor;
  own->at = 0;
  stmt_find(own);
  return SQLITE_OK;
}

static int stmt_next(sqlite3_vtab_cursor *cursor) {
  StmtCursor *own = (StmtCursor *)cursor;
  own->at++;
  stmt_find(own);
  return SQLITE_OK;
}

static int stmt_eof(sqlite3_vtab_cursor *cursor) {
  return !((StmtCursor *)cursor)->more;
}

/* The statement is asked for again: since the row was found another may have
** taken its place. */
static int stmt_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                       int column) {
  const StmtCursor *own = (StmtCursor *)cursor;
  sqlite3_stmt *statement = NULL;
  query_cached(table_connection(cursor->pVtab), own->at, &statement);
  if (!statement) return SQLITE_OK;
  if (column == STMT_SQL_TEXT) {
    sqlite3_result_text(context, sqlite3_sql(statement), -1, SQLITE_TRANSIENT);
  } else {
    sqlite3_result_int(
        context, sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_RUN, 0));
  }
  return SQLITE_OK;
}

static int stmt_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((StmtCursor *)cursor)->at;
  return SQLITE_OK;
}

/*
** Transactions.
*/
static int stmt_update(sqlite3_vtab *table, int argc, sqlite3_value **argv,
                       sqlite3_int64 *rowid) {
  (void)table, (void)argc, (void)argv, (void)rowid;
  return SQLITE_READONLY;
}

static int stmt_begin(sqlite3_vtab *table) {
  (void)table;
  return SQLITE_OK;
}

static int stmt_rollback(sqlite3_vtab *table) {
  transaction_undone(table_connection(table));
  return SQLITE_OK;
}

/* Without it SQLite would not tell of ROLLBACK TO. */
static int stmt_savepoint(sqlite3_vtab *table, int savepoint) {
  (void)table, (void)savepoint;
  return SQLITE_OK;
}

/* To a savepoint of the caller, or to the one that SQLite makes for itself
** before a statement which may fail half way. */
static int stmt_rollback_to(sqlite3_vtab *table, int savepoint) {
  (void)savepoint;
  return stmt_rollback(table);
}

/* Version 2 is that which has savepoints. */
const sqlite3_module stmt_module = {.iVersion = 2,
                                    .xConnect = stmt_connect,
                                    .xBestIndex = stmt_best_index,
                                    .xDisconnect = stmt_disconnect,
                                    .xOpen = stmt_open,
                                    .xClose = table_close,
                                    .xFilter = stmt_filter,
                                    .xNext = stmt_next,
                                    .xEof = stmt_eof,
                                    .xColumn = stmt_column,
                                    .xRowid = stmt_rowid,
                                    .xUpdate = stmt_update,
                                    .xBegin = stmt_begin,
                                    .xRollback = stmt_rollback,
                                    .xSavepoint = stmt_savepoint,
                                    .xRollbackTo = stmt_rollback_to};
