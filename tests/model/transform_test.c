#include "../../ext/model/transform.h"

#include "model_test.h"

typedef struct Case {
  const char *value, *want;
} Case;

/* What each value comes to; "none" for one that does not survive. */
static void expect_transforms(const char *name, const Case *cases,
                              size_t count) {
  Model model;
  Transform transform;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  expect_bool(name, transform_named(text_of(name), &transform), true);
  for (size_t i = 0; i < count; i++)
    expect_json(&model,
                arena_format(arena, "%s of %s", name, cases[i].value).data,
                transform_apply(&model.operation, transform,
                                json_of(&model, cases[i].value)),
                cases[i].want);
  model_close(&model);
}

#define EXPECT_TRANSFORMS(name, ...)                                           \
  do {                                                                         \
    static const Case cases[] = {__VA_ARGS__};                                 \
    expect_transforms(name, cases, COUNT(cases));                              \
  } while (0)

static void text_is_text(void **state) {
  (void)state;
  EXPECT_TRANSFORMS("text", {"'Ann'", "'Ann'"}, {"' Ann '", "' Ann '"},
                    {"''", "none"}, {"1.50", "'1.50'"}, {"true", "'true'"},
                    {"false", "'false'"}, {"null", "none"}, {"[]", "none"},
                    {"['Ann']", "none"}, {"{'value':'Ann'}", "none"},
                    {"'\\u00dc'", "'\u00DC'"});
  EXPECT_TRANSFORMS("key", {"'2819c223'", "'2819c223'"}, {"''", "none"},
                    {"{'value':'2819c223'}", "none"});
}

static void case_is_that_of_unicode(void **state) {
  (void)state;
  EXPECT_TRANSFORMS("lower", {"'Ann@Example.COM'", "'ann@example.com'"},
                    {"'M\u00DCLLER'", "'m\u00FCller'"},
                    {"'Stra\u00DFe'", "'stra\u00DFe'"},
                    {"'\u0416'", "'\u0436'"}, {"''", "none"}, {"null", "none"},
                    {"1E3", "'1e3'"}, {"['A']", "none"});
  EXPECT_TRANSFORMS("upper", {"'de'", "'DE'"},
                    {"'m\u00FCller'", "'M\u00DCLLER'"}, {"''", "none"},
                    {"true", "'TRUE'"}, {"{}", "none"});
}

static void white_space_is_trimmed(void **state) {
  (void)state;
  EXPECT_TRANSFORMS("trim", {"'  Ann Lee\\t\\r\\n'", "'Ann Lee'"},
                    {"'\u00A0Ann\u3000'", "'Ann'"}, {"' \\n '", "none"},
                    {"''", "none"}, {"5", "'5'"}, {"null", "none"});
}

static void numbers_of_phones_are_e164(void **state) {
  (void)state;
  EXPECT_TRANSFORMS("e164", {"'+49 (30) 123-456'", "'+4930123456'"},
                    {"'tel:+1-201-555-0123'", "'+12015550123'"},
                    {"'030 123456'", "none"}, {"'+49 30 12'", "none"},
                    {"'+1234567890123456'", "none"}, {"''", "none"},
                    {"4930123456", "none"}, {"null", "none"},
                    {"{'value':'+4930123456'}", "none"});
}

static void booleans_are_1_and_0(void **state) {
  (void)state;
  EXPECT_TRANSFORMS("boolean", {"true", "1"}, {"false", "0"}, {"'True'", "1"},
                    {"' FALSE '", "0"}, {"1", "1"}, {"0", "0"}, {"1.0", "1"},
                    {"'1'", "1"}, {"2", "none"}, {"-1", "none"},
                    {"0.5", "none"}, {"'yes'", "none"}, {"''", "none"},
                    {"null", "none"}, {"[true]", "none"});
}

