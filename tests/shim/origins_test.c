/*
** origins_test.c: which addresses count as one, and that what is counted down
** is forgotten.
*/
#include "../../shim/origins.c"
#include "../../shim/ring.c"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

/* Counts one from this address, in the usual notation. */
static Origin *come_from(Origins *origins, const char *text) {
  struct sockaddr_in v4 = {.sin_family = AF_INET};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
  if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
    return origins_add(origins, (struct sockaddr *)&v4);
  assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
  return origins_add(origins, (struct sockaddr *)&v6);
}

static void test_one_address_is_one_origin(void **state) {
  (void)state;
  Origins *origins = origins_new(10);
  Origin *origin = come_from(origins, "192.0.2.1");
  assert_ptr_equal(come_from(origins, "192.0.2.1"), origin);
  assert_int_equal(origin->connections, 2);
  assert_ptr_not_equal(come_from(origins, "192.0.2.2"), origin);
  assert_ptr_equal(come_from(origins, "::ffff:192.0.2.1"), origin);
  origins_free(origins);
}

static void test_64_bits_of_ipv6_are_one_origin(void **state) {
  (void)state;
  Origins *origins = origins_new(10);
  Origin *origin = come_from(origins, "2001:db8:1:2::1");
  assert_ptr_equal(come_from(origins, "2001:db8:1:2:ffff::9"), origin);
  assert_ptr_not_equal(come_from(origins, "2001:db8:1:3::1"), origin);
  /* The bits of an address of IPv4 at another place are none. */
  assert_ptr_not_equal(come_from(origins, "0:0:c000:201::"),
                       come_from(origins, "192.0.2.1"));
  origins_free(origins);
}

static void test_the_last_one_takes_the_origin_along(void **state) {
  (void)state;
  Origins *origins = origins_new(2);
  Origin *first = come_from(origins, "192.0.2.1");
  Origin *second = come_from(origins, "192.0.2.2");
  assert_null(come_from(origins, "192.0.2.3"));
  origins_remove(origins, first);
  Origin *third = come_from(origins, "192.0.2.3");
  assert_ptr_equal(third, first); /* its room, with another address */
  assert_int_equal(third->connections, 1);
  assert_ptr_equal(come_from(origins, "192.0.2.2"), second);
  origins_free(origins);
}

/* All in few buckets: whoever leaves is found among the others. */
static void test_many_come_and_go(void **state) {
  (void)state;
  enum { MANY = 1000 };
  static Origin *there[MANY];
  Origins *origins = origins_new(MANY);
  for (int round = 0; round < 3; round++) {
    for (unsigned i = 0; i < MANY; i++) {
      char text[32];
      snprintf(text, sizeof text, "10.%d.%u.%u", round, i / 250, i % 250);
      there[i] = come_from(origins, text);
      assert_non_null(there[i]);
      assert_int_equal(there[i]->connections, 1);
    }
    assert_null(come_from(origins, "192.0.2.1"));
    for (unsigned i = 0; i < MANY; i++)
      origins_remove(origins, there[(i * 7) % MANY]);
  }
  for (size_t i = 0; i <= origins->mask; i++) assert_null(origins->buckets[i]);
  origins_free(origins);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_address_is_one_origin),
      cmocka_unit_test(test_64_bits_of_ipv6_are_one_origin),
      cmocka_unit_test(test_the_last_one_takes_the_origin_along),
      cmocka_unit_test(test_many_come_and_go),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
