/*
** history_test.c: resources at a moment, from rows of the log that are written
** by hand. That the log says what happened is tested through scim_as_of.
*/
#include "store_test.h"

#include <limits.h>

#include "../../ext/store/history.h"

/* What is there now: rows of scim_resource, of which only these matter. */
#define NOW(id, version)                                                       \
  "INSERT INTO scim_resource (tenant, type, id, version, created, modified,"   \
  " doc) VALUES ('default', 'User', '" id "', " version ", '', '', '{}');"

#define ROW(time, tenant, id, action, version, after)                          \
  "INSERT INTO scim_log (time, tenant, method, target, status, action, type,"  \
  " id, version, after) VALUES ('" time "', '" tenant                          \
  "', '', '', 200, '" action "', 'User', '" id "', " version ", " after ");"

/* "id version modified doc" of each, in lines. */
static Text as_of(Store *store, const char *time) {
  Buffer buffer = buffer_new(&store->operation.arena);
  static const ResourceType user = {.name = {"User", 4}};
  PastQuestion question = {
      .type = &user, .time = text_of(time), .limit = LLONG_MAX};
  PastList list = history_as_of(&store->operation, &question);
  for (long long i = 0; i < list.count; i++) {
    const Past *past = &list.items[i];
    if (i) buffer_char(&buffer, '\n');
    buffer_add(&buffer,
               arena_format(&store->operation.arena, "%.*s %lld %.*s %.*s",
                            TEXT_ARG(past->id), past->version,
                            TEXT_ARG(past->modified), TEXT_ARG(past->doc)));
  }
  return buffer_text(&buffer);
}

static void changes_add_up_to_a_document(void **state) {
  (void)state;
  static const struct {
    const char *time, *want;
  } cases[] = {
      {"0", ""},
      {"1", "b 1 1 {\"n\":\"b\",\"t\":1}"},
      {"2", "a 1 2 {\"n\":\"a\"}\nb 1 1 {\"n\":\"b\",\"t\":1}"},
      {"3", "a 1 2 {\"n\":\"a\"}\nb 2 3 {\"n\":\"b\",\"u\":2}"},
      {"4", "b 2 3 {\"n\":\"b\",\"u\":2}"},
      {"5", "a 1 5 {\"m\":\"new\"}\nb 2 3 {\"n\":\"b\",\"u\":2}"},
      {"6", "a 1 5 {\"m\":\"new\"}\nb 3 6 {\"n\":\"b\",\"u\":2}"},
      {"9", "a 1 5 {\"m\":\"new\"}\nb 3 6 {\"n\":\"b\",\"u\":2}"},
  };
  Store store;
  store_open(&store);
  store_run(
      &store,
      ROW("1", "default", "b", "create", "1", "'{\"n\":\"b\",\"t\":1}'")
          ROW("2", "default", "a", "create", "1", "'{\"n\":\"a\"}'")
              ROW("2", "acme", "c", "create", "1", "'{\"n\":\"c\"}'") ROW(
                  "3", "default", "b", "update", "2", "'{\"t\":null,\"u\":2}'")
                  ROW("4", "default", "a", "delete", "1", "NULL") ROW(
                      "5", "default", "a", "create", "1", "'{\"m\":\"new\"}'")
                      ROW("6", "default", "b", "update", "3", "NULL")
                          NOW("a", "1") NOW("b", "3"));
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].time, as_of(&store, cases[i].time), cases[i].want);
  store_close(&store);
}

/* Asks at "1", and at the end, of a log that lacks something. */
static void rows_that_are_missing_are_found_out(void **state) {
  (void)state;
#define CREATED ROW("1", "default", "a", "create", "1", "'{}'")
#define CHANGED(version) ROW("2", "default", "a", "update", version, "'{}'")
  static const struct {
    const char *rows, *error;
  } cases[] = {
      {NOW("a", "1"), "scim_log lacks a change of 'a'"},
      {CHANGED("2") NOW("a", "2"), "scim_log lacks a change of 'a'"},
      {CREATED CHANGED("3") NOW("a", "3"), "scim_log lacks a change of 'a'"},
      {CREATED NOW("a", "2"), "scim_log lacks a change of 'a'"},
      {CREATED CHANGED("2"), "scim_log lacks the deletion of 'a'"},
      {CREATED CREATED NOW("a", "1"), "scim_log lacks the deletion of 'a'"},
      {CREATED ROW("3", "default", "a", "delete", "2", "NULL"),
       "scim_log lacks a change of 'a'"},
      {ROW("3", "default", "a", "delete", "1", "NULL"),
       "scim_log lacks a change of 'a'"},
      {CREATED ROW("1", "default", "b", "create", "1", "'{}'") NOW("b", "1"),
       "scim_log lacks the deletion of 'a'"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Store store;
    store_open(&store);
    store_run(&store, cases[i].rows);
    as_of(&store, "1");
    store_expect_error(&store, cases[i].rows, SQLITE_CORRUPT, cases[i].error);
    store_close(&store);
  }
}

/* What is known at the horizon comes before the log, and takes the place of
** what was pruned. */
static void a_log_that_was_pruned_begins_with_the_snapshot(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  store_run(&store,
            "INSERT INTO scim_snapshot VALUES ('default', 'User', 'a', 1, 4,"
            " '1', '2', '{\"n\":\"a\"}');"
            "UPDATE scim_meta SET value = '3' WHERE name = 'horizon';" ROW(
                "4", "default", "a", "update", "5", "'{\"t\":1}'")
                NOW("a", "5"));
  expect_text("at it", as_of(&store, "3"), "a 4 2 {\"n\":\"a\"}");
  expect_text("after it", as_of(&store, "4"), "a 5 4 {\"n\":\"a\",\"t\":1}");
  as_of(&store, "2");
  store_expect_error(&store, "before it", 0,
                     "the log was pruned up to 3, and does not tell what was "
                     "before");
  store_close(&store);
}

static void a_change_that_is_no_json_is_corrupt(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  store_run(&store,
            ROW("1", "default", "a", "create", "1", "'{'") NOW("a", "1"));
  as_of(&store, "1");
  store_expect_error(&store, "the log is broken", SQLITE_CORRUPT,
                     "what scim_log holds for 'a' is not a JSON object");
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(changes_add_up_to_a_document),
      cmocka_unit_test(rows_that_are_missing_are_found_out),
      cmocka_unit_test(a_log_that_was_pruned_begins_with_the_snapshot),
      cmocka_unit_test(a_change_that_is_no_json_is_corrupt),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
