#include "../../ext/text/buffer.h"

#include "../../ext/text/parse.h"
#include "text_test.h"

static void a_buffer_collects_text(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Buffer buffer = buffer_new(&arena);
  expect_text("an empty buffer", buffer_text(&buffer), "");
  Text none = NO_TEXT;
  buffer_add(&buffer, none);
  buffer_string(&buffer, "a");
  buffer_char(&buffer, '-');
  buffer_add(&buffer, text_of("bc"));
  expect_text("pieces in order", buffer_text(&buffer), "a-bc");
  test_close(&arena);
}

static void integers_are_decimal(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    long long number;
    const char *want;
  } cases[] = {{0, "0"},
               {-1, "-1"},
               {1234567890123LL, "1234567890123"},
               {INT64_MAX, "9223372036854775807"},
               {INT64_MIN, "-9223372036854775808"}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    Buffer buffer = buffer_new(&arena);
    buffer_integer(&buffer, cases[i].number);
    expect_text("an integer", buffer_text(&buffer), cases[i].want);
  }
  test_close(&arena);
}

/* Another allocation between two pieces makes the buffer move. */
static void a_buffer_grows(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Buffer a = buffer_new(&arena), b = buffer_new(&arena);
  for (int i = 0; i < 100000; i++) {
    buffer_char(&a, (char)('a' + i % 26));
    if (i % 3 == 0) buffer_string(&b, "0123456789");
  }
  expect_number("the size of one", (long long)a.size, 100000);
  expect_number("the size of the other", (long long)b.size, 333340);
  for (size_t i = 0; i < a.size && i < 100000; i++)
    if (a.data[i] != (char)('a' + i % 26))
      expect_number("a byte of the one", a.data[i], (char)('a' + i % 26));
  for (size_t i = 0; i < b.size; i++)
    if (b.data[i] != (char)('0' + i % 10))
      expect_number("a byte of the other", b.data[i], (char)('0' + i % 10));
  test_close(&arena);
}

static void strings_are_escaped_as_json(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    Text text;
    const char *want;
  } cases[] = {
      {BYTES(""), "\"\""},
      {BYTES("plain"), "\"plain\""},
      {BYTES("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
      {BYTES("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
      {BYTES("\x01\x1f\x7f"), "\"\\u0001\\u001f\x7f\""},
      {BYTES("a\0b"), "\"a\\u0000b\""},
      {BYTES("\xC3\xA9 \xF0\x9F\x98\x80"), "\"\xC3\xA9 \xF0\x9F\x98\x80\""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Buffer buffer = buffer_new(&arena);
    buffer_json_string(&buffer, cases[i].text);
    expect_text("a JSON string", buffer_text(&buffer), cases[i].want);
  }
  test_close(&arena);
}

/* What is written as a JSON string is read as the same string. */
static void every_byte_survives_json(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (int c = 1; c < 128; c++) {
    char string[] = {'<', (char)c, '>', 0};
    JsonFault fault;
    Buffer buffer = buffer_new(&arena);
    buffer_json_string(&buffer, text_of(string));
    Json *json = json_parse(&arena, buffer_text(&buffer), &fault);
    expect_text("a byte written and read again",
                json ? json->text : text_of(fault.reason), string);
  }
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_buffer_collects_text),
      cmocka_unit_test(integers_are_decimal),
      cmocka_unit_test(a_buffer_grows),
      cmocka_unit_test(strings_are_escaped_as_json),
      cmocka_unit_test(every_byte_survives_json),
  };
  return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
