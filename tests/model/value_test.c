/* Values that a client sent: which say that there is none, and how those of a
** reply's types are written. Dialects of whole requests are in patch_*.c. */
#include "../../ext/model/value.h"

#include "model_test.h"

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
    expect_bool(cases[i].value, value_is_unassigned(value),
                cases[i].unassigned);
    expect_bool(cases[i].value, value_clears(attribute, value),
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

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_may_say_that_there_is_none),
      cmocka_unit_test(base64_is_told_from_text),
      cmocka_unit_test(what_is_read_is_new),
  };
  return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
