/*
** db_test.h: what the tests of the room db share: a database with a connection
** object of its own, and the table that owns its statements. Nothing of SCIM is
** in it but the two tables that statements of this room name.
*/
#ifndef SCIM_DB_TEST_H
#define SCIM_DB_TEST_H

#include "../text/text_test.h"

#include <sqlite3.h>
#include <stdio.h>

#include "../../ext/db/query.h"
#include "../../ext/db/scope.h"
#include "../../ext/db/transaction.h"
#include "../../ext/face/table.h"

typedef struct Db {
  sqlite3 *db;
  Connection *connection;
  sqlite3_int64 memory; /* in use before it was opened */
} Db;

/* Runs what cannot fail, if the test is right. */
static inline void db_run(Db *db, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(db->db, sql, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("%s: %s", sql, message);
}

/* The first value of a query, as a number. */
static inline long long db_number(Db *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db->db, sql, -1, &statement, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db->db));
  sqlite3_step(statement);
  long long number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return number;
}

static inline void db_open(Db *db, const char *path) {
  db->memory = sqlite3_memory_used();
  assert_int_equal(sqlite3_open(path, &db->db), SQLITE_OK);
  db->connection = connection_new(db->db);
  /* The module holds it alone, and lets go when the database closes. */
  sqlite3_create_module_v2(db->db, "scim_stmt", &stmt_module, db->connection,
                           connection_release);
  db_run(db, "CREATE TABLE IF NOT EXISTS scim_meta (name, value);"
             "CREATE TABLE IF NOT EXISTS scim_log (seq);"
             "CREATE TABLE IF NOT EXISTS t (x);"
             "DELETE FROM t");
}

/* Closes, which SQLite refuses while a statement is left; nothing is left
** behind in memory either. */
static inline void db_close(Db *db) {
  assert_int_equal(sqlite3_close(db->db), SQLITE_OK);
  expect_number("no memory is left behind", sqlite3_memory_used(), db->memory);
}

/* How many statements SQLite has prepared for the database. */
static inline int db_statements(Db *db) {
  int count = 0;
  sqlite3_stmt *statement = NULL;
  while ((statement = sqlite3_next_stmt(db->db, statement))) count++;
  return count;
}

static inline bool db_in_transaction(Db *db) {
  return !sqlite3_get_autocommit(db->db);
}

static inline void db_enter(Db *db, Operation *operation) {
  operation_init(operation);
  scope_enter(db->connection, operation);
}

static inline void db_leave(Operation *operation) {
  scope_leave(operation);
  arena_close(&operation->arena);
}

/* The result code of SQLite that the operation failed with. */
static inline void expect_code(const char *sentence, const Operation *operation,
                               int code) {
  expect_number(sentence, operation->sqlite & 0xFF, code);
}

/* Ends a test. */
static inline void db_check(void) {
  int count = unmet;
  unmet = 0;
  if (count) fail_msg("%d expectations did not hold", count);
}

#endif
