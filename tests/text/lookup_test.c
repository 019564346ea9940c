#include "../../ext/text/lookup.h"

#include "text_test.h"

/* The numbers that are found, as "3 5 ", in the order in which they are. */
static Text found(Arena *arena, const Lookup *lookup, int kind,
                  const char *text) {
  char out[200] = "";
  size_t size = 0;
  LookupSearch search = lookup_search(lookup, kind, text_of(text));
  for (const LookupEntry *entry; (entry = lookup_next(&search));) {
    Text number = arena_format(arena, "%d ", (int)entry->number);
    if (size + number.size < sizeof out)
      memcpy(out + size, number.data, number.size);
    size += number.size;
  }
  return arena_copy(arena, (Text){out, size < sizeof out ? size : sizeof out});
}

static void add(Lookup *lookup, int kind, const char *text, size_t number) {
  lookup_add(lookup, (LookupEntry){kind, text_of(text), number});
}

static void entries_are_found_by_kind_and_text(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Lookup lookup = lookup_new(&arena);
  expect_text("nothing before it is built", found(&arena, &lookup, 0, "a"), "");
  add(&lookup, 1, "b", 7);
  add(&lookup, 0, "b", 5);
  add(&lookup, 0, "a", 4);
  add(&lookup, 0, "b", 3);
  add(&lookup, 0, "", 9);
  add(&lookup, -1, "a", 1);
  lookup_build(&lookup);
  expect_text("in the order of numbers", found(&arena, &lookup, 0, "b"),
              "3 5 ");
  expect_text("another kind is another", found(&arena, &lookup, 1, "b"), "7 ");
  expect_text("a kind below 0", found(&arena, &lookup, -1, "a"), "1 ");
  expect_text("the empty text", found(&arena, &lookup, 0, ""), "9 ");
  expect_text("no such text", found(&arena, &lookup, 0, "c"), "");
  expect_text("none that begins so", found(&arena, &lookup, 0, "bb"), "");
  expect_text("no such kind", found(&arena, &lookup, 2, "a"), "");
  add(&lookup, 0, "b", 8);
  add(&lookup, 0, "aa", 2);
  expect_text("later ones come last", found(&arena, &lookup, 0, "b"), "3 5 8 ");
  expect_text("and by themselves", found(&arena, &lookup, 0, "aa"), "2 ");
  test_close(&arena);
}

static void nothing_is_found_in_nothing(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Lookup lookup = lookup_new(&arena);
  lookup_build(&lookup);
  expect_text("of no entries none", found(&arena, &lookup, 0, "a"), "");
  add(&lookup, 0, "a", 1);
  expect_text("the first that comes later", found(&arena, &lookup, 0, "a"),
              "1 ");
  test_close(&arena);
}

/* Thousands before and after, so that they are merged several times: each is
** found once, by its own text. */
static void many_entries_are_merged(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Lookup lookup = lookup_new(&arena);
  const unsigned total = 9000, first = 1500;
  for (unsigned i = 0; i < total; i++) {
    unsigned number = i * 7919u % total; /* all of them, in no order */
    add(&lookup, (int)(number % 3),
        arena_format(&arena, "text %u", number / 2).data, number);
    if (i + 1 == first) lookup_build(&lookup);
  }
  int wrong = 0;
  for (unsigned number = 0; number < total; number++) {
    Text text = arena_format(&arena, "text %u", number / 2);
    LookupSearch search = lookup_search(&lookup, (int)(number % 3), text);
    int same = 0;
    for (const LookupEntry *entry; (entry = lookup_next(&search));)
      same += entry->number == number;
    wrong += same != 1;
  }
  expect_number("each is found once", wrong, 0);
  expect_number("none is lost", (long long)lookup.count, total);
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(entries_are_found_by_kind_and_text),
      cmocka_unit_test(nothing_is_found_in_nothing),
      cmocka_unit_test(many_entries_are_merged),
  };
  return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
