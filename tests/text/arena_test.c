#include "../../ext/text/arena.h"

#include "text_test.h"

static void memory_is_zeroed_and_aligned(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  int misaligned = 0;
  for (size_t size = 0; size < 3000; size += 7) {
    ArenaMark mark = arena_mark(&arena);
    unsigned char *memory = arena_alloc(&arena, size);
    misaligned += (uintptr_t)memory % _Alignof(max_align_t) != 0;
    for (size_t i = 0; i < size; i++)
      if (memory[i]) expect_number("a byte of new memory", memory[i], 0);
    memset(memory, 0xA5, size);
    if (size % 2) arena_release(&arena, mark);
  }
  expect_number("allocations that are not aligned for any type", misaligned, 0);
  test_close(&arena);
}

static void large_allocations_get_a_block_of_their_own(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t size = 1; size <= (8u << 20); size *= 2) {
    char *memory = arena_alloc(&arena, size);
    memory[0] = memory[size - 1] = 'x';
  }
  expect_text("small text behind large blocks",
              arena_copy(&arena, text_of("here")), "here");
  test_close(&arena);
}

static void growing_keeps_what_was_written(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  char *first = arena_grow(&arena, NULL, 0, 0, 32);
  memcpy(first, "abc", 3);
  char *same = arena_grow(&arena, first, 3, 32, 64);
  expect_bool("the latest allocation grows in place", same == first, true);
  arena_alloc(&arena, 1);
  char *moved = arena_grow(&arena, same, 3, 64, 128);
  expect_bool("an older one moves", moved == same, false);
  Text text = {moved, 3};
  expect_text("and keeps its bytes", text, "abc");
  char *large = arena_grow(&arena, moved, 3, 128, 1u << 21);
  Text grown = {large, 3};
  expect_text("also beyond a block", grown, "abc");
  test_close(&arena);
}

static void what_is_large_lives_by_itself(void **state) {
  (void)state;
  const size_t size = 3u << 20;
  Arena arena;
  TEST_OPEN(&arena);
  char *older = arena_grow(&arena, NULL, 0, 0, size);
  memcpy(older, "older", 5);
  ArenaMark mark = arena_mark(&arena);
  char *newer = arena_alloc(&arena, size);
  older = arena_grow(&arena, older, 5, size, 5 * size);
  expect_number("it grows where others came after it",
                (long long)((uintptr_t)older % _Alignof(max_align_t)), 0);
  expect_bool("and is kept track of", arena.large != NULL, true);
  arena_drop(&arena, newer);
  expect_bool("one that was dropped is gone", arena_take_over(&arena, newer),
              false);
  newer = arena_alloc(&arena, size);
  arena_release(&arena, mark);
  expect_bool("what is behind a mark goes", arena_take_over(&arena, newer),
              false);
  expect_text("what grew behind it stays", ((Text){older, 5}), "older");
  expect_bool("a small one is not parted with",
              arena_take_over(&arena, arena_alloc(&arena, 10)), false);
  expect_bool("a large one is", arena_take_over(&arena, older), true);
  arena_close(&arena);
  expect_text("and outlives the arena", ((Text){older, 5}), "older");
  arena_free(older);
  test_close(&arena);
}

static void a_mark_is_a_point_to_go_back_to(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text kept = arena_copy(&arena, text_of("kept"));
  ArenaMark mark = arena_mark(&arena);
  char *first = arena_alloc(&arena, 100);
  for (int i = 0; i < 100; i++) arena_alloc(&arena, 10000);
  arena_release(&arena, mark);
  expect_text("what came before the mark", kept, "kept");
  expect_bool("memory is used again", (char *)arena_alloc(&arena, 100) == first,
              true);
  test_close(&arena);
}

static void closing_leaves_an_empty_arena(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  arena_alloc(&arena, 100000);
  arena_close(&arena);
  expect_bool("no blocks are left", arena.blocks == NULL, true);
  arena_close(&arena);
  arena_alloc(&arena, 10);
  test_close(&arena);
}

static void text_is_copied_and_formatted(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text bytes = BYTES("a\0b"), none = NO_TEXT;
  Text copy = arena_copy(&arena, bytes);
  expect_number("a copy keeps NUL", (long long)copy.size, 3);
  expect_number("and has a NUL behind it", copy.data[3], 0);
  expect_text("a copy of nothing", arena_copy(&arena, none), "");
  expect_text("a formatted text",
              arena_format(&arena, "%d %s %.*s %lld", 7, "x",
                           TEXT_ARG(text_of("yz")), 1LL << 40),
              "7 x yz 1099511627776");
  static const size_t sizes[] = {254, 255, 256, 257, 1022, 1023, 1024, 100000};
  for (size_t i = 0; i < COUNT(sizes); i++) {
    char *long_text = arena_alloc(&arena, sizes[i] + 1);
    memset(long_text, 'x', sizes[i]);
    expect_number("the size of a long formatted text",
                  (long long)arena_format(&arena, "%s", long_text).size,
                  (long long)sizes[i]);
  }
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(memory_is_zeroed_and_aligned),
      cmocka_unit_test(large_allocations_get_a_block_of_their_own),
      cmocka_unit_test(growing_keeps_what_was_written),
      cmocka_unit_test(what_is_large_lives_by_itself),
      cmocka_unit_test(a_mark_is_a_point_to_go_back_to),
      cmocka_unit_test(closing_leaves_an_empty_arena),
      cmocka_unit_test(text_is_copied_and_formatted),
  };
  return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
