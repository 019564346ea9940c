/* The form in which documents are stored. */
#include "../../ext/model/canonical.h"

#include "model_test.h"

/* Reads the body and makes it canonical. */
static Json *read_whole(Model *model, const ResourceType *type, Json *body) {
  Json *doc = resource_read(&model->operation, type, body);
  return resource_canonical(&model->operation, type, doc, TEXT("i"));
}

/* What is canonical stays as it is, and order does not count. */
static void the_canonical_form_is_one(void **state) {
  (void)state;
  static const char *const same[] = {
      "{'userName':'a','name':{'givenName':'g','familyName':'f'},'emails':"
      "[{'value':'e','type':'work'}],'" ENTERPRISE "':{'department':'d'}}",
      "{'" ENTERPRISE "':{'department':'d'},'emails':[{'type':'work','value':"
      "'e'}],'name':{'familyName':'f','givenName':'g'},'userName':'a'}",
      "{'username':'a','title':null,'emails':{'VALUE':'e','Type':'work'},"
      "'name':{'givenName':'g','familyName':'f','middleName':''},'" ENTERPRISE
      "':{'Department':'d'}}"};
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  Json *first = read_whole(&model, model.user, json_of(&model, same[0]));
  Text want = arena_copy(arena, json_text(arena, first));
  for (size_t i = 1; i < COUNT(same); i++)
    expect_text(same[i],
                json_text(arena, read_whole(&model, model.user,
                                            json_of(&model, same[i]))),
                want.data);
  expect_text("canonical twice",
              json_text(arena, read_whole(&model, model.user, first)),
              want.data);
  model_close(&model);
}

#define THING "'schemas':['urn:example:scim:2.0:Thing'],'id':'i'"
#define EXTRA "urn:example:scim:2.0:Extra"

/* A definition was replaced: the old document holds what the type does not know
** ("gone", a list in the place of a text). */
static void what_does_not_fit_is_not_lost(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *old, *content, *want;
  } cases[] = {
      {"what the type does not know stays", "{'gone':1,'label':'a'}",
       "{'label':'b'}", "{" THING ",'label':'b','gone':1}"},
      {"also within an extension", "{'" EXTRA "':{'gone':1,'color':'a'}}",
       "{'" EXTRA "':{'color':'b'}}",
       "{'schemas':['urn:example:scim:2.0:Thing','" EXTRA "'],'id':'i','" EXTRA
       "':{'color':'b','gone':1}}"},
      {"an extension that was taken away stays away",
       "{'" EXTRA "':{'gone':1,'color':'a'}}", "{}", "{" THING "}"},
      {"what the request took away stays away", "{'label':'a'}", "{}",
       "{" THING "}"},
      {"a value that is no longer kept stays while it is not changed",
       "{'secret':'s','label':'a'}", "{'secret':'s','label':'b'}",
       "{" THING ",'label':'b','secret':'s'}"},
      {"of a complex value too, which a PATCH has changed",
       "{'origin':{'place':'p','old':1}}", "{'origin':{'place':'q','old':1}}",
       "{" THING ",'origin':{'place':'q','old':1}}"},
      {"or a PUT, which knows nothing of it",
       "{'origin':{'place':'p','old':1}}", "{'origin':{'place':'q'}}",
       "{" THING ",'origin':{'place':'q','old':1}}"},
      {"and goes with it", "{'origin':{'place':'p','old':1}}", "{}",
       "{" THING "}"},
      {"and of the elements of a list",
       "{'parts':[{'value':'v','old':1},{'value':'w','old':2}]}",
       "{'parts':[{'value':'w'},{'value':'x'}]}",
       "{" THING ",'parts':[{'value':'w','old':2},{'value':'x'}]}"},
      {"of which a PATCH has changed one", "{'parts':[{'value':'v','old':1}]}",
       "{'parts':[{'value':'w','old':1}]}",
       "{" THING ",'parts':[{'value':'w','old':1}]}"},
      {"and goes when it is", "{'secret':'s'}", "{'secret':'t'}",
       "{" THING "}"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *content = json_of(&model, cases[i].content);
    Json *doc =
        resource_canonical(&model.operation, model.thing, content, TEXT("i"));
    resource_keep_unfit(&model.operation, model.thing, doc, content,
                        json_of(&model, cases[i].old));
    expect_json(&model, cases[i].sentence, doc, cases[i].want);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_canonical_form_is_one),
      cmocka_unit_test(what_does_not_fit_is_not_lost),
  };
  return cmocka_run_group_tests_name("canonical", tests, NULL, NULL);
}
