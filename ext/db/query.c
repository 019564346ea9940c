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
**
** A statement has one place to run, and operations nest: a trigger of the
** application may call a function of ours that needs the very statement which
** fired the trigger. To reset it would be fatal to the outer one. So whoever
** finds it in use gets a twin, prepared for that use only. That is rare enough
** not to keep it.
**
** Statements of sql/query/ have a place each. Those that were put together, for
** filters and sorts, share some places; the one that was not used for longest
** makes room, but never one in use.
*/
#include "query.h"

#include <string.h>

#include "../text/buffer.h"
#include "internal.h"
#define STATEMENT_TEXTS
#include "statements.h"

SQLITE_EXTENSION_INIT3

/* Does a trigger or view need JSON functions that this SQLite, of version 3.40,
** does not call for a schema that is not trusted? */
static bool query_misses_trust(const char *message) {
  return strstr(message, "unsafe use of json") ||
         strstr(message, "unsafe use of ->");
}

/* Sets what SQLite says of its last failure as the operation's error. */
static void query_set_error(Operation *operation) {
  sqlite3 *db = operation->connection->db;
  int code = sqlite3_extended_errcode(db);
  const char *message = sqlite3_errmsg(db);
  if (query_misses_trust(message))
    message =
        "this SQLite needs PRAGMA trusted_schema = ON, since triggers and "
        "views call its JSON functions";
  error_database(operation, code, message);
}

/* The table that a statement reads first, for messages. */
static Text query_first_table(const CachedStatement *cached) {
  const char *sql = sqlite3_sql(cached->statement);
  const char *found = strstr(sql, "FROM scim_");
  if (!found) found = strstr(sql, "JOIN scim_"); /* behind json_each */
  if (!found) return TEXT("the database");
  Text table = text_of(found + strlen("FROM "));
  return text_first(table, strcspn(table.data, " \n;"));
}

/* A statement that only reads has failed. All JSON that we hand to SQLite is
** our own: what is malformed is stored. */
static void query_set_read_error(const Query *query) {
  sqlite3 *db = query->operation->connection->db;
  if (sqlite3_stmt_readonly(query->cached->statement) &&
      !strcmp(sqlite3_errmsg(db), "malformed JSON")) {
    error_corrupt(query->operation, "%.*s leads to a document that is no JSON",
                  TEXT_ARG(query_first_table(query->cached)));
  } else {
    query_set_error(query->operation);
  }
}

/*
** Preparing.
*/

/* Connects scim_stmt, so that there is somebody to finalize. Preparing is
** enough, and reads nothing: a read within a statement of the caller that
** writes would hold its snapshot, and could not become a write. */
static void query_connect_owner(Operation *operation) {
  sqlite3_stmt *statement = NULL;
  if (operation->connection->owned) return;
  if (sqlite3_prepare_v2(operation->connection->db, "SELECT 1 FROM scim_stmt",
                         -1, &statement, NULL) != SQLITE_OK)
    query_set_error(operation);
  sqlite3_finalize(statement);
}

/* A prepared statement, or NULL after an error. PERSISTENT keeps SQLite from
** filling the few fast slots that it has for what lives shortly. */
static sqlite3_stmt *query_compile(Operation *operation, Text text) {
  sqlite3_stmt *statement = NULL;
  query_connect_owner(operation);
  if (failed(operation)) return NULL;
  int code =
      sqlite3_prepare_v3(operation->connection->db, text.data, (int)text.size,
                         SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK) query_set_error(operation);
  return statement;
}

/* One more of a statement that is open: for this use only. NULL after an
** error. */
static CachedStatement *query_new_twin(Operation *operation, Text text) {
  sqlite3_stmt *statement = query_compile(operation, text);
  if (!statement) return NULL;
  CachedStatement *twin = sqlite3_malloc64(sizeof *twin);
  if (twin) {
    *twin = (CachedStatement){.statement = statement, .twin = true};
    return twin;
  }
  sqlite3_finalize(statement);
  arena_escape(&operation->arena);
}

/*
** Opening and closing.
*/

/* The operation becomes the user of the statement, which is first on its list.
** After an error there may be no statement, and none is opened. */
static Query query_use(Operation *operation, CachedStatement *cached) {
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
  const char *text = statement_texts[statement];
  if (cached->user)
    return query_use(operation, query_new_twin(operation, text_of(text)));
  if (!cached->statement)
    cached->statement = query_compile(operation, text_of(text));
  return query_use(operation, cached);
}

/* The place of the text, in use or not; NULL when it is not kept. There are few
** places, and the texts mostly differ in length: to look at all is quicker than
** to prepare one by two orders of magnitude. */
static CachedStatement *query_find_text(Connection *connection, Text text) {
  for (int i = 0; i < CACHED_TEXTS; i++) {
    CachedStatement *cached = &connection->texts[i];
    if (cached->statement &&
        text_equal(text_of(sqlite3_sql(cached->statement)), text))
      return cached;
  }
  return NULL;
}

