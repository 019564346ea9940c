/*
** static_test.c: the extension linked into a program (ext/scim.h).
**
** Every connection that the program opens has it, without a library being
** loaded. The program has functions of its own with our short names, as many
** have: it would not link if ours were visible (Makefile, "One file").
*/
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

#include "../../ext/scim.h"

/* What these return is not what ours do. */
int json_new(void);
int buffer_add(void);
int fold(void);
int flatten(void);
int query_open(void);

int json_new(void) { return 1; }
int buffer_add(void) { return 2; }
int fold(void) { return 3; }
int flatten(void) { return 4; }
int query_open(void) { return 5; }

static void expect_first(sqlite3 *db, const char *sql, const char *want) {
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  sqlite3_step(statement);
  const char *got = (const char *)sqlite3_column_text(statement, 0);
  if (!got || strcmp(got, want) != 0)
    fail_msg("%s\n  got:  %s\n  want: %s", sql, got ? got : sqlite3_errmsg(db),
             want);
  sqlite3_finalize(statement);
}

static void every_connection_has_it(void **state) {
  (void)state;
  sqlite3_int64 before = sqlite3_memory_used();
  assert_int_equal(sqlite3_auto_extension((void (*)(void))sqlite3_scim_init),
                   SQLITE_OK);
  for (int i = 0; i < 2; i++) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    expect_first(db, "SELECT scim_init() > 0", "1");
    expect_first(db,
                 "SELECT scim_apply('POST', '/Users', "
                 "'{\"userName\":\"ann\"}') ->> '$.status'",
                 "201");
    expect_first(db, "SELECT user_name FROM scim_user", "ann");
    expect_first(db, "SELECT count(*) FROM scim_filter('User', 'id pr')", "1");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
  }
  sqlite3_reset_auto_extension();
  assert_true(sqlite3_memory_used() - before < 1024);
}

static void names_of_the_program_are_its_own(void **state) {
  (void)state;
  assert_int_equal(json_new(), 1);
  assert_int_equal(buffer_add(), 2);
  assert_int_equal(fold(), 3);
  assert_int_equal(flatten(), 4);
  assert_int_equal(query_open(), 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_connection_has_it),
      cmocka_unit_test(names_of_the_program_are_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
