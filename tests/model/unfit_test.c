/* What a stored document holds that its type does not have, in its text and
** taken out of its tree. */
#include "../../ext/model/unfit.h"

#include "model_test.h"

#define THING "urn:example:scim:2.0:Thing"
#define EXTRA "urn:example:scim:2.0:Extra"
#define GROUP "urn:ietf:params:scim:schemas:core:2.0:Group"

/* `want` is what is shown, or NULL: the document as it is. */
static void what_is_unknown_is_seen_and_dropped(void **state) {
  (void)state;
  static const struct {
    const char *type, *doc, *want;
  } cases[] = {
      {"Thing", "{'schemas':['" THING "'],'id':'i','label':'l'}", NULL},
      {"Thing", "{'id':'i','label':'l','SIZE':1,'code':'c'}", NULL},
      {"Thing",
       "{'schemas':['" THING "','" EXTRA "'],'parts':[{'value':'v','type':'t'}"
       ",{'value':'w'}],'origin':{'place':'p'},'" EXTRA
       "':{'color':'c','plan':{'value':'v','$ref':'Things/v'}}}",
       NULL},
      {"Thing", "{}", NULL},
      {"Thing", "{'label':'l','old':1}", "{'label':'l'}"},
      {"Thing", "{'old':{'label':1},'label':'l'}", "{'label':'l'}"},
      {"Thing", "{'origin':{'place':'p','old':1}}", "{'origin':{'place':'p'}}"},
      {"Thing", "{'label':'l','origin':{'old':1}}", "{'label':'l'}"},
      {"Thing", "{'parts':[{'old':1},{'value':'v','old':2}]}",
       "{'parts':[{'value':'v'}]}"},
      {"Thing", "{'parts':[{'old':1}]}", "{}"},
      {"Thing", "{'" EXTRA "':{'color':'c','old':1}}",
       "{'" EXTRA "':{'color':'c'}}"},
      {"Thing", "{'" EXTRA "':{'plan':{'value':'v','old':1},'color':'c'}}",
       "{'" EXTRA "':{'plan':{'value':'v'},'color':'c'}}"},
      {"Thing", "{'schemas':['" THING "','" EXTRA "'],'" EXTRA "':{'old':1}}",
       "{'schemas':['" THING "']}"},
      {"Thing",
       "{'schemas':['" THING "','urn:gone'],'label':'l','urn:gone':{'a':1}}",
       "{'schemas':['" THING "'],'label':'l'}"},
      {"Thing", "{'label':{'a':1},'old':1}", "{'label':{'a':1}}"},
      {"Group", "{'schemas':['" GROUP "'],'displayName':'g'}", NULL},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const ResourceType *type = type_named(&model, cases[i].type);
    Json *doc = json_of(&model, cases[i].doc);
    Text text = json_text(&model.operation.arena, doc);
    bool unfit = false;
    expect_bool(cases[i].doc,
                unfit_look(model.operation.schemas, type, text, &unfit), true);
    expect_bool(cases[i].doc, unfit, cases[i].want != NULL);
    unfit_drop(type, doc);
    expect_json(&model, cases[i].doc, doc,
                cases[i].want ? cases[i].want : cases[i].doc);
  }
  model_close(&model);
}

/* What is computed is not shown as it is stored either; and what is no object
** is none. */
static void what_is_computed_is_seen(void **state) {
  (void)state;
  static const struct {
    const char *type, *doc;
    bool object, unfit;
  } cases[] = {
      {"Thing", "{\"meta\":1}", true, true},
      {"Thing", "{\"label\":1, \"META\" :{}}", true, true},
      {"Group", "{\"members\":[{}]}", true, true},
      {"User", "{\"groups\":[]}", true, true},
      {"Thing", "{\"label\":\"meta\"}", true, false},
      {"Thing", "{\"\\u006cabel\":1}", true, true},
      {"Thing", "{\"label\":{\"a\":1}}", true, true},
      {"Thing", "{\"old\":1", false, false},
      {"Thing", "[]", false, false},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    bool unfit;
    bool object =
        unfit_look(model.operation.schemas, type_named(&model, cases[i].type),
                   text_of(cases[i].doc), &unfit);
    expect_bool(cases[i].doc, object, cases[i].object);
    expect_bool(cases[i].doc, unfit, cases[i].unfit);
  }
  model_close(&model);
}

/* What has become writeOnly goes, and what is empty or there twice by that. */
static void what_is_write_only_is_forgotten(void **state) {
  (void)state;
  static const struct {
    const char *doc, *want;
  } cases[] = {
      {"{'label':'l','parts':[{'value':'v'},{'value':'v'}]}", NULL},
      {"{'origin':{'place':'p','note':'n'}}", "{'origin':{'place':'p'}}"},
      {"{'label':'l','origin':{'NOTE':'n'}}", "{'label':'l'}"},
      {"{'origin':'n','parts':'n'}", NULL},
      {"{'parts':[{'value':'v','size':1},{'value':'v','size':2},{'size':1}]}",
       "{'parts':[{'value':'v'}]}"},
      {"{'parts':[{'size':1},'x',['y'],'x']}", "{'parts':['x',['y']]}"},
      {"{'parts':[{'size':1}]}", "{}"},
      {"{'parts':{'value':'v','size':1}}", "{'parts':{'value':'v'}}"},
      {"{'schemas':['" THING "','urn:gone','" EXTRA "'],'" EXTRA
       "':{'plan':{'value':'v'}},'urn:gone':{}}",
       "{'schemas':['" THING "','urn:gone'],'urn:gone':{}}"},
      {"{'schemas':['" EXTRA "'],'" EXTRA
       "':{'color':'c','plan':{'value':'v'}}}",
       "{'schemas':['" EXTRA "'],'" EXTRA "':{'color':'c'}}"},
      {"{'parts':['s',{'value':'v'},'{\\'size\\':1}',"
       "{'value':'[{\\'size\\':1}]','$ref':'r','type':'t'}]}",
       "{'parts':['s',{'value':'v'},{'type':'t'}]}"},
      {"{'" EXTRA "':{'plan':'s'}}", "{}"},
      {"{'" EXTRA "':1}", NULL},
      {"{'label':'l','SECRET':['s']}", "{'label':'l'}"},
      {"{'" EXTRA "':{'depth':1}}", "{}"},
      {"{'" EXTRA "':{'depth':1,'color':'c'}}", "{'" EXTRA "':{'color':'c'}}"},
  };
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  ResourceType *type = type_named(&model, "Thing");
  Json *doc = json_of(&model, cases[1].doc);
  expect_bool("what is readWrite stays", unfit_forget(arena, type, doc), false);
  forbid(type, "parts.size");
  forbid(type, "origin.note");
  forbid(type, EXTRA ":plan.value");
  forbid(type, EXTRA ":depth");
  for (size_t i = 0; i < COUNT(cases); i++) {
    doc = json_of(&model, cases[i].doc);
    expect_bool(cases[i].doc, unfit_forget(arena, type, doc),
                cases[i].want != NULL);
    expect_json(&model, cases[i].doc, doc,
                cases[i].want ? cases[i].want : cases[i].doc);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_unknown_is_seen_and_dropped),
      cmocka_unit_test(what_is_computed_is_seen),
      cmocka_unit_test(what_is_write_only_is_forgotten),
  };
  return cmocka_run_group_tests_name("unfit", tests, NULL, NULL);
}
