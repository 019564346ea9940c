#include "connection.h"

#include "definitions.h"
#define STATEMENT_TEXTS
#include "statements.h"

SQLITE_EXTENSION_INIT3

#define KEPT_QUERIES 32

/* A statement that was put together. */
typedef struct Kept {
  sqlite3_stmt *statement;
  unsigned long long used;
} Kept;

struct Connection {
  sqlite3 *db;
  int holders;
  bool owned;     /* scim_stmt is connected and will finalize */
  Statement undo; /* STATEMENT_COUNT: nothing */
  unsigned long long clock;
  sqlite3_stmt *statements[STATEMENT_COUNT];
  Kept kept[KEPT_QUERIES];
  Definitions *definitions;
};

Connection *connection_new(sqlite3 *db) {
  Connection *connection = sqlite3_malloc64(sizeof *connection);
  if (!connection) return NULL;
  memset(connection, 0, sizeof *connection);
  connection->db = db;
  connection->holders = 1;
  connection->undo = STATEMENT_COUNT;
  return connection;
}

void connection_hold(Connection *connection) { connection->holders++; }

void connection_release(void *pointer) {
  Connection *connection = pointer;
  if (--connection->holders > 0) return;
  definitions_free(connection->definitions);
  sqlite3_free(connection);
}

sqlite3 *connection_db(const Connection *connection) { return connection->db; }

Definitions **connection_definitions(Connection *connection) {
  return &connection->definitions;
}

/*
** scim_stmt: (sql, runs) of every statement that is kept.
*/
typedef struct StatementTable {
  sqlite3_vtab base;
  Connection *connection;
} StatementTable;

typedef struct StatementCursor {
  sqlite3_vtab_cursor base;
  int at;
} StatementCursor;

static sqlite3_stmt *statement_at(const Connection *connection, int at) {
  return at < STATEMENT_COUNT
             ? connection->statements[at]
             : connection->kept[at - STATEMENT_COUNT].statement;
}

static int table_connect(sqlite3 *db, void *client, int argc,
                         const char *const *argv, sqlite3_vtab **table,
                         char **message) {
  (void)argc, (void)argv, (void)message;
  Connection *connection = client;
  int code = sqlite3_declare_vtab(db, "CREATE TABLE x(sql TEXT, runs INTEGER)");
  if (code != SQLITE_OK) return code;
  StatementTable *own = sqlite3_malloc64(sizeof *own);
  if (!own) return SQLITE_NOMEM;
  memset(own, 0, sizeof *own);
  own->connection = connection;
  connection_hold(connection);
  connection->owned = true;
  *table = &own->base;
  return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table) {
  Connection *connection = ((StatementTable *)table)->connection;
  for (int i = 0; i < STATEMENT_COUNT; i++) {
    sqlite3_finalize(connection->statements[i]);
    connection->statements[i] = NULL;
  }
  for (int i = 0; i < KEPT_QUERIES; i++) {
    sqlite3_finalize(connection->kept[i].statement);
    memset(&connection->kept[i], 0, sizeof connection->kept[i]);
  }
  connection->owned = false;
  connection_release(connection);
  sqlite3_free(table);
  return SQLITE_OK;
}

static int table_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->estimatedCost = STATEMENT_COUNT;
  return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  StatementCursor *own = sqlite3_malloc64(sizeof *own);
  if (!own) return SQLITE_NOMEM;
  memset(own, 0, sizeof *own);
  *cursor = &own->base;
  return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *cursor) {
  return ((StatementCursor *)cursor)->at >= STATEMENT_COUNT + KEPT_QUERIES;
}

static int cursor_next(sqlite3_vtab_cursor *cursor) {
  Connection *connection = ((StatementTable *)cursor->pVtab)->connection;
  StatementCursor *own = (StatementCursor *)cursor;
  do {
    own->at++;
  } while (!cursor_eof(cursor) && !statement_at(connection, own->at));
  return SQLITE_OK;
}

static int cursor_filter(sqlite3_vtab_cursor *cursor, int number,
                         const char *text, int argc, sqlite3_value **argv) {
  (void)number, (void)text, (void)argc, (void)argv;
  ((StatementCursor *)cursor)->at = -1;
  return cursor_next(cursor);
}

static int cursor_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                         int column) {
  Connection *connection = ((StatementTable *)cursor->pVtab)->connection;
  sqlite3_stmt *statement =
      statement_at(connection, ((StatementCursor *)cursor)->at);
  if (column == 0) {
    sqlite3_result_text(context, sqlite3_sql(statement), -1, SQLITE_TRANSIENT);
  } else {
    sqlite3_result_int(
        context, sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_RUN, 0));
  }
  return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((StatementCursor *)cursor)->at;
  return SQLITE_OK;
}

const sqlite3_module *connection_module(void) {
  static const sqlite3_module module = {.xConnect = table_connect,
                                        .xBestIndex = table_best_index,
                                        .xDisconnect = table_disconnect,
                                        .xOpen = cursor_open,
                                        .xClose = cursor_close,
                                        .xFilter = cursor_filter,
                                        .xNext = cursor_next,
                                        .xEof = cursor_eof,
                                        .xColumn = cursor_column,
                                        .xRowid = cursor_rowid};
  return &module;
}

/*
** Queries.
*/
static void set_database_error(Operation *operation, sqlite3 *db) {
  error_database(operation, sqlite3_extended_errcode(db), sqlite3_errmsg(db));
}

