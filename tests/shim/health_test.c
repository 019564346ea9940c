/*
** health_test.c: how old what /healthz says may be (shim/health.c), by a clock
** that stands still unless a test sets it, and a database that says what a test
** tells it to.
*/
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../shim/health.c"
#include "../../shim/output.c"

/* The log is not at its limit, unless a test says so. */
static bool held;
bool wal_limit_is_reached(void) { return held; }
void wal_limit_explain(Output *output) { output_text(output, "It is full."); }

#include <sched.h>
#include <time.h>

static long long seconds = 1000;

long long moment_now(void) { return seconds * MOMENT_SECOND; }
void moment_init_condition(pthread_cond_t *condition) {
  pthread_cond_init(condition, NULL);
}

/* The time until the first look is over at once, or never. */
static bool resting;
bool moment_wait(pthread_cond_t *condition, pthread_mutex_t *of,
                 long long until) {
  assert_in_range(until - moment_now(), 1, HEALTH_SECONDS * MOMENT_SECOND);
  if (resting) pthread_cond_wait(condition, of);
  return resting;
}

/* What the database says; looks counts how often all definitions were read. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long long generation, mistakes;
static int looks;
static bool late; /* it takes too long to read them */

int engine_read(Engine *engine, const EngineStatement *statement,
                EngineClient client, EngineAnswer *answer) {
  EngineValue cells[2] = {{.kind = ENGINE_INTEGER},
                          {.kind = ENGINE_TEXT, .bytes = "[]", .size = 2}};
  (void)engine;
  (void)client;
  pthread_mutex_lock(&mutex);
  bool look = statement->sql == health_sql;
  looks += look;
  cells[0].integer = look ? mistakes : generation;
  bool ends = look && late;
  pthread_mutex_unlock(&mutex);
  if (ends) return ENGINE_LATE;
  return answer->row(answer->context, cells, look ? 2 : 1) ? 0 : 500;
}

static Health health;

static int start(void **state) {
  (void)state;
  looks = 0;
  generation = 1;
  mistakes = 0;
  return health_start(&health, NULL) ? 0 : -1;
}

/* The same long before the first look. */
static int start_resting(void **state) {
  resting = true;
  return start(state);
}

static int rest_no_more(void **state) {
  (void)state;
  resting = false;
  return 0;
}

static int stop(void **state) {
  health_stop(&health);
  return rest_no_more(state);
}

static int count_looks(void) {
  pthread_mutex_lock(&mutex);
  int count = looks;
  pthread_mutex_unlock(&mutex);
  return count;
}

/* Waits until the thread has done all that anybody has wished for. */
static void settle(void) {
  bool settled = false;
  time_t since = time(NULL);
  while (!settled) {
    if (time(NULL) - since > 300) fail_msg("the thread is not done in 300 s");
    sched_yield();
    pthread_mutex_lock(&health.mutex);
    settled = health.wishes && health.granted == health.wishes;
    pthread_mutex_unlock(&health.mutex);
  }
}

/* How many mistakes a probe is told of. */
static long long ask(void) {
  long long count = -1;
  assert_true(health_count(&health, &count));
  return count;
}

static void change(long long to, bool counted) {
  pthread_mutex_lock(&mutex);
  mistakes = to;
  generation += counted;
  pthread_mutex_unlock(&mutex);
}

/* The first look is taken before anybody asks for it, and who asks meanwhile
** waits for that one. */
static void test_the_first_probe_begins_no_look(void **state) {
  (void)state;
  settle();
  assert_int_equal(count_looks(), 1);
  assert_int_equal(ask(), 0);
  assert_int_equal(count_looks(), 1);
}

/* Who asks long before gets it at once, and it is the only one. */
static void test_an_early_probe_begins_the_first_look(void **state) {
  (void)state;
  assert_int_equal(count_looks(), 0);
  assert_int_equal(ask(), 0);
  assert_int_equal(count_looks(), 1);
  assert_int_equal(ask(), 0);
  assert_int_equal(count_looks(), 1);
}

/* One that ends before that has not looked at all. */
static void test_who_is_stopped_early_has_not_looked(void **state) {
  (void)state;
  health_stop(&health);
  assert_int_equal(count_looks(), 0);
}

static void test_a_change_is_told_at_once(void **state) {
  (void)state;
  assert_int_equal(ask(), 0);
  change(3, true);
  assert_int_equal(ask(), 3);
  change(0, true);
  assert_int_equal(ask(), 0);
}

/* What got in by another way is told to the probe after the one that came ten
** seconds later. */
static void test_what_nobody_counted_is_told_after_10_seconds(void **state) {
  (void)state;
  assert_int_equal(ask(), 0);
  change(2, false);
  seconds += 9;
  assert_int_equal(ask(), 0);
  settle();
  assert_int_equal(ask(), 0);
  seconds += 1;
  assert_int_equal(ask(), 0);
  settle();
  assert_int_equal(ask(), 2);
}

static void test_what_is_60_seconds_old_is_not_told(void **state) {
  (void)state;
  assert_int_equal(ask(), 0);
  change(2, false);
  seconds += 59;
  assert_int_equal(ask(), 0);
  settle();
  change(4, false);
  seconds += 60;
  assert_int_equal(ask(), 4);
}

/* The body of a probe. */
static void tells(long long count, bool full, const char *want) {
  Output output = {0};
  change(count, true);
  held = full;
  assert_true(health_render(&health, &output));
  assert_string_equal(output_terminate(&output), want);
  held = false;
  output_free(&output);
}

static void test_what_is_told(void **state) {
  (void)state;
  tells(0, false, "{\"status\":\"ok\"}");
  tells(2, false,
        "{\"status\":\"degraded\",\"mistakes\":2,\"definitions\":[]}");
  tells(0, true, "{\"status\":\"degraded\",\"writes\":\"It is full.\"}");
  tells(1, true,
        "{\"status\":\"degraded\",\"mistakes\":1,\"definitions\":[],"
        "\"writes\":\"It is full.\"}");
}

static void set_late(bool to) {
  pthread_mutex_lock(&mutex);
  late = to;
  pthread_mutex_unlock(&mutex);
}

/* It is told, without a number, and not tried again by each probe. */
static void test_a_look_may_come_to_no_end(void **state) {
  (void)state;
  long long count;
  const char *want =
      "{\"status\":\"degraded\",\"unfinished\":\"It takes longer than "
      "--read-budget to look at all definitions: SELECT * FROM scim_mistake "
      "tells of mistakes in them.\"}";
  assert_int_equal(ask(), 0);
  set_late(true);
  tells(2, false, want);
  assert_false(health_count(&health, &count));
  assert_int_equal(count_looks(), 2);
  seconds += 59;
  assert_false(health_count(&health, &count));
  settle();
  assert_int_equal(count_looks(), 2);
  set_late(false);
  seconds += 1;
  assert_false(health_count(&health, &count));
  settle();
  assert_int_equal(count_looks(), 3);
  assert_int_equal(ask(), 2);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void) {
  const struct CMUnitTest tests[] = {
      EACH(test_the_first_probe_begins_no_look),
      cmocka_unit_test_setup_teardown(test_an_early_probe_begins_the_first_look,
                                      start_resting, stop),
      cmocka_unit_test_setup_teardown(test_who_is_stopped_early_has_not_looked,
                                      start_resting, rest_no_more),
      EACH(test_a_change_is_told_at_once),
      EACH(test_what_nobody_counted_is_told_after_10_seconds),
      EACH(test_what_is_60_seconds_old_is_not_told),
      EACH(test_what_is_told),
      EACH(test_a_look_may_come_to_no_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
