/*
** groups_test.c: the groups of a page say the same as those of each resource on
** it, and cost as many statements as groups are within each other.
**
** SCIM_CASES is the number of random worlds, 200 unless told.
*/
#include "store_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../ext/store/groups.h"

static long long cases_wanted(void) {
  const char *cases = getenv("SCIM_CASES");
  return cases ? atoll(cases) : getenv("VALGRIND") ? 5 : 200;
}

#define PEOPLE 12 /* numbers 1 to 12 */
#define MOST 12   /* groups, 13 to 24: the last two are another tenant's */

/* Resources of two tenants with the same ids, and memberships between all of
** them at random: circles, groups within themselves, both sources, members of
** whom there is none, and groups without a name. */
static void random_world(Store *store, long long seed) {
  char sql[2000];
  snprintf(
      sql, sizeof sql,
      "DELETE FROM scim_member; DELETE FROM scim_resource;"
      "CREATE TEMP TABLE IF NOT EXISTS seed (x); DELETE FROM seed;"
      "INSERT INTO seed VALUES (%lld);"
      "WITH n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT %d)"
      "INSERT INTO scim_resource (" RESOURCE_COLUMNS ") SELECT i,"
      " iif(i > %d, 'acme', 'default'), iif(i > %d, 'Group', 'User'),"
      " iif(i > %d, 'r' || (i - 12), 'r' || i), 1, 't', 't',"
      " iif(i %% 2, json_object('displayName', 'G' || i), '{}') FROM n;"
      "WITH RECURSIVE n (i, x) AS (SELECT 1, x FROM seed UNION ALL"
      " SELECT i + 1, (x * 1103515245 + 12345) %% 2147483648 FROM n LIMIT 31)"
      "INSERT OR IGNORE INTO scim_member SELECT 13 + (x / 7) %% %d,"
      " 'r' || (1 + (x / 1000) %% 26), NULL, NULL,"
      " iif((x / 65536) %% 3, 'idp', 'manual') FROM n WHERE i > 1",
      seed, PEOPLE + MOST, PEOPLE + MOST - 2, PEOPLE, PEOPLE + MOST - 2, MOST);
  store_run(store, sql);
}

/* With a NUL behind it. */
static Text text_or_none(Store *store, const Json *list) {
  Arena *arena = &store->operation.arena;
  return arena_copy(arena, list ? json_text(arena, list) : TEXT("none"));
}

/* A page of all resources of the tenant, and of some that are not. */
static void a_page_says_the_same(void **state) {
  (void)state;
  static const char *const sees[] = {"", "idp", "manual"};
  long long cases = cases_wanted();
  Store store;
  store_open(&store);
  for (long long i = 0; i < cases; i++) {
    ArenaMark mark = arena_mark(&store.operation.arena);
    const char *source = sees[i % 3];
    random_world(&store, i);
    store.operation.sees = *source ? text_of(source) : NO_TEXT;
    Groups *page = groups_ask(
        &store.operation, TEXT("[22,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,"
                               "18,19,20,21,23,24,25,99]"));
    for (long long row = 1; row <= PEOPLE + MOST - 2; row++) {
      Text id = arena_format(&store.operation.arena, "r%lld", row);
      const char *want =
          text_or_none(&store, members_groups(&store.operation, id)).data;
      expect_text(id.data, text_or_none(&store, groups_of(page, row)), want);
      Buffer buffer = buffer_new(&store.operation.arena);
      if (!groups_write(page, row, &buffer)) buffer_string(&buffer, "none");
      expect_text("and as text", buffer_text(&buffer), want);
    }
    arena_release(&store.operation.arena, mark);
  }
  store_close(&store);
}

/* How often statements were run so far that read memberships. */
static long long count_runs(Store *store) {
  sqlite3_stmt *statement;
  assert_int_equal(
      sqlite3_prepare_v2(store->db,
                         "SELECT coalesce(sum(runs), 0) FROM scim_stmt WHERE "
                         "sql LIKE '%scim_member%' OR sql LIKE '%AS g%'",
                         -1, &statement, NULL),
      SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  long long runs = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return runs;
}

/* Of n people, each in the same group, which is in another: each level is one
** statement for memberships and one for names, and the last finds nothing. */
static void a_page_costs_its_levels(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *rows;
    long long runs;
  } cases[] = {
      {"nobody of the page is in a group", "[5]", 1},
      {"one is, in a group within a group", "[1]", 5},
      {"so are four, four times", "[1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4]", 5},
      {"the page is empty", "[]", 1},
  };
  Store store;
  store_open(&store);
  store_run(
      &store,
      "WITH n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 7)"
      "INSERT INTO scim_resource (" RESOURCE_COLUMNS ") SELECT i, 'default',"
      " iif(i > 5, 'Group', 'User'), 'r' || i, 1, 't', 't', '{}' FROM n;"
      "INSERT INTO scim_member SELECT 6, 'r' || i, NULL, NULL, 'idp'"
      " FROM (SELECT 1 AS i UNION SELECT 2 UNION SELECT 3 UNION SELECT 4);"
      "INSERT INTO scim_member VALUES (7, 'r6', NULL, NULL, 'idp')");
  for (size_t i = 0; i < COUNT(cases); i++) {
    long long before = count_runs(&store);
    groups_ask(&store.operation, text_of(cases[i].rows));
    expect_number(cases[i].sentence, count_runs(&store) - before,
                  cases[i].runs);
  }
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_page_says_the_same),
      cmocka_unit_test(a_page_costs_its_levels),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
