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
      {"case is part of a value", "{'tags':['a']}",
       "[{'op':'add','path':'tags','value':['A','a']}]", "{'tags':['a','A']}"},
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

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_value_is_one),
      cmocka_unit_test(elements_are_selected),
  };
  return cmocka_run_group_tests_name("patch list", tests, NULL, NULL);
}
