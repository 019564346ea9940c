/* Lists: which values are the same one, and what a value path selects. */
#include "patch_case.h"

/* Two values are one when value and type are; a type that is missing fits all
** (RFC 7643 section 2.4: of value and type there is one). */
static void the_same_value_is_one(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"the same value and type are merged",
       "{'parts':[{'value':'p','type':'t'}]}",
       "[{'op':'add','path':'parts','value':[{'value':'p','type':'t','size':"
       "1}]}]",
       "{'parts':[{'value':'p','type':'t','size':1}]}"},
      {"another type is another value", "{'parts':[{'value':'p','type':'t'}]}",
       "[{'op':'add','path':'parts','value':[{'value':'p','type':'u'}]}]",
       "{'parts':[{'value':'p','type':'t'},{'value':'p','type':'u'}]}"},
      {"no type fits all", "{'parts':[{'value':'p','type':'t'}]}",
       "[{'op':'add','path':'parts','value':[{'value':'p','size':2}]}]",
       "{'parts':[{'value':'p','type':'t','size':2}]}"},
      {"case does not count, where the schema does not say so",
       "{'tags':['a']}", "[{'op':'add','path':'tags','value':['A','a']}]",
       "{'tags':['a']}"},
      {"without a value all must be equal", "{'parts':[{'type':'t'}]}",
       "[{'op':'add','path':'parts','value':[{'type':'t'},{'type':'t','size':"
       "1}]}]",
       "{'parts':[{'type':'t'},{'type':'t','size':1}]}"},
      {"a listed value goes as often as it is there", "{'tags':['a','b','a']}",
       "[{'op':'remove','path':'tags','value':['a','c']}]", "{'tags':['b']}"},
      {"and under the name of its attribute", "{'tags':['a','b']}",
       "[{'op':'remove','path':'tags','value':{'tags':['b']}}]",
       "{'tags':['a']}"},
  };
  expect_patches("Thing", cases, COUNT(cases));
}

static void elements_are_selected(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"without a filter all elements are meant",
       "{'parts':[{'value':'p'},{'value':'q','size':1}]}",
       "[{'op':'replace','path':'parts.size','value':7}]",
       "{'parts':[{'value':'p','size':7},{'value':'q','size':7}]}"},
      {"an element that has lost its value goes",
       "{'parts':[{'value':'p','type':'t'},{'value':'q','type':'u'}]}",
       "[{'op':'remove','path':'parts[type eq `t`].value'}]",
       "{'parts':[{'value':'q','type':'u'}]}"},
      {"of a simple attribute an element is replaced", "{'tags':['a','b']}",
       "[{'op':'replace','path':'tags[value eq `a`]','value':'c'}]",
       "{'tags':['c','b']}"},
      {"what the filter asks for stays when an element is replaced",
       "{'parts':[{'value':'p','type':'t','size':1}]}",
       "[{'op':'replace','path':'parts[type eq `t`]','value':{'value':'q'}}]",
       "{'parts':[{'value':'q','type':'t'}]}"},
      {"what nothing matches is made of the filter's terms", "{}",
       "[{'op':'add','path':'parts[type eq `t` and size eq 3].value','value':"
       "'p'}]",
       "{'parts':[{'type':'t','size':3,'value':'p'}]}"},
      {"of which it must be all", "{}",
       "[{'op':'add','path':'parts[type eq `t` or size eq 3].value','value':"
       "'p'}]",
       "!noTarget"},
      {"to clear what nothing matches leaves nothing behind", "{}",
       "[{'op':'replace','path':'parts[type eq `t`].value','value':''}]", "{}"},
  };
  expect_patches("Thing", cases, COUNT(cases));
}

