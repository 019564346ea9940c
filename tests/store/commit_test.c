/*
** commit_test.c: a Change reaches scim_commit, and Work scim_commit_work, each
** member in the column of its name, and what a trigger refuses is the
** operation's error. What the triggers of the extension make of a row is tested
** by what requests do.
*/
#include "store_test.h"

#include "../../ext/store/commit.h"

/* Nothing happens but that the row is seen. */
static void watch(Store *store, const char *view) {
  Arena *arena = &store->operation.arena;
  Text names =
      store_ask(store, arena_format(arena,
                                    "SELECT group_concat('DROP TRIGGER ' ||"
                                    "                    name, ';')"
                                    "  FROM sqlite_schema"
                                    " WHERE type = 'trigger'"
                                    "   AND tbl_name = '%s'",
                                    view)
                           .data);
  store_run(store, arena_format(arena, "%.*s", TEXT_ARG(names)).data);
  Text columns =
      store_ask(store, arena_format(arena,
                                    "SELECT group_concat(name) || '|' ||"
                                    "       group_concat('NEW.' || name)"
                                    "  FROM pragma_table_info('%s')",
                                    view)
                           .data);
  Text all = text_cut(&columns, '|');
  Text sql = arena_format(arena,
                          "CREATE TABLE seen (%.*s);"
                          "CREATE TRIGGER watch INSTEAD OF INSERT ON %s BEGIN"
                          "  INSERT INTO seen VALUES (%.*s); END",
                          TEXT_ARG(all), view, TEXT_ARG(columns));
  store_run(store, sql.data);
}

/* "column=value" of what is not NULL in the row, in the order of the columns.
 */
static Text seen(Store *store) {
  Text columns =
      store_ask(store, "SELECT group_concat('iif(' || name || ' IS NULL,"
                       " '''', '' ' || name || '=''|| ' || name || ')',"
                       " ' || ') FROM pragma_table_info('seen')"
                       " WHERE name NOT IN ('digest', 'hash')");
  return store_ask(store,
                   arena_format(&store->operation.arena,
                                "SELECT %.*s FROM seen", TEXT_ARG(columns))
                       .data);
}

static void members_reach_the_columns_of_their_names(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  watch(&store, "scim_commit");
  Change change = {.action = "an action",
                   .tenant = TEXT("a tenant"),
                   .type = TEXT("a type"),
                   .resource = 1,
                   .id = TEXT("an id"),
                   .version = 2,
                   .time = TEXT("a time"),
                   .doc = TEXT("a doc"),
                   .value_add = TEXT("va"),
                   .value_drop = TEXT("vd"),
                   .unique_add = TEXT("ua"),
                   .unique_drop = TEXT("ud"),
                   .member_add = TEXT("ma"),
                   .joins = TEXT("jn"),
                   .member_drop = TEXT("md"),
                   .groups_left = TEXT("gl"),
                   .source = TEXT("a source"),
                   .token = 3,
                   .method = TEXT("a method"),
                   .target = TEXT("a target"),
                   .status = 4,
                   .scim_type = TEXT("st"),
                   .detail = TEXT("de"),
                   .before = TEXT("be"),
                   .after = TEXT("af"),
                   .data = TEXT("da"),
                   .jobs = TEXT("jo"),
                   .existed = true};
  commit_change(&store.operation, &change);
  expect_text("every member has its column", seen(&store),
              " action=an action tenant=a tenant type=a type resource=1"
              " id=an id version=2 time=a time doc=a doc value_add=va"
              " value_drop=vd unique_add=ua unique_drop=ud member_add=ma"
              " joins=jn member_drop=md groups_left=gl source=a source token=3"
              " method=a method target=a target status=4 scim_type=st"
              " detail=de before=be after=af data=da jobs=jo seq=1");
  expect_text("and the row of the log its digest and its hash",
              store_ask(&store, "SELECT length(digest) || length(hash)"
                                "  FROM seen"),
              "3232");
  store_close(&store);
}

static void what_is_left_out_is_null(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  watch(&store, "scim_commit");
  Change change = {.action = "none", .tenant = TEXT(""), .doc = TEXT("")};
  commit_change(&store.operation, &change);
  expect_text("only what was asked for is never NULL", seen(&store),
              " action=none method= target=");
  store_close(&store);
}