/* A place for another text: that of the one which was not used for longest,
** of those that are not in use (an empty one was used never). NULL when all
** are. */
static CachedStatement *query_free_text(Connection *connection) {
  CachedStatement *oldest = NULL;
  for (int i = 0; i < CACHED_TEXTS; i++) {
    CachedStatement *cached = &connection->texts[i];
    if (cached->user || (oldest && oldest->used <= cached->used)) continue;
    oldest = cached;
  }
  if (!oldest) return NULL;
  assert(!oldest->twin); /* twins are nowhere but on the list of their user */
  sqlite3_finalize(oldest->statement);
  oldest->statement = NULL;
  return oldest;
}

Query query_open_text(Operation *operation, Text text) {
  if (failed(operation)) return (Query){operation, NULL};
  CachedStatement *cached = query_find_text(operation->connection, text);
  bool busy = cached && cached->user;
  if (!cached) cached = query_free_text(operation->connection);
  if (busy || !cached)
    return query_use(operation, query_new_twin(operation, text));
  if (!cached->statement) cached->statement = query_compile(operation, text);
  return query_use(operation, cached);
}

/* Resets the statement and gives it back; a twin is finalized. What reset
** returns is the failure of the last step, which was told then. Parameters are
** unbound, since they point into the operation's arena (SQLITE_STATIC). */
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

/* Queries are mostly closed in the order of a stack, so that the list is not
** searched far. */
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

