/*
** install_test.c: which tables scim_init takes for its own, and what a new
** database holds. Upgrades are tested in upgrade.sh.
*/
#include "store_test.h"

#include <stdio.h>

#include "../../ext/store/install.h"

/* They come in before the trigger that would say how they are called. */
static void definitions_are_named_without_their_triggers(void **state) {
  (void)state;
  Store store;
  store_open_made(&store);
  expect_text("schemas by their ids",
              store_ask(&store, "SELECT count(*) FROM scim_schema"
                                " WHERE id = json_extract(definition, '$.id')"),
              "3");
  expect_text("types by their names and endpoints",
              store_ask(&store,
                        "SELECT name || '=' || endpoint FROM scim_resource_type"
                        " WHERE name = json_extract(definition, '$.name')"
                        " ORDER BY name"),
              "Group=/Groups User=/Users");
  expect_text("and nothing is wrong with them",
              store_ask(&store, "SELECT count(*) FROM scim_mistake"), "0");
  store_close(&store);
}

static void versions_are_told_apart(void **state) {
  (void)state;
  static const struct {
    const char *sentence;
    int above; /* the version of the program */
    const char *want;
  } cases[] = {
      {"the program's own", 0, ""},
      {"a later one", 1, "the scim tables are those of a newer version"},
      {"an earlier one", -1,
       "the scim tables are those of an earlier version: SELECT scim_init()"},
  };
  Store store;
  store_open_made(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    char sql[80];
    snprintf(sql, sizeof sql,
             "UPDATE scim_meta SET value = %d WHERE name = 'version'",
             INSTALL_VERSION + cases[i].above);
    store_run(&store, sql);
    install_check_version(&store.operation);
    store_expect_error(&store, cases[i].sentence,
                       *cases[i].want ? SQLITE_ERROR : SQLITE_OK,
                       cases[i].want);
  }
  store_close(&store);
}

/* Nothing is done to tables that are not understood. */
static void tables_of_no_version_are_left_alone(void **state) {
  (void)state;
  static const struct {
    const char *damage, *want;
    int code;
  } cases[] = {
      {"UPDATE scim_meta SET value = 99 WHERE name = 'version'",
       "the scim tables are those of a newer version", SQLITE_ERROR},
      {"DELETE FROM scim_meta WHERE name = 'version'",
       "scim_meta holds no 'version'", SQLITE_CORRUPT},
  };
  Store store;
  store_open_made(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    store_run(&store, cases[i].damage);
    int changes = sqlite3_total_changes(store.db);
    expect_number(cases[i].damage,
                  install_run(&store.operation, &(Install){.says = false}), 0);
    store_expect_error(&store, cases[i].damage, cases[i].code, cases[i].want);
    expect_number("and nothing is changed", sqlite3_total_changes(store.db),
                  changes);
  }
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(definitions_are_named_without_their_triggers),
      cmocka_unit_test(versions_are_told_apart),
      cmocka_unit_test(tables_of_no_version_are_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
