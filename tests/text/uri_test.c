#include "../../ext/text/uri.h"

#include "text_test.h"

static void escapes_are_decoded_once(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *text, *path, *query;
  } cases[] = {
      {"", "", ""},
      {"plain", "plain", "plain"},
      {"a+b", "a+b", "a b"},
      {"a%20b", "a b", "a b"},
      {"a%2Bb", "a+b", "a+b"},
      {"a%2bb", "a+b", "a+b"},
      {"%252B", "%2B", "%2B"},
      {"%41%62", "Ab", "Ab"},
      {"%C3%A9", "\xC3\xA9", "\xC3\xA9"},
      {"%", "%", "%"},
      {"%4", "%4", "%4"},
      {"%zz", "%zz", "%zz"},
      {"%4g", "%4g", "%4g"},
      {"%%41", "%A", "%A"},
      {"100%", "100%", "100%"},
      {"%22%26%3D%23", "\"&=#", "\"&=#"},
      {"\xC3\xA9", "\xC3\xA9", "\xC3\xA9"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text text = text_of(cases[i].text);
    expect_text(cases[i].text, uri_decode(&arena, text, false), cases[i].path);
    expect_text(cases[i].text, uri_decode(&arena, text, true), cases[i].query);
  }
  Text nul = uri_decode(&arena, text_of("a%00b"), false);
  expect_number("%00 is a NUL byte", nul.size == 3 && nul.data[1] == 0, 1);
  test_close(&arena);
}

static void a_path_is_cut_into_segments(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *path, *want;
  } cases[] = {
      {"", ""},
      {"/", ""},
      {"//", ""},
      {"/Users", "<Users>"},
      {"Users", "<Users>"},
      {"/Users/", "<Users>"},
      {"//Users//2819c223/", "<Users><2819c223>"},
      {"/Users/a%2Fb", "<Users><a%2Fb>"},
      {"/a/b/c", "<a><b><c>"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text path = text_of(cases[i].path), segment, got = {NULL, 0};
    while (uri_segment(&path, &segment))
      got =
          arena_format(&arena, "%.*s<%.*s>", TEXT_ARG(got), TEXT_ARG(segment));
    expect_text(cases[i].path, got, cases[i].want);
  }
  test_close(&arena);
}

static void parameters_are_found(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *query, *name, *want;
  } cases[] = {
      {"", "filter", "none"},
      {"count=1", "filter", "none"},
      {"filter=x", "filter", "x"},
      {"Filter=x", "filter", "x"},
      {"startIndex=1&count=2", "count", "2"},
      {"startindex=1", "startIndex", "1"},
      {"count=1&count=2", "count", "1"},
      {"count", "count", ""},
      {"count=", "count", ""},
      {"&&count=3&&", "count", "3"},
      {"xcount=1&count=2", "count", "2"},
      {"%63ount=4", "count", "4"},
      {"a=b=c", "a", "b=c"},
      {"filter=userName+eq+%22a%26b%22", "filter", "userName eq \"a&b\""},
      {"filter=userName%20eq%20%22a%2Bb%22", "filter", "userName eq \"a+b\""},
      {"filter=userName eq \"a\"", "filter", "userName eq \"a\""},
      {"filter=emails[type%20eq%20%22work%22].value+eq+%22x%22", "filter",
       "emails[type eq \"work\"].value eq \"x\""},
      {"aadOptscim062020&filter=id+eq+%221%22", "filter", "id eq \"1\""},
      {"filter=displayName+eq+%22R%26D+%2523%22", "filter",
       "displayName eq \"R&D %23\""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text value = {"none", 4};
    uri_parameter(&arena, text_of(cases[i].query), cases[i].name, &value);
    expect_text(cases[i].query, value, cases[i].want);
  }
  test_close(&arena);
}

/* RFC 3629 section 4. */
static void utf8_is_checked(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *name;
    Text text;
    size_t sequence;
    bool valid;
  } cases[] = {
      {"nothing", BYTES(""), 0, true},
      {"ASCII", BYTES("a"), 1, true},
      {"U+007F", BYTES("\x7F"), 1, true},
      {"U+0080", BYTES("\xC2\x80"), 2, true},
      {"U+07FF", BYTES("\xDF\xBF"), 2, true},
      {"U+0800", BYTES("\xE0\xA0\x80"), 3, true},
      {"U+D7FF", BYTES("\xED\x9F\xBF"), 3, true},
      {"U+E000", BYTES("\xEE\x80\x80"), 3, true},
      {"U+FFFF, no character", BYTES("\xEF\xBF\xBF"), 3, true},
      {"U+10000", BYTES("\xF0\x90\x80\x80"), 4, true},
      {"U+10FFFF", BYTES("\xF4\x8F\xBF\xBF"), 4, true},
      {"NUL", BYTES("\0"), 1, false},
      {"NUL behind text", BYTES("a\0"), 1, false},
      {"a continuation alone", BYTES("\x80"), 0, false},
      {"a lead byte alone", BYTES("\xC3"), 0, false},
      {"two of three bytes", BYTES("\xE2\x82"), 0, false},
      {"three of four bytes", BYTES("\xF0\x9F\x98"), 0, false},
      {"overlong NUL", BYTES("\xC0\x80"), 0, false},
      {"overlong slash", BYTES("\xC0\xAF"), 0, false},
      {"overlong in three bytes", BYTES("\xE0\x80\xAF"), 0, false},
      {"overlong in four bytes", BYTES("\xF0\x80\x80\xAF"), 0, false},
      {"C1", BYTES("\xC1\xBF"), 0, false},
      {"U+D800", BYTES("\xED\xA0\x80"), 0, false},
      {"U+DFFF", BYTES("\xED\xBF\xBF"), 0, false},
      {"U+110000", BYTES("\xF4\x90\x80\x80"), 0, false},
      {"F5", BYTES("\xF5\x80\x80\x80"), 0, false},
      {"five bytes", BYTES("\xF8\x88\x80\x80\x80"), 0, false},
      {"FF", BYTES("\xFF"), 0, false},
      {"Latin-1", BYTES("M\xFCller"), 1, false},
      {"valid, then not", BYTES("\xC3\xA9\xC3"), 2, false},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    if (cases[i].text.size)
      expect_number(cases[i].name, (long long)utf8_sequence(cases[i].text),
                    (long long)cases[i].sequence);
    expect_bool(cases[i].name, utf8_valid(cases[i].text), cases[i].valid);
  }
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(escapes_are_decoded_once),
      cmocka_unit_test(a_path_is_cut_into_segments),
      cmocka_unit_test(parameters_are_found),
      cmocka_unit_test(utf8_is_checked),
  };
  return cmocka_run_group_tests_name("uri", tests, NULL, NULL);
}