/* SQLite is told not to copy the text: its owner is the arena, which lives
** until the operation ends, and the statement is unbound before that. */
void query_bind_text(Query *query, int parameter, Text text) {
  if (!query->cached || !text.data) return;
  assert(parameter > 0 && parameter <= query_parameters(query));
  if (sqlite3_bind_text64(query->cached->statement, parameter, text.data,
                          text.size, SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
    query_set_error(query->operation);
}

void query_bind_blob(Query *query, int parameter, Text bytes) {
  if (!query->cached || !bytes.data) return;
  assert(parameter > 0 && parameter <= query_parameters(query));
  if (sqlite3_bind_blob64(query->cached->statement, parameter, bytes.data,
                          bytes.size, SQLITE_STATIC) != SQLITE_OK)
    query_set_error(query->operation);
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
  if (code != SQLITE_ROW && code != SQLITE_DONE) query_set_read_error(query);
  return code == SQLITE_ROW;
}

/* What is stored as text may be any bytes: SQLite does not check. Names the row
** by its id, where it has one that can be read. */
static void query_set_encoding_error(const Query *query, int column) {
  sqlite3_stmt *statement = query->cached->statement;
  Text id = NO_TEXT;
  for (int i = 0; i < sqlite3_column_count(statement); i++)
    if (!strcmp(sqlite3_column_name(statement, i), "id"))
      id = text_of((const char *)sqlite3_column_text(statement, i));
  error_corrupt(query->operation, "%.*s holds a '%s' that is not UTF-8%s%.*s%s",
                TEXT_ARG(query_first_table(query->cached)),
                sqlite3_column_name(statement, column), id.size ? " for '" : "",
                TEXT_ARG(utf8_valid(id) ? id : NO_TEXT), id.size ? "'" : "");
}

/* The bytes of a text. No address for what is not NULL means that SQLite had no
** memory to convert it. */
static Text query_row_bytes(Query *query, int column) {
  if (!query->cached) return NO_TEXT;
  sqlite3_stmt *statement = query->cached->statement;
  Text text = {(const char *)sqlite3_column_text(statement, column), 0};
  if (!text.data) {
    if (!query_is_null(query, column)) arena_escape(&query->operation->arena);
    return NO_TEXT;
  }
  text.size = (size_t)sqlite3_column_bytes(statement, column);
  return text;
}

Text query_row_text(Query *query, int column) {
  Text text = query_row_bytes(query, column);
  if (utf8_well_formed(text)) return text;
  query_set_encoding_error(query, column);
  return NO_TEXT;
}

Text query_text_or_none(Query *query, int column) {
  Text text = query_row_bytes(query, column);
  return arena_copy(&query->operation->arena,
                    utf8_well_formed(text) ? text : NO_TEXT);
}

Text query_text(Query *query, int column) {
  return arena_copy(&query->operation->arena, query_row_text(query, column));
}

Text query_shown(Query *query, int column) {
  static const char digits[] = "0123456789ABCDEF";
  Arena *arena = &query->operation->arena;
  Text bytes = query_row_bytes(query, column);
  bool whole = !bytes.size || !memchr(bytes.data, 0, bytes.size);
  if (whole && utf8_well_formed(bytes)) return arena_copy(arena, bytes);
  Buffer shown = buffer_new(arena);
  buffer_string(&shown, "X'");
  for (size_t i = 0; i < bytes.size; i++) {
    buffer_char(&shown, digits[(unsigned char)bytes.data[i] >> 4]);
    buffer_char(&shown, digits[(unsigned char)bytes.data[i] & 15]);
  }
  buffer_char(&shown, '\'');
  return buffer_text(&shown);
}

/* Text comes in UTF-8, whatever the database is in. The empty blob has no
** address, and becomes no bytes, as NULL does. */
Text query_blob(Query *query, int column) {
  if (!query->cached) return NO_TEXT;
  sqlite3_stmt *statement = query->cached->statement;
  bool text = sqlite3_column_type(statement, column) == SQLITE_TEXT;
  Text bytes = {text ? (const char *)sqlite3_column_text(statement, column)
                     : sqlite3_column_blob(statement, column),
                0};
  bytes.size = (size_t)sqlite3_column_bytes(statement, column);
  return arena_copy(&query->operation->arena, bytes);
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

/* A setting of the connection (SQLITE_DBCONFIG_…), and what it is to be. */
typedef struct Setting {
  int name, value;
} Setting;

/* sqlite3_exec prepares one statement after the other, so that each finds the
** tables which those before it have made. Settings are put back as they were
** found before there is an error: to set one takes memory, and where there is
** none nobody comes back to here. */
static void query_script_with(Operation *operation, const char *sql,
                              const Setting *settings, int count) {
  sqlite3 *db = operation->connection->db;
  int found[5] = {0};
  assert(count <= 5);
  if (failed(operation)) return;
  for (int i = 0; i < count; i++) {
    sqlite3_db_config(db, settings[i].name, -1, &found[i]);
    sqlite3_db_config(db, settings[i].name, settings[i].value, NULL);
  }
  int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
  for (int i = 0; i < count; i++)
    sqlite3_db_config(db, settings[i].name, found[i], NULL);
  if (code != SQLITE_OK) query_set_error(operation);
}

void query_script(Operation *operation, const char *sql) {
  query_script_with(operation, sql, NULL, 0);
}

void query_script_silently(Operation *operation, const char *sql) {
  static const Setting settings[] = {{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}};
  query_script_with(operation, sql, settings, 1);
}

/* PRAGMA writable_schema does nothing on a connection that is defensive, and
** too little for ALTER TABLE on one that alters tables as SQLite once did. What
** refers to a row refers to it afterwards, whatever becomes of it meanwhile. */
void query_script_upgrading(Operation *operation, const char *sql) {
  static const Setting settings[] = {{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                     {SQLITE_DBCONFIG_ENABLE_FKEY, 0},
                                     {SQLITE_DBCONFIG_DEFENSIVE, 0},
                                     {SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0},
                                     {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0}};
  query_script_with(operation, sql, settings, 5);
}

void query_run_trusting(Operation *operation, Statement statement) {
  static const Setting settings[] = {{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1}};
  query_script_with(operation, statement_texts[statement], settings, 1);
}

void query_prepare(Operation *operation, Statement statement) {
  Query query = query_open(operation, statement);
  query_close(&query);
}

int query_step_prepared(Connection *connection, Statement statement) {
  CachedStatement *cached = &connection->named[statement];
  if (!cached->statement) return SQLITE_MISUSE;
  assert(!cached->user);
  sqlite3_step(cached->statement);
  return sqlite3_reset(cached->statement);
}

void query_finish(Operation *operation, Statement statement) {
  CachedStatement *cached = &operation->connection->named[statement];
  if (cached->user != operation) return;
  Query query = {operation, cached};
  sqlite3_step(cached->statement);
  query_close(&query);
}

/*
** What is kept.
*/

/* Numbered through: first the statements with a name, then the places. */
bool query_cached(const Connection *connection, int number,
                  sqlite3_stmt **statement) {
  assert(number >= 0);
  if (number >= STATEMENT_COUNT + CACHED_TEXTS) return false;
  *statement = number < STATEMENT_COUNT
                   ? connection->named[number].statement
                   : connection->texts[number - STATEMENT_COUNT].statement;
  return true;
}

void query_own(Connection *connection) {
  assert(!connection->owned); /* scim_stmt has one table for a connection */
  connection->owned = true;
}

/* The place is empty afterwards, as it was at first. */
static void query_finalize(CachedStatement *cached) {
  assert(!cached->user); /* nobody closes a connection within an operation */
  sqlite3_finalize(cached->statement);
  memset(cached, 0, sizeof *cached);
}

void query_disown(Connection *connection) {
  assert(!connection->innermost);
  for (int i = 0; i < STATEMENT_COUNT; i++)
    query_finalize(&connection->named[i]);
  for (int i = 0; i < CACHED_TEXTS; i++) query_finalize(&connection->texts[i]);
  connection->owned = false;
}
