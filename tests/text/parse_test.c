/* Texts: what is JSON, what is refused, and why. Trees are in json_test.c. */
#include "../../ext/text/parse.h"

#include "text_test.h"

/* What the text is when written again, or the reason why it is refused. */
static Text rewrite(Arena *arena, Text text) {
  JsonFault fault;
  Json *value = json_parse(arena, text, &fault);
  if (value) return json_text(arena, value);
  return arena_format(arena, "refused: %s", fault.reason);
}

static void expect_accepted(Arena *arena, Text text, const char *want) {
  expect_text(arena_copy(arena, text).data, rewrite(arena, text), want);
}

static void expect_refused(Arena *arena, Text text) {
  Text got = rewrite(arena, text);
  if (text_begins(got, text_of("refused: "))) return;
  expect_text(arena_copy(arena, text).data, got, "refused: …");
}

static Text repeat(Arena *arena, const char *piece, int count) {
  Buffer buffer = buffer_new(arena);
  for (int i = 0; i < count; i++) buffer_string(&buffer, piece);
  return buffer_text(&buffer);
}

/*
** RFC 8259.
*/
static const char *const unchanged[] = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "0.5",
    "-0.5",
    "1.0",
    "1.10",
    "1e5",
    "1E5",
    "1e+5",
    "1e-5",
    "0e0",
    "0.0e-0",
    "123456789012345678901234567890",
    "1e400",
    "-1.5E+400",
    "\"\"",
    "\"a\"",
    "\"a b\"",
    "\"[]{},:\"",
    "\"//\"",
    "\"'\"",
    "\"\x7F\"",
    "\"\u00E9\"",
    "\"\u2028\u2029\"",
    "\"\uFEFF\"",
    "\"\uFFFE\uFFFF\"",
    "\"\U0001F600\"",
    "\"\U0010FFFF\"",
    "[]",
    "[[]]",
    "[[],[]]",
    "[0]",
    "[1,\"a\",null,true,false,{}]",
    "[[[[[[[[1]]]]]]]]",
    "{}",
    "{\"\":0}",
    "{\"a\":1}",
    "{\"a\":1,\"b\":2}",
    "{\"a\":{\"a\":{\"a\":{}}}}",
    "{\"a\":[{\"a\":1},{\"a\":2}]}",
    "{\"a b\":1,\"a.b\":2,\"urn:a:b\":3}",
    "{\"\u00E9\":1}",
    "{\"null\":null,\"true\":true}",
};

static const struct {
  const char *text, *want;
} changed[] = {
    {" null ", "null"},
    {"\t\r\n true\t\r\n ", "true"},
    {" [ 1 , 2 ] ", "[1,2]"},
    {" { \"a\" : 1 , \"b\" : [ ] } ", "{\"a\":1,\"b\":[]}"},
    {"[\n]", "[]"},
    {"{\r\n}", "{}"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
    {"\"\\u0041\\u00e9\\u00E9\"", "\"A\u00E9\u00E9\""},
    {"\"\\u0001\\u001F\\u007f\"", "\"\\u0001\\u001f\x7F\""},
    {"\"\\u20AC\\uFFFF\"", "\"\u20AC\uFFFF\""},
    {"\"\\ud83d\\ude00\"", "\"\U0001F600\""},
    {"\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", "\"\U00010000\U0010FFFF\""},
    {"\"\\uD7FF\\uE000\"", "\"\uD7FF\uE000\""},
    {"\"\\\\u0000\"", "\"\\\\u0000\""},
    {"\"\\\\\\\"\"", "\"\\\\\\\"\""},
    {"{\"\\u0061\":1,\"\\\"\":2}", "{\"a\":1,\"\\\"\":2}"},
};

static void what_is_json_is_accepted(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(unchanged); i++)
    expect_accepted(&arena, text_of(unchanged[i]), unchanged[i]);
  for (size_t i = 0; i < COUNT(changed); i++)
    expect_accepted(&arena, text_of(changed[i].text), changed[i].want);
  test_close(&arena);
}

