/*
** rqlite_nodes_test.c: which nodes are fit, and which one is chosen, by what is
** seen of them: the test says what that is, and what time it is.
*/
#define _POSIX_C_SOURCE 200809L
#include "../../shim/moment.c"
#include "../../shim/output.c"
#include "../../shim/rqlite_json.c"
#include "../../shim/rqlite_text.c"

#include "../../shim/rqlite_sight.c"

#include "../../shim/rqlite_nodes.c"

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

bool interrupt_came(void) { return false; }

void log_event(const char *event, const char *format, ...) {
  (void)event;
  (void)format;
}

bool engine_append(void *output, const EngineValue *cells, size_t count) {
  (void)output;
  (void)cells;
  (void)count;
  return false;
}

long long engine_number(const EngineValue *cell) { return cell->integer; }

RqliteEnd rqlite_http_call(RqliteHttp *http, const RqliteCall *call,
                           long *status, Output *reply) {
  (void)http;
  (void)call;
  (void)status;
  (void)reply;
  return RQLITE_UNSENT;
}

/*
** Three nodes, of which the first leads.
*/

static RqliteNodes *nodes;
static RqliteSight sights[3];
static long long now;

static int begin(void **state) {
  static const Options options = {
      .command = COMMAND_SERVE,
      .nodes = {.items = {"http://a", "http://b", "http://c"}, .count = 3}};
  (void)state;
  memset(unfit, 0, sizeof unfit);
  memset(up, 0, sizeof up);
  now = moment_now();
  nodes = rqlite_nodes_new(&options, NULL);
  for (int i = 0; i < 3; i++)
    sights[i] = (RqliteSight){.fault = RQLITE_SIGHT_WELL, .term = 2};
  sights[0].leads = true;
  return 0;
}

static int end(void **state) {
  (void)state;
  rqlite_nodes_free(nodes);
  return 0;
}

/* What comes of a look, as bits: who is fit. */
static unsigned look(bool certain) {
  unsigned fit = 0;
  rqlite_nodes_judge(nodes, sights, certain, now);
  nodes->leader = rqlite_nodes_find_leader(sights, 3);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(nodes->nodes[i].fit, up[i]);
    fit |= nodes->nodes[i].fit ? 1u << i : 0;
  }
  return fit;
}

static void test_nobody_is_fit_without_a_leader(void **state) {
  (void)state;
  assert_int_equal(look(false), 0);
  assert_int_equal(rqlite_nodes_choose(nodes, RQLITE_ANY, 0), -1);
  assert_int_equal(look(true), 7);
  assert_int_equal(look(false), 7); /* who was, is */
}

static void test_who_is_behind_is_not_fit(void **state) {
  (void)state;
  nodes->index = 10;
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
  rqlite_nodes_blame(nodes, 1, METRICS_SLOW);
  assert_int_equal(look(true), 5);
  now += RQLITE_NODES_PENALTY - MOMENT_SECOND;
  assert_int_equal(look(true), 5);
  now += 2 * MOMENT_SECOND;
  assert_int_equal(look(false), 5);
  assert_int_equal(look(true), 7);
}

/* As where a write takes long, or in a cluster of one. */
static void test_who_was_slow_is_not_left_out_of_none(void **state) {
  (void)state;
  assert_int_equal(look(true), 7);
  for (int i = 0; i < 3; i++) rqlite_nodes_blame(nodes, i, METRICS_SLOW);
  sights[2].fault = METRICS_SLOW;
  assert_int_equal(look(false), 0);
  assert_int_equal(look(true), 3);
  rqlite_nodes_blame(nodes, 0, METRICS_EXTENSION);
  rqlite_nodes_blame(nodes, 1, METRICS_EXTENSION);
  assert_int_equal(look(true), 0);
}

static void test_who_was_down_is_fit_when_it_is_up(void **state) {
  (void)state;
  look(true);
  rqlite_nodes_blame(nodes, 0, METRICS_DOWN);
  assert_int_equal(nodes->leader, -1);
  assert_true(nodes->hurried);
  assert_int_equal(look(true), 7);
}

static void test_the_last_election_counts(void **state) {
  (void)state;
  sights[2].leads = true;
  sights[2].term = 3;
  look(true);
  assert_int_equal(nodes->leader, 2);
  sights[2].fault = METRICS_EXTENSION;
  look(true);
  assert_int_equal(nodes->leader, 0);
}

