/*
** rates_test.c: buckets and tables of shim/rates.c, by a clock that stands
** still unless a test sets it.
*/
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

int rates_clock(clockid_t clock, struct timespec *time);
#define clock_gettime rates_clock
#include "../../shim/moment.c"
#include "../../shim/rates.c"

static double now;

int rates_clock(clockid_t clock, struct timespec *time) {
  (void)clock;
  time->tv_sec = (time_t)now;
  time->tv_nsec = (long)((now - (double)time->tv_sec) * 1e9);
  return 0;
}

static void configure(long failures, long rate, long burst) {
  now = 1000;
  rates_configure(
      &(RatesLimits){.failures = failures, .rate = rate, .burst = burst});
}

static uint64_t caller_of(const char *token) {
  return rates_caller(token, strlen(token), NULL, 0);
}

static void refuse(const char *address, int times) {
  for (int i = 0; i < times; i++)
    rates_refuse(rates_address(address), caller_of("none"));
}

static int wait_of(const char *address) {
  return rates_wait(rates_address(address));
}

static bool knows(uint64_t caller) {
  uint64_t tenant;
  bool asks;
  return rates_knows(caller, &tenant, &asks);
}

static void set_terms(const char *token, long rate, long burst) {
  rates_set_terms(caller_of(token),
                  &(RatesTerms){.rate = rate, .burst = burst, .tenant = 7});
}

/* How many requests may go on at once? At most 100 are tried. */
static int count(const char *token) {
  int passed = 0;
  while (passed < 100 && rates_count(caller_of(token)) == 0) passed++;
  return passed;
}

/*
** Keys.
*/

static void an_ipv6_address_counts_by_its_network(void **state) {
  (void)state;
  configure(1, 0, 0);
  assert_int_equal(rates_address("2001:db8:1:2:3:4:5:6"),
                   rates_address("2001:db8:1:2::ffff"));
  assert_int_not_equal(rates_address("2001:db8:1:2::1"),
                       rates_address("2001:db8:1:3::1"));
}

static void a_mapped_address_is_the_one_in_it(void **state) {
  (void)state;
  configure(1, 0, 0);
  assert_int_equal(rates_address("::ffff:192.0.2.1"),
                   rates_address("192.0.2.1"));
  assert_int_not_equal(rates_address("192.0.2.1"), rates_address("192.0.2.2"));
}

static void two_texts_are_not_one(void **state) {
  (void)state;
  configure(1, 0, 0);
  assert_int_not_equal(rates_caller("ab", 2, "c", 1),
                       rates_caller("a", 1, "bc", 2));
  assert_int_not_equal(rates_caller("12345678", 8, "", 0),
                       rates_caller("", 0, "12345678", 8));
  assert_int_not_equal(rates_caller("a", 1, "", 0),
                       rates_caller("a\0", 2, "", 0));
}

/* The example of SipHash's authors: the bytes 0 to 14, by a key of 0 to 15. */
static void keys_are_siphash(void **state) {
  (void)state;
  char message[15];
  uint64_t v[4];
  for (int i = 0; i < 15; i++) message[i] = (char)i;
  v[0] = 0x0706050403020100U ^ 0x736f6d6570736575U;
  v[1] = 0x0f0e0d0c0b0a0908U ^ 0x646f72616e646f6dU;
  v[2] = 0x0706050403020100U ^ 0x6c7967656e657261U;
  v[3] = 0x0f0e0d0c0b0a0908U ^ 0x7465646279746573U;
  rates_take_text(v, message, sizeof message);
  v[2] ^= 0xff;
  rates_mix(v, 4);
  assert_true((v[0] ^ v[1] ^ v[2] ^ v[3]) == 0xa129ca6149be45e5U);
}

static void a_process_has_keys_of_its_own(void **state) {
  (void)state;
  configure(1, 0, 0);
  uint64_t before = caller_of("token");
  configure(1, 0, 0);
  assert_int_not_equal(before, caller_of("token"));
}

/*
** Strangers.
*/

