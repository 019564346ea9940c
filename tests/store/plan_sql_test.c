/*
** plan_sql_test.c: trees as SQL: brackets where SQL has none, and every value a
** parameter. What trees filters become is tested with plan.c.
*/
#include "../text/text_test.h"

#include "../../ext/store/plan_sql.h"

static const PlanSource source = {"SELECT resource FROM t WHERE tenant = ?1",
                                  "key",
                                  " LIMIT 9",
                                  "t",
                                  true,
                                  false};

static PlanNode *search(Arena *arena, const char *const *keys, size_t count) {
  PlanNode *node = arena_alloc(arena, sizeof *node);
  node->kind = PLAN_SEARCH;
  node->source = &source;
  node->keys = json_new(arena, JSON_ARRAY);
  for (size_t i = 0; i < count; i++)
    json_append(node->keys, json_string(arena, text_of(keys[i])));
  return node;
}

static PlanNode *combine(Arena *arena, PlanNodeKind kind, PlanNode *first,
                         PlanNode *last) {
  PlanNode *node = arena_alloc(arena, sizeof *node);
  node->kind = kind;
  node->first = first;
  node->last = last;
  first->next = last;
  return node;
}

#define T "SELECT resource FROM t WHERE tenant = ?1"

static void one_key_is_compared_and_several_are_a_list(void **state) {
  (void)state;
  static const char *const keys[] = {"a", "b"};
  Arena arena;
  PlanParameters parameters;
  TEST_OPEN(&arena);
  expect_text("one", plan_sql(&arena, search(&arena, keys, 1), &parameters),
              T " AND key = ?8 LIMIT 9");
  expect_text("as it is", parameters.texts[0], "a");
  expect_text("two", plan_sql(&arena, search(&arena, keys, 2), &parameters),
              T " AND key IN (SELECT value FROM json_each(?8)) LIMIT 9");
  expect_text("as one array", parameters.texts[0], "[\"a\",\"b\"]");
  expect_number("which is one parameter", parameters.count, 1);
  test_close(&arena);
}

static void a_range_has_one_end_or_two(void **state) {
  (void)state;
  Arena arena;
  PlanParameters parameters;
  TEST_OPEN(&arena);
  Attribute attribute = {.path = TEXT("title")};
  PlanNode node = {.kind = PLAN_SEARCH,
                   .source = &source,
                   .attribute = &attribute,
                   .low = {">=", TEXT("a"), false},
                   .high = {"<", TEXT("2"), true}};
  expect_text("both", plan_sql(&arena, &node, &parameters),
              T " AND attribute = ?8 AND key >= ?9"
                " AND key < json_extract(?10, '$') LIMIT 9");
  expect_text("the attribute is a parameter too", parameters.texts[0], "title");
  node.low.test = NULL;
  expect_text("one", plan_sql(&arena, &node, &parameters),
              T " AND attribute = ?8 AND key < json_extract(?9, '$') LIMIT 9");
  expect_number("and nothing of the other", parameters.count, 2);
  test_close(&arena);
}

/* UNION and INTERSECT bind alike, from the left. */
static void what_comes_first_is_a_select_of_its_own(void **state) {
  (void)state;
  static const char *const keys[] = {"a"};
  Arena arena;
  PlanParameters parameters;
  TEST_OPEN(&arena);
  PlanNode *either = combine(&arena, PLAN_UNION, search(&arena, keys, 1),
                             search(&arena, keys, 1));
  PlanNode *both =
      combine(&arena, PLAN_INTERSECT, search(&arena, keys, 1), either);
  expect_text("an intersection with a union",
              plan_sql(&arena, both, &parameters),
              T " AND key = ?8 LIMIT 9"
                " INTERSECT SELECT resource FROM (" T
                " AND key = ?9 LIMIT 9 UNION " T " AND key = ?10 LIMIT 9)");
  test_close(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_key_is_compared_and_several_are_a_list),
      cmocka_unit_test(a_range_has_one_end_or_two),
      cmocka_unit_test(what_comes_first_is_a_select_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
