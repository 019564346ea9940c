/* The frame around an operation, and its one error. */
#include "../../ext/text/operation.h"

#include "../../ext/text/buffer.h"
#include "text_test.h"

/* Kinds of errors, as the rooms above have them. */
enum { ERROR_ONE = ERROR_FIRST_OF_MODEL, ERROR_OTHER };

static void take_too_much(Operation *operation, void *data) {
  const size_t *size = data;
  arena_alloc(&operation->arena, 1);
  arena_alloc(&operation->arena, *size);
}

static void take_too_many(Operation *operation, void *data) {
  const size_t *count = data;
  arena_array(&operation->arena, *count, 16);
}

/* The operation lives in a frame outside of the one that is left. */
static void a_failed_allocation_escapes(void **state) {
  (void)state;
  /* Not less: where size_t has 32 bits there may be a quarter of it. */
  static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 15, SIZE_MAX / 2 + 1,
                                 SIZE_MAX / 2, SIZE_MAX / 2 - 15};
  Operation operation;
  int escapes = 0;
  for (size_t i = 0; i < COUNT(sizes); i++) {
    size_t size = sizes[i];
    operation_init(&operation);
    escapes += !operation_run(&operation, take_too_much, &size);
    escapes += !operation_run(&operation, take_too_many, &size);
    expect_bool("afterwards nobody may jump", operation.arena.escape == NULL,
                true);
    arena_close(&operation.arena);
  }
  expect_number("sizes that no memory has", escapes, 2 * COUNT(sizes));
  test_close(&operation.arena);
}

/* Runs an operation within another, which lacks memory, and then goes on. */
static void run_inner(Operation *operation, void *data) {
  size_t most = SIZE_MAX;
  Operation inner;
  operation_init(&inner);
  inner.outer = operation;
  *(bool *)data = operation_run(&inner, take_too_much, &most);
  arena_close(&inner.arena);
  error_set(operation, ERROR_ONE, "the outer one goes on");
}

static void an_inner_operation_leaves_the_outer_one(void **state) {
  (void)state;
  Operation operation;
  bool inner = true;
  operation_init(&operation);
  expect_bool("the outer one ends",
              operation_run(&operation, run_inner, &inner), true);
  expect_bool("the inner one was left", inner, false);
  expect_text("and nothing but that", operation.detail,
              "the outer one goes on");
  test_close(&operation.arena);
}

static void the_first_error_stays(void **state) {
  (void)state;
  Operation operation;
  operation_init(&operation);
  expect_bool("no error at first", failed(&operation), false);
  error_set(&operation, ERROR_ONE, "%s %d", "first", 1);
  error_set(&operation, ERROR_OTHER, "second");
  error_database(&operation, 5, "third");
  error_corrupt(&operation, "fourth");
  expect_number("the kind", operation.error, ERROR_ONE);
  expect_text("the detail", operation.detail, "first 1");
  error_clear(&operation);
  expect_bool("taken back", failed(&operation), false);
  error_database(&operation, 5, "database is locked");
  expect_number("the code of SQLite", operation.sqlite, 5);
  expect_text("its message", operation.detail, "database is locked");
  error_clear(&operation);
  expect_number("taken back", operation.sqlite, 0);
  test_close(&operation.arena);
}

/* 11 is SQLITE_CORRUPT, whatever else the extended code says. */
static void what_is_stored_and_wrong_is_corrupt(void **state) {
  (void)state;
  Operation operation;
  operation_init(&operation);
  error_corrupt(&operation, "what %s holds is none of ours", "scim_log");
  expect_number("the kind", operation.error, ERROR_DATABASE);
  expect_number("the code", operation.sqlite & 0xFF, 11);
  expect_text("the place", operation.detail,
              "what scim_log holds is none of ours");
  test_close(&operation.arena);
}

static void an_error_can_be_put_aside(void **state) {
  (void)state;
  Operation operation;
  operation_init(&operation);
  error_database(&operation, 6, "taken");
  SavedError saved = error_save(&operation);
  expect_bool("put aside", failed(&operation), false);
  error_restore(&operation, saved);
  expect_text("and back again", operation.detail, "taken");
  expect_number("with its code", operation.sqlite, 6);
  saved = error_save(&operation);
  error_set(&operation, ERROR_OTHER, "newer");
  error_restore(&operation, saved);
  expect_number("a newer one stays", operation.error, ERROR_OTHER);
  expect_number("and has no code", operation.sqlite, 0);
  test_close(&operation.arena);
}

/* What the client sent may be long and in any script. */
static void a_long_detail_is_cut_between_characters(void **state) {
  (void)state;
  Operation operation;
  operation_init(&operation);
  static const char *const pieces[] = {"x", "\u00E9", "\u20AC", "\U0001F600"};
  for (size_t i = 0; i < COUNT(pieces); i++) {
    for (int shift = 0; shift < 4; shift++) {
      Buffer buffer = buffer_new(&operation.arena);
      for (int n = 0; n < 1000; n++) buffer_string(&buffer, pieces[i]);
      error_set(&operation, ERROR_ONE, "%.*s%.*s", shift, "abc",
                TEXT_ARG(buffer_text(&buffer)));
      expect_bool(pieces[i], utf8_valid(operation.detail), true);
      expect_bool("something is left", operation.detail.size > 500, true);
      error_clear(&operation);
    }
  }
  test_close(&operation.arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_failed_allocation_escapes),
      cmocka_unit_test(an_inner_operation_leaves_the_outer_one),
      cmocka_unit_test(the_first_error_stays),
      cmocka_unit_test(what_is_stored_and_wrong_is_corrupt),
      cmocka_unit_test(an_error_can_be_put_aside),
      cmocka_unit_test(a_long_detail_is_cut_between_characters),
  };
  return cmocka_run_group_tests_name("operation", tests, NULL, NULL);
}
