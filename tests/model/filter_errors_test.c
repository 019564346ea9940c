/* filter.h again: what is refused, and what a filter is asked besides. */
#include "../../ext/model/match.h"

#include "model_test.h"

static const char *const refused[] = {
    /* nothing, or half of it */
    "", " ", "userName", "userName eq", "eq", "eq 'x'", "'x'",
    "userName eq ''x", "userName 'x'", "userName = 'x'", "userName == 'x'",
    "userName eq 'x", "userName eq 'x' and", "userName eq 'x' or",
    "and userName eq 'x'", "userName eq 'x' userName eq 'y'",
    "userName eq 'x' 'y'", "userName eq 'x' and and title pr",
    "userName eq 'x' xor title pr", "userName eq 'x', title pr",
    "userName pr 'x'", "userName pr pr", "not", "not userName pr", "not ()",
    "()", "(", ")", "(userName pr", "userName pr)", "((userName pr)",
    "not (userName pr", "[type eq 'work']", "userName eq ('x')",
    "userName eq [1]", "userName eq )",
    /* unknown names */
    "nope eq 'x'", "name.nope eq 'x'", "emails.nope eq 'x'", "nope.value pr",
    "userName.value eq 'x'", "name.givenName.x eq 'x'", "emails[nope eq 'x']",
    "emails[name.givenName eq 'x']", ".userName eq 'x'", "userName. eq 'x'",
    "user_name eq 'x'", "urn:example:User:userName eq 'x'",
    "urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq 'x'",
    ENTERPRISE ":nope eq 'x'", ENTERPRISE " pr", ENTERPRISE ": eq 'x'",
    ENTERPRISE ":userName eq 'x'", CORE_USER ":department eq 'x'",
    "members eq 'x'", "*", "* eq 'x'", "1 eq 1",
    /* unknown operators */
    "userName like 'x'", "userName in 'x'", "userName e 'x'",
    "userName equals 'x'", "userName neq 'x'", "userName not eq 'x'",
    "userName regex 'x'",
    /* value paths */
    "emails[", "emails[]", "emails[type]", "emails[type eq 'work'",
    "emails[type eq 'work']]", "emails[type eq 'work')",
    "emails(type eq 'work')", "emails[type eq 'work'] eq 'x'",
    "emails[type eq 'work'].value", "emails[type eq 'work'].value eq",
    "emails[type eq 'work'].nope eq 'x'", "emails[type eq 'work']. eq 'x'",
    "emails[type eq 'work'].", "emails[type eq 'work']value eq 'x'",
    "emails.value[type eq 'work']", "emails[emails[type eq 'work']]",
    "emails[type eq 'work'][type eq 'x']", "emails[type eq 'work'] and",
    /* values that do not fit */
    "active eq 'yes'", "active eq 1", "active eq ''", "active co 'r'",
    "active gt true", "active lt 'True'", "emails.primary eq 'x'",
    "meta.created gt '2011-05-13 06:42'", "meta.created gt ' 02:00'",
    "meta.created gt '2011-05-13T06:42:34 00'", "meta.created gt 'yesterday'",
    "meta.created eq 5", "meta.created eq true", "meta.created eq ''",
    "name eq 'x'", "addresses eq 'x'", "meta co 'x'", "name gt 'x'",
    "userName gt null", "userName co null", "title le null",
    /* strings */
    "userName eq '\\ud800'", "userName eq '\\x\\u0000'", "userName eq '\\'",
    "userName eq '\\u0000'", "userName eq 'a\nb'", "userName eq 'a' b'"};

