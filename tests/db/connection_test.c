/*
** connection_test.c: who holds a connection object, and what it keeps.
*/
#include "db_test.h"

static int detached[2]; /* how often each was let go of */

static void detach(void *attachment) { ++*(int *)attachment; }

static void the_last_to_let_go_frees_it(void **state) {
  (void)state;
  sqlite3_int64 before = sqlite3_memory_used();
  Connection *connection = connection_new(NULL);
  connection_hold(connection);
  detached[0] = 0;
  connection_attach(connection, CONNECTION_SCHEMAS, &detached[0], detach);
  connection_release(connection);
  expect_number("one holder is left", detached[0], 0);
  connection_release(connection);
  expect_number("what it kept goes with it", detached[0], 1);
  expect_number("and so does it", sqlite3_memory_used(), before);
  db_check();
}

static void it_stands_for_a_database(void **state) {
  (void)state;
  Db db;
  db_open(&db, ":memory:");
  expect_bool("the one that it was made for",
              connection_db(db.connection) == db.db, true);
  db_close(&db);
  db_check();
}

static void another_attachment_lets_go_of_the_one_before(void **state) {
  (void)state;
  Connection *connection = connection_new(NULL);
  detached[0] = detached[1] = 0;
  expect_bool("at first there is none",
              connection_attachment(connection, CONNECTION_SCHEMAS), false);
  connection_attach(connection, CONNECTION_SCHEMAS, &detached[0], detach);
  connection_attach(connection, CONNECTION_SCHEMAS, &detached[1], detach);
  expect_number("the first is gone", detached[0], 1);
  expect_bool("the second is there",
              connection_attachment(connection, CONNECTION_SCHEMAS) ==
                  &detached[1],
              true);
  connection_attach(connection, CONNECTION_SCHEMAS, NULL, NULL);
  connection_attach(connection, CONNECTION_SCHEMAS, NULL, NULL);
  expect_number("the second is gone, once", detached[1], 1);
  connection_release(connection);
  expect_number("and not again at the end", detached[1], 1);
  db_check();
}

/* In the middle of an exchange the connection is whole: a destructor that looks
** finds the new one. */
static Connection *looked_at;
static void *found;

static void detach_and_look(void *attachment) {
  (void)attachment;
  found = connection_attachment(looked_at, CONNECTION_SCHEMAS);
}

static void a_destructor_finds_the_new_attachment(void **state) {
  (void)state;
  looked_at = connection_new(NULL);
  connection_attach(looked_at, CONNECTION_SCHEMAS, &detached[0],
                    detach_and_look);
  connection_attach(looked_at, CONNECTION_SCHEMAS, &detached[1], detach);
  expect_bool("not itself", found == &detached[1], true);
  connection_release(looked_at);
  db_check();
}

static void each_place_is_for_itself(void **state) {
  (void)state;
  Connection *connection = connection_new(NULL);
  detached[0] = detached[1] = 0;
  connection_attach(connection, CONNECTION_SCHEMAS, &detached[0], detach);
  connection_attach(connection, CONNECTION_CALLERS, &detached[1], detach);
  connection_attach(connection, CONNECTION_SCHEMAS, NULL, NULL);
  expect_number("the one is gone", detached[0], 1);
  expect_bool("the other is there",
              connection_attachment(connection, CONNECTION_CALLERS) ==
                  &detached[1],
              true);
  connection_release(connection);
  expect_number("and goes with the connection", detached[1], 1);
  db_check();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_last_to_let_go_frees_it),
      cmocka_unit_test(it_stands_for_a_database),
      cmocka_unit_test(another_attachment_lets_go_of_the_one_before),
      cmocka_unit_test(a_destructor_finds_the_new_attachment),
      cmocka_unit_test(each_place_is_for_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
