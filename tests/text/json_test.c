/* Trees: how they are built, changed, compared and merged. */
#include "../../ext/text/parse.h"

#include "text_test.h"

static Json *tree(Arena *arena, const char *text) {
  JsonFault fault;
  Json *value = json_parse(arena, text_of(text), &fault);
  if (!value) fail_msg("%s: %s", text, fault.reason);
  return value;
}

static void trees_are_built(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Json *object = json_new(&arena, JSON_OBJECT);
  Json *array = json_new(&arena, JSON_ARRAY);
  json_append(array, json_integer(&arena, -7));
  json_append(array, json_bool(&arena, true));
  json_append(array, json_new(&arena, JSON_NULL));
  json_put(object, "list", array);
  json_put_text(object, text_of("text"), json_string(&arena, text_of("a\"b")));
  expect_text("a tree", json_text(&arena, object),
              "{\"list\":[-7,true,null],\"text\":\"a\\\"b\"}");
  expect_number("counts its children", array->count, 3);
  test_close(&arena);
}

static void members_are_found_in_any_case(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Json *object = tree(&arena, "{\"userName\":\"bjensen\",\"n\":1}");
  expect_text("a member", json_member_string(object, "USERNAME"), "bjensen");
  expect_text("no string", json_member_string(object, "n"), "");
  expect_text("no member", json_member_string(object, "name"), "");
  expect_bool("no object", json_member(tree(&arena, "[1]"), "a") == NULL, true);
  expect_bool("nothing at all", json_member(NULL, "a") == NULL, true);
  test_close(&arena);
}

static void members_are_found_one_after_the_other(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Json *object = tree(&arena, "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}");
  static const char *const names[] = {"a", "x", "B", "d", "e", "a", "b", "b"};
  static const char *const want[] = {"1", "-", "2", "4", "-", "1", "2", "2"};
  Json *next = NULL;
  for (size_t i = 0; i < COUNT(names); i++) {
    Json *found = json_member_next(object, &next, text_of(names[i]));
    expect_text(names[i], found ? found->text : TEXT("-"), want[i]);
  }
  expect_bool("nothing has none", json_member_next(NULL, &next, TEXT("a")),
              false);
  test_close(&arena);
}

static void lists_have_texts_in_any_case(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  const Json *list = tree(&arena, "[1,{\"a\":1},null,\"urn:B\",\"\"]");
  expect_bool("a text", json_lists(list, TEXT("URN:b")), true);
  expect_bool("another", json_lists(list, TEXT("urn:c")), false);
  expect_bool("the empty text", json_lists(list, TEXT("")), true);
  expect_bool("a number is none", json_lists(list, TEXT("1")), false);
  expect_bool("nothing at all", json_lists(NULL, TEXT("")), false);
  test_close(&arena);
}

static void children_are_removed_and_replaced(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const names[] = {"a", "b", "c"};
  static const char *const removed[] = {"{\"b\":2,\"c\":3,\"x\":0}",
                                        "{\"a\":1,\"c\":3,\"x\":0}",
                                        "{\"a\":1,\"b\":2,\"x\":0}"};
  static const char *const replaced[] = {"{\"a\":9,\"b\":2,\"c\":3,\"x\":0}",
                                         "{\"a\":1,\"b\":9,\"c\":3,\"x\":0}",
                                         "{\"a\":1,\"b\":2,\"c\":9,\"x\":0}"};
  for (size_t i = 0; i < COUNT(names); i++) {
    Json *object = tree(&arena, "{\"a\":1,\"b\":2,\"c\":3}");
    json_remove(object, json_member(object, names[i]));
    json_put(object, "x", json_integer(&arena, 0));
    expect_text("removed, then one put", json_text(&arena, object), removed[i]);
    expect_number("the count then", object->count, 3);
    object = tree(&arena, "{\"a\":1,\"b\":2,\"c\":3}");
    json_replace(object, json_member(object, names[i]),
                 json_integer(&arena, 9));
    json_put(object, "x", json_integer(&arena, 0));
    expect_text("replaced, then one put", json_text(&arena, object),
                replaced[i]);
  }
  Json *one = tree(&arena, "[1]");
  json_remove(one, one->first);
  json_append(one, json_integer(&arena, 2));
  expect_text("emptied, then filled", json_text(&arena, one), "[2]");
  test_close(&arena);
}

static void a_copy_is_deep(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Json *from = tree(&arena, "{\"a\":[{\"b\":1}],\"c\":\"d\"}");
  Json *copy = json_copy(&arena, from);
  json_put(json_member(from, "a")->first, "x", json_integer(&arena, 1));
  expect_text("a copy", json_text(&arena, copy),
              "{\"a\":[{\"b\":1}],\"c\":\"d\"}");
  test_close(&arena);
}

