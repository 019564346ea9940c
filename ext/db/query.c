/*
** query.c: prepared statements, kept between calls.
**
** HOW IT WORKS
**
** The life of a statement: prepared at its first use with
** SQLITE_PREPARE_PERSISTENT (preparing it anew for each call would cost three
** times the operation); opened by an operation, which notes itself as its
** user and puts it on its list; reset and unbound when it is closed, so that
** no snapshot is held and no pointer into an arena is left; finalized when the
** connection closes.
**
** That last step is why scim_stmt exists. SQLite asks only virtual tables to
** let go before it looks whether a connection may close, so statements that
** are to be finalized in time must belong to one. It is connected by the first
** query, not when the extension is loaded: loading does not touch the
** database.
*/
#include "query.h"

#include "internal.h"
#define STATEMENT_TEXTS
#include "statements.h"

SQLITE_EXTENSION_INIT3

static void set_error(Operation *operation) {
  sqlite3 *db = operation->connection->db;
  error_database(operation, sqlite3_extended_errcode(db), sqlite3_errmsg(db));
}

/* The table that a statement reads first, for messages. */
static Text first_table(const CachedStatement *cached) {
  const char *found = strstr(sqlite3_sql(cached->statement), "FROM scim_");
  if (!found) return TEXT("the database");
  Text table = text_of(found + strlen("FROM "));
  return text_first(table, strcspn(table.data, " \n;"));
}

/* A statement that only reads has failed. All JSON that we hand to SQLite is
** our own: what is malformed is stored. */
static void set_read_error(const Query *query) {
  sqlite3 *db = query->operation->connection->db;
  if (sqlite3_stmt_readonly(query->cached->statement) &&
      !strcmp(sqlite3_errmsg(db), "malformed JSON")) {
    error_corrupt(query->operation, "%.*s leads to a document that is no JSON",
                  TEXT_ARG(first_table(query->cached)));
  } else {
    set_error(query->operation);
  }
}

/*
** Preparing.
*/

/* Connects scim_stmt, so that there is somebody to finalize. Preparing is
** enough, and reads nothing: a read within a statement of the caller that
** writes would hold its snapshot, and could not become a write. */
static void connect_owner(Operation *operation) {
  sqlite3_stmt *statement = NULL;
  if (operation->connection->owned) return;
  if (sqlite3_prepare_v2(operation->connection->db, "SELECT 1 FROM scim_stmt",
                         -1, &statement, NULL) != SQLITE_OK)
    set_error(operation);
  sqlite3_finalize(statement);
}

static sqlite3_stmt *prepare(Operation *operation, Text text) {
  sqlite3_stmt *statement = NULL;
  connect_owner(operation);
  if (failed(operation)) return NULL;
  int code =
      sqlite3_prepare_v3(operation->connection->db, text.data, (int)text.size,
                         SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK) set_error(operation);
  return statement;
}

/* One more of a statement that is open: for this use only. */
static CachedStatement *new_twin(Operation *operation, Text text) {
  sqlite3_stmt *statement = prepare(operation, text);
  if (!statement) return NULL;
  CachedStatement *twin = sqlite3_malloc64(sizeof *twin);
  if (!twin) {
    sqlite3_finalize(statement);
    arena_escape(&operation->arena);
  }
  memset(twin, 0, sizeof *twin);
  twin->statement = statement;
  twin->twin = true;
  return twin;
}

/*
** Opening and closing.
*/

/* The operation becomes the user of the statement. */
static Query use(Operation *operation, CachedStatement *cached) {
  Query query = {operation, NULL};
  if (failed(operation)) return query;
  assert(cached->statement && !cached->user);
  cached->user = operation;
  cached->used = ++operation->connection->clock;
  cached->next = operation->open;
  operation->open = cached;
  query.cached = cached;
  return query;
}

Query query_open(Operation *operation, Statement statement) {
  if (failed(operation)) return (Query){operation, NULL};
  CachedStatement *cached = &operation->connection->named[statement];
  Text text = text_of(statement_texts[statement]);
  if (cached->user) return use(operation, new_twin(operation, text));
  if (!cached->statement) cached->statement = prepare(operation, text);
  return use(operation, cached);
}

static CachedStatement *find_text(Connection *connection, Text text) {
  for (int i = 0; i < CACHED_TEXTS; i++) {
    CachedStatement *cached = &connection->texts[i];
    if (cached->statement &&
        text_equal(text_of(sqlite3_sql(cached->statement)), text))
      return cached;
  }
  return NULL;
}

/* A place for another text: that of the one which was not used for longest,
** of those that are not in use. NULL when all are. */
static CachedStatement *free_text(Connection *connection) {
  CachedStatement *oldest = NULL;
  for (int i = 0; i < CACHED_TEXTS; i++) {
    CachedStatement *cached = &connection->texts[i];
    if (cached->user || (oldest && oldest->used <= cached->used)) continue;
    oldest = cached;
  }
  if (!oldest) return NULL;
  sqlite3_finalize(oldest->statement);
  oldest->statement = NULL;
  return oldest;
}

Query query_open_text(Operation *operation, Text text) {
  if (failed(operation)) return (Query){operation, NULL};
  CachedStatement *cached = find_text(operation->connection, text);
  bool busy = cached && cached->user;
  if (!cached) cached = free_text(operation->connection);
  if (busy || !cached) return use(operation, new_twin(operation, text));
  if (!cached->statement) cached->statement = prepare(operation, text);
  return use(operation, cached);
}

