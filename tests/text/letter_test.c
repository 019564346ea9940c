#include "../../ext/text/letter.h"

#include "text_test.h"

typedef struct Case {
  const char *name, *text, *want;
} Case;

static void letters_get_a_lower_case(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const Case cases[] = {
      {"nothing", "", ""},
      {"ASCII", "Ann@Example.COM", "ann@example.com"},
      {"marks and digits stay", "[A_1-Z]{2}", "[a_1-z]{2}"},
      {"umlauts", "\u00C4\u00D6\u00DC", "\u00E4\u00F6\u00FC"},
      {"sharp s stays", "Stra\u00DFe", "stra\u00DFe"},
      {"capital sharp s", "\u1E9E", "\u00DF"},
      {"Greek", "\u03A3\u039F\u03A6\u0399\u0391",
       "\u03C3\u03BF\u03C6\u03B9\u03B1"},
      {"Cyrillic", "\u0416\u0423\u041A", "\u0436\u0443\u043A"},
      {"Polish, which grows by nothing", "\u0141\u00D3D\u0179",
       "\u0142\u00F3d\u017A"},
      {"three bytes from two", "\u023A", "\u2C65"},
      {"Deseret, of four bytes", "\U00010400", "\U00010428"},
      {"compatibility characters stay", "\uFB01\u00B2", "\uFB01\u00B2"},
      {"no UTF-8", "A\xFF", "A\xFF"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].name,
                letter_lower_case(&arena, text_of(cases[i].text)),
                cases[i].want);
  test_close(&arena);
}

static void letters_get_an_upper_case(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const Case cases[] = {
      {"nothing", "", ""},
      {"ASCII", "Ann@Example.com", "ANN@EXAMPLE.COM"},
      {"umlauts", "m\u00FCller", "M\u00DCLLER"},
      {"both sigmas", "\u03C3\u03C2", "\u03A3\u03A3"},
      {"Cyrillic", "\u0436\u0443\u043A", "\u0416\u0423\u041A"},
      {"two bytes from three", "\u2C65", "\u023A"},
      {"Deseret", "\U00010428", "\U00010400"},
      {"no UTF-8", "a\xED\xA0\x80", "a\xED\xA0\x80"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].name,
                letter_upper_case(&arena, text_of(cases[i].text)),
                cases[i].want);
  test_close(&arena);
}

static void ends_are_trimmed(void **state) {
  (void)state;
  static const Case cases[] = {
      {"nothing", "", ""},
      {"nothing but space", " \t\n\u00A0\u3000", ""},
      {"no space", "Ann", "Ann"},
      {"space at both ends", "  Ann \r\n", "Ann"},
      {"space within stays", " Ann  Lee ", "Ann  Lee"},
      {"no-break and ideographic space", "\u00A0Ann\u3000", "Ann"},
      {"next line and line separator",
       "\xC2\x85"
       "Ann\u2028",
       "Ann"},
      {"control characters",
       "\x01"
       "Ann"
       "\x7F",
       "Ann"},
      {"a joiner is part of a word", "\u200DAnn", "\u200DAnn"},
      {"bytes that are no UTF-8 stay", " \xFF ", "\xFF"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].name, letter_trim(text_of(cases[i].text)),
                cases[i].want);
  expect_bool("of no text there is no text", letter_trim(NO_TEXT).data == NULL,
              true);
  test_close(&(Arena){0});
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(letters_get_a_lower_case),
      cmocka_unit_test(letters_get_an_upper_case),
      cmocka_unit_test(ends_are_trimmed),
  };
  return cmocka_run_group_tests_name("letter", tests, NULL, NULL);
}
