/*
** queue_test.c: who waits for the writer, how long, and when he is told to come
** again, by a clock that stands still unless a test sets it; and that those who
** come together are found together.
*/
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

int queue_clock(clockid_t clock, struct timespec *time);
#define clock_gettime queue_clock
#include "../../shim/moment.c"
#include "../../shim/queue.c"

static long now; /* in milliseconds */
static int refused;

int queue_clock(clockid_t clock, struct timespec *time) {
  (void)clock;
  time->tv_sec = now / 1000;
  time->tv_nsec = now % 1000 * MOMENT_MILLISECOND;
  return 0;
}

void metrics_write_refused(void) { refused++; }
void metrics_gathered(void) {}

static Queue queue;
static Job first, second;

static void begin(Job *job) {
  *job = (Job){0};
  queue_begin(job, moment_now());
  queue_enter_all(&queue, job, 1);
}

/* The writer has the first job, and the second one waits. */
static void occupy(size_t places, long patience) {
  now = 1000000;
  refused = 0;
  queue_init(&queue, places, patience);
  begin(&first);
  assert_ptr_equal(queue_take(&queue, 0), &first);
  begin(&second);
}

static void answer(Job *job) { queue_answer(&queue, &(Job *){job}, 1); }

/* All are answered who are not yet, so nobody waits for long here. */
static void leave(void) {
  Job *job;
  if (queue.taken) answer(&first);
  while ((job = queue_take(&queue, 0))) answer(job);
  queue_end(&first);
  queue_end(&second);
  queue_free(&queue);
}

/* The status of the second job, once the first one has been answered after so
** many milliseconds. */
static int answered_after(long patience, long time) {
  occupy(8, patience);
  now += time;
  answer(&first);
  int status = second.status;
  leave();
  return status;
}

/* The same where the writer cannot get on with the first one all that time,
** since another process has the lock. */
static int locked_for(long patience, long time) {
  occupy(8, patience);
  now += time;
  queue_relieve(&queue);
  int status = second.status;
  leave();
  return status;
}

/* What one more is told, who comes after so many milliseconds: 0: may wait. */
static long told_after(long time) {
  Job third;
  occupy(2, 1000000);
  now += time;
  begin(&third);
  long seconds = third.retry_after;
  assert_int_equal(third.status, seconds ? 503 : 0);
  assert_int_equal(refused, seconds ? 1 : 0);
  leave();
  queue_end(&third);
  return seconds;
}

static void who_is_too_many_is_refused_when_the_writer_is_stuck(void **state) {
  (void)state;
  assert_int_equal(told_after(0), 0);
  assert_int_equal(told_after(250), 0);
  assert_int_equal(told_after(251), 1);
}

static void he_comes_again_after_as_long_as_it_has_lasted(void **state) {
  (void)state;
  assert_int_equal(told_after(1000), 1);
  assert_int_equal(told_after(1001), 2);
  assert_int_equal(told_after(58001), 59);
}

static void but_within_a_minute(void **state) {
  (void)state;
  assert_int_equal(told_after(59001), 60);
  assert_int_equal(told_after(60001), 60);
  assert_int_equal(told_after(3600000), 60);
}

static void a_lock_is_waited_for_as_long_as_the_patience_is(void **state) {
  (void)state;
  assert_int_equal(locked_for(1000, 1000), 0);
  assert_int_equal(locked_for(1000, 1001), 503);
  assert_int_equal(locked_for(10000, 10000), 0);
  assert_int_equal(locked_for(10000, 10001), 503);
}

static void requests_of_others_are_for_five_seconds_at_least(void **state) {
  (void)state;
  assert_int_equal(answered_after(1000, 1001), 0);
  assert_int_equal(answered_after(1000, 5000), 0);
  assert_int_equal(answered_after(1000, 5001), 503);
  assert_int_equal(answered_after(10000, 10000), 0);
  assert_int_equal(answered_after(10000, 10001), 503);
}

/* How many the writer finds whenever it is woken: the fewest ever. */
static void *take_all(void *fewest) {
  Job *jobs[32];
  bool urged;
  while (queue_await(&queue, &urged)) {
    size_t count = 0;
    while ((jobs[count] = queue_take(&queue, 0))) count++;
    if (count && count < *(size_t *)fewest) *(size_t *)fewest = count;
    queue_answer(&queue, jobs, count);
  }
  return NULL;
}

/* Had the writer been woken by the first, it would have been quicker than the
** last in most of so many rounds. */
static void who_come_together_are_found_together(void **state) {
  Job jobs[31];
  size_t fewest = 32;
  pthread_t writer;
  (void)state;
  queue_init(&queue, 8, 1000);
  assert_int_equal(pthread_create(&writer, NULL, take_all, &fewest), 0);
  for (int round = 0; round < 1000; round++) {
    for (size_t i = 0; i < 31; i++) jobs[i] = (Job){0};
    queue_submit_all(&queue, jobs, 31);
  }
  queue_stop(&queue);
  assert_int_equal(pthread_join(writer, NULL), 0);
  assert_int_equal(fewest, 31);
  queue_free(&queue);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_is_too_many_is_refused_when_the_writer_is_stuck),
      cmocka_unit_test(he_comes_again_after_as_long_as_it_has_lasted),
      cmocka_unit_test(but_within_a_minute),
      cmocka_unit_test(a_lock_is_waited_for_as_long_as_the_patience_is),
      cmocka_unit_test(requests_of_others_are_for_five_seconds_at_least),
      cmocka_unit_test(who_come_together_are_found_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