static void what_is_wrong_is_an_invalid_filter(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(refused); i++) {
    Text text = quoted(&model.operation.arena, refused[i]);
    Filter *filter = filter_parse(&model.operation, model.user, NULL, text);
    expect_bool(refused[i], filter == NULL, true);
    expect_error(&model, refused[i], "invalidFilter");
  }
  static const char *const numbers[] = {"size eq '5x'",   "size eq five",
                                        "size eq true",   "weight gt ''",
                                        "size eq 'null'", "levels eq 'x'"};
  for (size_t i = 0; i < COUNT(numbers); i++) {
    Text text = quoted(&model.operation.arena, numbers[i]);
    filter_parse(&model.operation, model.thing, NULL, text);
    expect_error(&model, numbers[i], "invalidFilter");
  }
  model_close(&model);
}

/* N2: compared with the quotes, nobody would be found, and created again. */
static void other_quotes_are_refused(void **state) {
  (void)state;
  static const char *const cases[] = {"userName eq 'bob'",
                                      "userName sw 'b'",
                                      "userName eq 'bob smith'",
                                      "emails[type eq 'work'].value pr",
                                      "not (userName eq 'bob')",
                                      "userName eq `bob`",
                                      "userName eq \u201Cbob\u201D",
                                      "userName eq \u2018bob\u2019",
                                      "userName eq \u2019bob\u2019",
                                      "userName eq \u201Dbob\u201D",
                                      "active eq 'true'",
                                      "userName eq '"};
  static const char *const accepted[] = {
      "userName eq o'neil", "userName eq \"'bob'\"", "userName eq bob'"};
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Operation *operation = &model.operation;
    filter_parse(operation, model.user, NULL, text_of(cases[i]));
    expect_bool(cases[i],
                operation->detail.size &&
                    strstr(operation->detail.data,
                           "a string must be in double quotes; found"),
                true);
    expect_error(&model, cases[i], "invalidFilter");
  }
  for (size_t i = 0; i < COUNT(accepted); i++) {
    filter_parse(&model.operation, model.user, NULL, text_of(accepted[i]));
    expect_error(&model, accepted[i], "");
  }
  model_close(&model);
}

static void bad_bytes_are_refused(void **state) {
  (void)state;
  static const Text cases[] = {
      BYTES("userName eq \"a\0b\""),     BYTES("userName eq \"\xFF\""),
      BYTES("userName eq \"\xC0\x80\""), BYTES("userName eq \"\xED\xA0\x80\""),
      BYTES("user\xFFName eq \"a\""),    BYTES("userName\0 eq \"a\""),
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    filter_parse(&model.operation, model.user, NULL, cases[i]);
    expect_error(&model, cases[i].data, "invalidFilter");
  }
  model_close(&model);
}

/* Expects the text of the operation's error, and takes it back. ' and " look
** alike here. */
static void expect_detail(Model *model, const char *sentence,
                          const char *want) {
  Operation *operation = &model->operation;
  Text got = quoted(&operation->arena, operation->detail.data);
  expect_text(sentence, got, quoted(&operation->arena, want).data);
  error_clear(operation);
}

