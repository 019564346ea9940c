/* Options of a call: what a table allows, and what is told to whom errs. */
#include "../../ext/model/option.h"

#include "model_test.h"

typedef struct Record {
  Text name, time;
  bool dry, wet;
} Record;

static const Option table[] = {
    {"name", OPTION_TEXT, offsetof(Record, name)},
    {"time", OPTION_TIME, offsetof(Record, time)},
    {"dry", OPTION_BOOLEAN, offsetof(Record, dry)},
    {"wet", OPTION_BOOLEAN, offsetof(Record, wet)},
};

static Record read_options(Model *model, const char *options) {
  Record record = {TEXT("before"), NO_TEXT, false, true};
  options_read(&model->operation, json_of(model, options), table, COUNT(table),
               &record);
  return record;
}

static void options_are_read(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Record record = read_options(
      &model, "{'NAME':'n','time':'2026-01-02T03:04:05+01:00','dry':1,'wet':"
              "false}");
  expect_error(&model, "all are known", "");
  expect_text("a text", record.name, "n");
  expect_text("a time, in UTC", record.time, "2026-01-02T02:04:05.000Z");
  expect_bool("1 is true, as json_object has it", record.dry, true);
  expect_bool("false", record.wet, false);
  record = read_options(&model, "{'name':null,'dry':0,'wet':null}");
  expect_text("null is absent", record.name, "before");
  expect_bool("0 is false", record.dry, false);
  expect_bool("what is absent stays", record.wet, true);
  options_read(&model.operation, NULL, table, COUNT(table), &record);
  read_options(&model, "null");
  expect_error(&model, "there need be none", "");
  model_close(&model);
}

static void mistakes_are_named(void **state) {
  (void)state;
  static const struct {
    const char *options, *kind, *detail;
  } cases[] = {
      {"[]", "invalidSyntax", "the options must be a JSON object"},
      {"5", "invalidSyntax", "the options must be a JSON object"},
      {"{'dry_run':true}", "invalidValue", "there is no option 'dry_run'"},
      {"{'':null}", "invalidValue", "there is no option ''"},
      {"{'dry':'true'}", "invalidValue",
       "the option 'dry' must be true or false"},
      {"{'dry':1.0}", "invalidValue", "the option 'dry' must be true or false"},
      {"{'name':5}", "invalidValue", "the option 'name' must be a string"},
      {"{'time':'now'}", "invalidValue",
       "the option 'time' must be a dateTime"},
      {"{'time':5}", "invalidValue", "the option 'time' must be a dateTime"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    read_options(&model, cases[i].options);
    expect_text(cases[i].options, model.operation.detail, cases[i].detail);
    expect_error(&model, cases[i].options, cases[i].kind);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(options_are_read),
      cmocka_unit_test(mistakes_are_named),
  };
  return cmocka_run_group_tests_name("option", tests, NULL, NULL);
}
