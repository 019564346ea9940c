/*
** scope_test.c: operations on a connection nest, and each ends what it began.
*/
#include "db_test.h"

static void operations_nest_like_calls(void **state) {
  (void)state;
  Db db;
  Operation outer, inner, next;
  db_open(&db, ":memory:");
  db_enter(&db, &outer);
  expect_bool("the first is within none", outer.outer, false);
  db_enter(&db, &inner);
  expect_bool("the second is within the first", inner.outer == &outer, true);
  db_leave(&inner);
  db_enter(&db, &next);
  expect_bool("so is one after it", next.outer == &outer, true);
  db_leave(&next);
  db_leave(&outer);
  db_close(&db);
  db_check();
}

/* The inner one fails with statements open, among them a twin of one that the
** outer one is reading. */
static void leaving_takes_apart_only_what_is_its_own(void **state) {
  (void)state;
  Db db;
  Operation outer, inner;
  db_open(&db, ":memory:");
  Text rows = TEXT("SELECT 1 UNION ALL SELECT 2");
  db_enter(&db, &outer);
  Query query = query_open_text(&outer, rows);
  expect_bool("there is a first row", query_step(&query), true);
  db_enter(&db, &inner);
  Query twin = query_open_text(&inner, rows);
  query_step(&twin);
  Query wrong = query_open_text(&inner, TEXT("SELECT * FROM nowhere"));
  expect_bool("a wrong statement gives no row", query_step(&wrong), false);
  db_leave(&inner);
  expect_number("the outer row stays", query_integer(&query, 0), 1);
  expect_bool("and there is a second", query_step(&query), true);
  expect_number("which is the next", query_integer(&query, 0), 2);
  expect_bool("the outer operation has not failed", failed(&outer), false);
  db_leave(&outer);
  db_close(&db);
  db_check();
}

static void leaving_undoes_what_was_not_ended(void **state) {
  (void)state;
  Db db;
  Operation operation;
  db_open(&db, ":memory:");
  db_enter(&db, &operation);
  transaction_begin(&operation);
  query_script(&operation, "INSERT INTO t VALUES (1)");
  Query query = query_open_text(&operation, TEXT("SELECT x FROM t"));
  expect_bool("it reads what it wrote", query_step(&query), true);
  db_leave(&operation);
  expect_bool("the transaction is over", db_in_transaction(&db), false);
  expect_number("and undone", db_number(&db, "SELECT count(*) FROM t"), 0);
  db_close(&db);
  db_check();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(operations_nest_like_calls),
      cmocka_unit_test(leaving_takes_apart_only_what_is_its_own),
      cmocka_unit_test(leaving_undoes_what_was_not_ended),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
