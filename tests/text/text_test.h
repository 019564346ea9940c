/*
** text_test.h: what all unit tests share.
**
** A test opens an arena, states what it expects, and closes the arena with
** test_close, which fails the test if anything was not as expected. So one
** run shows every difference, each as a sentence with got and want.
*/
#ifndef SCIM_TEXT_TEST_H
#define SCIM_TEXT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../ext/text/arena.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Expectations of the running test that did not hold. */
static int unmet;

static inline void expect_text(const char *sentence, Text got,
                               const char *want) {
  if (text_equal(got, text_of(want))) return;
  unmet++;
  print_error("not ok - %s\n  got:  %.*s\n  want: %s\n", sentence,
              TEXT_ARG(got), want);
}

static inline void expect_number(const char *sentence, long long got,
                                 long long want) {
  if (got == want) return;
  unmet++;
  print_error("not ok - %s\n  got:  %lld\n  want: %lld\n", sentence, got, want);
}

static inline void expect_bool(const char *sentence, bool got, bool want) {
  expect_text(sentence, text_of(got ? "true" : "false"),
              want ? "true" : "false");
}

/* An arena from which nobody may jump: a test that runs out of memory ends. */
#define TEST_OPEN(arena) arena_init(arena)

static inline void test_close(Arena *arena) {
  int count = unmet;
  unmet = 0;
  arena_close(arena);
  if (count) fail_msg("%d expectations did not hold", count);
}

/* Bytes of a string literal, which may hold NUL. */
#define BYTES(literal)                                                         \
  { literal, sizeof(literal) - 1 }

#endif
