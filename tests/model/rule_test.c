/*
** rule_test.c: rows of scim_rule become rules, or say what is wrong with them.
*/
#include "model_test.h"

#include "../../ext/model/rule.h"

/* Adds a rule; the filter is written with ' for ", and NULL is none. */
static void add(Model *model, long long number, const char *event,
                const char *type, const char *filter) {
  RuleRow row = {.number = number,
                 .event = text_of(event),
                 .type = text_of(type),
                 .filter =
                     filter ? quoted(&model->operation.arena, filter) : NO_TEXT,
                 .kind = TEXT("invite"),
                 .once = true,
                 .mistake = TEXT("what the row says")};
  rule_add(&model->operation, &model->set, &row);
  expect_text("no error is set", take_error(model), "");
}

/* The rule that was added last, whose mistake is expected. */
static const Rule *added(Model *model, const char *sentence,
                         const char *mistake) {
  const Rule *rule = model->set.rules;
  if (!rule) fail_msg("%s: there is no rule", sentence);
  expect_text(sentence, rule->mistake, mistake);
  return rule;
}

static void rows_become_rules(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  add(&model, 7, "created", "User", NULL);
  const Rule *rule = added(&model, "without a filter", "");
  expect_bool("it has none", rule->filter == NULL, true);
  expect_number("its number", rule->number, 7);
  expect_text("its kind", rule->kind, "invite");
  expect_bool("once", rule->once, true);
  expect_text("what the row says", rule->noted, "what the row says");
  expect_bool("its event and type",
              rule_is_for(rule, EVENT_CREATED, model.user), true);
  expect_bool("another event", rule_is_for(rule, EVENT_DELETED, model.user),
              false);
  expect_bool("another type", rule_is_for(rule, EVENT_CREATED, model.group),
              false);
  add(&model, 9, "member_added", "Group", "displayName eq 'x'");
  rule = added(&model, "with a filter", "");
  expect_bool("it matches",
              filter_match(&model.operation, rule->filter,
                           json_of(&model, "{'displayName':'X'}")),
              true);
  expect_bool("or not",
              filter_match(&model.operation, rule->filter,
                           json_of(&model, "{'displayName':'Y'}")),
              false);
  expect_number("there are two", (long long)rule_count(&model.set), 2);
  expect_number("the last is in front", (long long)rule->position, 1);
  expect_number("of the first", rule->next->number, 7);
  model_close(&model);
}

static void filters_that_cannot_be_read(void **state) {
  (void)state;
  static const struct {
    const char *filter, *mistake;
  } cases[] = {
      {"userName eq", "the filter is wrong at its end: expected a value"},
      {"", "the filter is wrong at its end: expected an attribute"},
      {"label pr", "the filter names the unknown attribute 'label'"},
      {"not (meta.created pr)",
       "a rule cannot look at 'meta', which is not in the document"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    add(&model, 1, "created", "User", cases[i].filter);
    const Rule *rule = added(&model, cases[i].filter, cases[i].mistake);
    expect_bool("it is about nothing",
                rule_is_for(rule, EVENT_CREATED, model.user), false);
  }
  add(&model, 1, "created", "Group", "members.value eq 'x'");
  added(&model, "members",
        "a rule cannot look at 'members', which is not in the document");
  add(&model, 1, "created", "User", "groups.display eq 'x'");
  added(&model, "groups", "");
  model_close(&model);
}

static void rows_about_nothing_are_left_out(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  add(&model, 1, "made", "User", NULL);
  add(&model, 1, "created", "Robot", NULL);
  add(&model, 1, "created", "user", NULL);
  expect_number("none is there", (long long)rule_count(&model.set), 0);
  model_close(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_become_rules),
      cmocka_unit_test(filters_that_cannot_be_read),
      cmocka_unit_test(rows_about_nothing_are_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