/* Every text that a client may be shown. */
static void errors_say_what_is_wrong(void **state) {
  (void)state;
  static const struct {
    const char *filter, *want;
  } cases[] = {
      {"userName eq 'x", "the filter is wrong at byte 13: the string has no "
                         "end; found ''x'"},
      {"", "the filter is wrong at its end: expected an attribute"},
      {"('x')", "the filter is wrong at byte 2: expected an attribute; found "
                "''x''"},
      {"password eq 'x'",
       "'password' is never returned, and cannot be searched for"},
      {"nope pr", "the filter names the unknown attribute 'nope'"},
      {"emails[nope pr]",
       "the filter names 'nope', which 'emails' does not have"},
      {"emails[type pr].nope pr",
       "the filter names 'nope', which 'emails' does not have"},
      /* findings/protocol.md N22: it said "expected an relation" */
      {"userName is 'x'",
       "the filter is wrong at byte 10: expected an operator (eq, ne, co, sw, "
       "ew, gt, ge, lt, le or pr); found 'is'"},
      {"userName",
       "the filter is wrong at its end: expected an operator (eq, ne, co, sw, "
       "ew, gt, ge, lt, le or pr)"},
      {"userName eq ", "the filter is wrong at its end: expected a value"},
      {"userName eq )",
       "the filter is wrong at byte 13: expected a value; found ')'"},
      {"userName eq 'a\\u0000'",
       "the filter is wrong at byte 13: U+0000 in a string; found "
       "''a\\u0000''"},
      {"active gt true", "'gt' cannot be used with 'active', which has no "
                         "order"},
      {"x509Certificates.value le 'AA=='",
       "'le' cannot be used with 'x509Certificates.value', which has no order"},
      {"active co 'r'", "'co' cannot be used with 'active', which is not text"},
      {"active sw 'r'", "'sw' cannot be used with 'active', which is not text"},
      {"active eq 'yes'",
       "the value compared with 'active' does not have its type"},
      {"title gt null", "null can only be compared with eq and ne, not with "
                        "'gt'"},
      {"name eq 'x'", "'name' is complex and has no value to compare"},
      {"(title pr", "the filter is wrong at its end: expected ')'"},
      {"emails[type pr)",
       "the filter is wrong at byte 15: expected ']'; found ')'"},
      {"emails.value[type pr]",
       "the filter is wrong at byte 13: brackets may only follow a top-level "
       "attribute; found '['"},
      {"not title pr",
       "the filter is wrong at byte 5: expected '(' after not; found 'title'"},
      {"title pr xor title pr",
       "the filter is wrong at byte 10: expected 'and', 'or' or the end; found "
       "'xor'"},
  };
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text text = quoted(&operation->arena, cases[i].filter);
    filter_parse(operation, model.user, NULL, text);
    expect_detail(&model, cases[i].filter, cases[i].want);
  }
  model_close(&model);
}

static Text nested(Model *model, const char *open, const char *inner,
                   const char *close, int depth) {
  Buffer buffer = buffer_new(&model->operation.arena);
  for (int i = 0; i < depth; i++) buffer_string(&buffer, open);
  buffer_string(&buffer, inner);
  for (int i = 0; i < depth; i++) buffer_string(&buffer, close);
  return buffer_text(&buffer);
}