static const char *const refused[] = {
    /* no value, or more than one */
    "", " ", "\n", "1 2", "1,2", "null null", "{}{}", "[][]", "{} x", "[]]",
    "{}}", "\"a\"\"b\"", "true false", "[] ,", "1]", "]", "}", ",", ":", "[",
    "{", "[[]", "{\"a\":{}", "[}", "{]", "[1}", "{\"a\":1]", "[{]}",
    /* words */
    "nul", "nulll", "Null", "NULL", "tru", "True", "TRUE", "False", "undefined",
    "a", "_", "abc", "[a]", "[nul]", "[truefalse]", "{\"a\":b}", "NaN",
    "Infinity", "-Infinity", "\\", "\\u0041", "[\\n]",
    /* numbers */
    "-", "+", "+1", "--1", "01", "-01", "00", "1.", ".5", "-.5", "1.e5", "1e",
    "1e+", "1E-", "1e1.5", "1.5.5", "0x10", "1_000", "1,5", "1a", "1e5x", "0b1",
    "- 1", "1 .5", "\uFF11", "[1.]", "[-]", "[01]", "{\"a\":.1}", "[1 000]",
    /* strings */
    "\"", "\"a", "'a'", "\"a'", "a\"", "\"a\"b\"", "\"\\\"", "\"\\\\\\\"",
    "\"\\x41\"", "\"\\0\"", "\"\\'\"", "\"\\a\"", "\"\\v\"", "\"\\U0041\"",
    "\"\\\n\"", "\"a\nb\"", "\"a\tb\"", "\"\\u\"", "\"\\u1\"", "\"\\u12\"",
    "\"\\u123\"", "\"\\u123g\"", "\"\\u+123\"", "\"\\u 123\"", "\"\\u{41}\"",
    /* arrays */
    "[,]", "[,1]", "[1,]", "[1,,2]", "[1 2]", "[\"a\" \"b\"]", "[1;2]", "[:]",
    "[1:2]", "[\"a\":1]", "[[1,]]", "[1],", "[...]", "[[] []]", "[{} {}]",
    "[1[2]]", "[\"a\"1]", "[null\"a\"]",
    /* objects */
    "{,}", "{\"a\"}", "{\"a\":}", "{:1}", "{\"a\":1,}", "{,\"a\":1}",
    "{\"a\":1,,\"b\":2}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\"::1}",
    "{\"a\":1:2}", "{\"a\",\"b\"}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}",
    "{[]:1}", "{{}:1}", "{\"a\":1;\"b\":2}", "{\"a\"=1}", "{\"a\":\"b\":\"c\"}",
    "{\"a\":{},\"b\"}", "{\"a\":1}}", "{\"a\":1\"b\":2}", "{\"a\":[1}",
    "{\"a\":[1},\"b\":2]", "{\"a\" \"b\":1}", "{\"a\":true false}",
    "{\"a\":1,\"b\"}", "{\"a\":1,\"b\":}", "{\"a\":1,2}",
    /* white space and comments */
    "\f1", "\v1", "1\f", "\u00A01", "[1,\u20282]", "/**/1", "1//x", "[1/*x*/]",
    "{\"a\":1}#x", "{//x\n}"};

static void what_is_no_json_is_refused(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(refused); i++)
    expect_refused(&arena, text_of(refused[i]));
  test_close(&arena);
}

/* Every beginning of a text is refused, and so is the text when a mark is
** missing. */
static void truncated_text_is_refused(void **state) {
  (void)state;
  static const char whole[] =
      "{\"schemas\":[\"urn\",\"\\u00e9\\ud83d\\ude00\"],\"active\":true,"
      "\"n\":{\"a\":-1.5e3,\"b\":[null,false,{}]},\"\\\"\":\"\xC3\xA9\"}";
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t size = 0; size + 1 < sizeof whole; size++)
    expect_refused(&arena, text_first(text_of(whole), size));
  for (size_t i = 0; whole[i]; i++) {
    if (!strchr("{}[]:\"", whole[i])) continue;
    Buffer buffer = buffer_new(&arena);
    buffer_add(&buffer, text_first(text_of(whole), i));
    buffer_string(&buffer, whole + i + 1);
    expect_refused(&arena, buffer_text(&buffer));
  }
  test_close(&arena);
}

