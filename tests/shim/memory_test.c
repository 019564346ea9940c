/*
** memory_test.c: when memory is given back (shim/memory.c), by a clock that
** stands still, and a process and a C library that are what a test says.
*/
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef __GLIBC__

#include <malloc.h>

/* In memory, and of that what would be given back, in megabytes. */
static long resident, unused;
static int trims, looks;
static long long clock_now; /* in milliseconds */

static ssize_t read_resident(int file, char *text, size_t size) {
  long page = sysconf(_SC_PAGESIZE) / 1024;
  (void)file;
  looks++;
  return snprintf(text, size, "99 %ld 7", resident * 1024 / page);
}

static int trim(size_t left) {
  assert_int_equal(left, 65536);
  resident -= unused;
  unused = 0;
  return ++trims;
}

#define read(file, text, size) read_resident(file, text, size)
#define malloc_trim trim
#include "../../shim/memory.c"
#undef read
#undef malloc_trim

long long moment_milliseconds(void) { return clock_now; }

/* A process of 40 MB, which has been looked at. */
static int start(void **state) {
  (void)state;
  clock_now += 100000;
  resident = 40;
  unused = 0;
  atomic_store(&memory_least, 0);
  memory_tidy(true);
  atomic_store(&memory_next, clock_now + 1000);
  trims = looks = 0;
  return 0;
}

/* After so many milliseconds a request has ended, since which so many more are
** in memory, of which so many are not used. Returns how many are left. */
static long end(int milliseconds, long more, long of_these) {
  clock_now += milliseconds;
  resident += more;
  unused += of_these;
  memory_tidy(false);
  return resident;
}

static void test_16_MiB_more_than_the_least_are_given_back(void **state) {
  (void)state;
  assert_int_equal(end(1000, 15, 15), 55);
  assert_int_equal(trims, 0);
  assert_int_equal(end(1000, 1, 1), 40);
  assert_int_equal(trims, 1);
}

static void test_it_is_looked_at_once_a_second(void **state) {
  (void)state;
  assert_int_equal(end(999, 30, 30), 70);
  assert_int_equal(looks, 0);
  assert_int_equal(end(1, 0, 0), 40);
  assert_true(looks > 0);
}

static void test_behind_a_large_reply_at_once(void **state) {
  (void)state;
  end(1000, 0, 0);
  assert_int_equal(end(1, 30, 30), 70);
  memory_tidy(true);
  assert_int_equal(resident, 40);
}

/* What is in use cannot be given back: nobody tries each second. */
static void test_in_vain_it_is_tried_every_5_seconds(void **state) {
  (void)state;
  assert_int_equal(end(1000, 50, 3), 87);
  assert_int_equal(trims, 1);
  for (int i = 0; i < 4; i++) end(1000, 0, 0);
  assert_int_equal(trims, 1);
  assert_int_equal(end(1000, 20, 20), 87);
  assert_int_equal(trims, 2);
}

#define EACH(test) cmocka_unit_test_setup(test, start)

int main(void) {
  const struct CMUnitTest tests[] = {
      EACH(test_16_MiB_more_than_the_least_are_given_back),
      EACH(test_it_is_looked_at_once_a_second),
      EACH(test_behind_a_large_reply_at_once),
      EACH(test_in_vain_it_is_tried_every_5_seconds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else
int main(void) { return 0; }
#endif
