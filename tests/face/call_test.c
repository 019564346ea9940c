/*
** call_test.c: the frame around every call: what comes out of it, and what is
** handed over.
*/
#include "../db/db_test.h"

#include "../../ext/face/call.h"

static const CallTransfer NOTHING = {NULL, NULL};

/* Runs a body; what it returns is left here. */
static int code;
static char message[128];

static void run(Db *db, OperationBody body, void *data, CallTransfer kept) {
  char *text = NULL;
  code = call_run(db->connection, body, data, &text, kept);
  snprintf(message, sizeof message, "%s", text ? text : "none");
  sqlite3_free(text);
}

static void expect_outcome(const char *sentence, int want, const char *text) {
  expect_number(sentence, code, want);
  expect_text(sentence, text_of(message), text);
}

/*
** Outcomes.
*/
static void succeeds(Operation *operation, void *data) {
  *(Text *)data = arena_format(&operation->arena, "made by %s", "it");
}

static void has_no_memory(Operation *operation, void *data) {
  (void)data;
  transaction_begin(operation);
  query_script(operation, "INSERT INTO t VALUES (1)");
  arena_escape(&operation->arena);
}

static void is_busy(Operation *operation, void *data) {
  (void)data;
  error_database(operation, SQLITE_BUSY_SNAPSHOT, "database is locked");
}

static void is_wrong(Operation *operation, void *data) {
  (void)data;
  error_set(operation, ERROR_FIRST_OF_MODEL, "%d is wrong", 7);
  error_set(operation, ERROR_FIRST_OF_MODEL, "so is %d", 8);
}

static void errors_come_with_code_and_message(void **state) {
  (void)state;
  Db db;
  Text text;
  db_open(&db, ":memory:");
  run(&db, succeeds, &text, NOTHING);
  expect_outcome("no error", SQLITE_OK, "none");
  run(&db, is_busy, NULL, NOTHING);
  expect_outcome("one of SQLite keeps its extended code", SQLITE_BUSY_SNAPSHOT,
                 "database is locked");
  run(&db, is_wrong, NULL, NOTHING);
  expect_outcome("any other is SQLITE_ERROR, with the first message",
                 SQLITE_ERROR, "7 is wrong");
  db_close(&db);
  db_check();
}

static void without_memory_everything_is_undone(void **state) {
  (void)state;
  Db db;
  db_open(&db, ":memory:");
  run(&db, has_no_memory, NULL, NOTHING);
  expect_outcome("there is no message either", SQLITE_NOMEM, "none");
  expect_bool("the transaction is over", db_in_transaction(&db), false);
  expect_number("and undone", db_number(&db, "SELECT count(*) FROM t"), 0);
  db_close(&db);
  db_check();
}

/*
** What is kept.
*/
static void a_kept_arena_cannot_jump(void **state) {
  (void)state;
  Db db;
  Text text = NO_TEXT;
  Arena arena;
  db_open(&db, ":memory:");
  arena_init(&arena);
  run(&db, succeeds, &text, (CallTransfer){&arena, NULL});
  expect_text("what was made is still there", text, "made by it");
  expect_bool("the frame to jump to is not", arena.escape != NULL, false);
  run(&db, succeeds, &text, (CallTransfer){&arena, NULL});
  expect_text("another call replaces it", text, "made by it");
  arena_close(&arena);
  db_close(&db);
  db_check();
}

static void after_a_failure_nothing_is_handed_over(void **state) {
  (void)state;
  Db db;
  Text text;
  Arena arena;
  db_open(&db, ":memory:");
  arena_init(&arena);
  run(&db, succeeds, &text, (CallTransfer){&arena, NULL});
  run(&db, is_wrong, NULL, (CallTransfer){&arena, NULL});
  expect_text("what was kept before stays", text, "made by it");
  arena_close(&arena);
  db_close(&db);
  db_check();
}

/* Puts schemas into the operation, as definitions.c does, which it then
** holds. */
static void reads_schemas(Operation *operation, void *data) {
  operation->schemas = schema_set_hold(data);
}

static void kept_schemas_are_held(void **state) {
  (void)state;
  Db db;
  SchemaSet *kept = NULL;
  db_open(&db, ":memory:");
  SchemaSet *schemas = schema_set_new();
  run(&db, reads_schemas, schemas, (CallTransfer){NULL, &kept});
  expect_bool("the same are handed over", kept == schemas, true);
  schema_set_release(schemas); /* as when they are replaced */
  run(&db, reads_schemas, kept, NOTHING);
  run(&db, reads_schemas, kept, (CallTransfer){NULL, &kept});
  expect_bool("a call more or less does them no harm", kept == schemas, true);
  schema_set_release(kept);
  db_close(&db);
  db_check();
}

/*
** Functions: of one argument, which they return with its size.
*/
static void sizes(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text text = call_text(operation, call, 0);
  expect_bool("an argument that is not there is no text",
              call_text(operation, call, 1).data, false);
  if (text.data)
    text = arena_format(&operation->arena, "%.*s (%lld)", TEXT_ARG(text),
                        (long long)text.size);
  call_result(call->context, text);
}

static void no_memory(Operation *operation, void *data) {
  (void)data;
  arena_escape(&operation->arena);
}

static void expect_answer(Db *db, const char *sql, const char *want) {
  sqlite3_stmt *statement = NULL;
  int outcome = sqlite3_prepare_v2(db->db, sql, -1, &statement, NULL);
  if (outcome == SQLITE_OK) outcome = sqlite3_step(statement);
  const char *got = outcome == SQLITE_ROW
                        ? (const char *)sqlite3_column_text(statement, 0)
                        : sqlite3_errmsg(db->db);
  expect_text(sql, text_of(got ? got : "NULL"), want);
  sqlite3_finalize(statement);
}

static void values_become_text_and_text_values(void **state) {
  (void)state;
  static const FunctionEntry entry = {"sizes", 1, SQLITE_UTF8, sizes};
  Db db;
  db_open(&db, ":memory:");
  assert_int_equal(call_register(db.db, &entry, db.connection), SQLITE_OK);
  expect_answer(&db, "SELECT sizes(NULL)", "NULL");
  expect_answer(&db, "SELECT sizes('')", " (0)");
  expect_answer(&db, "SELECT sizes('\xC3\xA5se')", "\xC3\xA5se (4)");
  expect_answer(&db, "SELECT sizes(x'6162')", "ab (2)");
  expect_answer(&db, "SELECT sizes(x'')", " (0)");
  expect_answer(&db, "SELECT sizes(-1.5)", "-1.5 (4)");
  assert_int_equal(call_register(db.db, &entry, NULL), SQLITE_OK);
  expect_answer(&db, "SELECT sizes(1)", "no such function: sizes");
  db_close(&db);
  db_check();
}

static void a_function_without_memory_says_so(void **state) {
  (void)state;
  static const FunctionEntry entry = {"no_memory", 0, SQLITE_UTF8, no_memory};
  Db db;
  db_open(&db, ":memory:");
  call_register(db.db, &entry, db.connection);
  expect_answer(&db, "SELECT no_memory()", "out of memory");
  expect_number("with its code", sqlite3_errcode(db.db), SQLITE_NOMEM);
  db_close(&db);
  db_check();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(errors_come_with_code_and_message),
      cmocka_unit_test(without_memory_everything_is_undone),
      cmocka_unit_test(a_kept_arena_cannot_jump),
      cmocka_unit_test(after_a_failure_nothing_is_handed_over),
      cmocka_unit_test(kept_schemas_are_held),
      cmocka_unit_test(values_become_text_and_text_values),
      cmocka_unit_test(a_function_without_memory_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
