/*
** statements_test.c: the statements of sql/query/ and what the build makes of
** them: every one prepares, and its parameters and columns are those that C
** knows by the numbers in statements.h.
*/
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

#define STATEMENT_TEXTS
#define STATEMENT_RESULTS
#include "statements.h"

int sqlite3_scim_init(sqlite3 *db, char **message,
                      const sqlite3_api_routines *api);

static sqlite3 *db;

static int open_database(void **state) {
  (void)state;
  assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "SELECT scim_init()", NULL, NULL, NULL),
                   SQLITE_OK);
  return 0;
}

static int close_database(void **state) {
  (void)state;
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  return 0;
}

static sqlite3_stmt *prepare(int number) {
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, statement_texts[number], -1, &statement, NULL) !=
      SQLITE_OK)
    fail_msg("%s: %s", sqlite3_errmsg(db), statement_texts[number]);
  return statement;
}

/* Lists what SQLite says, in the form of statement_results. */
typedef const char *NameOf(sqlite3_stmt *statement, int number);

static const char *parameter_name(sqlite3_stmt *statement, int number) {
  return sqlite3_bind_parameter_name(statement, number + 1) + 1; /* no colon */
}

static void expect_names(int number, const char *what, sqlite3_stmt *statement,
                         int count, NameOf *name, const char *want) {
  char got[500] = "";
  for (int i = 0; i < count; i++) {
    size_t size = strlen(got);
    snprintf(got + size, sizeof got - size, "%s%s", i ? ", " : "",
             name(statement, i));
  }
  if (strcmp(got, want) != 0)
    fail_msg("the %s of %s\n  got:  %s\n  want: %s", what,
             statement_texts[number], got, want);
}

static void parameters_are_those_that_c_knows(void **state) {
  (void)state;
  for (int i = 0; i < STATEMENT_COUNT; i++) {
    sqlite3_stmt *statement = prepare(i);
    expect_names(i, "parameters", statement,
                 sqlite3_bind_parameter_count(statement), parameter_name,
                 statement_results[i].parameters);
    sqlite3_finalize(statement);
  }
}

static void columns_are_those_that_c_knows(void **state) {
  (void)state;
  for (int i = 0; i < STATEMENT_COUNT; i++) {
    sqlite3_stmt *statement = prepare(i);
    expect_names(i, "columns", statement, sqlite3_column_count(statement),
                 sqlite3_column_name, statement_results[i].columns);
    sqlite3_finalize(statement);
  }
}

/* The numbers themselves, for one of each kind: of a parameter that comes twice
** and in an order that is not that of the call, and of a shared row. */
static void numbers_are_those_of_sqlite(void **state) {
  (void)state;
  sqlite3_stmt *statement = prepare(STATEMENT_CIRCLE);
  assert_int_equal(sqlite3_bind_parameter_index(statement, ":add"), CIRCLE_ADD);
  assert_int_equal(sqlite3_bind_parameter_index(statement, ":group"),
                   CIRCLE_GROUP);
  sqlite3_finalize(statement);
  statement = prepare(STATEMENT_RESOURCE_BY_NUMBER);
  assert_string_equal(sqlite3_column_name(statement, RESOURCE_ROW_DOC), "doc");
  assert_string_equal(sqlite3_column_name(statement, RESOURCE_ROW_RESOURCE),
                      "resource");
  sqlite3_finalize(statement);
}

/* What SQLite says of a step, when it is a walk through all resources of a
** tenant: by the index of ids, of which only the tenant is known. */
static bool is_walk(const char *step) {
  return strstr(step, "sqlite_autoindex_scim_resource_1 (tenant=?)") != NULL;
}

/* A request that names one resource looks at no other: a walk is as slow as the
** tenant is large, and no other test would see it. */
static void none_walks_through_all_ids(void **state) {
  (void)state;
  for (int i = 0; i < STATEMENT_COUNT; i++) {
    char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", statement_texts[i]);
    sqlite3_stmt *plan = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW)
      if (is_walk((const char *)sqlite3_column_text(plan, 3)))
        fail_msg("got:  %s\n  in %s\n  want: no such step",
                 (const char *)sqlite3_column_text(plan, 3),
                 statement_texts[i]);
    sqlite3_finalize(plan);
    sqlite3_free(sql);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parameters_are_those_that_c_knows),
      cmocka_unit_test(columns_are_those_that_c_knows),
      cmocka_unit_test(numbers_are_those_of_sqlite),
      cmocka_unit_test(none_walks_through_all_ids),
  };
  return cmocka_run_group_tests(tests, open_database, close_database);
}
