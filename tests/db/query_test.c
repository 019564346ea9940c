/*
** query_test.c: statements are kept between operations, and never shared
** between two that are open.
*/
#include "db_test.h"

#define TWO_ROWS "SELECT 1 UNION ALL SELECT 2"
#define PLACES 32 /* CACHED_TEXTS of ext/db/internal.h */

/* A text of its own for each number; its row is the number. */
static Text numbered(Operation *operation, int number) {
  return arena_format(&operation->arena, "SELECT %d WHERE ?1 IS NULL", number);
}

static void a_statement_is_prepared_once(void **state) {
  (void)state;
  Db db;
  db_open(&db, ":memory:");
  db_run(&db, "INSERT INTO scim_meta VALUES ('horizon', 7)");
  for (int i = 0; i < 3; i++) {
    Operation operation;
    db_enter(&db, &operation);
    Query query = query_open(&operation, STATEMENT_HORIZON);
    expect_bool("a named one gives its row", query_step(&query), true);
    query_close(&query);
    query = query_open_text(&operation, TEXT(TWO_ROWS));
    expect_bool("and so does a text", query_step(&query), true);
    query_close(&query);
    db_leave(&operation);
    expect_number("two statements are kept", db_statements(&db), 2);
  }
  db_close(&db);
  db_check();
}

/* Two of one statement in the same operation, and a third in one within. */
static void expect_twins(Db *db, Query first, Query second) {
  Operation within;
  query_step(&first);
  query_step(&second);
  query_step(&second);
  expect_number("each has rows of its own", query_integer(&first, 0), 1);
  expect_number("each has rows of its own", query_integer(&second, 0), 2);
  db_enter(db, &within);
  Query third = query_open_text(&within, TEXT(TWO_ROWS));
  expect_bool("a third within", query_step(&third), true);
  expect_number("begins anew", query_integer(&third, 0), 1);
  expect_number("and is one more", db_statements(db), 3);
  db_leave(&within);
  expect_number("which goes when it closes", db_statements(db), 2);
  query_close(&second);
  expect_number("as the second does", db_statements(db), 1);
  expect_bool("the first goes on", query_step(&first), true);
  query_close(&first);
  expect_number("and is kept", db_statements(db), 1);
}

static void an_open_statement_gets_a_twin(void **state) {
  (void)state;
  Db db;
  Operation operation;
  db_open(&db, ":memory:");
  db_enter(&db, &operation);
  Query first = query_open_text(&operation, TEXT(TWO_ROWS));
  Query second = query_open_text(&operation, TEXT(TWO_ROWS));
  expect_twins(&db, first, second);
  db_leave(&operation);
  db_close(&db);
  db_check();
}

static void a_named_statement_gets_a_twin_too(void **state) {
  (void)state;
  Db db;
  Operation operation;
  db_open(&db, ":memory:");
  db_run(&db, "INSERT INTO scim_meta VALUES ('horizon', 7)");
  db_enter(&db, &operation);
  Query first = query_open(&operation, STATEMENT_HORIZON);
  Query second = query_open(&operation, STATEMENT_HORIZON);
  query_step(&first);
  query_step(&second);
  expect_number("the first has a row", query_integer(&first, 0), 7);
  expect_number("the second too", query_integer(&second, 0), 7);
  query_close(&first);
  expect_number("which stays", query_integer(&second, 0), 7);
  db_leave(&operation);
  expect_number("one is kept", db_statements(&db), 1);
  db_close(&db);
  db_check();
}

/* All places are taken by texts in use; the next ones find no place, and take
** none away. */
static void no_text_in_use_is_evicted(void **state) {
  (void)state;
  Db db;
  Operation operation;
  Query queries[PLACES + 2];
  db_open(&db, ":memory:");
  db_enter(&db, &operation);
  for (int i = 0; i < PLACES + 2; i++) {
    queries[i] = query_open_text(&operation, numbered(&operation, i));
    expect_bool("each has its row", query_step(&queries[i]), true);
  }
  for (int i = 0; i < PLACES + 2; i++)
    expect_number("which is still its own", query_integer(&queries[i], 0), i);
  expect_number("all are there", db_statements(&db), PLACES + 2);
  db_leave(&operation);
  expect_number("and as many are kept as there are places", db_statements(&db),
                PLACES);
  db_close(&db);
  db_check();
}

static void use_text(Db *db, int number) {
  Operation operation;
  db_enter(db, &operation);
  Query query = query_open_text(&operation, numbered(&operation, number));
  query_step(&query);
  expect_number("it gives its row", query_integer(&query, 0), number);
  db_leave(&operation);
}

static long long runs_of(Db *db, int number) {
  char sql[128];
  snprintf(sql, sizeof sql,
           "SELECT coalesce(max(runs), 0) FROM scim_stmt "
           "WHERE sql = 'SELECT %d WHERE ?1 IS NULL'",
           number);
  return db_number(db, sql);
}

static void the_text_unused_for_longest_is_evicted(void **state) {
  (void)state;
  Db db;
  db_open(&db, ":memory:");
  for (int i = 0; i < PLACES; i++) use_text(&db, i);
  use_text(&db, 0); /* now 1 is the oldest */
  use_text(&db, PLACES);
  expect_number("0 was kept", runs_of(&db, 0), 2);
  expect_number("1 was not", runs_of(&db, 1), 0);
  expect_number("2 was", runs_of(&db, 2), 1);
  db_close(&db);
  db_check();
}