static void values_are_equal(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *a, *b;
    bool equal;
  } cases[] = {
      {"null", "null", true},
      {"null", "false", false},
      {"1", "1", true},
      {"1", "1.0", false},
      {"1", "\"1\"", false},
      {"\"a\"", "\"a\"", true},
      {"\"a\"", "\"A\"", false},
      {"\"\\u0061\"", "\"a\"", true},
      {"[]", "{}", false},
      {"[1,2]", "[1,2]", true},
      {"[1,2]", "[2,1]", false},
      {"[1,2]", "[1]", false},
      {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true},
      {"{\"a\":1}", "{\"A\":1}", true},
      {"{\"a\":1}", "{\"b\":1}", false},
      {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
      {"{\"a\":[{\"b\":1}]}", "{\"a\":[{\"b\":1}]}", true},
      {"{\"a\":[{\"b\":1}]}", "{\"a\":[{\"b\":2}]}", false},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *a = tree(&arena, cases[i].a), *b = tree(&arena, cases[i].b);
    expect_bool(cases[i].a, json_equal(a, b), cases[i].equal);
    expect_bool(cases[i].b, json_equal(b, a), cases[i].equal);
  }
  test_close(&arena);
}

/* The examples of RFC 7396 appendix A that have no null inside an array. */
static void merge_patches_are_applied(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *target, *patch, *want;
  } cases[] = {
      {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
      {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
      {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
      {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
      {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
      {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
      {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
       "{\"a\":{\"b\":\"d\"}}"},
      {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
      {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
      {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
      {"{\"a\":\"foo\"}", "null", "null"},
      {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
      {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
      {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
      {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *target = tree(&arena, cases[i].target);
    Json *patch = tree(&arena, cases[i].patch);
    expect_text(cases[i].patch,
                json_text(&arena, json_merge(&arena, target, patch)),
                cases[i].want);
  }
  test_close(&arena);
}

static void a_difference_leads_from_one_to_the_other(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const docs[] = {
      "{}",
      "{\"a\":1}",
      "{\"a\":2}",
      "{\"a\":{\"b\":1}}",
      "{\"a\":{\"b\":1,\"c\":2}}",
      "{\"a\":{\"c\":2}}",
      "{\"a\":{}}",
      "{\"a\":[1,2]}",
      "{\"a\":[1,{\"b\":1}],\"d\":\"e\"}",
      "{\"d\":\"e\",\"a\":1}",
      "{\"a\":{\"b\":{\"c\":{\"d\":1}}},\"x\":false}",
      "{\"a\":{\"b\":{\"c\":{\"d\":2,\"e\":3}}},\"x\":true}",
      "{\"x\":1,\"y\":{\"p\":1,\"q\":2},\"a\":{\"r\":1,\"b\":{}},\"z\":[]}",
      "{\"v\":1,\"a\":{\"s\":1,\"r\":2},\"w\":{},\"Y\":{\"q\":3,\"o\":1},\"x\":"
      "1}",
  };
  for (size_t i = 0; i < COUNT(docs); i++) {
    for (size_t j = 0; j < COUNT(docs); j++) {
      Json *from = tree(&arena, docs[i]), *to = tree(&arena, docs[j]);
      Json *patch = json_difference(&arena, from, to);
      expect_bool("there is a difference", patch != NULL, i != j);
      if (patch)
        expect_text("the reverse is the difference the other way round",
                    json_text(&arena, json_reverse(&arena, from, patch)),
                    arena_copy(&arena, json_text(&arena, json_difference(
                                                             &arena, to, from)))
                        .data);
      if (patch) from = json_merge(&arena, from, patch);
      if (!json_equal(from, to))
        expect_text(docs[i], json_text(&arena, from), docs[j]);
    }
  }
  Json *from = tree(&arena, "{\"a\":1,\"b\":{\"c\":1,\"d\":2},\"e\":[1]}");
  Json *to = tree(&arena, "{\"b\":{\"c\":1,\"d\":3},\"e\":[1],\"f\":\"g\"}");
  expect_text("a difference is small",
              json_text(&arena, json_difference(&arena, from, to)),
              "{\"a\":null,\"b\":{\"d\":3},\"f\":\"g\"}");
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(trees_are_built),
      cmocka_unit_test(members_are_found_in_any_case),
      cmocka_unit_test(members_are_found_one_after_the_other),
      cmocka_unit_test(lists_have_texts_in_any_case),
      cmocka_unit_test(children_are_removed_and_replaced),
      cmocka_unit_test(a_copy_is_deep),
      cmocka_unit_test(values_are_equal),
      cmocka_unit_test(merge_patches_are_applied),
      cmocka_unit_test(a_difference_leads_from_one_to_the_other),
  };
  return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
