/*
** find_test.c: which resource an id or a row finds, and what its document is
** made of.
*/
#include "store_test.h"

#include "../../ext/store/find.h"

#define TIMES "'2026-01-02T03:04:05.678Z', '2026-02-03T04:05:06.789Z'"

static void add_resources(Store *store) {
  store_run(store,
            "INSERT INTO scim_resource (" RESOURCE_COLUMNS ") VALUES"
            " (1, 'default', 'User', 'ann', 3, " TIMES ","
            "  '{\"userName\":\"ann\"}'),"
            " (2, 'default', 'Group', 'all', 1, " TIMES ","
            "  '{\"displayName\":\"All\"}'),"
            " (3, 'acme', 'User', 'bob', 1, " TIMES ", '{}'),"
            " (4, 'default', 'Gone', 'gone', 1, " TIMES ", '{}'),"
            " (5, 'default', 'User', 'bad', 1, " TIMES ", '[]');"
            "INSERT INTO scim_member VALUES (2, 'ann', 'User', NULL, 'idp')");
}

static const ResourceType *type_of(Store *store, const char *name) {
  return name ? schema_type(store->operation.schemas, text_of(name)) : NULL;
}

static void ids_find_what_is_of_the_tenant_and_type(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *type, *id;
    bool want;
  } cases[] = {
      {"a user by its id", "User", "ann", true},
      {"of whatever type", NULL, "ann", true},
      {"not of another type", "Group", "ann", false},
      {"not of another tenant", "User", "bob", false},
      {"not in other letters", "User", "ANN", false},
      {"not of a type that is not defined any more", NULL, "gone", false},
      {"nobody", NULL, "", false},
  };
  Store store;
  store_open(&store);
  add_resources(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Resource resource;
    bool got = find_by_id(&store.operation, type_of(&store, cases[i].type),
                          text_of(cases[i].id), &resource);
    expect_bool(cases[i].sentence, got, cases[i].want);
    if (got) expect_text(cases[i].sentence, resource.id, cases[i].id);
    expect_bool("without an error", failed(&store.operation), false);
  }
  store_close(&store);
}

static void rows_find_what_is_of_the_tenant(void **state) {
  (void)state;
  Store store;
  Resource resource;
  store_open(&store);
  add_resources(&store);
  expect_bool("a row", find_by_row(&store.operation, 2, &resource), true);
  expect_text("is that one", resource.id, "all");
  expect_bool("not one of another tenant, whatever an index says",
              find_by_row(&store.operation, 3, &resource), false);
  expect_bool("a row that is not there",
              find_by_row(&store.operation, 99, &resource), false);
  store_close(&store);
}

static void what_is_no_object_is_corrupt(void **state) {
  (void)state;
  Store store;
  Resource resource;
  store_open(&store);
  add_resources(&store);
  expect_bool("a broken document is not found",
              find_by_row(&store.operation, 5, &resource), false);
  store_expect_error(&store, "but an error of the database", SQLITE_CORRUPT,
                     "what scim_resource holds for 'bad' is not a JSON object");
  store_close(&store);
}

/* Of the user, who has no members, and of the group, which is in none. */
static void documents_include_what_is_asked_for(void **state) {
  (void)state;
#define ANN "{\"userName\":\"ann\""
#define ALL "{\"displayName\":\"All\""
#define META(type, place, version)                                             \
  ",\"meta\":{\"resourceType\":\"" type                                        \
  "\",\"created\":\"2026-01-02T03:04:05.678Z\","                               \
  "\"lastModified\":\"2026-02-03T04:05:06.789Z\",\"location\":\"http://"       \
  "x/" place "\",\"version\":\"W/\\\"" version "\\\"\"}}"
  static const struct {
    const char *id;
    Include include;
    const char *want;
  } cases[] = {
      {"ann", {.meta = false}, ANN "}"},
      {"ann", {.meta = true}, ANN META("User", "Users/ann", "3")},
      {"ann", {.members = true}, ANN "}"},
      {"ann",
       {.groups = true},
       ANN ",\"groups\":[{\"value\":\"all\",\"$ref\":\"Groups/all\","
           "\"display\":\"All\",\"type\":\"direct\"}]}"},
      {"all", {.groups = true}, ALL "}"},
      {"all",
       {.meta = true, .members = true},
       ALL ",\"members\":[{\"value\":\"ann\",\"$ref\":\"Users/ann\","
           "\"type\":\"User\"}]" META("Group", "Groups/all", "1")},
  };
  Store store;
  store_open(&store);
  add_resources(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Resource resource;
    Operation *operation = &store.operation;
    find_by_id(operation, NULL, text_of(cases[i].id), &resource);
    Json *doc =
        find_document(operation, &resource, TEXT("http://x"), cases[i].include);
    expect_text(cases[i].id, json_text(&operation->arena, doc), cases[i].want);
  }
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ids_find_what_is_of_the_tenant_and_type),
      cmocka_unit_test(rows_find_what_is_of_the_tenant),
      cmocka_unit_test(what_is_no_object_is_corrupt),
      cmocka_unit_test(documents_include_what_is_asked_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
