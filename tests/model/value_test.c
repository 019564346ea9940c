/* Values that a client sent: which say that there is none, and how those of a
** reply's types are written. Dialects of whole requests are in patch_*.c. */
#include "../../ext/model/value.h"

#include "model_test.h"

#define EXTRA "urn:example:scim:2.0:Extra"

static void values_may_say_that_there_is_none(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *value;
    bool unassigned, clears;
  } cases[] = {
      {"label", "null", true, true},
      {"label", "''", true, true},
      {"label", "' '", false, false},
      {"label", "0", false, false},
      {"ready", "false", false, false},
      {"tags", "[]", true, true},
      {"tags", "[null,'']", false, true},
      {"tags", "[null,'a']", false, false},
      {"origin", "{}", false, false},
      {"origin", "{'place':null,'note':''}", false, true},
      {"origin", "{'place':null,'note':'n'}", false, false},
      {"origin", "{'unknown':null}", false, false},
      {"origin", "{'unknown':'x','note':null}", false, true},
      {"parts", "[{'value':''},{'value':null}]", false, true},
      {"parts", "[{}]", false, false},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Attribute *attribute = attribute_of(model.thing, cases[i].attribute);
    const Json *value = json_of(&model, cases[i].value);
    expect_bool(cases[i].value,
                value_is_unassigned(&model.operation, attribute, value),
                cases[i].unassigned);
    expect_bool(cases[i].value,
                value_clears(&model.operation, attribute, value),
                cases[i].clears);
  }
  model_close(&model);
}

/* RFC 4648 sections 4 and 5, with and without padding. */
static void base64_is_told_from_text(void **state) {
  (void)state;
  static const struct {
    const char *value;
    bool valid;
  } cases[] = {
      {"'QQ=='", true},  {"'QUI='", true},     {"'QUJD'", true},
      {"'QQ'", true},    {"'QUI'", true},      {"'-_+/'", true},
      {"'Q'", false},    {"'QUJDR'", false},   {"'QQ='", false},
      {"'Q==='", false}, {"'QQ= '", false},    {"'QU JD'", false},
      {"'Q=JD'", false}, {"'\u00E9A'", false}, {"5", false},
  };
  Model model;
  MODEL_OPEN(&model);
  const Attribute *blob = attribute_of(model.thing, "blob");
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Json *value = json_of(&model, cases[i].value);
    value_read(&model.operation, blob, value);
    expect_error(&model, cases[i].value, cases[i].valid ? "" : "invalidValue");
  }
  model_close(&model);
}

/* A part that is writeOnly is read, and left out; an object that had nothing
** else is one without members. */
static void what_is_write_only_is_left_out(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *value, *want; /* NULL: none, "!": refused */
  } cases[] = {
      {"origin", "{'place':'p','note':'n'}", "{'place':'p'}"},
      {"origin", "{'note':'n'}", "{}"},
      {"origin", "{'NOTE':'n','x':1}", "{}"},
      {"origin", "{'note':null}", NULL},
      {"origin", "{'note':''}", NULL},
      {"origin", "{'note':5}", "!"},
      {"origin", "'{\\'note\\':\\'n\\'}'", "{}"},
      {"parts", "[{'value':'v','size':1},{'value':'V','size':2}]",
       "[{'value':'V'}]"},
      {"parts", "[{'size':1},{'type':'t','size':1},{'size':2},{'type':'t'}]",
       "[{},{'type':'t'}]"},
      {"parts", "{'size':1}", "[{}]"},
      {"parts", "[{'size':'x'}]", "!"},
      {"parts", "[{'type':'t','value':'{\\'size\\':1}'}]", "[{'type':'t'}]"},
      {"parts", "[{'value':'{\\'size\\':1,\\'value\\':\\'v\\'}'}]",
       "[{'value':'v'}]"},
      {"parts", "['{\\'size\\':1,\\'value\\':\\'v\\'}']", "[{'value':'v'}]"},
      {"parts", "[{'value':'{\\'x\\':1}'}]", "[{'value':'{\\'x\\':1}'}]"},
      {"parts", "[{'value':'[all] parts'}]", "[{'value':'[all] parts'}]"},
      {"parts", "[{'value':'{\\'x\\':{\\'size\\':1}}'}]", "!"},
      {"parts", "[{'value':'{\\'size\\':1,\\'size\\':2}'}]", "!"},
      {"parts", "[{'value':'{\\'SIZE\\':1'}]", "!"},
      {"parts", "['\\n {\\'size\\':1}']", "!"},
      {"parts", "['[{\\'size\\':1}]']", "!"},
      {"parts", "['{\\'si\\\\u007ae\\':1']", "!"},
      {"parts.value", "'[{\\'size\\':1}]'", "!"},
  };
  Model model;
  MODEL_OPEN(&model);
  forbid(type_named(&model, "Thing"), "origin.note");
  forbid(type_named(&model, "Thing"), "parts.size");
  for (size_t i = 0; i < COUNT(cases); i++) {
    const char *value = cases[i].value, *want = cases[i].want;
    bool refused = want && want[0] == '!';
    Json *read = value_read(&model.operation,
                            attribute_of(model.thing, cases[i].attribute),
                            json_of(&model, value));
    expect_error(&model, value, refused ? "invalidValue" : "");
    if (refused) continue;
    expect_bool(value, read != NULL, want != NULL);
    if (want) expect_json(&model, value, read, want);
  }
  model_close(&model);
}

