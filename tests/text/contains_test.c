/* contains.h: parts of texts, against a search that looks at every place. */
#include "../../ext/text/contains.h"

#include <stdlib.h>

#include "text_test.h"

static bool naive(Text text, Text part) {
  for (size_t i = 0; i + part.size <= text.size; i++)
    if (text_equal(text_between(text, i, i + part.size), part)) return true;
  return false;
}

static void a_part_is_found(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *text, *part;
    bool found;
  } cases[] = {
      {"", "", true},
      {"abc", "", true},
      {"", "a", false},
      {"abc", "a", true},
      {"abc", "c", true},
      {"abc", "abc", true},
      {"abc", "abcd", false},
      {"abcabd", "abd", true},
      {"aaaaaab", "aab", true},
      {"abaabaaab", "abaaab", true},
      {"abacabaaba", "abaaba", true},
      {"\xC3\xA9t\xC3\xA9", "t\xC3", true},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_bool(cases[i].text,
                contains_part(text_of(cases[i].text), text_of(cases[i].part)),
                cases[i].found);
  test_close(&arena);
}

/* All texts of two letters up to a size, in each other: every way in which a
** part can repeat itself. */
static void every_short_text_is_tried(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  char text[13], part[8];
  long wrong = 0, found = 0;
  for (unsigned n = 1; n <= 13; n++) {
    for (unsigned bits = 0; bits < 1u << n; bits += 1 + n / 10) {
      for (unsigned i = 0; i < n; i++) text[i] = bits >> i & 1 ? 'b' : 'a';
      for (unsigned m = 1; m <= 8 && m <= n; m++) {
        for (unsigned own = 0; own < 1u << m; own++) {
          for (unsigned i = 0; i < m; i++) part[i] = own >> i & 1 ? 'b' : 'a';
          bool want = naive((Text){text, n}, (Text){part, m});
          wrong += contains_part((Text){text, n}, (Text){part, m}) != want;
          found += want;
        }
      }
    }
  }
  expect_number("found otherwise than by looking everywhere", wrong, 0);
  expect_bool("many are found", found > 100000, true);
  test_close(&arena);
}

/* D7: 8 KiB of a filter in 16 MiB of a value. Were each place compared with
** the whole part, this would take 10^11 steps, and nobody would see its end. */
static void the_worst_part_costs_no_more(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  size_t size = 16 << 20, half = 4096;
  char *text = malloc(size), part[8192];
  assert_non_null(text);
  memset(text, 'x', size);
  memset(part, 'x', sizeof part);
  for (size_t at = 0; at < sizeof part; at += half) {
    part[at] = 'y';
    expect_bool("it is not there",
                contains_part((Text){text, size}, (Text){part, sizeof part}),
                false);
    part[at] = 'x';
  }
  part[sizeof part - 1] = 'y';
  expect_bool("nor with another end",
              contains_part((Text){text, size}, (Text){part, sizeof part}),
              false);
  text[size - 1] = 'y';
  expect_bool("at the very end it is",
              contains_part((Text){text, size}, (Text){part, sizeof part}),
              true);
  free(text);
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_part_is_found),
      cmocka_unit_test(every_short_text_is_tried),
      cmocka_unit_test(the_worst_part_costs_no_more),
  };
  return cmocka_run_group_tests_name("contains", tests, NULL, NULL);
}
