#include "../../ext/text/fold.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "text_test.h"

static void text_folds(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *name, *text, *want;
  } cases[] = {
      {"nothing", "", ""},
      {"ASCII", "BJensen@Example.COM", "bjensen@example.com"},
      {"lower case stays", "bjensen", "bjensen"},
      {"marks and digits stay", "[A_1-Z]{2}", "[a_1-z]{2}"},
      {"e acute", "\u00C9", "\u00E9"},
      {"e acute, decomposed", "E\u0301", "\u00E9"},
      {"two marks in either order", "a\u0323\u0301", "\u1EA1\u0301"},
      {"two marks in either order", "a\u0301\u0323", "\u1EA1\u0301"},
      {"sharp s", "Stra\u00DFe", "strasse"},
      {"capital sharp s", "STRA\u1E9EE", "strasse"},
      {"dotless i is itself", "\u0131", "\u0131"},
      {"I is i", "I", "i"},
      {"I with dot", "\u0130", "i\u0307"},
      {"sigma", "\u03A3", "\u03C3"},
      {"final sigma", "\u039F\u03B4\u03BF\u03C2", "\u03BF\u03B4\u03BF\u03C3"},
      {"full width", "\uFF22\uFF4A\uFF11", "bj1"},
      {"Cyrillic", "\u0416\u0423\u041A", "\u0436\u0443\u043A"},
      {"Cherokee", "\uAB70", "\u13A0"},
      {"a ligature", "\uFB01n", "fin"},
      {"Kelvin and Angstrom", "\u212A\u212B", "k\u00E5"},
      {"soft hyphen and joiner left out", "a\u00AD\u200Db", "ab"},
      {"no-break space", "a\u00A0b", "a b"},
      {"superscript", "x\u00B2", "x2"},
      {"Deseret", "\U00010400", "\U00010428"},
      {"emoji", "\U0001F600", "\U0001F600"},
      {"Hangul, decomposed", "\u1112\u1161\u11AB", "\uD55C"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].name, fold(&arena, text_of(cases[i].text)),
                cases[i].want);
  test_close(&arena);
}

static void bad_utf8_stays(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const cases[] = {"A\xFF", "\xC3", "\xED\xA0\x80",
                                      "\xC0\x80"};
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text("text that is not UTF-8", fold(&arena, text_of(cases[i])),
                cases[i]);
  test_close(&arena);
}

static Text form(Arena *arena, Text text, utf8proc_option_t options) {
  utf8proc_uint8_t *mapped = NULL;
  utf8proc_ssize_t size =
      utf8proc_map((const utf8proc_uint8_t *)text.data,
                   (utf8proc_ssize_t)text.size, &mapped, options);
  Text result = {(const char *)mapped, size < 0 ? 0 : (size_t)size};
  result = arena_copy(arena, result);
  free(mapped);
  return result;
}

/* Every character there is: folding is stable, and does not tell NFC, NFD,
** upper and lower case apart. */
static void every_character_folds_to_one_form(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (utf8proc_int32_t c = 1; c <= 0x10FFFF; c++) {
    if (!utf8proc_codepoint_valid(c)) continue;
    ArenaMark mark = arena_mark(&arena);
    char *bytes = arena_alloc(&arena, 8);
    Text text = {bytes, 0};
    text.size = (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)bytes);
    Text folded = fold(&arena, text);
    const char *want = arena_copy(&arena, folded).data;
    Text name = arena_format(&arena, "U+%04X", (unsigned)c);
    expect_text(name.data, fold(&arena, folded), want);
    expect_text(name.data, fold(&arena, form(&arena, text, UTF8PROC_DECOMPOSE)),
                want);
    expect_text(name.data, fold(&arena, form(&arena, text, UTF8PROC_COMPOSE)),
                want);
    arena_release(&arena, mark);
  }
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_folds),
      cmocka_unit_test(bad_utf8_stays),
      cmocka_unit_test(every_character_folds_to_one_form),
  };
  return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