/* What is read is a copy: to change it changes nothing that was sent. */
static void what_is_read_is_new(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Json *sent = json_of(&model, "[{'value':'p','size':1,'x':2}]");
  Json *read =
      value_read(&model.operation, attribute_of(model.thing, "parts"), sent);
  expect_json(&model, "unknown names are left out", read,
              "[{'value':'p','size':1}]");
  json_remove(read->first, json_member(read->first, "size"));
  expect_json(&model, "what was sent is as it was", sent,
              "[{'value':'p','size':1,'x':2}]");
  model_close(&model);
}

/* M13, C2: what is loose is read by default, as the type has it, and refused
** with loose_values reject. */
static void loose_values_are_read(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *value, *loose, *strict;
  } cases[] = {
      {"size", "1.0", "1", "!"},
      {"size", "1e2", "100", "!"},
      {"size", "10E-1", "1", "!"},
      {"size", "0.0", "0", "!"},
      {"size", "-0", "-0", "-0"},
      {"size", "'7'", "7", "!"},
      {"size", "'-7.0'", "-7", "!"},
      {"size", "1.5", "!", "!"},
      {"size", "1e30", "!", "!"},
      {"size", "123456789012345678901234567890",
       "123456789012345678901234567890", "123456789012345678901234567890"},
      {"size", "' 7'", "!", "!"},
      {"size", "'7 '", "!", "!"},
      {"size", "'+7'", "!", "!"},
      {"size", "'07'", "!", "!"},
      {"size", "'0x7'", "!", "!"},
      {"size", "'true'", "!", "!"},
      {"weight", "'2.50'", "2.50", "!"},
      {"weight", "'2,5'", "!", "!"},
      {"weight", "'1e400'", "!", "!"},
      {"weight", "1e2", "1e2", "1e2"},
      {"levels", "['1',2.0]", "[1,2]", "!"},
      {"parts", "[{'size':'3','made':'2008-01-23'}]",
       "[{'size':3,'made':'2008-01-23'}]", "!"},
      {"seen", "'2008-01-23'", "'2008-01-23'", "!"},
      {"seen", "'2008-01-23T04:56:60Z'", "'2008-01-23T04:56:60Z'", "!"},
      {"seen", "'2008-01-23t04:56:22z'", "'2008-01-23t04:56:22z'", "!"},
      {"seen", "'2008-01-23T04:56:22Z'", "'2008-01-23T04:56:22Z'",
       "'2008-01-23T04:56:22Z'"},
      {"seen", "'2008-01-23T24:00:00.0+01:00'", "'2008-01-23T24:00:00.0+01:00'",
       "'2008-01-23T24:00:00.0+01:00'"},
      {"seen", "'2008-01-23T04:56:61Z'", "!", "!"},
      {"seen", "'2008-01'", "!", "!"},
      {"seen", "20080123", "!", "!"},
  };
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  for (size_t i = 0; i < 2 * COUNT(cases); i++) {
    bool strict = i >= COUNT(cases);
    size_t at = i % COUNT(cases);
    const char *want = strict ? cases[at].strict : cases[at].loose;
    operation->strict = strict ? STRICT_VALUES : 0;
    Json *read =
        value_read(operation, attribute_of(model.thing, cases[at].attribute),
                   json_of(&model, cases[at].value));
    if (want[0] != '!' && !failed(operation))
      expect_json(&model, cases[at].value, read, want);
    else
      expect_error(&model, cases[at].value,
                   want[0] == '!' ? "invalidValue" : "");
  }
  model_close(&model);
}

