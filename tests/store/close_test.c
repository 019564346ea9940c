/*
** close_test.c: a connection that has loaded the extension closes, whatever
** was done with it, and leaves no memory behind.
**
** SQLite refuses to close a connection with statements that nobody finalizes,
** and unloads a library whose entry point fails. Both are easy to get wrong.
*/
#define _POSIX_C_SOURCE 200809L /* mkstemp */

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* needs the headers above */

int sqlite3_scim_init(sqlite3 *db, char **message,
                      const sqlite3_api_routines *api);

#define CREATE                                                                 \
  "SELECT scim_apply('POST', '/Users', '{\"userName\":\"u' || "                \
  "hex(randomblob(8)) || '\"}', NULL)"

static char path[] = "/tmp/scim_close_XXXXXX";
static sqlite3_int64 memory_before;

static void execute(sqlite3 *db, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("%s: %s", sql, message);
}

static long long number(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  long long result = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return result;
}

static sqlite3 *open_file(int flags) {
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open_v2(path, &db, flags, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_OK);
  return db;
}

static sqlite3 *open_used(void) {
  sqlite3 *db = open_file(SQLITE_OPEN_READWRITE);
  execute(db, CREATE);
  execute(db, "SELECT * FROM scim_filter('User', 'userName pr')");
  return db;
}

static int set_up(void **state) {
  (void)state;
  close(mkstemp(path));
  sqlite3 *db = open_file(SQLITE_OPEN_READWRITE);
  execute(db, "PRAGMA journal_mode = WAL; SELECT scim_init()");
  sqlite3_close(db);
  memory_before = sqlite3_memory_used();
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  return unlink(path);
}

static void close_clean(sqlite3 *db) {
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  assert_int_equal(sqlite3_memory_used(), memory_before);
}

/*
** The scenarios.
*/
static void closes_when_it_was_never_used(void **state) {
  (void)state;
  close_clean(open_file(SQLITE_OPEN_READWRITE));
}

static void closes_with_kept_statements(void **state) {
  (void)state;
  sqlite3 *db = open_used();
  assert_true(number(db, "SELECT count(*) FROM scim_stmt") > 5);
  close_clean(db);
}

static void closes_after_ddl_vacuum_and_attach(void **state) {
  (void)state;
  sqlite3 *db = open_used();
  execute(db, "CREATE TABLE t (a); VACUUM; ATTACH ':memory:' AS other;");
  execute(db, CREATE);
  execute(db, "DROP TABLE t; DETACH other;");
  execute(db, CREATE);
  close_clean(db);
}

static void works_on_when_closing_was_refused(void **state) {
  (void)state;
  sqlite3 *db = open_used();
  sqlite3_stmt *open = NULL;
  sqlite3_prepare_v2(db, "SELECT * FROM scim_resource", -1, &open, NULL);
  assert_int_equal(sqlite3_step(open), SQLITE_ROW);
  assert_int_equal(sqlite3_close(db), SQLITE_BUSY);
  long long before = number(db, "SELECT count(*) FROM scim_user");
  execute(db, CREATE);
  assert_int_equal(number(db, "SELECT count(*) FROM scim_user"), before + 1);
  sqlite3_finalize(open);
  close_clean(db);
}

/* A zombie prepares nothing more, so that a query of ours may end early; but
** it ends, and the connection goes with it. */
static void let_zombie_go(const char *sql) {
  sqlite3 *db = open_used();
  sqlite3_stmt *open = NULL;
  execute(db, CREATE);
  sqlite3_prepare_v2(db, sql, -1, &open, NULL);
  assert_int_equal(sqlite3_step(open), SQLITE_ROW);
  assert_int_equal(sqlite3_close_v2(db), SQLITE_OK);
  while (sqlite3_step(open) == SQLITE_ROW) continue;
  sqlite3_finalize(open);
  assert_int_equal(sqlite3_memory_used(), memory_before);
}

static void a_zombie_goes_with_its_last_statement(void **state) {
  (void)state;
  let_zombie_go("SELECT * FROM scim_resource");
  let_zombie_go("SELECT * FROM scim_filter('User', NULL)");
  let_zombie_go("SELECT * FROM scim");
  let_zombie_go("SELECT * FROM scim_stmt");
  let_zombie_go("SELECT scim_apply('GET', '/Users', NULL, NULL) "
                "FROM scim_resource");
}

static void may_be_loaded_twice(void **state) {
  (void)state;
  sqlite3 *db = open_used();
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_OK);
  execute(db, CREATE);
  assert_true(number(db, "SELECT count(*) FROM scim_user") > 0);
  close_clean(db);
}

/* SQLite refuses to replace functions while statements run; what was there
** before must go on working. */
static void a_second_load_in_a_query_fails_and_harms_nothing(void **state) {
  (void)state;
  sqlite3 *db = open_used();
  sqlite3_stmt *open = NULL;
  sqlite3_prepare_v2(db, "SELECT * FROM scim_resource", -1, &open, NULL);
  sqlite3_step(open);
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_BUSY);
  sqlite3_finalize(open);
  execute(db, CREATE);
  assert_true(
      number(db, "SELECT count(*) FROM scim_filter('User', 'userName pr')"));
  close_clean(db);
}

static void closes_inside_a_transaction(void **state) {
  (void)state;
  sqlite3 *db = open_used();
  long long before = number(db, "SELECT count(*) FROM scim_user");
  execute(db, "BEGIN");
  execute(db, CREATE);
  close_clean(db);
  db = open_file(SQLITE_OPEN_READWRITE);
  assert_int_equal(number(db, "SELECT count(*) FROM scim_user"), before);
  close_clean(db);
}

static void loads_and_reads_where_nothing_can_be_written(void **state) {
  (void)state;
  sqlite3 *db = open_file(SQLITE_OPEN_READONLY);
  assert_true(number(db, "SELECT count(*) FROM scim_filter('User', NULL)") > 0);
  assert_int_equal(sqlite3_exec(db, CREATE, NULL, NULL, NULL), SQLITE_READONLY);
  close_clean(db);
}

static void closes_after_errors(void **state) {
  (void)state;
  sqlite3 *db = open_used();
  assert_int_equal(sqlite3_exec(db,
                                "SELECT * FROM scim_filter('User', 'a b c')",
                                NULL, NULL, NULL),
                   SQLITE_ERROR);
  execute(db, "SELECT scim_apply('POST', '/Users', '{', NULL)");
  close_clean(db);
}

static void loading_does_not_touch_the_database(void **state) {
  (void)state;
  sqlite3 *other = NULL, *db = NULL;
  assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
  execute(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE");
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_txn_state(db, "main"), SQLITE_TXN_NONE);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  close_clean(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(closes_when_it_was_never_used),
      cmocka_unit_test(closes_with_kept_statements),
      cmocka_unit_test(closes_after_ddl_vacuum_and_attach),
      cmocka_unit_test(works_on_when_closing_was_refused),
      cmocka_unit_test(a_zombie_goes_with_its_last_statement),
      cmocka_unit_test(may_be_loaded_twice),
      cmocka_unit_test(a_second_load_in_a_query_fails_and_harms_nothing),
      cmocka_unit_test(closes_inside_a_transaction),
      cmocka_unit_test(loads_and_reads_where_nothing_can_be_written),
      cmocka_unit_test(closes_after_errors),
      cmocka_unit_test(loading_does_not_touch_the_database),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
