#include "../../ext/text/form.h"

#include "text_test.h"

/* What the pairs of a form are, as "name=value;" each. */
static Text pairs_of(Arena *arena, const char *text) {
  Text form = text_of(text), name, value, all = TEXT("");
  while (form_next(arena, &form, &name, &value))
    all = arena_format(arena, "%.*s%.*s=%.*s;", TEXT_ARG(all), TEXT_ARG(name),
                       TEXT_ARG(value));
  return all;
}

static void a_form_is_cut_into_pairs(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *form, *pairs;
  } cases[] = {
      {"", ""},
      {"a=1", "a=1;"},
      {"a=1&b=2", "a=1;b=2;"},
      {"a", "a=;"},
      {"a=", "a=;"},
      {"=1", "=1;"},
      {"a=b=c", "a=b=c;"},
      {"&&a=1&&b=2&", "a=1;b=2;"},
      {"a+b=c+d", "a b=c d;"},
      {"a%26b=c%3Dd%2B", "a&b=c=d+;"},
      {"a=%zz%4", "a=%zz%4;"},
      {"a=1;b=2", "a=1;b=2;"},
      {"a=%C3%A9", "a=\xC3\xA9;"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].form, pairs_of(&arena, cases[i].form), cases[i].pairs);
  test_close(&arena);
}

static void parameters_are_counted(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text form = TEXT("a=1&A=2&b=3&a=4&%61=5&c"), value = TEXT("before");
  expect_number("one that is not there",
                (long long)form_count(&arena, form, "d", &value), 0);
  expect_text("leaves the value as it is", value, "before");
  expect_number("in its case, however it is written",
                (long long)form_count(&arena, form, "a", &value), 3);
  expect_text("the first value", value, "1");
  expect_number("another case is another",
                (long long)form_count(&arena, form, "A", &value), 1);
  expect_text("with its own value", value, "2");
  expect_number("one without a value is there",
                (long long)form_count(&arena, form, "c", &value), 1);
  expect_text("and empty", value, "");
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_form_is_cut_into_pairs),
      cmocka_unit_test(parameters_are_counted),
  };
  return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
