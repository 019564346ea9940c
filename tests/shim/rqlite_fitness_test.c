/*
** rqlite_fitness_test.c: which nodes are fit, and which one is chosen, by what
** is seen of them: the test says what that is, and what time it is.
*/
#define _POSIX_C_SOURCE 200809L
#include "../../shim/moment.c"
#include "../../shim/output.c"

#include "../../shim/rqlite_fitness.c"

#include <setjmp.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

/*
** What is not tested here.
*/

static int unfit[METRICS_UNFITS];
static bool up[METRICS_NODES];

void metrics_unfit(MetricsUnfit reason) { unfit[reason]++; }

void metrics_node(size_t node, const char *url, bool is_up) {
  assert_non_null(url);
  up[node] = is_up;
}

void log_event(const char *event, const char *format, ...) {
  (void)event;
  (void)format;
}

/*
** Three nodes, of which the first leads.
*/

static RqliteFitness fitness;
static RqliteSight sights[3];
static long long index_before, now;

static int begin(void **state) {
  static const Options options = {
      .command = COMMAND_SERVE,
      .nodes = {.items = {"http://a", "http://b", "http://c"}, .count = 3}};
  (void)state;
  memset(unfit, 0, sizeof unfit);
  memset(up, 0, sizeof up);
  now = moment_now();
  index_before = 0;
  rqlite_fitness_init(&fitness, &options);
  for (int i = 0; i < 3; i++)
    sights[i] = (RqliteSight){.fault = RQLITE_SIGHT_WELL, .term = 2};
  sights[0].leads = true;
  return 0;
}

/* What comes of a look, as bits: who is fit. */
static unsigned look(bool certain) {
  unsigned fit = 0;
  rqlite_fitness_judge(&fitness, sights, index_before, certain, now);
  fitness.leader = rqlite_fitness_find_leader(sights, 3);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(fitness.nodes[i].fit, up[i]);
    fit |= fitness.nodes[i].fit ? 1u << i : 0;
  }
  return fit;
}

static void test_nobody_is_fit_without_a_leader(void **state) {
  (void)state;
  assert_int_equal(look(false), 0);
  assert_int_equal(rqlite_fitness_pick(&fitness, RQLITE_ANY, 0), -1);
  assert_int_equal(look(true), 7);
  assert_int_equal(look(false), 7); /* who was, is */
}

static void test_who_is_behind_is_not_fit(void **state) {
  (void)state;
  index_before = 10;
  sights[0].index = 12;
  sights[1].index = 10;
  sights[2].index = 9;
  assert_int_equal(look(true), 3);
  assert_int_equal(unfit[METRICS_BEHIND], 1);
  sights[2].index = 10;
  assert_int_equal(look(true), 7);
}

/* Once for each time that it becomes so. */
static void test_what_is_wrong_is_counted(void **state) {
  (void)state;
  assert_int_equal(look(true), 7);
  for (int fault = 0; fault < METRICS_UNFITS; fault++) {
    sights[1].fault = (MetricsUnfit)fault;
    assert_int_equal(look(true), 5);
    assert_int_equal(look(true), 5);
    assert_int_equal(unfit[fault], 1);
    sights[1].fault = RQLITE_SIGHT_WELL;
    assert_int_equal(look(true), 7);
  }
}

static void test_who_was_slow_is_left_out_for_a_while(void **state) {
  (void)state;
  look(true);
  rqlite_fitness_blame(&fitness, 1, METRICS_SLOW, now);
  assert_int_equal(look(true), 5);
  now += RQLITE_FITNESS_PENALTY - MOMENT_SECOND;
  assert_int_equal(look(true), 5);
  now += 2 * MOMENT_SECOND;
  assert_int_equal(look(false), 5);
  assert_int_equal(look(true), 7);
}

/* As where a write takes long, or in a cluster of one. */
static void test_who_was_slow_is_not_left_out_of_none(void **state) {
  (void)state;
  assert_int_equal(look(true), 7);
  for (int i = 0; i < 3; i++)
    rqlite_fitness_blame(&fitness, i, METRICS_SLOW, now);
  sights[2].fault = METRICS_SLOW;
  assert_int_equal(look(false), 0);
  assert_int_equal(look(true), 3);
  rqlite_fitness_blame(&fitness, 0, METRICS_EXTENSION, now);
  rqlite_fitness_blame(&fitness, 1, METRICS_EXTENSION, now);
  assert_int_equal(look(true), 0);
}

static void test_who_was_down_is_fit_when_it_is_up(void **state) {
  (void)state;
  look(true);
  rqlite_fitness_blame(&fitness, 0, METRICS_DOWN, now);
  assert_int_equal(fitness.leader, -1);
  assert_int_equal(look(true), 7);
}

static void test_the_last_election_counts(void **state) {
  (void)state;
  sights[2].leads = true;
  sights[2].term = 3;
  look(true);
  assert_int_equal(fitness.leader, 2);
  sights[2].fault = METRICS_EXTENSION;
  look(true);
  assert_int_equal(fitness.leader, 0);
}

static void test_the_leader_is_asked_then_others(void **state) {
  (void)state;
  look(true);
  for (int i = 0; i < 5; i++)
    assert_int_equal(rqlite_fitness_pick(&fitness, RQLITE_LEADER, 0), 0);
  int second = rqlite_fitness_pick(&fitness, RQLITE_LEADER, 1);
  assert_true(second == 1 || second == 2);
  assert_int_equal(
      rqlite_fitness_pick(&fitness, RQLITE_LEADER, 1 | 1u << second),
      3 - second);
  assert_int_equal(rqlite_fitness_pick(&fitness, RQLITE_LEADER, 7), -1);
}

static void test_all_have_turns(void **state) {
  int turns[3] = {0};
  (void)state;
  look(true);
  for (int i = 0; i < 9; i++)
    turns[rqlite_fitness_pick(&fitness, RQLITE_ANY, 0)]++;
  for (int i = 0; i < 3; i++) assert_int_equal(turns[i], 3);
  sights[1].fault = METRICS_DOWN;
  look(true);
  for (int i = 0; i < 9; i++)
    assert_int_not_equal(rqlite_fitness_pick(&fitness, RQLITE_ANY, 0), 1);
}

static void test_a_write_rather_asks_an_unfit_node_than_none(void **state) {
  (void)state;
  assert_int_equal(look(false), 0);
  assert_int_equal(rqlite_fitness_pick(&fitness, RQLITE_WRITE, 0), 0);
  assert_int_equal(rqlite_fitness_pick(&fitness, RQLITE_WRITE, 1), 1);
  assert_int_equal(rqlite_fitness_pick(&fitness, RQLITE_WRITE, 7), -1);
  assert_int_equal(rqlite_fitness_pick(&fitness, RQLITE_LEADER, 0), -1);
}

int main(void) {
#define ON_THREE(test) cmocka_unit_test_setup(test, begin)
  const struct CMUnitTest tests[] = {
      ON_THREE(test_nobody_is_fit_without_a_leader),
      ON_THREE(test_who_is_behind_is_not_fit),
      ON_THREE(test_what_is_wrong_is_counted),
      ON_THREE(test_who_was_slow_is_left_out_for_a_while),
      ON_THREE(test_who_was_slow_is_not_left_out_of_none),
      ON_THREE(test_who_was_down_is_fit_when_it_is_up),
      ON_THREE(test_the_last_election_counts),
      ON_THREE(test_the_leader_is_asked_then_others),
      ON_THREE(test_all_have_turns),
      ON_THREE(test_a_write_rather_asks_an_unfit_node_than_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