/* Resets the statement and gives it back; a twin is finalized. */
static void query_give_back(CachedStatement *cached) {
  cached->user = NULL;
  cached->next = NULL;
  if (cached->twin) {
    sqlite3_finalize(cached->statement);
    sqlite3_free(cached);
    return;
  }
  sqlite3_reset(cached->statement);
  sqlite3_clear_bindings(cached->statement);
}

void query_close(Query *query) {
  CachedStatement *cached = query->cached;
  if (!cached) return;
  assert(cached->user == query->operation);
  CachedStatement **link = &query->operation->open;
  while (*link != cached) {
    assert(*link); /* an open query is on its operation's list */
    link = &(*link)->next;
  }
  *link = cached->next;
  query_give_back(cached);
  query->cached = NULL;
}

void query_close_all(Operation *operation) {
  while (operation->open) {
    CachedStatement *cached = operation->open;
    operation->open = cached->next;
    query_give_back(cached);
  }
}

/*
** Using.
*/
void query_bind_text(Query *query, int parameter, Text text) {
  if (!query->cached || !text.data) return;
  assert(parameter > 0 && parameter <= query_parameters(query));
  if (sqlite3_bind_text64(query->cached->statement, parameter, text.data,
                          text.size, SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
    set_error(query->operation);
}

void query_bind_integer(Query *query, int parameter, long long number) {
  if (!query->cached) return;
  assert(parameter > 0 && parameter <= query_parameters(query));
  sqlite3_bind_int64(query->cached->statement, parameter, number);
}

int query_parameters(const Query *query) {
  return query->cached ? sqlite3_bind_parameter_count(query->cached->statement)
                       : 0;
}

bool query_step(Query *query) {
  if (!query->cached || failed(query->operation)) return false;
  int code = sqlite3_step(query->cached->statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) set_read_error(query);
  return code == SQLITE_ROW;
}

/* Names the row by its id, where it has one that can be read. */
static void set_encoding_error(const Query *query, int column) {
  sqlite3_stmt *statement = query->cached->statement;
  Text id = NO_TEXT;
  for (int i = 0; i < sqlite3_column_count(statement); i++)
    if (!strcmp(sqlite3_column_name(statement, i), "id"))
      id = text_of((const char *)sqlite3_column_text(statement, i));
  error_corrupt(query->operation, "%.*s holds a '%s' that is not UTF-8%s%.*s%s",
                TEXT_ARG(first_table(query->cached)),
                sqlite3_column_name(statement, column), id.size ? " for '" : "",
                TEXT_ARG(utf8_valid(id) ? id : NO_TEXT), id.size ? "'" : "");
}

Text query_text(Query *query, int column) {
  if (query_is_null(query, column)) return NO_TEXT;
  sqlite3_stmt *statement = query->cached->statement;
  Text text = {(const char *)sqlite3_column_text(statement, column), 0};
  text.size = (size_t)sqlite3_column_bytes(statement, column);
  if (!text.data) arena_escape(&query->operation->arena);
  if (!utf8_well_formed(text)) {
    set_encoding_error(query, column);
    return NO_TEXT;
  }
  return arena_copy(&query->operation->arena, text);
}

long long query_integer(Query *query, int column) {
  return query->cached ? sqlite3_column_int64(query->cached->statement, column)
                       : 0;
}

bool query_is_null(Query *query, int column) {
  return !query->cached ||
         sqlite3_column_type(query->cached->statement, column) == SQLITE_NULL;
}

void query_run(Operation *operation, Statement statement) {
  Query query = query_open(operation, statement);
  query_step(&query);
  query_close(&query);
}

void query_script(Operation *operation, const char *sql) {
  if (failed(operation)) return;
  if (sqlite3_exec(operation->connection->db, sql, NULL, NULL, NULL) !=
      SQLITE_OK)
    set_error(operation);
}

void query_prepare(Operation *operation, Statement statement) {
  Query query = query_open(operation, statement);
  query_close(&query);
}

void query_step_prepared(Connection *connection, Statement statement) {
  CachedStatement *cached = &connection->named[statement];
  if (!cached->statement) return;
  assert(!cached->user);
  sqlite3_step(cached->statement);
  sqlite3_reset(cached->statement);
}

/*
** What is kept.
*/
bool query_cached(const Connection *connection, int number,
                  sqlite3_stmt **statement) {
  assert(number >= 0);
  if (number >= STATEMENT_COUNT + CACHED_TEXTS) return false;
  *statement = number < STATEMENT_COUNT
                   ? connection->named[number].statement
                   : connection->texts[number - STATEMENT_COUNT].statement;
  return true;
}

void query_own(Connection *connection) { connection->owned = true; }

static void finalize(CachedStatement *cached) {
  assert(!cached->user); /* nobody closes a connection within an operation */
  sqlite3_finalize(cached->statement);
  memset(cached, 0, sizeof *cached);
}

void query_disown(Connection *connection) {
  for (int i = 0; i < STATEMENT_COUNT; i++) finalize(&connection->named[i]);
  for (int i = 0; i < CACHED_TEXTS; i++) finalize(&connection->texts[i]);
  connection->owned = false;
}
