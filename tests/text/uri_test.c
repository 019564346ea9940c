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

static void a_segment_is_written_in_one_way(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *text, *segment;
  } cases[] = {
      {"", ""},
      {"acme", "acme"},
      {"A-z_0.9~", "A-z_0.9~"},
      {"a b", "a%20b"},
      {"a/b", "a%2Fb"},
      {"100%", "100%25"},
      {"a+b&c=d?e#f", "a%2Bb%26c%3Dd%3Fe%23f"},
      {"\xC3\xA9", "%C3%A9"},
      {"\"'<>{}", "%22%27%3C%3E%7B%7D"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text segment = uri_encode(&arena, text_of(cases[i].text));
    expect_text(cases[i].text, segment, cases[i].segment);
    expect_text("and back", uri_decode(&arena, segment, false), cases[i].text);
  }
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
    Text path = text_of(cases[i].path), segment, got = NO_TEXT;
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

/* N23: some HTTP clients write lists as several parameters. */
static void lists_are_joined(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *query, *want;
  } cases[] = {
      {"", "none"},
      {"count=1", "none"},
      {"names=a", "a"},
      {"names=a,b", "a,b"},
      {"names=a&names=b", "a,b"},
      {"names=a&count=1&NAMES=b,c&x", "a,b,c"},
      {"names=a%2Cb&n%61mes=c+d", "a,b,c d"},
      {"names=&names=b", ",b"},
      {"names", ""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text list = {"none", 4};
    uri_list(&arena, text_of(cases[i].query), "names", &list);
    expect_text(cases[i].query, list, cases[i].want);
  }
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(escapes_are_decoded_once),
      cmocka_unit_test(a_segment_is_written_in_one_way),
      cmocka_unit_test(a_path_is_cut_into_segments),
      cmocka_unit_test(parameters_are_found),
      cmocka_unit_test(lists_are_joined),
  };
  return cmocka_run_group_tests_name("uri", tests, NULL, NULL);
}
