/*
** search_test.c: pages: their edges, their order and their totals, with an
** exact plan and without. That a plan changes nothing but the cost is the
** business of property_test.c.
*/
#include "store_test.h"

#include "../../ext/store/search.h"

/* Eight users; those with a title have it in the index, and nickName has
** none. 3 is a user of another tenant. */
static void add_users(Store *store) {
  store_run(store,
            "INSERT INTO scim_index (type, attribute) VALUES ('User','title');"
            "SELECT scim_init()");
  for (int i = 1; i <= 8; i++) {
    static const char *const titles[] = {"b", "a",  NULL, "c",
                                         "a", NULL, "b",  "a"};
    const char *title = titles[i - 1];
    Text body =
        arena_format(&store->operation.arena,
                     "{\"userName\":\"u%d\",\"nickName\":\"%s\"%s%s%s}", i,
                     title ? title : "", title ? ",\"title\":\"" : "",
                     title ? title : "", title ? "\"" : "");
    Text sql = arena_format(&store->operation.arena,
                            "SELECT scim_apply('POST', '/Users', '%.*s',"
                            " '{\"id\":\"%d\"}')",
                            TEXT_ARG(body), i);
    store_run(store, sql.data);
  }
  store_run(store, "UPDATE scim_resource SET tenant = 'acme' WHERE id = '3';"
                   "UPDATE scim_value SET tenant = 'acme' WHERE resource = 3;"
                   "UPDATE scim_count SET live = live - 1");
  store_again(store);
}

/* "rows/total" of a page. */
static Text page_of(Store *store, const char *filter, Search search) {
  Operation *operation = &store->operation;
  Buffer buffer = buffer_new(&operation->arena);
  search.type = schema_type(operation->schemas, TEXT("User"));
  if (filter)
    search.filter = filter_parse(operation, search.type, NULL, text_of(filter));
  Page page = search_run(operation, &search);
  if (failed(operation)) fail_msg("%.*s", TEXT_ARG(operation->detail));
  for (long long i = 0; i < page.count; i++) {
    buffer_integer(&buffer, page.rows[i].resource);
    buffer_char(&buffer, ' ');
  }
  buffer_char(&buffer, '/');
  buffer_char(&buffer, ' ');
  buffer_integer(&buffer, page.total);
  return buffer_text(&buffer);
}

#define EXACT "title pr"
#define READ "nickName pr" /* by reading every document */

static void pages_are_counted_from_the_first(void **state) {
  (void)state;
  static const struct {
    const char *filter;
    long long offset, limit;
    const char *want;
  } cases[] = {
      {NULL, 0, 3, "1 2 4 / 7"},
      {NULL, 5, 3, "7 8 / 7"},
      {NULL, 7, 3, "/ 7"},
      {NULL, 0, 0, "/ 7"},
      {EXACT, 0, 4, "1 2 4 5 / 6"},
      {EXACT, 4, 4, "7 8 / 6"},
      {EXACT, 2, 4, "4 5 7 8 / 6"},
      {EXACT, 6, 4, "/ 6"},
      {EXACT, 99, 4, "/ 6"},
      {EXACT, 0, 0, "/ 6"},
      {READ, 0, 4, "1 2 4 5 / 6"},
      {READ, 4, 4, "7 8 / 6"},
      {READ, 99, 4, "/ 6"},
      {READ, 0, 0, "/ 6"},
      {"title eq \"z\"", 0, 4, "/ 0"},
  };
  Store store;
  store_open(&store);
  add_users(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Search search = {.offset = cases[i].offset, .limit = cases[i].limit};
    expect_text(cases[i].filter ? cases[i].filter : "everything",
                page_of(&store, cases[i].filter, search), cases[i].want);
  }
  store_close(&store);
}

/* The edge may be gone, as 6 is from what has a title, and 3 from the tenant.
 */
static void pages_begin_behind_an_edge_and_end_before_it(void **state) {
  (void)state;
  static const struct {
    long long after, before;
    const char *want;
  } cases[] = {
      {2, 0, "4 5 / 6"}, {3, 0, "4 5 / 6"}, {6, 0, "7 8 / 6"}, {8, 0, "/ 6"},
      {0, 5, "2 4 / 6"}, {0, 6, "4 5 / 6"}, {0, 2, "1 / 6"},   {0, 1, "/ 6"},
  };
  static const char *const filters[] = {EXACT, READ};
  Store store;
  store_open(&store);
  add_users(&store);
  for (size_t i = 0; i < COUNT(cases) * 2; i++) {
    SortKey after = {.resource = cases[i / 2].after};
    SortKey before = {.resource = cases[i / 2].before};
    Search search = {.limit = 2,
                     .after = after.resource ? &after : NULL,
                     .before = before.resource ? &before : NULL};
    expect_text(filters[i % 2], page_of(&store, filters[i % 2], search),
                cases[i / 2].want);
  }
  store_close(&store);
}

/* RFC 7644 section 3.4.2.3: who has no value comes last, and first when the
** order descends. Equal values stay in the order of creation. */
static void rows_are_sorted(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  add_users(&store);
  const ResourceType *user = schema_type(store.operation.schemas, TEXT("User"));
  const Attribute *title = schema_resolve(user, TEXT("title"));
  Search search = {.sort = title, .limit = 100};
  expect_text("ascending", page_of(&store, NULL, search), "2 5 8 1 7 4 6 / 7");
  search.descending = true;
  expect_text("descending", page_of(&store, NULL, search), "6 4 1 7 2 5 8 / 7");
  search.offset = 1, search.limit = 2;
  expect_text("a page of them", page_of(&store, EXACT, search), "1 7 / 6");
  store_close(&store);
}

/* A sort key has the value, so that the resource itself need not be there. */
static void sorted_pages_begin_behind_a_value(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  add_users(&store);
  const ResourceType *user = schema_type(store.operation.schemas, TEXT("User"));
  SortKey edge = {.resource = 3,
                  .has_value = true,
                  .value = {.type = KEY_TEXT, .text = TEXT("b")}};
  Search search = {
      .sort = schema_resolve(user, TEXT("title")), .after = &edge, .limit = 2};
  expect_text("behind b, of a row that is gone", page_of(&store, NULL, search),
              "7 4 / 7");
  search.after = NULL, search.before = &edge;
  expect_text("before it", page_of(&store, NULL, search), "8 1 / 7");
  store_close(&store);
}

/* What search_sort and search_cut do for several types together. */
static void pages_of_several_are_sorted_and_cut(void **state) {
  (void)state;
  SortKey rows[] = {{.resource = 5}, {.resource = 2}, {.resource = 9}};
  Page page = {.rows = rows, .count = 3};
  Search search = {.offset = 1, .limit = 1};
  Operation operation;
  operation_init(&operation);
  search_sort(&operation, &search, &page);
  search_cut(&search, &page);
  expect_number("one is left", page.count, 1);
  expect_number("the second", page.rows[0].resource, 5);
  expect_number("of three", page.total, 3);
  test_close(&operation.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pages_are_counted_from_the_first),
      cmocka_unit_test(pages_begin_behind_an_edge_and_end_before_it),
      cmocka_unit_test(rows_are_sorted),
      cmocka_unit_test(sorted_pages_begin_behind_a_value),
      cmocka_unit_test(pages_of_several_are_sorted_and_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
