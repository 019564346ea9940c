/* memo.h: each key is made once. */
#include "../../ext/model/memo.h"

#include "../../ext/model/budget.h"
#include "../../ext/model/match.h"
#include "model_test.h"

static void keys_are_those_of_key_c(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *value, *key;
  } cases[] = {
      {"tags", "'abc'", "\"abc\""},
      {"tags", "'ABC'", "\"abc\""},
      {"tags", "'\u00C9A'", "\"\u00E9a\""},
      {"tags", "''", "\"\""},
      {"levels", "7.0", "7"},
      {"ready", "'True'", "1"},
      {"ready", "true", "1"},
      {"tags", "5", "none"},
      {"seen", "'2026-01-01T01:00:00+01:00'", "\"2026-01-01T00:00:00\""},
      {"seen", "'tomorrow'", "none"},
  };
  Model model;
  MODEL_OPEN(&model);
  Memo memo = memo_new(&model.operation);
  for (size_t i = 0; i < 2 * COUNT(cases); i++) {
    size_t at = i % COUNT(cases);
    const Attribute *attribute = attribute_of(model.thing, cases[at].attribute);
    Json *value = json_of(&model, cases[at].value);
    Key key;
    bool has = memo_key(&memo, attribute, value, &key);
    Text text = has ? json_text(&model.operation.arena,
                                key_json(&model.operation.arena, &key))
                    : TEXT("none");
    expect_text(cases[at].value, text, cases[at].key);
  }
  model_close(&model);
}

/* D5 b: 800 KB of other letters were folded, and kept, for each operation and
** term. The memory that the second search takes is that of a comparison. */
static void a_text_is_folded_once(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  const Attribute *emails = attribute_of(model.user, "emails");
  const size_t size = 800000;
  char *text = arena_alloc(arena, size + 1);
  for (size_t i = 0; i < size; i += 2) memcpy(text + i, "\xC3\x89", 2);
  Json *element = json_new(arena, JSON_OBJECT);
  json_put(element, "value", json_string(arena, (Text){text, size}));
  const Filter *filter =
      filter_parse_value(&model.operation, emails,
                         TEXT("value co \"z\" or value co \"y\" or value eq "
                              "\"x\" or value eq \"w\""),
                         ERROR_INVALID_FILTER);
  Memo memo = memo_new(&model.operation);
  budget_begin(&model.operation, 100 * BUDGET_STEPS);
  expect_bool("no term matches",
              filter_match_counted(&memo, filter, emails, element), false);
  size_t first = model.operation.steps;
  ArenaMark mark = arena_mark(arena);
  for (int i = 0; i < 200; i++)
    filter_match_counted(&memo, filter, emails, element);
  expect_bool("no memory is taken again", mark.next == arena_mark(arena).next,
              true);
  size_t later = (model.operation.steps - first) / 200;
  expect_bool("it costs less than when it was folded", 10 * later < first,
              true);
  expect_number("it is known as a value and as a text", (long long)memo.count,
                2);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_are_those_of_key_c),
      cmocka_unit_test(a_text_is_folded_once),
  };
  return cmocka_run_group_tests_name("memo", tests, NULL, NULL);
}
