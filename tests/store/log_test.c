/*
** log_test.c: rows of the log, one behind the other.
*/
#include "store_test.h"

#include "../../ext/store/log.h"

static void rows_come_by_their_numbers(void **state) {
  (void)state;
  static const struct {
    const char *sentence;
    long long after, to, want;
  } cases[] = {
      {"the first", 0, 100, 2},
      {"behind a gap", 2, 100, 5},
      {"up to a number, which counts", 2, 5, 5},
      {"none beyond it", 2, 4, 0},
      {"none behind the last", 5, 100, 0},
      {"none in a range that is turned round", 5, 2, 0},
  };
  Store store;
  store_open(&store);
  store_run(&store,
            "INSERT INTO scim_log (seq, time, method, target, status) VALUES"
            " (5, 't', 'PUT', '/b', 200), (2, 't', 'POST', '/a', 201)");
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_number(cases[i].sentence,
                  log_next(&store.operation, cases[i].after, cases[i].to).seq,
                  cases[i].want);
  store_close(&store);
}

static void columns_become_the_members_of_their_names(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  store_run(&store,
            "INSERT INTO scim_log (seq, time, tenant, token, method, target,"
            " status, scim_type, detail, action, type, id, version, before,"
            " after) VALUES (1, 'ti', 'te', 8, 'me', 'ta', 409, 'st', 'de',"
            " 'update', 'ty', 'id', 9, 'be', 'af')");
  LogRow row = log_next(&store.operation, 0, 1);
  Text got = arena_format(
      &store.operation.arena,
      "%.*s %.*s %lld %.*s %.*s %lld %.*s %.*s %.*s %.*s %.*s %lld %.*s %.*s",
      TEXT_ARG(row.time), TEXT_ARG(row.tenant), row.token, TEXT_ARG(row.method),
      TEXT_ARG(row.target), row.status, TEXT_ARG(row.scim_type),
      TEXT_ARG(row.detail), TEXT_ARG(row.action), TEXT_ARG(row.type),
      TEXT_ARG(row.id), row.version, TEXT_ARG(row.before), TEXT_ARG(row.after));
  expect_text("each in its place", got,
              "ti te 8 me ta 409 st de update ty id 9 be af");
  store_close(&store);
}

static void null_is_no_text(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  store_run(&store,
            "INSERT INTO scim_log (time, method, target, status, detail)"
            " VALUES ('t', '', '/', 200, '')");
  LogRow row = log_next(&store.operation, 0, 1);
  expect_bool("an empty text is one", row.detail.data != NULL, true);
  expect_bool("NULL is none", row.tenant.data != NULL, false);
  expect_number("and no number is 0", row.token, 0);
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_come_by_their_numbers),
      cmocka_unit_test(columns_become_the_members_of_their_names),
      cmocka_unit_test(null_is_no_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