static void only_some_escapes_are_known(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (int c = 1; c < 256; c++) {
    char text[] = {'"', '\\', (char)c, '"', 0}, closed[] = "\"\\\"\"";
    bool known = strchr("\"\\/bfnrt", c) != NULL;
    if (!known) expect_refused(&arena, text_of(text));
    if (known && !text_begins(rewrite(&arena, text_of(text)), text_of("\"")))
      expect_text(text, rewrite(&arena, text_of(text)), closed);
  }
  for (int c = 0; c < 0x20; c++) {
    char text[] = {'"', 'a', (char)c, '"'};
    Text bytes = {text, sizeof text};
    expect_refused(&arena, bytes);
  }
  test_close(&arena);
}

static void nul_and_lone_surrogates_are_refused(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const Text cases[] = {
      BYTES("\0"),
      BYTES("1\0"),
      BYTES("{}\0"),
      BYTES("{}\0{}"),
      BYTES("\0{}"),
      BYTES("[1,\0 2]"),
      BYTES("{\"a\"\0:1}"),
      BYTES("\"a\0b\""),
      BYTES("{\"a\0b\":1}"),
      BYTES("\"\\u0000\""),
      BYTES("\"a\\u0000b\""),
      BYTES("{\"\\u0000\":1}"),
      BYTES("\"\\ud800\""),
      BYTES("\"\\udbff\""),
      BYTES("\"\\udc00\""),
      BYTES("\"\\udfff\""),
      BYTES("\"\\ud800x\""),
      BYTES("\"\\ud800\\n\""),
      BYTES("\"\\ud800\\u0041\""),
      BYTES("\"\\ud800\\ud800\""),
      BYTES("\"\\ud800\\u\""),
      BYTES("\"\\ud800\\udc0\""),
      BYTES("\"\\udc00\\ud800\""),
      BYTES("\"\\ud83d\\ude00\\ude00\""),
      BYTES("{\"\\ud800\":1}"),
  };
  for (size_t i = 0; i < COUNT(cases); i++) expect_refused(&arena, cases[i]);
  test_close(&arena);
}

static void invalid_utf8_is_refused(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const bad[] = {"\x80",
                                    "\xBF",
                                    "\xC3",
                                    "\xC3(",
                                    "\xE2\x82",
                                    "\xE2(\xA1",
                                    "\xE2\x82(",
                                    "\xF0\x9F\x98",
                                    "\xF0(\x8C\xBC",
                                    "\xF0\x9F(\x8C",
                                    "\xC0\x80",
                                    "\xC0\xAF",
                                    "\xC1\xBF",
                                    "\xE0\x80\xAF",
                                    "\xE0\x9F\xBF",
                                    "\xF0\x80\x80\xAF",
                                    "\xF0\x8F\xBF\xBF",
                                    "\xED\xA0\x80",
                                    "\xED\xBF\xBF",
                                    "\xED\xA0\xBD\xED\xB8\x80",
                                    "\xF4\x90\x80\x80",
                                    "\xF5\x80\x80\x80",
                                    "\xF8\x88\x80\x80\x80",
                                    "\xFE",
                                    "\xFF",
                                    "M\xFCller",
                                    "\xC3\xA9\xC3"};
  for (size_t i = 0; i < COUNT(bad); i++) {
    Text string = arena_format(&arena, "\"%s\"", bad[i]);
    expect_refused(&arena, string);
    expect_refused(&arena, arena_format(&arena, "[\"a\\n%s\"]", bad[i]));
    expect_refused(&arena, arena_format(&arena, "{%s:1}", string.data));
    expect_refused(&arena, arena_format(&arena, "[%s]", bad[i]));
  }
  for (int c = 0x80; c < 0x100; c++) {
    char alone[] = {'"', (char)c, '"', 0};
    expect_refused(&arena, text_of(alone));
  }
  test_close(&arena);
}

