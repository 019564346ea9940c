/*
** rqlite_text_test.c: statements as rqlite takes them, and its replies: those
** that a node sends, and those that none would.
*/
#include "../../shim/output.c"
#include "../../shim/rqlite_json.c"
#include "../../shim/rqlite_text.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

static EngineValue text_value(const char *text) {
  return (EngineValue){
      .kind = ENGINE_TEXT, .bytes = text, .size = strlen(text)};
}

/*
** Requests.
*/

/* Compares what is sent of one value with what it should be. */
static void check_sent(EngineValue value, const char *want) {
  Output request = {0};
  EngineStatement statement = {
      .sql = "SELECT f(?1)", .count = 1, .values = {value}};
  rqlite_text_begin(&request);
  rqlite_text_statement(&request, &statement, " WHERE 1");
  rqlite_text_end(&request);
  assert_string_equal(output_terminate(&request), want);
  output_free(&request);
}

static void test_values_stand_beside_the_sql(void **state) {
  (void)state;
  check_sent((EngineValue){.kind = ENGINE_NULL},
             "[[\"SELECT f(?1) WHERE 1\",null]]");
  check_sent((EngineValue){.kind = ENGINE_INTEGER, .integer = INT64_MIN},
             "[[\"SELECT f(?1) WHERE 1\",-9223372036854775808]]");
  check_sent(text_value("a\"b\\c\n\x1f\xc3\xa4"),
             "[[\"SELECT f(?1) WHERE 1\",\"a\\\"b\\\\c\\u000a\\u001f"
             "\xc3\xa4\"]]");
  check_sent(text_value(""), "[[\"SELECT f(?1) WHERE 1\",\"\"]]");
}

static void test_blobs_are_literals(void **state) {
  (void)state;
  check_sent((EngineValue){.kind = ENGINE_BLOB, .bytes = "\0\xff", .size = 2},
             "[[\"SELECT f(?1) WHERE 1\",\"x'00ff'\"]]");
  check_sent((EngineValue){.kind = ENGINE_BLOB, .bytes = "", .size = 0},
             "[[\"SELECT f(?1) WHERE 1\",\"x''\"]]");
}

/* rqlite would bind the blob that such a text looks like. */
static void test_texts_that_look_like_literals_are_cast(void **state) {
  (void)state;
  check_sent(text_value("x'61'"),
             "[[\"SELECT f(CAST(?1 AS TEXT)) WHERE 1\",\"x'7827363127'\"]]");
  check_sent(text_value(" \t\xc2\xa0X'"),
             "[[\"SELECT f(CAST(?1 AS TEXT)) WHERE 1\","
             "\"x'2009c2a05827'\"]]");
  check_sent(text_value("axx'61'"), "[[\"SELECT f(?1) WHERE 1\",\"axx'61'\"]]");
  check_sent(text_value("x"), "[[\"SELECT f(?1) WHERE 1\",\"x\"]]");
}

static void test_texts_that_are_none_are_cast(void **state) {
  (void)state;
  check_sent(text_value("\xff"),
             "[[\"SELECT f(CAST(?1 AS TEXT)) WHERE 1\",\"x'ff'\"]]");
  check_sent((EngineValue){.kind = ENGINE_TEXT, .bytes = "a\0b", .size = 3},
             "[[\"SELECT f(CAST(?1 AS TEXT)) WHERE 1\",\"x'610062'\"]]");
}