/* Connects scim_stmt, so that there is somebody to finalize. Not when the
** extension is loaded: loading does not touch the database. Preparing is
** enough, and reads nothing: a read within a statement of the caller that
** writes would hold its snapshot, and could not become a write. */
static void own(Operation *operation, Connection *connection) {
  sqlite3_stmt *statement = NULL;
  if (connection->owned) return;
  if (sqlite3_prepare_v2(connection->db, "SELECT 1 FROM scim_stmt", -1,
                         &statement, NULL) != SQLITE_OK)
    set_database_error(operation, connection->db);
  sqlite3_finalize(statement);
}

static sqlite3_stmt *prepare(Operation *operation, Connection *connection,
                             Text text) {
  sqlite3_stmt *statement = NULL;
  own(operation, connection);
  if (failed(operation)) return NULL;
  int code = sqlite3_prepare_v3(connection->db, text.data, (int)text.size,
                                SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK) set_database_error(operation, connection->db);
  return statement;
}

Query query_open(Operation *operation, Connection *connection,
                 Statement statement) {
  Query query = {operation, NULL};
  sqlite3_stmt **slot = &connection->statements[statement];
  if (failed(operation)) return query;
  if (!*slot)
    *slot = prepare(operation, connection, text_of(statement_texts[statement]));
  query.statement = *slot;
  return query;
}

static Kept *find_kept(Connection *connection, Text text) {
  for (Kept *kept = connection->kept; kept < connection->kept + KEPT_QUERIES;
       kept++) {
    if (kept->statement &&
        text_equal(text_of(sqlite3_sql(kept->statement)), text))
      return kept;
  }
  return NULL;
}

/* The place of the one that was not used for longest. */
static Kept *free_kept(Connection *connection) {
  Kept *oldest = connection->kept;
  for (Kept *kept = connection->kept; kept < connection->kept + KEPT_QUERIES;
       kept++) {
    if (kept->used < oldest->used) oldest = kept;
  }
  sqlite3_finalize(oldest->statement);
  memset(oldest, 0, sizeof *oldest);
  return oldest;
}

Query query_open_text(Operation *operation, Connection *connection, Text text) {
  Query query = {operation, NULL};
  if (failed(operation)) return query;
  Kept *kept = find_kept(connection, text);
  if (!kept) {
    kept = free_kept(connection);
    kept->statement = prepare(operation, connection, text);
  }
  kept->used = ++connection->clock;
  query.statement = kept->statement;
  return query;
}

void query_bind_text(Query *query, int parameter, Text text) {
  if (!query->statement || !text.data) return;
  if (sqlite3_bind_text64(query->statement, parameter, text.data, text.size,
                          SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
    set_database_error(query->operation, sqlite3_db_handle(query->statement));
}

void query_bind_integer(Query *query, int parameter, long long number) {
  if (query->statement) sqlite3_bind_int64(query->statement, parameter, number);
}

bool query_step(Query *query) {
  if (!query->statement || failed(query->operation)) return false;
  int code = sqlite3_step(query->statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    set_database_error(query->operation, sqlite3_db_handle(query->statement));
  return code == SQLITE_ROW;
}

void query_close(Query *query) {
  if (!query->statement) return;
  sqlite3_reset(query->statement);
  sqlite3_clear_bindings(query->statement);
  query->statement = NULL;
}

Text query_text(Query *query, int column) {
  Text text = {NULL, 0};
  if (!query->statement || query_is_null(query, column)) return text;
  text.data = (const char *)sqlite3_column_text(query->statement, column);
  text.size = (size_t)sqlite3_column_bytes(query->statement, column);
  if (!text.data) longjmp(query->operation->arena.escape, 1);
  return arena_copy(&query->operation->arena, text);
}

long long query_integer(Query *query, int column) {
  return query->statement ? sqlite3_column_int64(query->statement, column) : 0;
}

bool query_is_null(Query *query, int column) {
  return !query->statement ||
         sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

void query_run(Operation *operation, Connection *connection,
               Statement statement) {
  Query query = query_open(operation, connection, statement);
  query_step(&query);
  query_close(&query);
}

void connection_undo(Operation *operation, Connection *connection,
                     Statement undo) {
  Query query = query_open(operation, connection, undo);
  query_close(&query);
  if (!failed(operation)) connection->undo = undo;
}

void connection_done(Connection *connection) {
  connection->undo = STATEMENT_COUNT;
}

static void step_kept(Connection *connection, Statement statement) {
  sqlite3_stmt *kept = connection->statements[statement];
  if (!kept) return;
  sqlite3_step(kept);
  sqlite3_reset(kept);
}

/* An interrupt refuses ROLLBACK too; but a statement that would write, and is
** interrupted, makes SQLite roll back by itself. */
static void undo(Connection *connection) {
  step_kept(connection, connection->undo);
  if (connection->undo == STATEMENT_UNDO_INIT) {
    step_kept(connection, STATEMENT_RELEASE_INIT);
  } else if (!sqlite3_get_autocommit(connection->db)) {
    step_kept(connection, STATEMENT_BEGIN);
  }
}

void connection_reset(Connection *connection) {
  for (int i = 0; i < STATEMENT_COUNT + KEPT_QUERIES; i++) {
    sqlite3_stmt *statement = statement_at(connection, i);
    if (!statement) continue;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
  if (connection->undo != STATEMENT_COUNT) undo(connection);
  connection_done(connection);
}