/*
** Limits.
*/
static void depth_is_limited(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    int depth;
    bool accepted;
  } cases[] = {{63, true}, {64, true}, {65, false}, {100000, false}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    int n = cases[i].depth;
    Text open = repeat(&arena, "[", n), close = repeat(&arena, "]", n);
    Text array =
        arena_format(&arena, "%.*s%.*s", TEXT_ARG(open), TEXT_ARG(close));
    Text names = repeat(&arena, "{\"a\":", n), ends = repeat(&arena, "}", n);
    Text object =
        arena_format(&arena, "%.*s1%.*s", TEXT_ARG(names), TEXT_ARG(ends));
    if (cases[i].accepted) {
      expect_accepted(&arena, array, array.data);
      expect_accepted(&arena, object, object.data);
    } else {
      expect_refused(&arena, array);
      expect_refused(&arena, object);
      expect_refused(&arena, open);
    }
  }
  Text wide =
      arena_format(&arena, "[%.*s1]", TEXT_ARG(repeat(&arena, "[[]],", 1000)));
  expect_accepted(&arena, wide, wide.data);
  expect_accepted(&arena,
                  text_of("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                          "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]"),
                  "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                  "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]");
  test_close(&arena);
}

static void long_numbers_are_refused(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text most = repeat(&arena, "9", JSON_NUMBER_SIZE);
  most = arena_copy(&arena, most);
  expect_accepted(&arena, most, most.data);
  static const int sizes[] = {JSON_NUMBER_SIZE + 1, 400, 100000};
  for (size_t i = 0; i < COUNT(sizes); i++) {
    Text digits = repeat(&arena, "9", sizes[i]);
    expect_refused(&arena, digits);
    expect_refused(&arena,
                   arena_format(&arena, "{\"a\":[-%.*s]}", TEXT_ARG(digits)));
    expect_refused(&arena, arena_format(&arena, "0.%.*s", TEXT_ARG(digits)));
    expect_refused(&arena, arena_format(&arena, "1e%.*s", TEXT_ARG(digits)));
  }
  test_close(&arena);
}

static Text object_of(Arena *arena, int count, int second, const char *name) {
  Buffer buffer = buffer_new(arena);
  for (int i = 0; i < count; i++) {
    buffer_string(&buffer, i ? ",\"" : "{\"");
    if (i == second) {
      buffer_string(&buffer, name);
    } else {
      buffer_string(&buffer, "name");
      buffer_integer(&buffer, i);
    }
    buffer_string(&buffer, "\":1");
  }
  buffer_char(&buffer, '}');
  return arena_copy(arena, buffer_text(&buffer));
}

static void duplicate_names_are_refused(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const cases[] = {"{\"a\":1,\"a\":1}",
                                      "{\"a\":1,\"A\":2}",
                                      "{\"userName\":1,\"username\":2}",
                                      "{\"a\":1,\"b\":2,\"a\":3}",
                                      "{\"a\":1,\"\\u0061\":2}",
                                      "{\"\":1,\"\":2}",
                                      "[{\"a\":{\"b\":1,\"B\":2}}]",
                                      "{\"urn:A:b\":1,\"URN:a:B\":2}"};
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_refused(&arena, text_of(cases[i]));
  static const int counts[] = {2, 15, 16, 17, 18, 33, 100, 1000};
  for (size_t i = 0; i < COUNT(counts); i++) {
    int count = counts[i];
    Text good = object_of(&arena, count, -1, "");
    expect_accepted(&arena, good, good.data);
    static const char *const names[] = {"name0", "NAME0", "n\\u0061Me0"};
    for (int n = 0; n < 3; n++) {
      expect_refused(&arena, object_of(&arena, count, 1, names[n]));
      expect_refused(&arena, object_of(&arena, count, count - 1, names[n]));
    }
    Text near = object_of(&arena, count, count - 1, "name");
    expect_accepted(&arena, near, near.data);
  }
  expect_accepted(&arena, text_of("{\"a\":{\"a\":1},\"b\":[{\"a\":1}]}"),
                  "{\"a\":{\"a\":1},\"b\":[{\"a\":1}]}");
  test_close(&arena);
}

