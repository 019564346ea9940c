/*
** interrupt_test.c: what a command does when it is told to end
** (shim/interrupt.c), each time in a process of its own, by a clock that stands
** still unless a test sets it.
*/
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static int interrupt_clock(clockid_t clock, struct timespec *time);
#define clock_gettime interrupt_clock
#include "../../shim/interrupt.c"

static time_t now = 1000; /* in seconds */

static int interrupt_clock(clockid_t clock, struct timespec *time) {
  assert_int_equal(clock, CLOCK_MONOTONIC);
  *time = (struct timespec){.tv_sec = now};
  return 0;
}

/* What became of a process that did that: its exit status, or the signal that
** ended it as a negative number. */
static int outcome_of(void (*act)(void)) {
  int status = 0;
  pid_t child = fork();
  if (child == 0) {
    act();
    _exit(interrupt_came() ? 10 : 20);
  }
  assert_true(child > 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void nothing_comes(void) { interrupt_catch(); }

static void one_comes(void) {
  interrupt_catch();
  raise(SIGINT);
}

static void the_terminal_is_closed(void) {
  interrupt_catch();
  raise(SIGHUP);
}

static void it_comes_twice_at_once(void) {
  interrupt_catch();
  raise(SIGTERM);
  raise(SIGTERM);
}

static void it_comes_within_a_second(void) {
  it_comes_twice_at_once();
  now += 1;
  raise(SIGTERM);
}

static void the_second_comes_later(void) {
  it_comes_twice_at_once();
  now += 2;
  raise(SIGTERM);
}

static void it_is_ignored(void) {
  signal(SIGINT, SIG_IGN);
  interrupt_catch();
  raise(SIGINT);
}

static void a_signal_leaves_a_mark(void **state) {
  (void)state;
  assert_int_equal(outcome_of(nothing_comes), 20);
  assert_int_equal(outcome_of(one_comes), 10);
  assert_int_equal(outcome_of(the_terminal_is_closed), 10);
}

/* As timeout(1) sends it: to its command, and to the group of it. */
static void twice_at_once_is_one_wish(void **state) {
  (void)state;
  assert_int_equal(outcome_of(it_comes_twice_at_once), 10);
  assert_int_equal(outcome_of(it_comes_within_a_second), 10);
}

static void a_second_one_later_ends_the_program(void **state) {
  (void)state;
  assert_int_equal(outcome_of(the_second_comes_later), -SIGTERM);
}

static void what_is_ignored_stays_so(void **state) {
  (void)state;
  assert_int_equal(outcome_of(it_is_ignored), 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_signal_leaves_a_mark),
      cmocka_unit_test(twice_at_once_is_one_wish),
      cmocka_unit_test(a_second_one_later_ends_the_program),
      cmocka_unit_test(what_is_ignored_stays_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
