/*
** tenant_test.c: a tenant and its settings, as they are read. What may be set
** is tested where it is refused.
*/
#include "store_test.h"

#include "../../ext/store/tenant.h"

static void settings_are_read_within_bounds(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *name;
    long long want;
  } cases[] = {
      {"a number", "number", 50},
      {"one below the least is the least", "small", 10},
      {"one above the most is the most", "large", 100},
      {"even one beyond 64 bits", "huge", 100},
      {"what is not set is the normal one", "other", 20},
      {"so is a number below 0", "negative", 20},
      {"and one with a fraction", "fraction", 20},
      {"and text", "text", 20},
      {"and null", "null", 20},
  };
  Store store;
  store_open(&store);
  JsonFault fault;
  Tenant tenant = {
      .settings = json_parse(
          &store.operation.arena,
          TEXT("{\"number\":50,\"small\":1,\"large\":1000,\"negative\":-5,"
               "\"fraction\":50.5,\"huge\":99999999999999999999,"
               "\"text\":\"50\",\"null\":null,\"on\":true,"
               "\"one\":1,\"off\":false}"),
          &fault)};
  assert_non_null(tenant.settings);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_number(cases[i].sentence,
                  tenant_number(&tenant, cases[i].name, 20, 10, 100),
                  cases[i].want);
  expect_bool("a word in other letters is the word",
              tenant_is(&tenant, "text", "50"), true);
  expect_bool("a number is no word", tenant_is(&tenant, "number", "50"), false);
  expect_bool("true is on", tenant_flag(&tenant, "on"), true);
  expect_bool("so is 1", tenant_flag(&tenant, "one"), true);
  expect_bool("false is not", tenant_flag(&tenant, "off"), false);
  expect_bool("nor another number", tenant_flag(&tenant, "number"), false);
  expect_bool("nor what is not set", tenant_flag(&tenant, "nothing"), false);
  store_close(&store);
}

static void a_tenant_is_found_by_its_name(void **state) {
  (void)state;
  Store store;
  Tenant tenant;
  store_open(&store);
  store_run(&store, "INSERT INTO scim_tenant (name, base_url) VALUES"
                    " ('acme', 'https://acme.example/scim')");
  expect_bool("one that is there",
              tenant_find(&store.operation, TEXT("acme"), &tenant), true);
  expect_text("with its base URL", tenant.base_url,
              "https://acme.example/scim");
  expect_bool("that has set nothing", tenant.settings != NULL, false);
  expect_bool("not in other letters",
              tenant_find(&store.operation, TEXT("Acme"), &tenant), false);
  expect_bool("not one that nobody has made",
              tenant_find(&store.operation, TEXT("nobody"), &tenant), false);
  store_close(&store);
}

static void settings_that_are_no_json_are_corrupt(void **state) {
  (void)state;
  Store store;
  Tenant tenant;
  store_open(&store);
  store_run(&store, "DROP TRIGGER scim_tenant_update;"
                    "UPDATE scim_tenant SET settings = '{'");
  tenant_find(&store.operation, TEXT("default"), &tenant);
  store_expect_error(&store, "nothing is known of what it wants",
                     SQLITE_CORRUPT,
                     "what scim_tenant holds for 'default' is not a JSON "
                     "object");
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(settings_are_read_within_bounds),
      cmocka_unit_test(a_tenant_is_found_by_its_name),
      cmocka_unit_test(settings_that_are_no_json_are_corrupt),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
