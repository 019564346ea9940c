/*
** rqlite_read_test.c: how long a command waits for what it reads from a
** cluster, with a clock of the test's own: a second goes by for each look.
*/
#define _POSIX_C_SOURCE 200809L
#include "../../shim/output.c"
#include "../../shim/rqlite_json.c"
#include "../../shim/rqlite_text.c"

#include "../../shim/rqlite_read.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

/*
** A cluster of two nodes, of which nobody replies to a read.
*/

static long long now;     /* nanoseconds */
static bool node_there;   /* it says so when it is asked */
static long patience;     /* --busy-timeout */
static int leader;        /* 0, 1, or -1: neither */
static long long hung[2]; /* seconds that the first reads of each were open */
static int calls[2], blamed[2];

long long moment_now(void) { return now; }

RqliteEnd rqlite_http_call(RqliteHttp *http, const RqliteCall *call,
                           long *status, Output *reply) {
  int node = call->node[0] - 'a';
  long long start = now;
  RqliteEnd end = RQLITE_LATE;
  (void)http;
  (void)status;
  (void)reply;
  while (end == RQLITE_LATE && now < call->first && now < call->whole) {
    now += MOMENT_SECOND;
    if (call->stop(call->who)) end = RQLITE_STOPPED;
  }
  if (!calls[node]++) hung[node] = (now - start) / MOMENT_SECOND;
  return end;
}

/* The read goes to the leader first. Once all have been asked a moment passes.
*/
int rqlite_nodes_choose(RqliteNodes *all, RqliteWish wish, unsigned tried) {
  (void)all;
  (void)wish;
  for (int i = 0; i < 2; i++) {
    int node = leader < 0 ? i : (leader + i) % 2;
    if (!(tried >> node & 1)) return node;
  }
  now += MOMENT_SECOND;
  return -1;
}

const char *rqlite_nodes_url(const RqliteNodes *all, int node) {
  (void)all;
  return node == 0 ? "a" : "b";
}

bool rqlite_nodes_is_leader(RqliteNodes *all, int node) {
  (void)all;
  return node == leader;
}

bool rqlite_nodes_asks(RqliteNodes *all, int node, const EngineStatement *one,
                       long long *number) {
  (void)all;
  (void)node;
  assert_string_equal(one->sql, "SELECT 1");
  *number = 1;
  return node_there;
}

void rqlite_nodes_blame(RqliteNodes *all, int node, MetricsUnfit fault) {
  (void)all;
  (void)fault;
  blamed[node]++;
}

void rqlite_nodes_doubt(RqliteNodes *all) { (void)all; }

/*
** What is not tested here.
*/

bool share_init(Share *share, long places, long most) {
  (void)share;
  (void)places;
  (void)most;
  return true;
}

void share_free(Share *share) { (void)share; }

bool share_enter(Share *share, uint64_t tenant) {
  (void)share;
  (void)tenant;
  return true;
}

ShareEnd share_wait(Share *share, uint64_t tenant, long long until,
                    ShareClient who) {
  (void)share;
  (void)tenant;
  (void)until;
  (void)who;
  return SHARE_HAS;
}

void share_leave(Share *share, uint64_t tenant) {
  (void)share;
  (void)tenant;
}

const char *engine_name(const EngineStatement *statement) {
  (void)statement;
  return "";
}

void log_event(const char *event, const char *format, ...) {
  (void)event;
  (void)format;
}

/*
** A read of a command, as of scimd token list.
*/

static int begin(void **state) {
  (void)state;
  now = 1000 * MOMENT_SECOND;
  node_there = true;
  leader = 0;
  patience = 10000;
  memset(calls, 0, sizeof calls);
  memset(blamed, 0, sizeof blamed);
  memset(hung, 0, sizeof hung);
  return 0;
}

/* The seconds that it took, all in all, to fail. */
static long long seconds_of_a_command(void) {
  Options options = {.command = COMMAND_TOKEN_LIST,
                     .read_level = "weak",
                     .busy_timeout = patience};
  static const EngineStatement statement = {.sql = "SELECT label"};
  Output complaint = {0};
  EngineAnswer answer = {.complaint = &complaint};
  long long start = now;
  RqliteReader *reader = rqlite_reader_new(&options, ENGINE_READ, NULL, NULL);
  assert_non_null(reader);
  assert_int_equal(rqlite_read_now(reader, &statement, &answer), 503);
  assert_string_equal(output_terminate(&complaint),
                      "no node of the cluster answers");
  output_free(&complaint);
  rqlite_reader_free(reader);
  return (now - start) / MOMENT_SECOND;
}

static void test_a_leader_that_is_at_it_has_600_seconds(void **state) {
  (void)state;
  assert_int_equal(seconds_of_a_command(), 600);
  assert_int_equal(hung[0], 600);
  assert_int_equal(calls[0], 1);
  assert_int_equal(calls[1], 0);
}

static void test_who_passes_it_on_has_30(void **state) {
  (void)state;
  leader = -1;
  assert_true(seconds_of_a_command() <= 600);
  assert_int_equal(hung[0], 30);
  assert_int_equal(hung[1], 30);
}

static void test_who_is_not_there_has_two(void **state) {
  (void)state;
  node_there = false;
  /* Each of them, and then the ten seconds of --busy-timeout. */
  assert_in_range(seconds_of_a_command(), 4, 20);
  assert_int_equal(hung[0], 2);
  assert_int_equal(hung[1], 2);
  assert_true(blamed[0] >= 1 && blamed[1] >= 1);
}

static void test_without_patience_it_asks_once(void **state) {
  (void)state;
  patience = 0;
  node_there = false;
  assert_int_equal(seconds_of_a_command(), 2);
  assert_int_equal(calls[0], 1);
  assert_int_equal(calls[1], 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_a_leader_that_is_at_it_has_600_seconds,
                             begin),
      cmocka_unit_test_setup(test_who_passes_it_on_has_30, begin),
      cmocka_unit_test_setup(test_who_is_not_there_has_two, begin),
      cmocka_unit_test_setup(test_without_patience_it_asks_once, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