/* Part 5 (b): "" is none by default. With loose_values reject it is no value of
** any type but string, and with empty_strings keep it is one of string. */
static void blanks_are_read(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *value, *none, *values, *texts;
  } cases[] = {
      {"ready", "''", "none", "!", "none"},
      {"size", "''", "none", "!", "none"},
      {"weight", "''", "none", "!", "none"},
      {"seen", "''", "none", "!", "none"},
      {"link", "''", "none", "!", "none"},
      {"blob", "''", "none", "!", "none"},
      {"origin", "''", "none", "!", "none"},
      {"parts", "''", "none", "!", "none"},
      {"parts", "['']", "none", "!", "none"},
      {"levels", "[1,'']", "[1]", "!", "[1]"},
      {"parts", "[{'value':'v','primary':''}]", "[{'value':'v'}]", "!",
       "[{'value':'v'}]"},
      {"label", "''", "none", "none", "''"},
      {"tags", "['','a']", "['a']", "['a']", "['','a']"},
      {"parts", "[{'value':'','type':''}]", "none", "none",
       "[{'value':'','type':''}]"},
      /* What is left says of which kind it would be, not that there is one. */
      {"parts", "[{'value':'','type':'t','primary':true},{'value':'v'}]",
       "[{'value':'v'}]", "[{'value':'v'}]",
       "[{'value':'','type':'t','primary':true},{'value':'v'}]"},
      {"parts", "{'VALUE':null,'Type':'t'}", "none", "none", "[{'type':'t'}]"},
      {"parts", "[{'value':'','type':'t','nope':1}]", "none", "none",
       "[{'value':'','type':'t'}]"},
      {"parts", "[{'type':'t'}]", "[{'type':'t'}]", "[{'type':'t'}]",
       "[{'type':'t'}]"},
      {"origin", "{'place':'','note':''}", "none", "none", "{'note':''}"},
      {EXTRA ":plan", "{'value':''}", "none", "none", "none"},
      {"label", "null", "none", "none", "none"},
      {"seen", "null", "none", "none", "none"},
      {"parts", "[]", "none", "none", "none"},
  };
  static const unsigned strict[] = {0, STRICT_VALUES, STRICT_TEXTS};
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  for (size_t i = 0; i < 3 * COUNT(cases); i++) {
    size_t at = i / 3;
    const char *wants[] = {cases[at].none, cases[at].values, cases[at].texts};
    const char *want = wants[i % 3];
    operation->strict = strict[i % 3];
    Json *read =
        value_read(operation, attribute_of(model.thing, cases[at].attribute),
                   json_of(&model, cases[at].value));
    if (want[0] != '!' && !failed(operation))
      expect_json(&model, cases[at].value, read, want);
    else
      expect_error(&model, cases[at].value,
                   want[0] == '!' ? "invalidValue" : "");
  }
  model_close(&model);
}

/* Within an object a list is a list, unless other shapes are taken. */
static void lists_within_objects(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  const Attribute *tags = attribute_of(model.thing, "tags");
  const Json *one = json_of(&model, "'a'"), *none = json_of(&model, "null");
  expect_json(&model, "one value", value_read_member(operation, tags, one),
              "['a']");
  operation->strict = STRICT_SHAPES;
  expect_json(&model, "an added one", value_read(operation, tags, one),
              "['a']");
  expect_json(&model, "no value", value_read_member(operation, tags, none),
              "none");
  value_read_member(operation, tags, one);
  expect_error(&model, "one value, strictly", "invalidValue");
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(loose_values_are_read),
      cmocka_unit_test(blanks_are_read),
      cmocka_unit_test(lists_within_objects),
      cmocka_unit_test(values_may_say_that_there_is_none),
      cmocka_unit_test(base64_is_told_from_text),
      cmocka_unit_test(what_is_write_only_is_left_out),
      cmocka_unit_test(what_is_read_is_new),
  };
  return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
