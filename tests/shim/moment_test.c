/*
** moment_test.c: the clock by which scimd waits (shim/moment.c).
*/
#define _POSIX_C_SOURCE 200809L
#include "../../shim/moment.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition;

/* With the mutex held until it waits. */
static void *signal_it(void *nothing) {
  pthread_mutex_lock(&mutex);
  pthread_cond_signal(&condition);
  pthread_mutex_unlock(&mutex);
  return nothing;
}

static void it_never_goes_back(void **state) {
  (void)state;
  long long last = moment_now();
  for (int i = 0; i < 100000; i++) {
    long long now = moment_now();
    assert_true(now >= last);
    last = now;
  }
}

static void milliseconds_are_the_same_clock(void **state) {
  (void)state;
  long long before = moment_now() / MOMENT_MILLISECOND,
            between = moment_milliseconds(),
            after = moment_now() / MOMENT_MILLISECOND;
  assert_true(before <= between && between <= after);
}

static void the_day_is_written_in_utc(void **state) {
  (void)state;
  char text[MOMENT_TEXT];
  struct tm read = {0};
  time_t before = time(NULL);
  setenv("TZ", "Asia/Kolkata", 1);
  moment_write(text);
  assert_int_equal(strlen(text), strlen("2026-11-27T10:00:00.000Z"));
  assert_int_equal(sscanf(text, "%d-%d-%dT%d:%d:%d", &read.tm_year,
                          &read.tm_mon, &read.tm_mday, &read.tm_hour,
                          &read.tm_min, &read.tm_sec),
                   6);
  read.tm_year -= 1900;
  read.tm_mon -= 1;
  setenv("TZ", "UTC", 1);
  time_t written = mktime(&read);
  assert_true(before <= written && written <= time(NULL));
}

static void a_wait_ends_at_its_moment_and_not_before(void **state) {
  (void)state;
  long long until = moment_now() + 20 * MOMENT_MILLISECOND;
  pthread_mutex_lock(&mutex);
  while (moment_wait(&condition, &mutex, until)) continue;
  pthread_mutex_unlock(&mutex);
  assert_true(moment_now() >= until);
}

static void a_signal_ends_it_before(void **state) {
  (void)state;
  pthread_t other;
  pthread_mutex_lock(&mutex);
  assert_int_equal(pthread_create(&other, NULL, signal_it, NULL), 0);
  assert_true(
      moment_wait(&condition, &mutex, moment_now() + 600 * MOMENT_SECOND));
  pthread_mutex_unlock(&mutex);
  pthread_join(other, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_never_goes_back),
      cmocka_unit_test(milliseconds_are_the_same_clock),
      cmocka_unit_test(the_day_is_written_in_utc),
      cmocka_unit_test(a_wait_ends_at_its_moment_and_not_before),
      cmocka_unit_test(a_signal_ends_it_before),
  };
  moment_init_condition(&condition);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
