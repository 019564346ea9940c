/*
** circle_test.c: no group may be within itself, and the way is named.
*/
#include "store_test.h"

#include "../../ext/store/circle.h"

/* world > europe > sales, the last by hand, sales > ann, loop > loop2 > loop as
** an earlier version let it in, and a group of another tenant with an id of
** ours. */
static void add_groups(Store *store) {
  store_run(
      store,
      "INSERT INTO scim_resource (" RESOURCE_COLUMNS ") VALUES"
      " (1, 'default', 'User', 'ann', 1, 't', 't', '{}'),"
      " (10, 'default', 'Group', 'w', 1, 't', 't',"
      "  '{\"displayName\":\"World\"}'),"
      " (11, 'default', 'Group', 'e', 1, 't', 't',"
      "  '{\"displayName\":\"Europe\"}'),"
      " (12, 'default', 'Group', 's', 1, 't', 't', '{}'),"
      " (13, 'default', 'Group', 'l1', 1, 't', 't', '{}'),"
      " (14, 'default', 'Group', 'l2', 1, 't', 't', '{}'),"
      " (15, 'acme', 'Group', 'theirs', 1, 't', 't', '{}');"
      "INSERT INTO scim_member VALUES"
      " (10, 'e', 'Group', NULL, 'idp'), (10, 'e', 'Group', NULL, 'manual'),"
      " (11, 's', 'Group', NULL, 'manual'),"
      " (12, 'ann', 'User', NULL, 'idp'), (12, 'new', NULL, NULL, 'idp'),"
      " (13, 'l2', 'Group', NULL, 'idp'), (14, 'l1', 'Group', NULL, 'idp'),"
      " (15, 's', 'Group', NULL, 'idp')");
}

#define WOULD "'members' would put a group into itself: "

static void what_leads_back_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *sentence;
    long long group;
    const char *id, *name, *add, *want;
  } cases[] = {
      {"nothing to add", 12, "s", "Sales", "", ""},
      {"people", 12, "s", "Sales", "[{\"value\":\"bob\"}]", ""},
      {"a group that is beside", 12, "s", "Sales", "[{\"value\":\"l1\"}]", ""},
      {"one that is below already", 10, "w", "World", "[{\"value\":\"s\"}]",
       ""},
      {"itself", 12, "s", "Sales", "[{\"value\":\"s\"}]",
       WOULD "Sales -> Sales"},
      {"itself, by its id for want of a name", 12, "s", "",
       "[{\"value\":\"s\"}]", WOULD "s -> s"},
      {"the group that it is in", 12, "s", "Sales",
       "[{\"value\":\"bob\"},{\"value\":\"e\"}]",
       WOULD "Sales -> Europe -> Sales"},
      {"one farther up", 12, "s", "Sales", "[{\"value\":\"w\"}]",
       WOULD "Sales -> World -> Europe -> Sales"},
      {"where a group had been named before it was there", 0, "new", "New",
       "[{\"value\":\"w\"}]", WOULD "New -> World -> Europe -> s -> New"},
      {"a group of another tenant is nobody", 12, "s", "Sales",
       "[{\"value\":\"theirs\"}]", ""},
      {"in an old circle, people", 13, "l1", "", "[{\"value\":\"ann\"}]", ""},
      {"a member that is there", 13, "l1", "", "[{\"value\":\"l2\"}]", ""},
      {"itself", 13, "l1", "", "[{\"value\":\"l1\"}]", WOULD "l1 -> l1"},
  };
  Store store;
  store_open(&store);
  add_groups(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const char *add = cases[i].add;
    circle_check(&store.operation, cases[i].group, text_of(cases[i].id),
                 text_of(cases[i].name), *add ? text_of(add) : NO_TEXT);
    expect_text(cases[i].sentence, store.operation.detail, cases[i].want);
    expect_bool("is invalidValue, if anything",
                store.operation.error == ERROR_INVALID_VALUE,
                *cases[i].want != 0);
    error_clear(&store.operation);
  }
  store_close(&store);
}

/* A tower of 5,000 groups, each in two of the level above, closed at its foot:
** it is refused all the same, and soon. */
static void a_way_that_is_too_long_is_cut(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  store_run(&store,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            " WHERE i < 5000)"
            "INSERT INTO scim_resource (" RESOURCE_COLUMNS ") SELECT i,"
            " 'default', 'Group', 'g' || i,"
            " 1, 't', 't', '{}' FROM n;"
            "INSERT INTO scim_member SELECT i + 1, 'g' || i, 'Group', NULL,"
            " 'idp' FROM (SELECT resource AS i FROM scim_resource"
            " WHERE resource < 5000);"
            "INSERT INTO scim_member SELECT i + 2, 'g' || i, 'Group', NULL,"
            " 'idp' FROM (SELECT resource AS i FROM scim_resource"
            " WHERE resource < 4999)");
  circle_check(&store.operation, 1, TEXT("g1"), TEXT("Foot"),
               TEXT("[{\"value\":\"g5000\"}]"));
  expect_text("the way is not named to the end", store.operation.detail,
              WOULD "Foot -> … -> Foot");
  error_clear(&store.operation);
  circle_check(&store.operation, 1, TEXT("g1"), TEXT("Foot"),
               TEXT("[{\"value\":\"g5\"}]"));
  expect_text("a short one is the shortest", store.operation.detail,
              WOULD "Foot -> g5 -> g3 -> Foot");
  error_clear(&store.operation);
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_leads_back_is_refused),
      cmocka_unit_test(a_way_that_is_too_long_is_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
