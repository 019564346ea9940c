/*
** unique_test.c: whose a value is, in both tables.
*/
#include "store_test.h"

#include "../../ext/store/unique.h"

static void add_owners(Store *store) {
  store_run(store, "INSERT INTO scim_resource (" RESOURCE_COLUMNS ") VALUES"
                   " (1, 'default', 'User', 'ann', 1, 't', 't', '{}'),"
                   " (2, 'acme', 'User', 'bob', 1, 't', 't', '{}');"
                   "INSERT INTO scim_unique VALUES"
                   " ('default', 'User', 'userName', 'ann', 1),"
                   " ('default', 'User', 'number', 7, 1),"
                   " ('acme', 'User', 'userName', 'bob', 2),"
                   " ('', 'User', 'badge', 'b-2', 2),"
                   " ('default', 'User', 'userName', 'ghost', 99);"
                   "INSERT INTO scim_value VALUES"
                   " ('default', 'User', 'title', 'chef', 1),"
                   " ('default', 'User', 'title', 'chef', 3),"
                   " ('acme', 'User', 'title', 'cook', 2)");
}

static void a_key_has_one_owner(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *type, *attribute, *key;
    bool global;
    long long want;
  } cases[] = {
      {"the owner", "User", "userName", "\"ann\"", false, 1},
      {"of a number", "User", "number", "7", false, 1},
      {"a number is not its text", "User", "number", "\"7\"", false, 0},
      {"not of another type", "Group", "userName", "\"ann\"", false, 0},
      {"not of another attribute", "User", "nickName", "\"ann\"", false, 0},
      {"not of another tenant", "User", "userName", "\"bob\"", false, 0},
      {"of another tenant, for all", "User", "badge", "\"b-2\"", true, 2},
      {"which is another list", "User", "badge", "\"b-2\"", false, 0},
  };
  Store store;
  store_open(&store);
  add_owners(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const ResourceType *type =
        schema_type(store.operation.schemas, text_of(cases[i].type));
    expect_number(cases[i].sentence,
                  unique_owner(&store.operation, type,
                               text_of(cases[i].attribute),
                               text_of(cases[i].key), cases[i].global),
                  cases[i].want);
  }
  store_close(&store);
}

/* Whose it really is nobody knows: so it is not given away. */
static void a_key_of_a_row_that_is_gone_is_corrupt(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  add_owners(&store);
  const ResourceType *user = schema_type(store.operation.schemas, TEXT("User"));
  unique_owner(&store.operation, user, TEXT("userName"), TEXT("\"ghost\""),
               false);
  store_expect_error(&store, "an error of the database", SQLITE_CORRUPT,
                     "scim_unique holds the 'userName' \"ghost\" of row 99, "
                     "which scim_resource does not have");
  store_close(&store);
}

static void a_value_may_have_several(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  add_owners(&store);
  const ResourceType *user = schema_type(store.operation.schemas, TEXT("User"));
  Text title = TEXT("title"), chef = TEXT("\"chef\"");
  expect_number("another than 1",
                value_owner(&store.operation, user, title, chef, 1), 3);
  expect_number("another than 3",
                value_owner(&store.operation, user, title, chef, 3), 1);
  expect_number("none of another tenant",
                value_owner(&store.operation, user, title, TEXT("\"cook\""), 0),
                0);
  store_run(&store, "DELETE FROM scim_value WHERE resource = 3");
  expect_number("none but oneself",
                value_owner(&store.operation, user, title, chef, 1), 0);
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_has_one_owner),
      cmocka_unit_test(a_key_of_a_row_that_is_gone_is_corrupt),
      cmocka_unit_test(a_value_may_have_several),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
