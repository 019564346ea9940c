/* Each bit of strict.h takes back the leniency that it names, and no other. */
#include "../../ext/model/strict.h"

#include "../../ext/model/match.h"
#include "patch_case.h"

/* A request that only the leniency lets pass: a filter, or a PATCH of a Thing
** with two tags. */
static const struct {
  unsigned bit; /* none: the service asks for it, not the model */
  const char *filter, *operations, *kind;
} cases[] = {
    {STRICT_LITERALS, "label eq a", NULL, "invalidFilter"},
    {STRICT_LITERALS, "label eq 'A\\user'", NULL, "invalidFilter"},
    {STRICT_BOOLEANS, "ready eq 'True'", NULL, "invalidFilter"},
    {STRICT_BOOLEANS, NULL, "[{'op':'add','path':'ready','value':'True'}]",
     "invalidValue"},
    {STRICT_TARGETS, NULL,
     "[{'op':'replace','path':'parts[type eq `x`].value','value':'v'}]",
     "noTarget"},
    {STRICT_SHAPES, NULL, "[{'op':'add','path':'parts','value':'v'}]",
     "invalidValue"},
    {STRICT_SHAPES, NULL,
     "[{'op':'add','path':'origin','value':[{'place':'p'}]}]", "invalidValue"},
    {STRICT_SHAPES, NULL, "[{'op':'replace','path':'label','value':[]}]",
     "invalidValue"},
    {STRICT_SHAPES, NULL, "[{'op':'add','path':'label','value':['a']}]",
     "invalidValue"},
    {STRICT_EMPTY, NULL, "[]", "invalidSyntax"},
    {STRICT_NAMES, NULL, "[{'op':'add','value':{'nope':1}}]", "invalidPath"},
    {STRICT_NAMES, NULL, "[{'op':'add','value':{'stamp':'s'}}]", "mutability"},
    {STRICT_NAMES, NULL, "[{'op':'add','value':{'origin.place':'p'}}]",
     "invalidPath"},
    {STRICT_NAMES, NULL, "[{'op':'add','value':{'depth':1}}]", "invalidPath"},
    {STRICT_NAMES, NULL, "[{'op':'add','path':'origin','value':{'nope':1}}]",
     "invalidValue"},
    {STRICT_NAMES, NULL, "[{'op':'add','path':'label ','value':'l'}]",
     "invalidPath"},
    {STRICT_REMOVALS, NULL, "[{'op':'remove','path':'tags','value':['a']}]",
     "invalidValue"},
    {STRICT_REMOVALS, NULL, "[{'op':'remove','path':'tags','value':''}]",
     "invalidValue"},
    {STRICT_SHAPES, NULL, "[{'op':'add','value':[{'label':'l'}]}]",
     "invalidValue"},
    {STRICT_VALUES, NULL, "[{'op':'add','path':'size','value':'7'}]",
     "invalidValue"},
    {STRICT_VALUES, NULL, "[{'op':'add','path':'seen','value':''}]",
     "invalidValue"},
};

static void ask(Model *model, size_t i) {
  Operation *operation = &model->operation;
  Arena *arena = &operation->arena;
  PatchOptions options = {NULL};
  if (cases[i].filter)
    filter_parse(operation, model->thing, NULL, quoted(arena, cases[i].filter));
  else
    patch_apply(operation, model->thing, json_of(model, "{'tags':['a','b']}"),
                patch_body(model, cases[i].operations), &options);
}

static void each_bit_is_one_leniency(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const char *sentence =
        cases[i].filter ? cases[i].filter : cases[i].operations;
    model.operation.strict = STRICT_ALL & ~cases[i].bit;
    ask(&model, i);
    expect_error(&model, sentence, "");
    model.operation.strict = cases[i].bit;
    ask(&model, i);
    expect_error(&model, sentence, cases[i].kind);
  }
  model_close(&model);
}

static void all_is_every_bit(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  expect_number("the preset rfc",
                STRICT_LITERALS | STRICT_BOOLEANS | STRICT_TARGETS |
                    STRICT_SCHEMAS | STRICT_SHAPES | STRICT_EMPTY |
                    STRICT_NAMES | STRICT_REMOVALS | STRICT_VALUES |
                    STRICT_TEXTS,
                STRICT_ALL);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_bit_is_one_leniency),
      cmocka_unit_test(all_is_every_bit),
  };
  return cmocka_run_group_tests_name("strict", tests, NULL, NULL);
}