static void bindings_do_not_outlive_a_query(void **state) {
  (void)state;
  Db db;
  Operation operation;
  Text sql = TEXT("SELECT ?1, ?2");
  db_open(&db, ":memory:");
  db_enter(&db, &operation);
  Query query = query_open_text(&operation, sql);
  expect_number("it has two parameters", query_parameters(&query), 2);
  query_bind_text(&query, 1, TEXT("ann"));
  query_bind_integer(&query, 2, 7);
  query_step(&query);
  expect_text("a text", query_text(&query, 0), "ann");
  expect_number("a number", query_integer(&query, 1), 7);
  query_close(&query);
  query = query_open_text(&operation, sql);
  query_step(&query);
  expect_bool("the text is gone", query_is_null(&query, 0), true);
  expect_bool("the number too", query_is_null(&query, 1), true);
  expect_bool("NULL is no text", query_text(&query, 0).data, false);
  db_leave(&operation);
  db_close(&db);
  db_check();
}

static void a_text_outlives_its_query(void **state) {
  (void)state;
  Db db;
  Operation operation;
  db_open(&db, ":memory:");
  db_enter(&db, &operation);
  Query query = query_open_text(&operation, TEXT("SELECT 'a' || char(0, 98)"));
  query_step(&query);
  Text text = query_text(&query, 0);
  query_close(&query);
  query_close(&query); /* does no harm */
  expect_number("with its NUL", (long long)text.size, 3);
  expect_bool("and what is behind it", text.size == 3 && text.data[2] == 'b',
              true);
  db_leave(&operation);
  db_close(&db);
  db_check();
}

static void after_a_failure_nothing_is_done(void **state) {
  (void)state;
  Db db;
  Operation operation;
  db_open(&db, ":memory:");
  db_enter(&db, &operation);
  Query before = query_open_text(&operation, TEXT(TWO_ROWS));
  query_script(&operation, "INSERT INTO nowhere VALUES (1)");
  expect_code("the code is SQLite's", &operation, SQLITE_ERROR);
  expect_text("and so is the message", operation.detail,
              "no such table: nowhere");
  expect_bool("no row of a query before", query_step(&before), false);
  Query query = query_open(&operation, STATEMENT_HORIZON);
  query_bind_integer(&query, 1, 1);
  expect_bool("no row of one that is opened now", query_step(&query), false);
  expect_number("no parameter", query_parameters(&query), 0);
  expect_number("no number", query_integer(&query, 0), 0);
  query_close(&query);
  query_run(&operation, STATEMENT_LOCK);
  query_script(&operation, "INSERT INTO t VALUES (1)");
  expect_text("the first error stays", operation.detail,
              "no such table: nowhere");
  db_leave(&operation);
  expect_number("nothing is written", db_number(&db, "SELECT count(*) FROM t"),
                0);
  db_close(&db);
  db_check();
}

static void a_failing_step_says_why(void **state) {
  (void)state;
  Db db;
  Operation operation;
  db_open(&db, ":memory:");
  db_run(&db, "CREATE TABLE u (x UNIQUE); INSERT INTO u VALUES (1)");
  db_enter(&db, &operation);
  Query query = query_open_text(&operation, TEXT("INSERT INTO u VALUES (1)"));
  expect_bool("there is no row", query_step(&query), false);
  expect_code("the code is SQLite's", &operation, SQLITE_CONSTRAINT);
  expect_text("and the message", operation.detail,
              "UNIQUE constraint failed: u.x");
  db_leave(&operation);
  db_close(&db);
  db_check();
}

/* What was prepared runs whatever the operation's error; what was not, does
** not, since preparing may need memory. */
static void a_way_back_is_prepared_first(void **state) {
  (void)state;
  Db db;
  Operation operation;
  db_open(&db, ":memory:");
  db_enter(&db, &operation);
  query_step_prepared(db.connection, STATEMENT_BEGIN);
  expect_bool("it was not prepared", db_in_transaction(&db), false);
  query_prepare(&operation, STATEMENT_BEGIN);
  error_set(&operation, ERROR_FIRST_OF_MODEL, "anything");
  query_step_prepared(db.connection, STATEMENT_BEGIN);
  expect_bool("now it was", db_in_transaction(&db), true);
  db_leave(&operation);
  db_run(&db, "ROLLBACK");
  db_close(&db);
  db_check();
}

static void statements_are_owned_from_the_first_on(void **state) {
  (void)state;
  Db db;
  Operation operation;
  sqlite3_stmt *statement = NULL;
  int number = 0, kept = 0;
  db_open(&db, ":memory:");
  db_enter(&db, &operation);
  query_prepare(&operation, STATEMENT_HORIZON);
  db_leave(&operation);
  while (query_cached(db.connection, number++, &statement)) kept += !!statement;
  expect_number("it is kept", kept, 1);
  expect_number("there are as many places as names and texts", number - 1,
                STATEMENT_COUNT + PLACES);
  query_disown(db.connection);
  expect_number("who disowns them finalizes them", db_statements(&db), 0);
  query_own(db.connection);
  db_close(&db);
  db_check();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_statement_is_prepared_once),
      cmocka_unit_test(an_open_statement_gets_a_twin),
      cmocka_unit_test(a_named_statement_gets_a_twin_too),
      cmocka_unit_test(no_text_in_use_is_evicted),
      cmocka_unit_test(the_text_unused_for_longest_is_evicted),
      cmocka_unit_test(bindings_do_not_outlive_a_query),
      cmocka_unit_test(a_text_outlives_its_query),
      cmocka_unit_test(after_a_failure_nothing_is_done),
      cmocka_unit_test(a_failing_step_says_why),
      cmocka_unit_test(a_way_back_is_prepared_first),
      cmocka_unit_test(statements_are_owned_from_the_first_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
