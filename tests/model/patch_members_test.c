/* patch.h again: the members of a group, as part of the document, and as an
** edit of rows that are elsewhere. */
#include "patch_case.h"

#define TWO "{'displayName':'g','members':[{'value':'u1'},{'value':'u2'}]}"
#define NONE "{'displayName':'g'}"

/* Each with the members afterwards, and the edit that says the same. */
static const struct {
  PatchCase patch;
  const char *edit; /* "replace" or "edit", and its entries; or "whole" */
} cases[] = {
    {{"members are added", TWO,
      "[{'op':'Add','path':'members','value':[{'$ref':null,'value':'u3'},"
      "{'$ref':null,'value':'u1'}]}]",
      "{'displayName':'g','members':[{'value':'u1'},{'value':'u2'},{'value':"
      "'u3'}]}"},
     "edit [{'value':'u3'},{'value':'u1'}]"},
    {{"a member is added with a display name", NONE,
      "[{'op':'add','path':'members','value':[{'value':'u2','display':"
      "'u2@x.no'}]}]",
      "{'displayName':'g','members':[{'value':'u2','display':'u2@x.no'}]}"},
     "edit [{'value':'u2','display':'u2@x.no'}]"},
    {{"a member is added twice", NONE,
      "[{'op':'add','path':'members','value':[{'value':'u1'},{'value':"
      "'u1'}]}]",
      "{'displayName':'g','members':[{'value':'u1'}]}"},
     "edit [{'value':'u1'},{'value':'u1'}]"},
    {{"a member is added as an object", NONE,
      "[{'op':'add','path':'members','value':{'value':'u1'}}]",
      "{'displayName':'g','members':[{'value':'u1'}]}"},
     "edit [{'value':'u1'}]"},
    {{"a member without path", NONE,
      "[{'op':'add','value':{'members':[{'value':'u1','display':null}]}}]",
      "{'displayName':'g','members':[{'value':'u1'}]}"},
     "edit [{'value':'u1'}]"},
    {{"listed members are removed", TWO,
      "[{'op':'Remove','path':'members','value':[{'$ref':null,'value':"
      "'u1'}]}]",
      "{'displayName':'g','members':[{'value':'u2'}]}"},
     "edit [{'value':'u1','drop':1}]"},
    {{"a member that is not there is removed", TWO,
      "[{'op':'remove','path':'members','value':[{'value':'u9'}]}]", TWO},
     "edit [{'value':'u9','drop':1}]"},
    {{"a listed object is removed", TWO,
      "[{'op':'remove','path':'members','value':{'value':'u1'}}]",
      "{'displayName':'g','members':[{'value':'u2'}]}"},
     "edit [{'value':'u1','drop':1}]"},
    {{"the list within an object", TWO,
      "[{'op':'remove','path':'members','value':{'members':[{'value':"
      "'u1'}]}}]",
      "{'displayName':'g','members':[{'value':'u2'}]}"},
     "edit [{'value':'u1','drop':1}]"},
    {{"a member is removed by a filter", TWO,
      "[{'op':'remove','path':'members[value eq `u1`]'}]",
      "{'displayName':'g','members':[{'value':'u2'}]}"},
     "edit [{'value':'u1','drop':1}]"},
    {{"two members are removed by a filter", TWO,
      "[{'op':'remove','path':'members[value eq `u1` or value eq `u2`]'}]",
      NONE},
     "edit [{'value':'u1','drop':1},{'value':'u2','drop':1}]"},
    {{"a list of nobody is refused", TWO,
      "[{'op':'remove','path':'members','value':[]}]", "!invalidValue"},
     "!invalidValue"},
    {{"and an object of nothing", TWO,
      "[{'op':'remove','path':'members','value':{'members':[]}}]",
      "!invalidValue"},
     "!invalidValue"},
    {{"an empty text is no value", TWO,
      "[{'op':'remove','path':'members','value':''}]", NONE},
     "replace []"},
    {{"the values of members are immutable", TWO,
      "[{'op':'remove','path':'members.value'}]", "!mutability"},
     "whole"},
    {{"by a filter, too", TWO,
      "[{'op':'remove','path':'members[value eq `u1`].value'}]", "!mutability"},
     "whole"},
    {{"another member in the place of one", TWO,
      "[{'op':'replace','path':'members[value eq `u1`]','value':{'value':"
      "'u3'}}]",
      "!mutability"},
     "whole"},
    {{"all members are removed", TWO, "[{'op':'remove','path':'members'}]",
      NONE},
     "replace []"},
    {{"all members are removed by null", TWO,
      "[{'op':'remove','path':'members','value':null}]", NONE},
     "replace []"},
    {{"members are replaced", TWO,
      "[{'op':'replace','path':'members','value':[{'value':'u2'},{'value':"
      "'u3'}]}]",
      "{'displayName':'g','members':[{'value':'u2'},{'value':'u3'}]}"},
     "replace [{'value':'u2'},{'value':'u3'}]"},
    {{"by a list that has one twice, with the first type and the last name",
      NONE,
      "[{'op':'replace','path':'members','value':[{'value':'u1','type':'User',"
      "'display':'a'},{'value':'u1','type':'Group','display':'b'}]}]",
      "{'displayName':'g','members':[{'value':'u1','type':'User','display':"
      "'b'}]}"},
     "replace [{'value':'u1','type':'User','display':'a'},{'value':'u1',"
     "'type':'Group','display':'b'}]"},
    {{"one is added with another type",
      "{'displayName':'g','members':[{'value':'u1','type':'User'}]}",
      "[{'op':'add','path':'members','value':[{'value':'u1','type':'Group'}]}]",
      "{'displayName':'g','members':[{'value':'u1','type':'User'}]}"},
     "edit [{'value':'u1','type':'Group'}]"},
    {{"and is removed, whatever the type that is sent",
      "{'displayName':'g','members':[{'value':'u1','type':'User'}]}",
      "[{'op':'remove','path':'members','value':[{'value':'u1','type':"
      "'Group'}]}]",
      NONE},
     "edit [{'value':'u1','drop':1}]"},
    {{"members are replaced by nobody", TWO,
      "[{'op':'replace','path':'members','value':[]}]", NONE},
     "replace []"},
    {{"members are replaced without path", TWO,
      "[{'op':'replace','value':{'members':[],'id':'g','displayName':'n'}}]",
      "{'displayName':'n'}"},
     "replace []"},
    {{"members are replaced, then one is added", TWO,
      "[{'op':'replace','path':'members','value':[{'value':'u3'}]},{'op':"
      "'add','path':'members','value':[{'value':'u4'}]}]",
      "{'displayName':'g','members':[{'value':'u3'},{'value':'u4'}]}"},
     "replace [{'value':'u3'},{'value':'u4'}]"},
    {{"one is removed, another added", TWO,
      "[{'op':'remove','path':'members[value eq `u1`]'},{'op':'add','path':"
      "'members','value':[{'value':'u3','display':'x'}]}]",
      "{'displayName':'g','members':[{'value':'u2'},{'value':'u3','display':"
      "'x'}]}"},
     "edit [{'value':'u1','drop':1},{'value':'u3','display':'x'}]"},
    {{"one is added, then removed", NONE,
      "[{'op':'add','path':'members','value':[{'value':'u1'}]},{'op':"
      "'remove','path':'members','value':[{'value':'u1'}]}]",
      NONE},
     "edit [{'value':'u1'},{'value':'u1','drop':1}]"},
    {{"a rename leaves members alone", TWO,
      "[{'op':'replace','value':{'id':'g','displayName':'n'}}]",
      "{'displayName':'n','members':[{'value':'u1'},{'value':'u2'}]}"},
     "untouched"},
    {{"another filter needs the members", TWO,
      "[{'op':'remove','path':'members[value sw `u`]'}]", NONE},
     "whole"},
    {{"a sub-attribute needs the members", TWO,
      "[{'op':'replace','path':'members[value eq `u1`].display','value':"
      "'x'}]",
      "{'displayName':'g','members':[{'value':'u1','display':'x'},{'value':"
      "'u2'}]}"},
     "whole"},
    {{"a bare text is an id", TWO,
      "[{'op':'add','path':'members','value':['u3']}]",
      "{'displayName':'g','members':[{'value':'u1'},{'value':'u2'},{'value':'"
      "u3'}]}"},
     "edit [{'value':'u3'}]"},
    {{"also to remove", TWO,
      "[{'op':'remove','path':'members','value':['u2']}]",
      "{'displayName':'g','members':[{'value':'u1'}]}"},
     "edit [{'value':'u2','drop':1}]"},
    {{"but no number", TWO,
      "[{'op':'add','path':'members','value':[{'value':3}]}]", "!invalidValue"},
     "!invalidValue"},
    {{"a member by $ref", TWO,
      "[{'op':'add','path':'members','value':[{'$ref':"
      "'https://x.test/scim/v2/Users/u3'}]}]",
      "{'displayName':'g','members':[{'value':'u1'},{'value':'u2'},{'$ref':"
      "'https://x.test/scim/v2/Users/u3','value':'u3','type':'User'}]}"},
     "edit [{'value':'u3','type':'User'}]"},
    {{"a group by a relative $ref", TWO,
      "[{'op':'replace','value':{'members':[{'$ref':'../Groups/g2','value':"
      "null}]}}]",
      "{'displayName':'g','members':[{'$ref':'../Groups/g2','value':'g2',"
      "'type':'Group'}]}"},
     "replace [{'value':'g2','type':'Group'}]"},
    {{"members removed by $ref", TWO,
      "[{'op':'remove','path':'members','value':[{'$ref':'/Users/u1'}]}]",
      "{'displayName':'g','members':[{'value':'u2'}]}"},
     "edit [{'value':'u1','drop':1}]"},
    {{"value comes before $ref", NONE,
      "[{'op':'add','path':'members','value':[{'value':'u1','$ref':'?'}]}]",
      "{'displayName':'g','members':[{'value':'u1','$ref':'?'}]}"},
     "edit [{'value':'u1'}]"},
    {{"a $ref that names nothing here", TWO,
      "[{'op':'replace','path':'members','value':[{'$ref':"
      "'https://x.test/people/u1'}]}]",
      "!invalidValue"},
     "!invalidValue"},
    {{"a member without a value", TWO,
      "[{'op':'replace','path':'members','value':[{'display':'Ann'}]}]",
      "!invalidValue"},
     "!invalidValue"},
    {{"one of two without a value", TWO,
      "[{'op':'add','path':'members','value':[{'value':'u3'},{'value':''}]}]",
      "!invalidValue"},
     "!invalidValue"},
    {{"no member", TWO, "[{'op':'replace','path':'members','value':[{}]}]",
      "!invalidValue"},
     "!invalidValue"},
    {{"null for a member", TWO, "[{'op':'replace','value':{'members':[null]}}]",
      "!invalidValue"},
     "!invalidValue"},
    {{"an object for members", TWO,
      "[{'op':'replace','path':'members','value':{}}]", "!invalidValue"},
     "!invalidValue"},
    {{"a member to remove without a value", TWO,
      "[{'op':'remove','path':'members','value':[{'display':'Ann'}]}]",
      "!invalidValue"},
     "!invalidValue"},
    {{"the $ref of a member is its value", TWO,
      "[{'op':'replace','path':'members[value eq `u1`].$ref','value':"
      "'/Users/u3'}]",
      "!mutability"},
     "whole"},
    {{"a member that is made needs a value, too", NONE,
      "[{'op':'add','path':'members[type eq `User`]','value':{'$ref':"
      "'Users/u3'}}]",
      "{'displayName':'g','members':[{'type':'User','$ref':'Users/u3','value':"
      "'u3'}]}"},
     "whole"},
    {{"what is said about a member makes none", NONE,
      "[{'op':'add','path':'members[$ref eq `../Users/u3`].display','value':"
      "'d'}]",
      "!noTarget"},
     "whole"},
    {{"a group has a name", TWO, "[{'op':'remove','path':'displayName'}]",
      "!mutability"},
     "!mutability"},
};

static void members_within_the_document(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_patch(&model, model.group, &cases[i].patch);
  model_close(&model);
}

static void members_as_an_edit(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    MemberEdit edit = {.used = false};
    PatchOptions options = {.edit = &edit};
    patch_apply(&model.operation, model.group, json_of(&model, NONE),
                patch_body(&model, cases[i].patch.operations), &options);
    expect_text(cases[i].patch.sentence, describe(&model, &edit),
                quoted(&model.operation.arena, cases[i].edit).data);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(members_within_the_document),
      cmocka_unit_test(members_as_an_edit),
  };
  return cmocka_run_group_tests_name("patch members", tests, NULL, NULL);
}