/* RFC 3629 section 4, at the ends of each of its ranges. */
static void test_utf8(void **state) {
  static const char *const texts[] = {"",
                                      "a",
                                      "\x7f",
                                      "\xc2\x80",
                                      "\xdf\xbf",
                                      "\xe0\xa0\x80",
                                      "\xed\x9f\xbf",
                                      "\xee\x80\x80",
                                      "\xef\xbf\xbf",
                                      "\xf0\x90\x80\x80",
                                      "\xf4\x8f\xbf\xbf"};
  static const char *const others[] = {"\x80",
                                       "\xbf",
                                       "\xc1\xbf",
                                       "\xc2",
                                       "\xc2\x41",
                                       "\xe0\x9f\xbf",
                                       "\xed\xa0\x80",
                                       "\xe1\x80",
                                       "\xe1\x80\xc0",
                                       "\xf0\x8f\xbf\xbf",
                                       "\xf4\x90\x80\x80",
                                       "\xf5\x80\x80\x80",
                                       "\xff",
                                       "\xf1\x80\x80"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    assert_true(rqlite_text_is_text(texts[i], strlen(texts[i])));
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    assert_false(rqlite_text_is_text(others[i], strlen(others[i])));
  assert_false(rqlite_text_is_text("\0", 1));
}

/*
** Replies.
*/

/* An EngineRow: writes down the cells, as i:5 or t:text or b:blob or n. */
static bool note_row(void *context, const EngineValue *cells, size_t count) {
  Output *seen = context;
  for (size_t i = 0; i < count; i++) {
    static const char kinds[] = {'n', 'i', 't', 'b'};
    output_format(seen, "%c:", kinds[cells[i].kind]);
    if (cells[i].kind == ENGINE_INTEGER)
      output_format(seen, "%lld", cells[i].integer);
    else if (cells[i].kind != ENGINE_NULL)
      output_bytes(seen, cells[i].bytes, cells[i].size);
    output_text(seen, i + 1 < count ? "," : ";");
  }
  return seen->size < 1000;
}

/* Reads a reply of one result, and compares what its rows or its error say. */
static void check_read(const char *text, RqliteResult want_result,
                       const char *want) {
  Output seen = {0}, error = {0};
  size_t rows;
  RqliteReply *reply = rqlite_text_read(text, strlen(text));
  assert_non_null(reply);
  assert_int_equal(rqlite_text_result(reply, note_row, &seen, &rows, &error),
                   want_result);
  output_bytes(&seen, error.data, error.size);
  assert_string_equal(output_terminate(&seen), want);
  rqlite_text_free(reply);
  output_free(&seen);
  output_free(&error);
}

static void test_rows(void **state) {
  (void)state;
  check_read("{\"results\":[{\"columns\":[\"a\",\"b\",\"c\",\"d\",\"e\"],"
             "\"types\":[\"integer\",\"text\",\"blob\",\"\",\"real\"],"
             "\"values\":[[-5,\"x\\ty\",\"YWL/\",null,1.5],"
             "[7,\"\",\"YQ==\",true,2]]}]}",
             RQLITE_ROWS, "i:-5,t:x\ty,b:ab\xff,n:,t:1.5;i:7,t:,b:a,i:1,i:2;");
}

static void test_no_rows(void **state) {
  (void)state;
  check_read("{\"results\":[{\"columns\":[\"a\"],\"types\":[\"\"]}]}",
             RQLITE_ROWS, "");
  check_read("{\"results\":[{\"rows_affected\":1}]}", RQLITE_ROWS, "");
}

static void test_strings_say_what_their_escapes_mean(void **state) {
  (void)state;
  check_read("{\"results\":[{\"types\":[\"\"],\"values\":[[\"\\\"\\\\\\/"
             "\\b\\f\\n\\r\\t\\u00e4\\u20ac\\ud83d\\ude00\\u003c\"]]}]}",
             RQLITE_ROWS,
             "t:\"\\/\b\f\n\r\t\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80<;");
  check_read("{\"results\":[{\"types\":[\"\"],\"values\":[[\"\\ud83d!"
             "\\ude00\\ud83d\\u0041\"]]}]}",
             RQLITE_ROWS,
             "t:\xef\xbf\xbd!\xef\xbf\xbd\xef\xbf\xbd"
             "A;");
}

static void test_errors(void **state) {
  (void)state;
  check_read("{\"results\":[{\"error\":\"no such table: \\\"a\\\"\"}]}",
             RQLITE_ERROR, "no such table: \"a\"");
  check_read("{\"results\":[5]}", RQLITE_UNREAD, "");
  check_read("{\"results\":[{\"values\":[[]]}]}", RQLITE_UNREAD, "");
  check_read("{\"results\":[{\"values\":[5]}]}", RQLITE_UNREAD, "");
  check_read("{\"results\":[]}", RQLITE_UNREAD, "");
}

static void test_an_error_of_all(void **state) {
  static const char text[] = "{\"results\":[],\"error\":\"leadership lost\"}";
  Output error = {0};
  RqliteReply *reply = rqlite_text_read(text, sizeof text - 1);
  (void)state;
  assert_non_null(reply);
  assert_true(rqlite_text_failed(reply, &error));
  assert_string_equal(output_terminate(&error), "leadership lost");
  assert_int_equal(rqlite_text_count(reply), 0);
  rqlite_text_free(reply);
  output_free(&error);
}

/* Every part of a reply, and whatever else, is read or refused, and never read
** beyond: the text is in memory of its own size. */
static void test_parts_of_a_reply_are_none(void **state) {
  static const char text[] =
      "{\"results\":[{\"columns\":[\"a\"],\"types\":[\"blob\"],"
      "\"values\":[[\"AP8=\"],[\"\\u00e4\\ud83d\"]]},{\"error\":\"\\n\"}]}";
  (void)state;
  for (size_t size = 0; size < sizeof text - 1; size++) {
    char *part = malloc(size + 1);
    memcpy(part, text, size);
    RqliteReply *reply = rqlite_text_read(part, size);
    assert_null(reply);
    free(part);
  }
}

static void test_garbage_is_none(void **state) {
  static const char *const texts[] = {"",
                                      "5",
                                      "null",
                                      "[]",
                                      "{}",
                                      "\"a\"",
                                      "<html>",
                                      "{\"results\"}",
                                      "{\"results\":5}",
                                      "{\"results\":{}}"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    assert_null(rqlite_text_read(texts[i], strlen(texts[i])));
}

/* One byte of it is another one: nothing may be read beyond, and nothing is
** asserted but that it ends. */
static void test_damaged_replies(void **state) {
  static const char text[] =
      "{\"results\":[{\"columns\":[\"a\"],\"types\":[\"blob\"],"
      "\"values\":[[\"AP8=\"],[\"\\u00e4\\ud83d\",1]]},{\"error\":\"\\n\"}]}";
  static const char damage[] = "\"\\{}[],:x\x80u";
  (void)state;
  for (size_t at = 0; at < sizeof text - 1; at++)
    for (size_t i = 0; i < sizeof damage; i++) {
      char *other = malloc(sizeof text - 1);
      Output seen = {0}, error = {0};
      size_t rows;
      memcpy(other, text, sizeof text - 1);
      other[at] = damage[i];
      RqliteReply *reply = rqlite_text_read(other, sizeof text - 1);
      for (int result = 0; reply && result < 3; result++)
        rqlite_text_result(reply, note_row, &seen, &rows, &error);
      if (reply) rqlite_text_free(reply);
      output_free(&seen);
      output_free(&error);
      free(other);
    }
}

/* An application's own table that is missing is no fault of the node. */
static void test_what_a_node_lacks(void **state) {
  (void)state;
  assert_true(rqlite_text_is_lack("no such function: scim_apply"));
  assert_true(rqlite_text_is_lack("no such table: scim_meta"));
  assert_true(rqlite_text_is_lack("no such table: main.scim_log"));
  assert_false(rqlite_text_is_lack("no such table: learner"));
  assert_false(rqlite_text_is_lack(""));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values_stand_beside_the_sql),
      cmocka_unit_test(test_blobs_are_literals),
      cmocka_unit_test(test_texts_that_look_like_literals_are_cast),
      cmocka_unit_test(test_texts_that_are_none_are_cast),
      cmocka_unit_test(test_utf8),
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_no_rows),
      cmocka_unit_test(test_strings_say_what_their_escapes_mean),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_an_error_of_all),
      cmocka_unit_test(test_parts_of_a_reply_are_none),
      cmocka_unit_test(test_garbage_is_none),
      cmocka_unit_test(test_damaged_replies),
      cmocka_unit_test(test_what_a_node_lacks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
