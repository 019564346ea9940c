/* Is a stored text a JSON object? Compared with the parser, which builds the
** tree that the check does without. */
#include "../../ext/text/check.h"

#include "../../ext/text/parse.h"
#include "text_test.h"

static const char sample[] =
    "{ \"a\" : [1, -2.5e+3, true, null, \"\xC3\xA9\\u00e9\\n\"],\r\n\t"
    "\"b\":{}, \"c\":[], \"d\":{\"e\":{\"f\":[[0]]}} }";

/* What the parser accepts is JSON, and what it calls invalid is not. What it
** refuses may be either, since it looks no further. */
static void expect_agreement(Arena *arena, Text text) {
  JsonFault fault;
  ArenaMark mark = arena_mark(arena);
  const Json *value = json_parse(arena, text, &fault);
  bool object = value && value->type == JSON_OBJECT;
  if (value || !fault.refused)
    expect_bool(arena_copy(arena, text).data, json_is_object(text), object);
  arena_release(arena, mark);
}

/* Every byte of the sample replaced by each of those that mean something, or
** left out, and every beginning of it. */
static void the_parser_agrees(void **state) {
  (void)state;
  static const char bytes[] =
      " {}[]\",:\\/-+.0eEu19atn\x01\x7F\x80\xC3\xF0\xFF";
  Arena arena;
  TEST_OPEN(&arena);
  expect_bool("the sample is one", json_is_object(text_of(sample)), true);
  for (size_t i = 0; i < sizeof sample - 1; i++) {
    char text[sizeof sample];
    for (size_t b = 0; b < sizeof bytes; b++) {
      memcpy(text, sample, sizeof sample);
      text[i] = bytes[b];
      expect_agreement(&arena, (Text){text, sizeof sample - 1});
    }
    memcpy(text, sample, i);
    memcpy(text + i, sample + i + 1, sizeof sample - i - 1);
    expect_agreement(&arena, (Text){text, sizeof sample - 2});
    expect_agreement(&arena, (Text){sample, i});
  }
  test_close(&arena);
}

/* JSON that no request may bring is stored by nobody else than a person, and
** does not break a reply. */
static void json_that_is_not_accepted_is_json(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const cases[] = {
      "{\"a\":1,\"a\":2}",
      "{\"a\":\"\\u0000\"}",
      "{\"a\":\"\\ud800\"}",
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_bool(cases[i], json_is_object(text_of(cases[i])), true);
  Buffer long_number = buffer_new(&arena);
  buffer_string(&long_number, "{\"a\":");
  for (int i = 0; i <= JSON_NUMBER_SIZE; i++) buffer_char(&long_number, '1');
  buffer_char(&long_number, '}');
  expect_bool("a long number", json_is_object(buffer_text(&long_number)), true);
  expect_bool("an array is no object", json_is_object(TEXT("[]")), false);
  expect_bool("nor is a text in front of one", json_is_object(TEXT(" {}")),
              false);
  expect_bool("no text is none", json_is_object(NO_TEXT), false);
  test_close(&arena);
}

static void depth_is_limited(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (int depth = JSON_DEPTH - 1; depth <= JSON_DEPTH + 1; depth++) {
    Buffer buffer = buffer_new(&arena);
    for (int i = 1; i < depth; i++) buffer_string(&buffer, "{\"a\":");
    buffer_string(&buffer, "{}");
    for (int i = 1; i < depth; i++) buffer_char(&buffer, '}');
    expect_bool("an object within objects",
                json_is_object(buffer_text(&buffer)), depth <= JSON_DEPTH);
  }
  test_close(&arena);
}

/* Writes "depth name " of each. */
static void note(void *context, int depth, Text name) {
  Buffer *buffer = context;
  buffer_char(buffer, (char)('0' + depth));
  buffer_char(buffer, ' ');
  buffer_add(buffer, name);
  buffer_char(buffer, ' ');
}

static void names_are_told(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool object;
    const char *names;
  } cases[] = {
      {"{\"meta\":1}", true, "1 meta "},
      {"{\"a\":1, \"B\" :{}}", true, "1 a 1 B "},
      {"{\"a\":[],\"b\":[{\"c\":1}]}", true, "1 a 1 b 3 c "},
      {"{\"a\":\"meta\"}", true, "1 a "},
      {"{\"a\":{\"b\":{\"c\":2}},\"d\":1}", true, "1 a 2 b 3 c 1 d "},
      {"{\"\\u0061\":1,\"\":2}", true, "1 \\u0061 1  "},
      {"{}", true, ""},
      {"{\"meta\":1", false, "1 meta "},
  };
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Buffer buffer = buffer_new(&arena);
    bool object = json_is_object_with(text_of(cases[i].text), note, &buffer);
    expect_bool(cases[i].text, object, cases[i].object);
    expect_text(cases[i].text, buffer_text(&buffer), cases[i].names);
  }
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_parser_agrees),
      cmocka_unit_test(json_that_is_not_accepted_is_json),
      cmocka_unit_test(depth_is_limited),
      cmocka_unit_test(names_are_told),
  };
  return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