static void integers_are_whole(void **state) {
  (void)state;
  EXPECT_TRANSFORMS(
      "integer", {"5", "5"}, {"5.0", "5"}, {"5e2", "500"}, {"5.5", "none"},
      {"'5'", "5"}, {"' 5 '", "5"}, {"'00017'", "17"}, {"'-007'", "-7"},
      {"'0'", "0"}, {"'-0'", "0"}, {"'00'", "0"}, {"true", "1"}, {"false", "0"},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", "none"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9007199254740993", "9007199254740993"}, {"1e400", "none"},
      {"'five'", "none"}, {"'5x'", "none"}, {"'+5'", "none"}, {"'-'", "none"},
      {"'0x10'", "none"}, {"''", "none"}, {"null", "none"}, {"[5]", "none"},
      {"'00000000000000000000000000000000000000000000000000000000000000000000"
       "7'",
       "7"},
      {"'10000000000000000000000000000000000000000000000000000000000000000000"
       "0'",
       "none"});
}

static void dates_are_days_in_utc(void **state) {
  (void)state;
  EXPECT_TRANSFORMS("date", {"'2026-11-21T09:30:00Z'", "'2026-11-21'"},
                    {"'2026-11-21T23:30:00-05:00'", "'2026-11-22'"},
                    {"'2026-01-01T00:30:00+01:00'", "'2025-12-31'"},
                    {"'2026-11-21'", "'2026-11-21'"},
                    {"' 2026-11-21T09:30:00.123Z '", "'2026-11-21'"},
                    {"'2026-02-30T00:00:00Z'", "none"},
                    {"'21.11.2026'", "none"}, {"20261121", "none"},
                    {"'tomorrow'", "none"}, {"''", "none"}, {"null", "none"});
}

static void json_is_what_is_there(void **state) {
  (void)state;
  EXPECT_TRANSFORMS("json", {"'a\\\"b'", "'`a\\\\`b`'"}, {"1.50", "'1.50'"},
                    {"true", "'true'"}, {"null", "none"},
                    {"['a',{'b':1}]", "'[`a`,{`b`:1}]'"});
}

static void names_are_exact(void **state) {
  (void)state;
  Transform transform = TRANSFORM_DATE;
  static const char *const wrong[] = {"", "Lower", "lower ", "tex", "number"};
  for (size_t i = 0; i < COUNT(wrong); i++)
    expect_bool(wrong[i], transform_named(text_of(wrong[i]), &transform),
                false);
  expect_bool("no name", transform_named(NO_TEXT, &transform), false);
  expect_number("and nothing is set", transform, TRANSFORM_DATE);
  Text names = text_of(transform_names());
  int count = 0;
  for (; names.size; count++) {
    Text name = text_cut(&names, ' ');
    expect_bool(name.data, transform_named(name, &transform), true);
    expect_number(name.data, transform, count);
  }
  expect_number("all are named", count, TRANSFORM_JSON + 1);
  test_close(&(Arena){0});
}

static void types_have_one_of_their_own(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  static const struct {
    const char *path;
    Transform want;
  } cases[] = {
      {"label", TRANSFORM_TEXT},  {"size", TRANSFORM_INTEGER},
      {"weight", TRANSFORM_TEXT}, {"ready", TRANSFORM_BOOLEAN},
      {"seen", TRANSFORM_TEXT},   {"tags", TRANSFORM_TEXT},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_number(cases[i].path,
                  transform_of(attribute_of(model.thing, cases[i].path)),
                  cases[i].want);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_text),
      cmocka_unit_test(case_is_that_of_unicode),
      cmocka_unit_test(white_space_is_trimmed),
      cmocka_unit_test(numbers_of_phones_are_e164),
      cmocka_unit_test(booleans_are_1_and_0),
      cmocka_unit_test(integers_are_whole),
      cmocka_unit_test(dates_are_days_in_utc),
      cmocka_unit_test(json_is_what_is_there),
      cmocka_unit_test(names_are_exact),
      cmocka_unit_test(types_have_one_of_their_own),
  };
  return cmocka_run_group_tests_name("transform", tests, NULL, NULL);
}