/* RFC 7643 section 2.4: no type and value twice, whichever way they come. */
static void elements_that_become_one_are_one(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"by their value",
       "{'parts':[{'value':'v','type':'t'},{'value':'w','type':'t'}]}",
       "[{'op':'replace','path':'parts[value eq `w`].value','value':'V'}]",
       "{'parts':[{'value':'V','type':'t'}]}"},
      {"by their type",
       "{'parts':[{'value':'v','type':'t'},{'value':'v','type':'u'}]}",
       "[{'op':'replace','path':'parts.type','value':'t'}]",
       "{'parts':[{'value':'v','type':'t'}]}"},
      {"by a whole value", "{'parts':[{'value':'v','type':'t'},{'value':'w'}]}",
       "[{'op':'replace','path':'parts[value eq `w`]','value':{'value':'w'}},"
       "{'op':'add','path':'parts[value eq `w`]','value':{'value':'v'}}]",
       "{'parts':[{'value':'v','type':'t'}]}"},
      {"one that is made", "{'parts':[{'value':'v'}]}",
       "[{'op':'add','path':'parts[type eq `t`].value','value':'v'}]",
       "{'parts':[{'value':'v','type':'t'}]}"},
      {"but not of two types", "{'parts':[{'value':'v','type':'t'}]}",
       "[{'op':'add','path':'parts[type eq `u`].value','value':'v'}]",
       "{'parts':[{'value':'v','type':'t'},{'value':'v','type':'u'}]}"},
  };
  expect_patches("Thing", cases, COUNT(cases));
}

/* A document given to scim_patch may have any shape. What a step is about is
** given its own; what it is not about stays. Stored ones are canonical, so the
** documents are compared as they are. */
static void other_shapes_give_way(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"an element that is no object", "{'parts':['x']}",
       "[{'op':'add','path':'parts.type','value':'t'}]",
       "{'parts':[{'type':'t'}]}"},
      {"of which one is selected", "{'parts':['x',[1],{'type':'t'}]}",
       "[{'op':'replace','path':'parts[not (type pr)].value','value':'v'}]",
       "{'parts':[{'value':'v'},{'type':'t'}]}"},
      {"a whole one is replaced", "{'parts':['x']}",
       "[{'op':'replace','path':'parts[not (type pr)]','value':{'value':"
       "'v'}}]",
       "{'parts':[{'value':'v'}]}"},
      {"an object that is no list is one of one", "{'parts':{'value':'x'}}",
       "[{'op':'replace','path':'parts.type','value':'t'}]",
       "{'parts':[{'value':'x','type':'t'}]}"},
      {"whose element can be removed", "{'parts':{'value':'x'}}",
       "[{'op':'remove','path':'parts','value':[{'value':'x'}]}]", "{}"},
      {"and stays if it is another", "{'parts':{'value':'x'}}",
       "[{'op':'remove','path':'parts','value':[{'value':'y'}]}]",
       "{'parts':[{'value':'x'}]}"},
      {"a list of one is its element", "{'origin':[{'place':'p'}]}",
       "[{'op':'add','path':'origin.note','value':'c'}]",
       "{'origin':{'place':'p','note':'c'}}"},
      {"a text that is no object", "{'origin':'x'}",
       "[{'op':'add','path':'origin.place','value':'p'}]",
       "{'origin':{'place':'p'}}"},
      {"has nothing to remove", "{'origin':'x'}",
       "[{'op':'remove','path':'origin.place'}]", "{'origin':'x'}"},
  };
  Model model;
  MODEL_OPEN(&model);
  PatchOptions options = {NULL};
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *doc = json_of(&model, cases[i].before);
    patch_apply(&model.operation, model.thing, doc,
                patch_body(&model, cases[i].operations), &options);
    expect_error(&model, cases[i].sentence, "");
    expect_json(&model, cases[i].sentence, doc, cases[i].after);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_value_is_one),
      cmocka_unit_test(elements_are_selected),
      cmocka_unit_test(elements_that_become_one_are_one),
      cmocka_unit_test(other_shapes_give_way),
  };
  return cmocka_run_group_tests_name("patch list", tests, NULL, NULL);
}