static void a_fault_names_its_place(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *text;
    long long position;
  } cases[] = {{"", 0},
               {"{\"a\":01}", 5},
               {"{\"a\":\"\xFF\"}", 6},
               {"{\"a\":\"bc\\ud800\"}", 8},
               {"{\"a\":1}x", 7},
               /* N21: the second of the two names, at its quote. */
               {"[1,{\"a\":1,\"A\":2}]", 10},
               {"{\"a\":{\"a\":[{\"a\":1}]}, \"b\":[], \"\\u0041\":2}", 30},
               {"{\"b\":{\"x\":1,\"y\":{},\"x\":2},\"b\":3}", 19},
               {"{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,"
                "\"h\":0,\"i\":0,\"j\":0,\"k\":0,\"l\":0,\"m\":0,\"n\":0,"
                "\"o\":0,\"p\":0,\"D\":0}",
                97},
               {"[1,2", 4}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    JsonFault fault;
    json_parse(&arena, text_of(cases[i].text), &fault);
    expect_number(cases[i].text, (long long)fault.position, cases[i].position);
    expect_bool("there is a reason", fault.reason != NULL, true);
  }
  test_close(&arena);
}

/* Each reason in full, and whether it is said of JSON that is not accepted. */
static void every_reason_is_given(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  const struct {
    Text text;
    const char *reason;
    bool refused;
  } cases[] = {
      {BYTES(" "), "no JSON text", false},
      {BYTES("{\"a\":\"\\z\"}"), "bad JSON", false},
      {BYTES("[1"), "the JSON text ends early", false},
      {BYTES("[1]2"), "text behind the JSON value", false},
      {BYTES("[1]\0"), "a NUL byte", false},
      {BYTES("{\"a\":}"), "unexpected character", false},
      {BYTES("[01]"), "not a JSON value", false},
      {BYTES("{\"a\":1,}"), "expected a member name", false},
      {BYTES("{\"a\"}"), "expected ':'", false},
      {BYTES("[1 2]"), "expected ',' or the end", false},
      {BYTES("\"\x1F\""), "control character in a string", false},
      {BYTES("\"\xFF\""), "invalid UTF-8", false},
      {BYTES("\"\\u0000\""), "U+0000 in a string", true},
      {BYTES("\"\\uD800\""), "lone surrogate in a string", true},
      {BYTES("{\"a\":1,\"A\":2}"), "duplicate member name in the object", true},
      {repeat(&arena, "1", 65), "a number of more than 64 characters", true},
      {repeat(&arena, "[", 65), "nested more than 64 levels deep", true},
      {repeat(&arena, ",", JSON_VALUES + 1), "more than 4,194,304 values",
       true},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    JsonFault fault;
    Json *value = json_parse(&arena, cases[i].text, &fault);
    expect_bool(cases[i].reason, value == NULL, true);
    expect_text("the reason", text_of(fault.reason), cases[i].reason);
    expect_bool(cases[i].reason, fault.refused, cases[i].refused);
  }
  test_close(&arena);
}

static void large_texts_are_read(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text list = repeat(&arena, "{\"value\":\"2819c223\",\"$ref\":null},", 100000);
  JsonFault fault;
  Json *value = json_parse(
      &arena, arena_format(&arena, "[%.*s{}]", TEXT_ARG(list)), &fault);
  expect_number("elements of a long array", value ? value->count : 0, 100001);
  Text string = repeat(&arena, "\\u00e9", 100000);
  value = json_parse(&arena, arena_format(&arena, "\"%.*s\"", TEXT_ARG(string)),
                     &fault);
  expect_number("bytes of a long string",
                value ? (long long)value->text.size : 0, 200000);
  test_close(&arena);
}

