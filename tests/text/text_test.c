/* Slices: comparing, cutting, numbers, and the borders of characters. */
#include "../../ext/text/text.h"

#include "text_test.h"

static void texts_are_compared(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *a, *b;
    bool equal, same, begins;
    int order;
  } cases[] = {
      {"", "", true, true, true, 0},
      {"a", "", false, false, true, 1},
      {"", "a", false, false, false, -1},
      {"a", "a", true, true, true, 0},
      {"A", "a", false, true, true, -1},
      {"userName", "USERNAME", false, true, true, 1},
      {"abc", "AB", false, false, true, 1},
      {"abc", "abd", false, false, false, -1},
      {"[", "{", false, false, false, -1},
      {"@", "`", false, false, false, -1},
      {"\xC3\x89", "\xC3\xA9", false, false, false, -1},
      {"z", "\xC3\xA9", false, false, false, -1},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text a = text_of(cases[i].a), b = text_of(cases[i].b);
    int order = text_compare(a, b);
    expect_bool("text_equal", text_equal(a, b), cases[i].equal);
    expect_bool("text_same", text_same(a, b), cases[i].same);
    expect_bool("text_begins", text_begins(a, b), cases[i].begins);
    expect_number("text_compare", (order > 0) - (order < 0), cases[i].order);
  }
  test_close(&arena);
}

/* A sort by this order brings names together that are the same. */
static void names_have_an_order_without_case(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *a, *b;
    int order;
  } cases[] = {{"", "", 0},          {"Name", "nAME", 0}, {"a", "B", -1},
               {"A", "b", -1},       {"ab", "A", 1},      {"Z", "_", 1},
               {"\xC3\xA9", "z", 1}, {"id", "ID$", -1}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    int order = text_compare_names(text_of(cases[i].a), text_of(cases[i].b));
    expect_number(cases[i].a, order, cases[i].order);
  }
  test_close(&arena);
}

/* No text has no bytes to point to: nothing may be added to its pointer, and
** no function of string.h be given it (D18). UBSan looks at this. */
static void no_text_is_cut_to_no_text(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text rest = NO_TEXT;
  Text parts[] = {text_first(NO_TEXT, 0),      text_after(NO_TEXT, 0),
                  text_without(NO_TEXT, 0),    text_between(NO_TEXT, 0, 0),
                  text_cut(&rest, '/'),        utf8_first(NO_TEXT, 3),
                  arena_copy(&arena, NO_TEXT), rest};
  for (size_t i = 0; i < COUNT(parts); i++)
    expect_bool("it stays no text", parts[i].data == NULL, true);
  expect_bool("it is as good as the empty text", text_equal(NO_TEXT, TEXT("")),
              true);
  expect_number("in any order", text_compare(NO_TEXT, TEXT("")), 0);
  expect_bool("it is valid", utf8_valid(NO_TEXT), true);
  test_close(&arena);
}

static void a_text_is_cut_at_a_character(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text text = TEXT("a//b");
  expect_text("before the first", text_cut(&text, '/'), "a");
  expect_text("between two", text_cut(&text, '/'), "");
  expect_text("the rest", text_cut(&text, '/'), "b");
  expect_text("nothing is left", text, "");
  expect_text("from a place up to another", text_between(TEXT("abcd"), 1, 3),
              "bc");
  expect_text("without spaces at its ends", text_trim(TEXT("  a b\t ")),
              "a b\t");
  expect_text("of nothing else", text_trim(TEXT("   ")), "");
  test_close(&arena);
}

static void integers_are_read(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *text;
    bool valid;
    long long number;
  } cases[] = {{"0", true, 0},
               {"007", true, 7},
               {"-12", true, -12},
               {"999999999999999999", true, 999999999999999999},
               {"1000000000000000000", true, 1000000000000000000},
               {"9999999999999999999999", true, 1000000000000000000},
               {"-9999999999999999999999", true, -1000000000000000000},
               {"", false, 5},
               {"-", false, 5},
               {"+1", false, 5},
               {" 1", false, 5},
               {"1.0", false, 5},
               {"--1", false, 5}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    long long number = 5;
    bool valid = text_integer(text_of(cases[i].text), &number);
    expect_bool(cases[i].text, valid, cases[i].valid);
    expect_number(cases[i].text, number, cases[i].number);
  }
  test_close(&arena);
}

/* Each byte by itself, as the C library has it in its own locale. */
static void characters_are_those_of_ascii(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (int c = -128; c < 128; c++) {
    bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    expect_bool("a letter", text_is_letter((char)c), upper || lower);
    expect_bool("a digit", text_is_digit((char)c), c >= '0' && c <= '9');
    /* As char has it, which has a sign or has none. */
    expect_number("the lower case", text_lower((char)c),
                  (char)(upper ? c + 32 : c));
    const char *digits = "0123456789abcdef";
    const char *found = c > 0 ? strchr(digits, text_lower((char)c)) : NULL;
    expect_number("a hexadecimal digit", text_hex_digit((char)c),
                  found ? found - digits : -1);
  }
  test_close(&arena);
}

static void no_character_is_cut_in_two(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text text = TEXT("a\xC3\xA9\xF0\x9F\x98\x80");
  static const size_t sizes[] = {0, 1, 1, 3, 3, 3, 3, 7, 7};
  for (size_t most = 0; most < COUNT(sizes); most++)
    expect_number("bytes that are left", (long long)utf8_first(text, most).size,
                  (long long)sizes[most]);
  test_close(&arena);
}

/* Each byte at each place of texts of all lengths about that of the words by
** which they are read, from each place on: what is behind the byte is of no
** interest, and what is before `at` neither. */
static void plain_characters_end(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  char text[20];
  for (int c = 0; c < 256; c++) {
    bool plain = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
    for (size_t place = 0; place < sizeof text; place++) {
      memset(text, 'a', sizeof text);
      memset(text + place, c, sizeof text - place);
      text[sizeof text - 1] = '"';
      for (size_t at = 0; at <= place; at++)
        for (size_t size = place; size < sizeof text; size++)
          if (text_plain_end((Text){text, size}, at) != (plain ? size : place))
            fail_msg("byte %d at %d of %d, from %d on: got %d", c, (int)place,
                     (int)size, (int)at,
                     (int)text_plain_end((Text){text, size}, at));
    }
  }
  for (size_t at = 0; at < 3; at++) {
    memcpy(text, "\xE9\x1F\"", 3);
    expect_number("a place that is not plain",
                  (long long)text_plain_end((Text){text, 20}, at),
                  (long long)at);
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
      cmocka_unit_test(texts_are_compared),
      cmocka_unit_test(names_have_an_order_without_case),
      cmocka_unit_test(no_text_is_cut_to_no_text),
      cmocka_unit_test(a_text_is_cut_at_a_character),
      cmocka_unit_test(integers_are_read),
      cmocka_unit_test(characters_are_those_of_ascii),
      cmocka_unit_test(no_character_is_cut_in_two),
      cmocka_unit_test(plain_characters_end),
      cmocka_unit_test(utf8_is_checked),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