static void test_the_leader_is_asked_then_others(void **state) {
  (void)state;
  look(true);
  for (int i = 0; i < 5; i++)
    assert_int_equal(rqlite_nodes_choose(nodes, RQLITE_LEADER, 0), 0);
  int second = rqlite_nodes_choose(nodes, RQLITE_LEADER, 1);
  assert_true(second == 1 || second == 2);
  assert_int_equal(rqlite_nodes_choose(nodes, RQLITE_LEADER, 1 | 1u << second),
                   3 - second);
  assert_int_equal(rqlite_nodes_choose(nodes, RQLITE_LEADER, 7), -1);
}

static void test_all_have_turns(void **state) {
  int turns[3] = {0};
  (void)state;
  look(true);
  for (int i = 0; i < 9; i++)
    turns[rqlite_nodes_choose(nodes, RQLITE_ANY, 0)]++;
  for (int i = 0; i < 3; i++) assert_int_equal(turns[i], 3);
  sights[1].fault = METRICS_DOWN;
  look(true);
  for (int i = 0; i < 9; i++)
    assert_int_not_equal(rqlite_nodes_choose(nodes, RQLITE_ANY, 0), 1);
}

static void test_a_write_rather_asks_an_unfit_node_than_none(void **state) {
  (void)state;
  assert_int_equal(look(false), 0);
  assert_int_equal(rqlite_nodes_choose(nodes, RQLITE_WRITE, 0), 0);
  assert_int_equal(rqlite_nodes_choose(nodes, RQLITE_WRITE, 1), 1);
  assert_int_equal(rqlite_nodes_choose(nodes, RQLITE_WRITE, 7), -1);
  assert_int_equal(rqlite_nodes_choose(nodes, RQLITE_LEADER, 0), -1);
}

/*
** What they say.
*/

static void test_versions(void **state) {
  static const struct {
    const char *text;
    long number;
  } versions[] = {{"v8.43.4", 8043004},
                  {"8.36.4", 8036004},
                  {"8.36.3", 8036003},
                  {"v9.0.0", 9000000},
                  {"8.36.4-rc1", 8036004},
                  {"8", 0},
                  {"", 0},
                  {"v8.43", 0},
                  {"unknown", 0},
                  {"8.-1.4", 0},
                  {"8.1000.0", 0}};
  (void)state;
  for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
    assert_int_equal(
        rqlite_sight_version(versions[i].text, strlen(versions[i].text)),
        versions[i].number);
  assert_true(rqlite_sight_version("v8.36.3", 7) < RQLITE_SIGHT_OLDEST);
  assert_false(rqlite_sight_version("8.36.4", 6) < RQLITE_SIGHT_OLDEST);
}

/* Returns whether it is a status, and leaves what it says. */
static bool read_status(const char *text, RqliteSight *sight) {
  RqliteJson *json = rqlite_json_parse(text, strlen(text));
  *sight = (RqliteSight){.fault = RQLITE_SIGHT_WELL};
  assert_non_null(json);
  bool read = rqlite_sight_read_status(json, sight);
  rqlite_json_free(json);
  return read;
}

static void test_status(void **state) {
  RqliteSight sight;
  (void)state;
  assert_true(read_status(
      "{\"build\":{\"version\":\"v8.43.4\"},\"store\":{\"a\":[{\"b\":1}],"
      "\"raft\":{\"state\":\"Leader\",\"term\":7},\"fsm_index\":99}}",
      &sight));
  assert_int_equal(sight.fault, RQLITE_SIGHT_WELL);
  assert_true(sight.leads);
  assert_int_equal(sight.term, 7);
  assert_int_equal(sight.index, 99);
  assert_true(read_status("{\"store\":{\"fsm_index\":0,\"raft\":{\"state\":"
                          "\"Follower\",\"term\":1}}}",
                          &sight));
  assert_int_equal(sight.fault, METRICS_VERSION);
  assert_false(sight.leads);
  assert_false(read_status("{\"store\":{\"open\":false}}", &sight));
  assert_false(read_status("[]", &sight));
}

/* An application's own table that is missing is no fault of the node. */
static void test_what_a_node_lacks(void **state) {
  (void)state;
  assert_true(rqlite_text_is_lack("no such function: scim_apply"));
  assert_true(rqlite_text_is_lack("no such table: scim_meta"));
  assert_true(rqlite_text_is_lack("no such table: main.scim_log"));
  assert_false(rqlite_text_is_lack("no such table: learner"));
  assert_false(rqlite_text_is_lack(""));
}

int main(void) {
#define ON_THREE(test) cmocka_unit_test_setup_teardown(test, begin, end)
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
      cmocka_unit_test(test_versions),
      cmocka_unit_test(test_status),
      cmocka_unit_test(test_what_a_node_lacks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