/* jsmn's tokens are made in two parts when there are many. Texts of 326 to 338
** are cut before each kind of token, once in a name and once in a value. */
static void many_tokens_are_read_as_few(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text all =
      repeat(&arena, "1,\"b\",{\"c\":true},[[]],{\"d\":{\"e\":[null]}},", 25);
  for (int pads = 0; pads < 13; pads++) {
    Text zeros = repeat(&arena, "0,", pads);
    Text list =
        arena_format(&arena, "[%.*s%.*s", TEXT_ARG(zeros), TEXT_ARG(all));
    Text whole = arena_format(&arena, "%s1]", list.data);
    expect_accepted(&arena, whole, whole.data);
    expect_refused(&arena, arena_format(&arena, "%s1}", list.data));
    expect_refused(&arena, arena_format(&arena, "%s1", list.data));
    expect_refused(&arena, arena_format(&arena, "%s1 2]", list.data));
    expect_refused(&arena, arena_format(&arena, "%s]", list.data));
    JsonFault fault;
    json_parse(&arena, arena_format(&arena, "%s{\"a\":1,\"A\":2}]", list.data),
               &fault);
    expect_text("the reason", text_of(fault.reason ? fault.reason : ""),
                "duplicate member name in the object");
    expect_number("of the second name", (long long)fault.position,
                  (long long)list.size + 7);
    Text deep = repeat(&arena, "[", 64), ends = repeat(&arena, "]", 64);
    json_parse(&arena,
               arena_format(&arena, "%s%.*s%.*s]", list.data, TEXT_ARG(deep),
                            TEXT_ARG(ends)),
               &fault);
    expect_text("the reason", text_of(fault.reason ? fault.reason : ""),
                "nested more than 64 levels deep");
  }
  test_close(&arena);
}

/* More tokens than a JSON text of these marks has. */
static void tokens_without_marks_are_refused(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const pieces[] = {"1 ", "\"a\"", "[]", "{}", "1[]\"a\""};
  for (size_t i = 0; i < COUNT(pieces); i++) {
    Text list = repeat(&arena, pieces[i], 1000);
    expect_refused(&arena, arena_format(&arena, "[%.*s]", TEXT_ARG(list)));
    expect_refused(&arena,
                   arena_format(&arena, "{\"a\":%.*s}", TEXT_ARG(list)));
    expect_refused(&arena, list);
  }
  Text many = repeat(&arena, "1,", 300);
  JsonFault fault;
  json_parse(&arena, arena_format(&arena, "[1 %.*s1]", TEXT_ARG(many)), &fault);
  expect_text("a comma is missing", text_of(fault.reason),
              "expected ',' or the end");
  expect_number("early in a long text", (long long)fault.position, 3);
  json_parse(&arena, arena_format(&arena, "[%.*s1 1]", TEXT_ARG(many)), &fault);
  expect_number("and at its end", (long long)fault.position, 603);
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_json_is_accepted),
      cmocka_unit_test(what_is_no_json_is_refused),
      cmocka_unit_test(truncated_text_is_refused),
      cmocka_unit_test(only_some_escapes_are_known),
      cmocka_unit_test(nul_and_lone_surrogates_are_refused),
      cmocka_unit_test(invalid_utf8_is_refused),
      cmocka_unit_test(depth_is_limited),
      cmocka_unit_test(long_numbers_are_refused),
      cmocka_unit_test(duplicate_names_are_refused),
      cmocka_unit_test(a_fault_names_its_place),
      cmocka_unit_test(every_reason_is_given),
      cmocka_unit_test(large_texts_are_read),
      cmocka_unit_test(many_tokens_are_read_as_few),
      cmocka_unit_test(tokens_without_marks_are_refused),
  };
  return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
