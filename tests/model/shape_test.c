/*
** shape_test.c: the form of a change. That scim_history says by it what a walk
** through the patches says is tests/store/shapes.sh.
*/
#include "model_test.h"

#include "../../ext/model/shape.h"

typedef struct ShapeCase {
  const char *sentence, *before, *after, *form;
} ShapeCase;

static const ShapeCase cases[] = {
    {"a create has its values", NULL, "{'userName':'ann','active':true}",
     "{\"userName\":0,\"active\":0}"},
    {"a delete as well", "{'userName':'ann'}", NULL, "{\"userName\":0}"},
    {"no change has none", NULL, NULL, ""},
    {"nor has one of nothing", "{}", "{}", ""},
    {"schemas and id are not told", "{'schemas':['a']}",
     "{'schemas':['b'],'id':'1'}", ""},
    {"but as parts of something they are", NULL, "{'manager':{'id':'1'}}",
     "{\"manager\":{\"id\":0}}"},
    {"a value that comes and one that goes", "{'title':null,'nickName':'A'}",
     "{'title':'x','nickName':null}", "{\"title\":0,\"nickName\":0}"},
    {"what before alone has comes last", "{'title':'x','active':false}",
     "{'active':true}", "{\"active\":0,\"title\":0}"},
    {"an object is not told, what is in it is", "{'name':{'givenName':'A'}}",
     "{'name':{'givenName':'B','familyName':'C'}}",
     "{\"name\":{\"givenName\":0,\"familyName\":0}}"},
    {"an array is one value", NULL, "{'emails':[{'value':'a'},{'value':'b'}]}",
     "{\"emails\":0}"},
    {"an object that goes has its values", "{'name':{'givenName':'A'}}",
     "{'name':null}", "{\"name\":{\"givenName\":0}}"},
    {"and one that comes where a value was", "{'name':'Ann'}",
     "{'name':{'givenName':'A'}}", "{\"name\":{\"givenName\":0}}"},
    {"an empty object is no value", NULL, "{'name':{},'active':true}",
     "{\"active\":0}"},
    {"nor are objects of empty ones", NULL, "{'name':{'a':{'b':{}}}}", ""},
    {"names are written as JSON has them", NULL, "{'a\\u0022b':1,'$.c':2}",
     "{\"a\\\"b\":0,\"$.c\":0}"},
    {"names that differ in case are two", "{'A':1}", "{'a':1}",
     "{\"a\":0,\"A\":0}"},
};

/* json_of, which takes no NULL. */
static Json *patch_of(Model *model, const char *text) {
  return text ? json_of(model, text) : NULL;
}

static void changes_have_forms(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const ShapeCase *one = &cases[i];
    expect_text(one->sentence,
                shape_form(&model.operation.arena,
                           patch_of(&model, one->before),
                           patch_of(&model, one->after)),
                one->form);
  }
  model_close(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(changes_have_forms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
