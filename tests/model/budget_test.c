/* budget.h: the steps that a request has, and what takes them. */
#include "../../ext/model/budget.h"

#include "patch_case.h"

static void steps_run_out(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  expect_bool("without a budget nothing is counted",
              budget_spend(operation, SIZE_MAX), true);
  expect_number("nothing at all", (long long)operation->steps, 0);
  budget_begin(operation, 10);
  expect_bool("the last step is there", budget_spend(operation, 10), true);
  expect_bool("one more is not", budget_spend(operation, 1), false);
  expect_number("it is 413", error_status(operation->error), 413);
  expect_text("and says what to do", operation->detail,
              "the request compares values more than 10 times; it must be "
              "sent in several parts, or with simpler filters");
  error_clear(operation);
  expect_bool("they do not come back", budget_spend(operation, 1), false);
  expect_bool("nor by a sum that wraps", budget_spend(operation, SIZE_MAX - 5),
              false);
  error_clear(operation);
  budget_begin(operation, 10);
  expect_bool("a new budget is whole", budget_spend(operation, 10), true);
  model_close(&model);
}

/* A user with so many e-mails, and a PATCH of so many times the operation. */
static long long steps_of(Model *model, int values, int times,
                          const char *operation) {
  Arena *arena = &model->operation.arena;
  Json *doc = json_of(model, "{'userName':'u','emails':[]}");
  for (int i = 0; i < values; i++) {
    Json *email = json_new(arena, JSON_OBJECT);
    json_put(email, "value",
             json_string(arena, arena_format(arena, "%d@example.com", i)));
    json_append(json_member(doc, "emails"), email);
  }
  Json *body = json_of(model, "{'Operations':[]}");
  for (int i = 0; i < times; i++)
    json_append(json_member(body, "Operations"), json_of(model, operation));
  PatchOptions options = {NULL};
  budget_begin(&model->operation, BUDGET_STEPS);
  patch_apply(&model->operation, model->user, doc, body, &options);
  long long steps = (long long)model->operation.steps;
  budget_begin(&model->operation, 0);
  return steps;
}

/* D5: what a PATCH may cost, in steps that are counted and not timed. */
static void a_patch_takes_steps(void **state) {
  (void)state;
  static const struct {
    const char *sentence;
    int values, times;
    const char *operation;
    long long most; /* steps; 0: it is refused */
  } cases[] = {
      {"a (D5 a): operations x terms x values", 1000, 4000,
       "{'op':'remove','path':'emails[value eq `a` or value eq `b` or value eq "
       "`c` or value eq `d` or value eq `e`]'}",
       0},
      {"the same in a fair amount", 100, 100,
       "{'op':'remove','path':'emails[value eq `a` or value eq `b`]'}", 30000},
      {"a sub-attribute of all values, again and again", 1000, 10000,
       "{'op':'replace','path':'emails.type','value':'x'}", 0},
      {"once", 1000, 1, "{'op':'replace','path':'emails.type','value':'x'}",
       10000},
      {"adds to one list know it", 1000, 1000,
       "{'op':'add','path':'emails','value':[{'value':'7@EXAMPLE.com'}]}",
       1000 * 510},
      {"of a single value nothing is counted", 1000, 10000,
       "{'op':'replace','path':'title','value':'x'}", 0 + 1},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    long long steps =
        steps_of(&model, cases[i].values, cases[i].times, cases[i].operation);
    bool refused = model.operation.error == ERROR_TOO_LARGE;
    expect_bool(cases[i].sentence, refused, cases[i].most == 0);
    if (cases[i].most && steps > cases[i].most)
      expect_number(cases[i].sentence, steps, cases[i].most);
    error_clear(&model.operation);
  }
  model_close(&model);
}

/* Bytes that the arena's blocks have. */
static size_t taken(Model *model, int times) {
  Operation *operation = &model->operation;
  Json *doc = json_of(model, "{'emails':[{'value':'a'},{'value':'b'}]}");
  Json *body = json_of(model, "{'Operations':[]}");
  for (int i = 0; i < times; i++)
    json_append(json_member(body, "Operations"),
                json_of(model, "{'op':'remove','path':'emails[value eq `x` or "
                               "value eq `y` or value eq `z`]'}"));
  PatchOptions options = {NULL};
  ArenaMark mark = arena_mark(&operation->arena);
  patch_apply(operation, model->user, doc, body, &options);
  ArenaMark end = arena_mark(&operation->arena);
  return mark.blocks == end.blocks ? (size_t)(end.next - mark.next) : SIZE_MAX;
}

/* D5: 10,000 operations that change nothing take the memory of one. */
static void operations_give_memory_back(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  arena_alloc(&model.operation.arena, 1 << 20); /* a block with room behind */
  size_t one = taken(&model, 1), many = taken(&model, 500);
  expect_bool("one takes something", one < 10000, true);
  expect_number("500 take as much", (long long)many, (long long)one);
  expect_error(&model, "nothing is wrong", "");
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_run_out),
      cmocka_unit_test(a_patch_takes_steps),
      cmocka_unit_test(operations_give_memory_back),
  };
  return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
