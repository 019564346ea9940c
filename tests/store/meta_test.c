/*
** meta_test.c: what the installation knows of itself.
*/
#include "store_test.h"

#include "../../ext/store/meta.h"

static void the_key_of_cursors_is_made_once(void **state) {
  (void)state;
  Store store, other;
  store_open_made(&store);
  store_open_made(&other);
  Text key = meta_cursor_key(&store.operation);
  expect_number("256 bits, in hexadecimal", (long long)key.size, 64);
  store_run(&store, "SELECT scim_init()");
  expect_bool("scim_init leaves it as it is",
              text_equal(meta_cursor_key(&store.operation), key), true);
  expect_bool("another database has another",
              text_equal(meta_cursor_key(&other.operation), key), false);
  store_close(&other);
  store_close(&store);
}

/* With an empty one anybody could sign cursors. */
static void without_a_key_the_database_is_corrupt(void **state) {
  (void)state;
  static const char *const damages[] = {
      "UPDATE scim_meta SET value = '' WHERE name = 'cursor_key'",
      "DELETE FROM scim_meta WHERE name = 'cursor_key'"};
  Store store;
  store_open_made(&store);
  for (size_t i = 0; i < COUNT(damages); i++) {
    store_run(&store, damages[i]);
    meta_cursor_key(&store.operation);
    store_expect_error(&store, damages[i], SQLITE_CORRUPT,
                       "scim_meta holds no 'cursor_key'");
  }
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_key_of_cursors_is_made_once),
      cmocka_unit_test(without_a_key_the_database_is_corrupt),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