static void depth_and_length_are_limited(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  static const struct {
    const char *open, *inner;
    int depth;
    const char *error;
  } cases[] = {
      {"(", "userName pr", 64, ""},
      {"(", "userName pr", 65, "invalidFilter"},
      {"(", "userName pr", 4000, "invalidFilter"},
      {"not (", "userName pr", 64, ""},
      {"not (", "userName pr", 65, "invalidFilter"},
      {"(", "emails[type eq \"work\"]", 63, ""},
      {"(", "emails[type eq \"work\"]", 64, "invalidFilter"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text text =
        nested(&model, cases[i].open, cases[i].inner, ")", cases[i].depth);
    filter_parse(operation, model.user, NULL, text);
    expect_error(&model, "nested parentheses", cases[i].error);
  }
  filter_parse(operation, model.user, NULL,
               nested(&model, "(", "title pr", ")", 65));
  expect_detail(&model, "the text for what is too deep",
                "the filter is wrong at byte 65: nested more than 64 levels "
                "deep; found '('");
  Text chain = nested(&model, "title pr or ", "title pr", "", 680);
  Filter *filter = filter_parse(operation, model.user, NULL, chain);
  expect_error(&model, "a long chain", "");
  Json *doc = json_of(&model, "{'title':'x'}");
  expect_bool("a long chain", filter_match(operation, filter, doc), true);
  static const int sizes[] = {FILTER_SIZE, FILTER_SIZE + 1, 1000000};
  for (size_t i = 0; i < COUNT(sizes); i++) {
    Buffer buffer = buffer_new(&operation->arena);
    buffer_string(&buffer, "title eq \"");
    while (buffer.size + 1 < (size_t)sizes[i]) buffer_char(&buffer, 'x');
    buffer_char(&buffer, '"');
    filter_parse(operation, model.user, NULL, buffer_text(&buffer));
    expect_detail(&model, "a long filter",
                  i ? "the filter is longer than 8192 bytes" : "");
  }
  model_close(&model);
}

static void a_value_filter_has_an_error_of_its_own(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  static const char *const bad[] = {"",
                                    "type",
                                    "nope eq 'x'",
                                    "type eq",
                                    "type eq 'work'] or x",
                                    "type gt null"};
  const Attribute *emails = attribute_of(model.user, "emails");
  for (size_t i = 0; i < COUNT(bad); i++) {
    Text text = quoted(&model.operation.arena, bad[i]);
    filter_parse_value(&model.operation, emails, text, ERROR_INVALID_PATH);
    expect_error(&model, bad[i], "invalidPath");
  }
  Filter *filter = filter_parse_value(
      &model.operation, emails,
      text_of("type eq \"work\" and not (display pr)"), ERROR_INVALID_PATH);
  expect_error(&model, "a good one", "");
  static const struct {
    const char *element;
    bool want;
  } cases[] = {{"{'type':'Work','value':'x'}", true},
               {"{'type':'work','display':'x'}", false},
               {"{'value':'x'}", false}};
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_bool(cases[i].element,
                filter_match_element(&model.operation, filter, emails,
                                     json_of(&model, cases[i].element)),
                cases[i].want);
  model_close(&model);
}

static void a_filter_tells_what_it_uses(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  static const struct {
    const char *filter, *attribute;
    bool want;
  } cases[] = {
      {"userName pr", "userName", true},
      {"userName pr", "title", false},
      {"title pr or not (emails.value co 'x')", "emails", true},
      {"emails[type eq 'work'].value eq 'x'", "emails", true},
      {"groups eq 'x' and title pr", "groups", true},
      {"groups eq null", "groups", true},
      {"title pr and (locale pr or groups.display sw 'x')", "groups", true},
      {"manager eq 'x'", "manager", true},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Text text = quoted(&model.operation.arena, cases[i].filter);
    Filter *filter = filter_parse(&model.operation, model.user, NULL, text);
    expect_bool(
        cases[i].filter,
        filter_uses(filter, attribute_of(model.user, cases[i].attribute)),
        cases[i].want);
  }
  expect_bool("no filter", filter_uses(NULL, model.user->first), false);
  model_close(&model);
}

/* A tenant may want the RFC to the letter. */
static void bare_words_and_booleans_as_text_may_be_refused(void **state) {
  (void)state;
  static const char *const cases[] = {"userName eq bjensen", "active eq 'True'",
                                      "active eq True"};
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases) * 2; i++) {
    bool strict = i >= COUNT(cases);
    Text text = quoted(&model.operation.arena, cases[i % COUNT(cases)]);
    model.operation.strict = strict ? STRICT_LITERALS | STRICT_BOOLEANS : 0;
    filter_parse(&model.operation, model.user, NULL, text);
    expect_error(&model, text.data, strict ? "invalidFilter" : "");
  }
  filter_parse(&model.operation, model.user, NULL, text_of("title eq x"));
  expect_detail(&model, "the text for a bare word",
                "the filter is wrong at byte 10: a string must be in quotes; "
                "found 'x'");
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_wrong_is_an_invalid_filter),
      cmocka_unit_test(errors_say_what_is_wrong),
      cmocka_unit_test(other_quotes_are_refused),
      cmocka_unit_test(bad_bytes_are_refused),
      cmocka_unit_test(depth_and_length_are_limited),
      cmocka_unit_test(a_value_filter_has_an_error_of_its_own),
      cmocka_unit_test(a_filter_tells_what_it_uses),
      cmocka_unit_test(bare_words_and_booleans_as_text_may_be_refused),
  };
  return cmocka_run_group_tests_name("filter errors", tests, NULL, NULL);
}
