/*
** rqlite_curl_test.c: libcurl is found by name, and with it all that is used.
*/
#include "../../shim/rqlite_curl.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

static void test_it_has_all_that_is_used(void **state) {
  RqliteCurl curl = {0};
  (void)state;
  assert_true(rqlite_curl_load(&curl));
#define RQLITE_CURL_IS_THERE(name) assert_non_null(curl.name);
  RQLITE_CURL_FUNCTIONS(RQLITE_CURL_IS_THERE)
  CURL *easy = curl.curl_easy_init();
  assert_non_null(easy);
  assert_int_equal(curl.curl_easy_setopt(easy, CURLOPT_URL, "http://a"),
                   CURLE_OK);
  curl.curl_easy_cleanup(easy);
}

static void test_it_may_be_loaded_again(void **state) {
  RqliteCurl first = {0}, second = {0};
  (void)state;
  assert_true(rqlite_curl_load(&first));
  assert_true(rqlite_curl_load(&second));
  assert_memory_equal(&first, &second, sizeof first);
}

static void test_what_it_does_not_have(void **state) {
  void *library = dlopen(RQLITE_CURL_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  void (*function)(void);
  (void)state;
  assert_non_null(library);
  assert_false(rqlite_curl_find(library, "curl_does_this", &function));
  dlclose(library);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_it_has_all_that_is_used),
      cmocka_unit_test(test_it_may_be_loaded_again),
      cmocka_unit_test(test_what_it_does_not_have),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
