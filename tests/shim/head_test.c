/*
** head_test.c: which bytes are waited behind, and which are not.
*/
#include "../../shim/head.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

#define WHOLE(text) head_is_whole(text, sizeof(text) - 1)
#define HELLO(text) head_is_hello(text, sizeof(text) - 1)

/* Whole with its last byte, and never before. */
static void test_a_head_ends_with_an_empty_line(void **state) {
  static const char text[] = "GET / HTTP/1.1\r\nHost: h\r\nX:\r\n\r\n";
  (void)state;
  for (size_t size = 0; size < sizeof text - 1; size++)
    assert_false(head_is_whole(text, size));
  assert_true(WHOLE(text));
  assert_true(WHOLE("GET / HTTP/1.1\r\n\r\nGET / HT"));
  assert_true(WHOLE("\r\n\r\n"));
  assert_false(WHOLE("\r\n\r"));
  assert_false(WHOLE("GET / HTTP/1.1\n\r\n"));
}

static void test_so_it_does_for_civetweb(void **state) {
  (void)state;
  assert_true(WHOLE("GET / HTTP/1.1\n\n"));
  assert_true(WHOLE("\n\n"));
  assert_false(WHOLE("\n"));
}

static void test_a_probe_is_one_by_its_first_line(void **state) {
  (void)state;
  assert_true(head_is_probe("GET /healthz HTTP/1.1\r\n", 23));
  assert_false(head_is_probe("GET /healthz HTTP", 17));
  assert_false(head_is_probe("GET /healthzz HTTP/1.1\r\n", 24));
}

static void test_control_characters_are_refused_at_once(void **state) {
  (void)state;
  for (int c = 0; c < 256; c++) {
    char text[] = {'G', 'E', 'T', ' ', (char)c};
    bool control = (c < 32 && c != '\r' && c != '\n') || c == 127;
    assert_int_equal(head_is_whole(text, sizeof text), control);
  }
}

static void test_a_head_without_end_is_not_waited_for(void **state) {
  static char text[HEAD_MOST];
  (void)state;
  memset(text, 'x', sizeof text);
  assert_false(head_is_whole(text, sizeof text - 1));
  assert_true(head_is_whole(text, sizeof text));
}

static void test_a_hello_is_as_long_as_it_says(void **state) {
  static char text[5 + 0x102] = {22, 3, 1, 1, 2};
  (void)state;
  for (size_t size = 1; size < sizeof text; size++)
    assert_false(head_is_hello(text, size));
  assert_true(head_is_hello(text, sizeof text));
  assert_true(HELLO("GET"));
  assert_true(HELLO("\x15"));
  assert_true(HELLO("\x16\x03\x01\x00\x00"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_head_ends_with_an_empty_line),
      cmocka_unit_test(test_so_it_does_for_civetweb),
      cmocka_unit_test(test_a_probe_is_one_by_its_first_line),
      cmocka_unit_test(test_control_characters_are_refused_at_once),
      cmocka_unit_test(test_a_head_without_end_is_not_waited_for),
      cmocka_unit_test(test_a_hello_is_as_long_as_it_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
