/* bag.h: values found by a hash. */
#include "../../ext/text/bag.h"

#include "../../ext/text/parse.h"
#include "text_test.h"

/* The texts with the hash, as "a b ". */
static Text found(Arena *arena, const Bag *bag, uint64_t hash) {
  Buffer buffer = buffer_new(arena);
  BagSearch search = bag_search(bag, hash);
  for (const Json *value; (value = bag_next(&search));) {
    buffer_add(&buffer, value->text);
    buffer_char(&buffer, ' ');
  }
  return buffer_text(&buffer);
}

static void values_are_found_in_their_order(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Bag bag = bag_new(&arena);
  expect_text("nothing in an empty one", found(&arena, &bag, 1), "");
  /* All of them begin at the last place, and go on at the first. */
  const uint64_t last = UINT64_MAX;
  for (int i = 0; i < 20; i++)
    bag_add(&bag, last - 64 * (uint64_t)(i % 2),
            json_string(&arena, arena_format(&arena, "%d", i)));
  const char *even = "0 2 4 6 8 10 12 14 16 18 ";
  expect_text("in order", found(&arena, &bag, last), even);
  for (int i = 20; i < 300; i++)
    bag_add(&bag, (uint64_t)i, json_string(&arena, TEXT("x")));
  expect_text("when the table has grown", found(&arena, &bag, last), even);
  expect_text("the others too", found(&arena, &bag, last - 64),
              "1 3 5 7 9 11 13 15 17 19 ");
  expect_text("none of another hash", found(&arena, &bag, 5), "");
  bag_clear(&bag);
  expect_text("nothing when it is cleared", found(&arena, &bag, last), "");
  bag_add(&bag, last, json_string(&arena, TEXT("y")));
  expect_text("it can be used again", found(&arena, &bag, last), "y ");
  test_close(&arena);
}

static uint64_t hash_of(Arena *arena, const char *json) {
  JsonFault fault;
  const Json *value = json_parse(arena, text_of(json), &fault);
  assert_non_null(value);
  return bag_hash(value);
}

/* What json_equal has for equal has one hash; what is different, another. */
static void what_is_equal_has_one_hash(void **state) {
  (void)state;
  static const struct {
    const char *a, *b;
    bool same;
  } cases[] = {
      {"{\"a\":1,\"b\":[2]}", "{\"B\":[2],\"A\":1}", true},
      {"\"a long text of letters\"", "\"A Long Text of letters\"", true},
      {"\"a long text of letters\"", "\"a long text of lettees\"", false},
      {"\"\"", "\"a\"", false},
      {"[1,2]", "[2,1]", false},
      {"[1]", "[[1]]", false},
      {"1", "\"1\"", false},
      {"{\"a\":\"b\"}", "{\"b\":\"a\"}", false},
  };
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_bool(cases[i].a,
                hash_of(&arena, cases[i].a) == hash_of(&arena, cases[i].b),
                cases[i].same);
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_found_in_their_order),
      cmocka_unit_test(what_is_equal_has_one_hash),
  };
  return cmocka_run_group_tests_name("bag", tests, NULL, NULL);
}