static void an_address_may_be_refused_as_often_as_its_burst(void **state) {
  (void)state;
  configure(2, 0, 0);
  refuse("192.0.2.1", 2 * RATES_FAILURE_BURST - 1);
  assert_int_equal(wait_of("192.0.2.1"), 0);
  refuse("192.0.2.1", 1);
  assert_int_equal(wait_of("192.0.2.1"), 1);
  assert_int_equal(wait_of("192.0.2.2"), 0);
  now += 0.4;
  assert_int_equal(wait_of("192.0.2.1"), 1);
  now += 0.2;
  assert_int_equal(wait_of("192.0.2.1"), 0);
}

static void who_goes_on_has_the_rate_and_no_worse(void **state) {
  (void)state;
  configure(1, 0, 0);
  refuse("192.0.2.1", 100 * RATES_FAILURE_BURST);
  assert_int_equal(wait_of("192.0.2.1"), 2);
  now += 1.1;
  assert_int_equal(wait_of("192.0.2.1"), 0);
  refuse("192.0.2.1", 1);
  assert_true(wait_of("192.0.2.1") > 0);
}

static void all_addresses_together_have_a_limit(void **state) {
  (void)state;
  char address[32];
  configure(1, 0, 0);
  for (int i = 0; i < 5 * 100; i++) {
    snprintf(address, sizeof address, "10.0.%d.%d", i / 250, i % 250);
    assert_int_equal(wait_of(address), 0);
    refuse(address, 1);
  }
  assert_int_equal(wait_of("192.0.2.1"), 1);
  now += 1;
  assert_int_equal(wait_of("192.0.2.1"), 0);
}

/* However many others there are: those who have used nothing go first. */
static void who_has_used_most_is_kept_longest(void **state) {
  (void)state;
  char address[32];
  configure(100, 0, 0);
  refuse("192.0.2.1", 100 * RATES_FAILURE_BURST);
  for (int i = 0; i < 30000; i++) {
    snprintf(address, sizeof address, "10.0.%d.%d", i / 250, i % 250);
    refuse(address, 1);
  }
  assert_true(
      rates_find(rates_row(&rates_addresses, rates_address("192.0.2.1")),
                 rates_address("192.0.2.1")));
}

static void without_a_limit_nobody_waits(void **state) {
  (void)state;
  configure(0, 0, 0);
  refuse("192.0.2.1", 1000000);
  assert_int_equal(wait_of("192.0.2.1"), 0);
}

/*
** Those who are known.
*/

static void who_was_let_in_is_known_until_he_is_refused(void **state) {
  (void)state;
  configure(1, 0, 0);
  assert_false(knows(caller_of("one")));
  rates_admit(caller_of("one"));
  now += 1e6;
  assert_true(knows(caller_of("one")));
  assert_false(knows(caller_of("two")));
  rates_refuse(rates_address("192.0.2.1"), caller_of("one"));
  assert_false(knows(caller_of("one")));
}

/* Of ten times as many as there is room for, one who keeps asking stays. */
static void who_asks_is_not_forgotten(void **state) {
  (void)state;
  char token[32];
  configure(1, 0, 0);
  rates_admit(caller_of("one"));
  for (int i = 0; i < 10 * RATES_ROWS * RATES_PLACES; i++) {
    now += 0.001;
    snprintf(token, sizeof token, "token %d", i);
    rates_admit(caller_of(token));
    assert_true(knows(caller_of("one")));
  }
}

static void a_token_has_its_burst_and_then_its_rate(void **state) {
  (void)state;
  configure(1, 10, 5);
  rates_admit(caller_of("one"));
  rates_admit(caller_of("two"));
  for (int i = 0; i < 5; i++)
    assert_int_equal(rates_count(caller_of("one")), 0);
  assert_int_equal(rates_count(caller_of("one")), 1);
  assert_int_equal(rates_count(caller_of("two")), 0);
  now += 0.11;
  assert_int_equal(rates_count(caller_of("one")), 0);
  assert_int_equal(rates_count(caller_of("one")), 1);
}

static void to_be_let_in_again_gives_no_more(void **state) {
  (void)state;
  configure(1, 10, 5);
  rates_admit(caller_of("one"));
  for (int i = 0; i < 5; i++)
    assert_int_equal(rates_count(caller_of("one")), 0);
  rates_admit(caller_of("one"));
  assert_int_equal(rates_count(caller_of("one")), 1);
}

