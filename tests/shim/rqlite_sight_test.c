/*
** rqlite_sight_test.c: what a node says of itself, and which version that is.
*/
#define _POSIX_C_SOURCE 200809L
#include "../../shim/moment.c"
#include "../../shim/output.c"
#include "../../shim/rqlite_json.c"
#include "../../shim/rqlite_text.c"

#include "../../shim/rqlite_sight.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

/*
** What is not tested here.
*/

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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_versions),
      cmocka_unit_test(test_status),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
