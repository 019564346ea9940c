#include "../../ext/model/flatten.h"

#include "model_test.h"

/* One line for each value: position, path, value. */
static Text describe(Model *model, const Leaf *leaf) {
  Arena *arena = &model->operation.arena;
  Buffer buffer = buffer_new(arena);
  for (; leaf; leaf = leaf->next) {
    Text value = text_of_json(model, leaf->value);
    buffer_add(&buffer,
               arena_format(arena, "%d %.*s %.*s\n", leaf->position,
                            TEXT_ARG(leaf->attribute->path), TEXT_ARG(value)));
    expect_bool("an element is given for lists only", leaf->element != NULL,
                leaf->position >= 0);
  }
  return buffer_text(&buffer);
}

static void a_document_is_a_list_of_values(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Json *doc = json_of(
      &model,
      "{'" ENTERPRISE "':{'manager':{'value':'m'},'department':'d'},"
      "'nope':1,'active':true,'emails':[{'type':'work','value':'w'},"
      "{'value':'h','primary':true}],'USERNAME':'a','schemas':['" CORE_USER
      "'],'name':{'givenName':'g','nope':2},'id':'i'}");
  expect_text("a user",
              describe(&model, flatten(&model.operation, model.user, doc)),
              "0 schemas \"" CORE_USER "\"\n"
              "-1 id \"i\"\n"
              "-1 userName \"a\"\n"
              "-1 name.givenName \"g\"\n"
              "-1 active true\n"
              "0 emails.value \"w\"\n"
              "0 emails.type \"work\"\n"
              "1 emails.value \"h\"\n"
              "1 emails.primary true\n"
              "-1 " ENTERPRISE ":department \"d\"\n"
              "-1 " ENTERPRISE ":manager.value \"m\"\n");
  doc = json_of(&model, "{'levels':[3,1],'tags':['a'],'weight':1.50}");
  expect_text("a thing",
              describe(&model, flatten(&model.operation, model.thing, doc)),
              "-1 weight 1.50\n0 tags \"a\"\n0 levels 3\n1 levels 1\n");
  expect_bool("nothing",
              flatten(&model.operation, model.user, json_of(&model, "{}")) ==
                  NULL,
              true);
  model_close(&model);
}

static void types_have_names(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  static const struct {
    const char *attribute, *want;
  } cases[] = {{"label", "string"},   {"ready", "boolean"},
               {"weight", "decimal"}, {"size", "integer"},
               {"seen", "dateTime"},  {"blob", "binary"},
               {"link", "reference"}, {"origin", "complex"}};
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].attribute,
                text_of(flatten_type_name(
                    attribute_of(model.thing, cases[i].attribute)->type)),
                cases[i].want);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_document_is_a_list_of_values),
      cmocka_unit_test(types_have_names),
  };
  return cmocka_run_group_tests_name("flatten", tests, NULL, NULL);
}