static void without_a_rate_all_may_go_on(void **state) {
  (void)state;
  configure(1, 0, 0);
  rates_admit(caller_of("one"));
  for (int i = 0; i < 100000; i++)
    assert_int_equal(rates_count(caller_of("one")), 0);
}

/*
** Terms of their own.
*/

static void a_caller_has_the_terms_of_his_tenant(void **state) {
  (void)state;
  configure(1, 0, 0);
  rates_admit(caller_of("one"));
  rates_admit(caller_of("two"));
  set_terms("one", 10, 5);
  assert_int_equal(count("one"), 5);
  assert_int_equal(count("two"), 100);
  now += 0.21;
  assert_int_equal(count("one"), 2);
}

static void what_is_not_said_is_the_command_lines(void **state) {
  (void)state;
  configure(1, 10, 5);
  const struct {
    long rate, burst;
    int passed;
  } cases[] = {{-1, 0, 5}, {-1, 8, 8}, {3, 0, 3}, {3, 9, 9}, {0, 9, 100}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    rates_admit(caller_of("one"));
    set_terms("one", cases[i].rate, cases[i].burst);
    assert_int_equal(count("one"), cases[i].passed);
    now += 10;
  }
}

static void new_terms_are_no_new_burst(void **state) {
  (void)state;
  configure(1, 0, 0);
  rates_admit(caller_of("one"));
  set_terms("one", 10, 5);
  assert_int_equal(count("one"), 5);
  set_terms("one", 10, 5);
  assert_int_equal(count("one"), 0);
  set_terms("one", 10, 8);
  assert_int_equal(count("one"), 3);
  set_terms("one", 10, 2);
  assert_int_equal(rates_count(caller_of("one")), 1);
  now += 0.11;
  assert_int_equal(count("one"), 1);
}

/* One of many requests is told to, and what it learns holds for two seconds. */
static void terms_are_asked_for_now_and_then(void **state) {
  (void)state;
  uint64_t tenant;
  bool asks;
  configure(1, 0, 0);
  rates_admit(caller_of("one"));
  assert_true(rates_knows(caller_of("one"), &tenant, &asks));
  assert_true(asks);
  assert_int_equal(tenant, 0);
  assert_true(rates_knows(caller_of("one"), &tenant, &asks));
  assert_false(asks);
  set_terms("one", 10, 5);
  now += 1.9;
  assert_true(rates_knows(caller_of("one"), &tenant, &asks));
  assert_false(asks);
  assert_int_equal(tenant, 7);
  now += 0.2;
  assert_true(rates_knows(caller_of("one"), &tenant, &asks));
  assert_true(asks);
  assert_false(rates_knows(caller_of("two"), &tenant, &asks));
  assert_false(asks);
}

static void who_is_not_known_has_no_terms(void **state) {
  (void)state;
  configure(1, 0, 0);
  set_terms("one", 1, 1);
  assert_false(knows(caller_of("one")));
  rates_admit(caller_of("one"));
  assert_int_equal(count("one"), 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_ipv6_address_counts_by_its_network),
      cmocka_unit_test(a_mapped_address_is_the_one_in_it),
      cmocka_unit_test(two_texts_are_not_one),
      cmocka_unit_test(keys_are_siphash),
      cmocka_unit_test(a_process_has_keys_of_its_own),
      cmocka_unit_test(an_address_may_be_refused_as_often_as_its_burst),
      cmocka_unit_test(who_goes_on_has_the_rate_and_no_worse),
      cmocka_unit_test(all_addresses_together_have_a_limit),
      cmocka_unit_test(who_has_used_most_is_kept_longest),
      cmocka_unit_test(without_a_limit_nobody_waits),
      cmocka_unit_test(who_was_let_in_is_known_until_he_is_refused),
      cmocka_unit_test(who_asks_is_not_forgotten),
      cmocka_unit_test(a_token_has_its_burst_and_then_its_rate),
      cmocka_unit_test(to_be_let_in_again_gives_no_more),
      cmocka_unit_test(without_a_rate_all_may_go_on),
      cmocka_unit_test(a_caller_has_the_terms_of_his_tenant),
      cmocka_unit_test(what_is_not_said_is_the_command_lines),
      cmocka_unit_test(new_terms_are_no_new_burst),
      cmocka_unit_test(terms_are_asked_for_now_and_then),
      cmocka_unit_test(who_is_not_known_has_no_terms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
