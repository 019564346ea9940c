/*
** store_test.h: what the unit tests of the store share: a database in memory
** with the functions scim_init and scim_apply, and an operation on it.
**
** SQL that is expected to work is run with store_run and store_ask. What is
** tested is called within an operation, as by a function of the extension:
**
**     store_open(&store);
**     store_run(&store, "INSERT INTO …");
**     expect_number("a key that is free", unique_owner(&store.operation, …),
** 0);
**     store_close(&store);
*/
#ifndef SCIM_STORE_TEST_H
#define SCIM_STORE_TEST_H

#include "../text/text_test.h"

#include <sqlite3.h>

#include "../../ext/db/scope.h"
#include "../../ext/face/functions.h"
#include "../../ext/face/table.h"
#include "../../ext/model/error.h"
#include "../../ext/store/definitions.h"
#include "tables.h"

/* The columns of scim_resource that every row has. */
#define RESOURCE_COLUMNS                                                       \
  "resource, tenant, type, id, version, created, modified, doc"

typedef struct Store {
  sqlite3 *db;
  Connection *connection;
  Operation operation; /* of the tenant default */
} Store;

static inline void store_run(Store *store, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(store->db, sql, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("%s, in %s", message, sql);
}

/* The first column of every row, with blanks between them. */
static inline Text store_ask(Store *store, const char *sql) {
  sqlite3_stmt *statement = NULL;
  Buffer buffer = buffer_new(&store->operation.arena);
  if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
    fail_msg("%s, in %s", sqlite3_errmsg(store->db), sql);
  for (int i = 0; sqlite3_step(statement) == SQLITE_ROW; i++) {
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (i) buffer_char(&buffer, ' ');
    buffer_string(&buffer, text ? text : "NULL");
  }
  if (sqlite3_finalize(statement) != SQLITE_OK)
    fail_msg("%s, in %s", sqlite3_errmsg(store->db), sql);
  return buffer_text(&buffer);
}

/* Another operation: the definitions are those of now, and there is no
** error. */
static inline void store_begin(Store *store) {
  operation_init(&store->operation);
  scope_enter(store->connection, &store->operation);
  store->operation.tenant = TEXT("default");
  if (!definitions_require(&store->operation))
    fail_msg("%.*s", TEXT_ARG(store->operation.detail));
}

static inline void store_end(Store *store) {
  scope_leave(&store->operation);
  schema_set_release(store->operation.schemas);
}

/* After a change of the definitions. */
static inline void store_again(Store *store) {
  store_end(store);
  arena_close(&store->operation.arena);
  store_begin(store);
}

/* Expects that the operation has failed with this primary result code of SQLite
** and message, and takes the error back. */
static inline void store_expect_error(Store *store, const char *sentence,
                                      int code, const char *message) {
  expect_number(sentence, store->operation.sqlite & 0xff, code);
  expect_text(sentence, store->operation.detail, message);
  error_clear(&store->operation);
}

static inline void store_open_bare(Store *store) {
  static const FunctionEntry functions[] = {
      {"scim_init", 0, SQLITE_UTF8, init_body},
      {"scim_apply", 4, SQLITE_UTF8, apply_body}};
  assert_int_equal(sqlite3_open(":memory:", &store->db), SQLITE_OK);
  store->connection = connection_new(store->db);
  for (size_t i = 0; i < COUNT(functions); i++)
    call_register(store->db, &functions[i], store->connection);
  connection_hold(store->connection);
  sqlite3_create_module_v2(store->db, "scim_stmt", &stmt_module,
                           store->connection, connection_release);
}

static inline void store_open(Store *store) {
  store_open_bare(store);
  tables_copy(store->db);
  store_run(store, "SELECT scim_init()");
  store_begin(store);
}

/* With tables that have just been made, for tests of what makes them. */
static inline void store_open_made(Store *store) {
  store_open_bare(store);
  store_run(store, "SELECT scim_init()");
  store_begin(store);
}

/* Fails the test if anything was not as expected (text_test.h). */
static inline void store_close(Store *store) {
  store_end(store);
  connection_release(store->connection);
  assert_int_equal(sqlite3_close(store->db), SQLITE_OK);
  test_close(&store->operation.arena);
}

#endif
