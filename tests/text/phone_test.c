#include "../../ext/text/phone.h"

#include "text_test.h"

/* The number, or "none". */
static Text e164(Arena *arena, Text text) {
  Text number = TEXT("none");
  phone_e164(arena, text, &number);
  return number;
}

static void numbers_are_read(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *name, *text, *want;
  } cases[] = {
      {"as it should be", "+4930123456", "+4930123456"},
      {"spaces", "+49 30 123 456", "+4930123456"},
      {"dashes", "+1-201-555-0123", "+12015550123"},
      {"dots", "+1.201.555.0123", "+12015550123"},
      {"brackets", "+1 (201) 555-0123", "+12015550123"},
      {"a code that ends in 0, in brackets", "+44 (20) 7946 0958",
       "+442079460958"},
      {"a slash", "+49 30/123456", "+4930123456"},
      {"space around it", " +4930123456\t", "+4930123456"},
      {"RFC 3966", "tel:+1-201-555-0123", "+12015550123"},
      {"in capitals, with a space", "TEL: +12015550123", "+12015550123"},
      {"a no-break space and an en dash", "+49\u00A030\u2013123456",
       "+4930123456"},
      {"marks of direction", "\u202A+4930123456\u202C", "+4930123456"},
      {"8 digits", "+35212345", "+35212345"},
      {"7 digits", "+3521234", "none"},
      {"15 digits", "+123456789012345", "+123456789012345"},
      {"16 digits", "+1234567890123456", "none"},
      {"no plus", "030 123456", "none"},
      {"00 for a plus", "0049 30 123456", "none"},
      {"no country begins with 0", "+030123456", "none"},
      {"0 in brackets", "+44 (0)20 7946 0958", "none"},
      {"two pluses", "++4930123456", "none"},
      {"a plus within", "+4930+123456", "none"},
      {"an extension", "+12015550123;ext=5", "none"},
      {"an extension in words", "+1 201 555 0123 x5", "none"},
      {"letters", "+1 800 FLOWERS", "none"},
      {"other digits", "+\u0664\u0669\u0663\u0660\u0661\u0662\u0663\u0664",
       "none"},
      {"a plus alone", "+", "none"},
      {"tel alone", "tel:", "none"},
      {"nothing", "", "none"},
      {"no UTF-8", "+4930123456\xFF", "none"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].name, e164(&arena, text_of(cases[i].text)),
                cases[i].want);
  expect_text("no text", e164(&arena, NO_TEXT), "none");
  expect_text("a control character may stand between",
              e164(&arena, TEXT("+49301234\0005")), "+493012345");
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_read),
  };
  return cmocka_run_group_tests_name("phone", tests, NULL, NULL);
}
