/*
** foreign_test.c: a query of somebody else's is one that reads, and outlives
** the operation that opens it.
*/
#include "../../ext/db/foreign.h"

#include "db_test.h"

/* Opens the text, and returns the error's text or "". */
static Text opened(Db *db, Foreign *foreign, const char *text) {
  static char message[200];
  Operation operation;
  db_enter(db, &operation);
  foreign_open(&operation, foreign, text_of(text));
  snprintf(message, sizeof message, "%.*s", TEXT_ARG(operation.detail));
  db_leave(&operation);
  return text_of(message);
}

static void only_what_reads_is_opened(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"SELECT 1", ""},
      {" \n with x AS (SELECT 1) SELECT * FROM x ;; ", ""},
      {"VALUES (1)", ""},
      {"", "the query is empty"},
      {"  -- nothing", "the query is empty"},
      {"SELECT 1; SELECT 2", "the query is more than one statement"},
      {"INSERT INTO t VALUES (1)", "the query must be a SELECT, and only read"},
      {"INSERT INTO t VALUES (1) RETURNING x",
       "the query must be a SELECT, and only read"},
      {"WITH y AS (SELECT 1) INSERT INTO t SELECT * FROM y",
       "the query must be a SELECT, and only read"},
      {"BEGIN", "the query must be a SELECT, and only read"},
      {"ATTACH ':memory:' AS z", "the query must be a SELECT, and only read"},
      {"EXPLAIN SELECT 1", "the query must be a SELECT, and only read"},
      {"PRAGMA user_version", "the query must be a SELECT, and only read"},
      {"SELECT", "incomplete input"},
      {"SELECT x FROM nowhere", "no such table: nowhere"},
  };
  Db db;
  Foreign foreign = {NULL};
  db_open(&db, ":memory:");
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text got = opened(&db, &foreign, cases[i][0]);
    expect_text(cases[i][0], got, cases[i][1]);
    expect_bool(cases[i][0], foreign.statement != NULL, !*cases[i][1]);
  }
  foreign_close(&foreign);
  db_close(&db);
  db_check();
}

/* The rows of the query, as JSON. */
static void rows_are_read_by_operations_of_their_own(void **state) {
  (void)state;
  static const char *const wants[] = {"[1,\"a\"]", "[1.5,\"\"]",
                                      "[\"b\",null]"};
  Db db;
  Foreign foreign = {NULL};
  db_open(&db, ":memory:");
  opened(&db, &foreign,
         "SELECT 1 AS \"a.b\", 'a' AS b UNION ALL SELECT 1.5, x'' "
         "UNION ALL SELECT x'62', NULL");
  expect_number("two columns", (long long)foreign_count(&foreign), 2);
  for (size_t i = 0; i <= COUNT(wants); i++) {
    Operation operation;
    db_enter(&db, &operation);
    bool there = foreign_step(&operation, &foreign);
    expect_bool("there are three rows", there, i < COUNT(wants));
    Json *row = json_new(&operation.arena, JSON_ARRAY);
    for (size_t column = 0; there && column < 2; column++) {
      Json *cell = foreign_cell(&operation, &foreign, column);
      json_append(row, cell ? cell : json_new(&operation.arena, JSON_NULL));
    }
    if (there) {
      expect_text("the row", json_text(&operation.arena, row), wants[i]);
      expect_text("a name", foreign_name(&operation, &foreign, 0), "a.b");
    }
    db_leave(&operation);
  }
  expect_bool("behind the last it is closed", foreign.statement != NULL, false);
  db_close(&db);
  db_check();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_what_reads_is_opened),
      cmocka_unit_test(rows_are_read_by_operations_of_their_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