/* The view that a change goes into. */
static void expect_door(const char *view, const char *action, Change change) {
  Store store;
  store_open(&store);
  watch(&store, view);
  change.action = action;
  change.tenant = TEXT("default");
  commit_change(&store.operation, &change);
  expect_text(view, store_ask(&store, "SELECT group_concat(action) FROM seen"),
              action);
  store_close(&store);
}

static void what_has_less_to_do_has_doors_of_its_own(void **state) {
  (void)state;
  const Text doc = TEXT("{}"), list = TEXT("[]");
  expect_door("scim_commit_new", "create", (Change){.doc = doc});
  expect_door("scim_commit_document", "update", (Change){.doc = doc});
  expect_door("scim_commit_gone", "delete", (Change){.value_drop = doc});
  expect_door("scim_commit", "none", (Change){.doc = doc});
  const Change more[] = {
      {.member_add = list}, {.member_drop = list}, {.groups_left = list},
      {.maps = list},       {.jobs = list},
  };
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
    expect_door("scim_commit", "create", more[i]);
    expect_door("scim_commit", "update", more[i]);
    expect_door("scim_commit", "delete", more[i]);
  }
  const Change keys[] = {
      {.value_add = doc},    {.value_drop = doc}, {.unique_add = list},
      {.unique_drop = list}, {.renamed = 1},      {.doc = NO_TEXT},
  };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    Change change = keys[i];
    if (i + 1 < sizeof keys / sizeof *keys) change.doc = doc;
    expect_door("scim_commit", "update", change);
  }
}

static void work_has_a_door_of_its_own(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  watch(&store, "scim_commit_work");
  Work work = {.action = "an action",
               .tenant = TEXT("a tenant"),
               .type = TEXT("a type"),
               .time = TEXT("a time"),
               .data = TEXT("da")};
  commit_work(&store.operation, &work);
  expect_text("every member has its column", seen(&store),
              " action=an action tenant=a tenant type=a type time=a time"
              " data=da");
  store_run(&store, "DELETE FROM seen");
  commit_work(&store.operation, &(Work){.action = "x", .type = TEXT("")});
  expect_text("what is left out is NULL", seen(&store), " action=x");
  store_close(&store);
}

static void numbers_follow_the_last_rows(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  expect_number("nothing was logged", store.operation.logged, 0);
  expect_number("the first resource", commit_next_resource(&store.operation),
                1);
  store_run(&store, "INSERT INTO scim_log (seq, time, method, target, status)"
                    "VALUES (7, 't', 'POST', '/Users', 400);"
                    "INSERT INTO scim_resource (" RESOURCE_COLUMNS ") VALUES"
                    " (41, 'other', 'User', 'x', 1, 't', 't', '{}')");
  commit_change(&store.operation, &(Change){.action = "none",
                                            .tenant = TEXT("default"),
                                            .time = TEXT("t"),
                                            .method = TEXT("POST"),
                                            .target = TEXT("/Users"),
                                            .status = 400});
  expect_number("behind the last row of the log", store.operation.logged, 8);
  expect_number("a resource after one of another tenant",
                commit_next_resource(&store.operation), 42);
  store_close(&store);
}

static void what_a_trigger_refuses_is_an_error(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  store_run(&store, "CREATE TRIGGER refuse INSTEAD OF INSERT ON scim_commit"
                    " WHEN NEW.type = 'User' BEGIN"
                    "  SELECT RAISE(ABORT, 'no seats left'); END");
  Change change = {.action = "none",
                   .type = TEXT("User"),
                   .tenant = TEXT("default"),
                   .time = TEXT("t"),
                   .status = 200};
  commit_change(&store.operation, &change);
  expect_number("the error is the trigger's", store.operation.error,
                ERROR_INVALID_VALUE);
  expect_text("in its words", store.operation.detail, "no seats left");
  error_clear(&store.operation);
  expect_text("and the statement has done nothing",
              store_ask(&store, "SELECT count(*) FROM scim_log"), "0");
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(members_reach_the_columns_of_their_names),
      cmocka_unit_test(what_is_left_out_is_null),
      cmocka_unit_test(what_has_less_to_do_has_doors_of_its_own),
      cmocka_unit_test(work_has_a_door_of_its_own),
      cmocka_unit_test(numbers_follow_the_last_rows),
      cmocka_unit_test(what_a_trigger_refuses_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
