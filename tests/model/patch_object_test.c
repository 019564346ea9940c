/* patch_object.c: what a PATCH does to sub-attributes. */
#include "crate.h"

#define NAME "{'name':{'givenName':'g','familyName':'f'}}"
#define EMAIL "{'emails':[{'value':'e','type':'work'}]}"

/* M11, O2, O4: RFC 7644 sections 3.5.2.1 and 3.5.2.3; RFC 7643 section 2.5,
** which calls null and the empty array unassigned, but not the empty object. */
static void an_empty_object_changes_nothing(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"add of {}", NAME, "[{'op':'add','path':'name','value':{}}]", NAME},
      {"replace by {}", NAME, "[{'op':'replace','path':'name','value':{}}]",
       NAME},
      {"{} by the URN of the schema", NAME,
       "[{'op':'replace','path':'" CORE_USER ":name','value':{}}]", NAME},
      {"{} without a path", NAME, "[{'op':'replace','value':{'name':{}}}]",
       NAME},
      {"unknown names only", NAME,
       "[{'op':'replace','path':'name','value':{'nope':1}}]", NAME},
      {"{} in an extension", "{'" ENTERPRISE "':{'manager':{'value':'m'}}}",
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{}},{'op':"
       "'add','value':{'" ENTERPRISE "':{'manager':{}}}},{'op':'replace',"
       "'value':{'" ENTERPRISE ":manager':{}}},{'op':'replace','path':"
       "'" ENTERPRISE "','value':{}}]",
       "{'" ENTERPRISE "':{'manager':{'value':'m'}}}"},
      {"{} where there is nothing", "{'title':'t'}",
       "[{'op':'replace','path':'name','value':{}}]", "{'title':'t'}"},
      {"{} for an element", EMAIL,
       "[{'op':'replace','path':'emails[type eq `work`]','value':{}}]", EMAIL},
      {"{} added to an element", EMAIL,
       "[{'op':'add','path':'emails[type eq `work`]','value':{}}]", EMAIL},
      {"null added to a part of an element", EMAIL,
       "[{'op':'add','path':'emails[type eq `work`]','value':{'display':"
       "null}}]",
       EMAIL},
      {"{} added to a list", EMAIL,
       "[{'op':'add','path':'emails','value':[{}]}]", EMAIL},
      {"a list replaced by {}", EMAIL,
       "[{'op':'replace','path':'emails','value':{}}]", "!invalidValue"},
      {"a list replaced by [{}]", EMAIL,
       "[{'op':'replace','value':{'emails':[{}]}}]", "!invalidValue"},
      {"a list replaced by unknown names", EMAIL,
       "[{'op':'replace','path':'emails','value':[{'nope':'x'}]}]",
       "!invalidValue"},
      {"{} is no text", "{'title':'t'}",
       "[{'op':'replace','path':'title','value':{}}]", "!invalidValue"},
      {"{} is no text of an element", EMAIL,
       "[{'op':'replace','path':'emails[type eq `work`].value','value':{}}]",
       "!invalidValue"},
      {"{} is no boolean", "{'active':true}",
       "[{'op':'replace','value':{'active':{}}}]", "!invalidValue"},
  };
  Model model;
  MODEL_OPEN(&model);
  expect_ever(&model, model.user, cases, COUNT(cases));
  model_close(&model);
}

/* The dialects in which {} may be wrapped, and what still takes away. */
static void wrapped_objects_are_merged(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"[{}]", NAME, "[{'op':'replace','path':'name','value':[{}]}]", NAME},
      {"{} within a text", NAME,
       "[{'op':'replace','path':'name','value':'{}'}]", NAME},
      {"null in a list of one", NAME,
       "[{'op':'replace','path':'name','value':[{'familyName':null}]}]",
       "{'name':{'givenName':'g'}}"},
      {"null in JSON within a text", NAME,
       "[{'op':'replace','path':'name','value':'{`familyName`:null}'}]",
       "{'name':{'givenName':'g'}}"},
      {"an element in a list of one", EMAIL,
       "[{'op':'replace','path':'emails[type eq `work`]','value':[{'value':"
       "'z'}]}]",
       "{'emails':[{'value':'z','type':'work'}]}"},
      {"all parts are null", NAME,
       "[{'op':'replace','path':'name','value':{'givenName':null,"
       "'familyName':''}}]",
       "{}"},
      {"a list of nothing", EMAIL,
       "[{'op':'replace','path':'emails','value':[null,'']}]", "{}"},
      {"a list of empty values", EMAIL,
       "[{'op':'replace','path':'emails','value':[{'value':''}]}]", "{}"},
      {"a list of one that has a type and no value", EMAIL,
       "[{'op':'replace','path':'emails','value':[{'type':'work','value':''},"
       "{'type':'home','value':null,'primary':true}]}]",
       "{}"},
      {"the same to add", EMAIL,
       "[{'op':'add','path':'emails','value':[{'type':'home','value':''}]}]",
       EMAIL},
      {"an element that has a type and no value", EMAIL,
       "[{'op':'replace','path':'emails[type eq "
       "`work`]','value':{'type':'work',"
       "'value':''}}]",
       "{}"},
      {"an element without a value of which all other parts are",
       "{'addresses':[{'type':'work','locality':'L'}]}",
       "[{'op':'replace','path':'addresses','value':[{'type':'work',"
       "'locality':'','streetAddress':null}]}]",
       "{}"},
      {"an element of which another part is cleared", EMAIL,
       "[{'op':'add','path':'emails[type eq `work`]','value':{'primary':true,"
       "'display':''}}]",
       "{'emails':[{'value':'e','type':'work','primary':true}]}"},
      {"an element of empty values", EMAIL,
       "[{'op':'replace','path':'emails[type eq `work`]','value':{'value':"
       "''}}]",
       "{}"},
  };
  expect_patches("User", cases, COUNT(cases));
}

#define BOX "{'box':{'label':'l','words':['a','b']}}"
#define COVER "{'" LID "':{'cover':{'words':['a']}}}"

/* O3: RFC 7644 section 3.5.2.1: a new value is added to a multi-valued
** attribute; a sub-attribute that is a list is no exception. */
static void add_appends_to_lists_within(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"by a path", BOX, "[{'op':'add','path':'box.words','value':['c']}]",
       "{'box':{'label':'l','words':['a','b','c']}}"},
      {"by the URN of the schema", BOX,
       "[{'op':'add','path':'urn:example:scim:2.0:Crate:box.words','value':"
       "['c']}]",
       "{'box':{'label':'l','words':['a','b','c']}}"},
      {"one value without a list", BOX,
       "[{'op':'add','path':'box.words','value':'c'}]",
       "{'box':{'label':'l','words':['a','b','c']}}"},
      {"what is there is not added again", BOX,
       "[{'op':'add','path':'box.words','value':['b','a','c','c']}]",
       "{'box':{'label':'l','words':['a','b','c']}}"},
      {"through the parent", BOX,
       "[{'op':'add','path':'box','value':{'words':['c'],'label':'m'}}]",
       "{'box':{'label':'m','words':['a','b','c']}}"},
      {"without a path", BOX, "[{'op':'add','value':{'box':{'words':['c']}}}]",
       "{'box':{'label':'l','words':['a','b','c']}}"},
      {"by a dotted name", BOX, "[{'op':'add','value':{'box.words':['c']}}]",
       "{'box':{'label':'l','words':['a','b','c']}}"},
      {"to no list", "{'box':{'label':'l'}}",
       "[{'op':'add','path':'box.words','value':['a']}]",
       "{'box':{'label':'l','words':['a']}}"},
      {"to nothing", "{}", "[{'op':'add','path':'box.sizes','value':[1,2]}]",
       "{'box':{'sizes':[1,2]}}"},
      {"nothing", BOX, "[{'op':'add','path':'box.words','value':[]}]", BOX},
      {"null", BOX, "[{'op':'add','path':'box.words','value':null}]", BOX},
      {"null through the parent", BOX,
       "[{'op':'add','path':'box','value':{'words':null}}]", BOX},
      {"in an extension", COVER,
       "[{'op':'add','path':'" LID ":cover.words','value':['b']}]",
       "{'" LID "':{'cover':{'words':['a','b']}}}"},
      {"through the extension", COVER,
       "[{'op':'add','path':'" LID "','value':{'cover':{'words':['b']}}}]",
       "{'" LID "':{'cover':{'words':['a','b']}}}"},
      {"through the extension, without a path", COVER,
       "[{'op':'add','value':{'" LID "':{'cover':{'words':['b']}}}}]",
       "{'" LID "':{'cover':{'words':['a','b']}}}"},
      {"by a URN as a name", COVER,
       "[{'op':'add','value':{'" LID ":cover.words':['b']}}]",
       "{'" LID "':{'cover':{'words':['a','b']}}}"},
      {"of selected elements",
       "{'parts':[{'value':'p','words':['a']},{'value':'q'}]}",
       "[{'op':'add','path':'parts[value eq `p`].words','value':['b']}]",
       "{'parts':[{'value':'p','words':['a','b']},{'value':'q'}]}"},
      {"of all elements",
       "{'parts':[{'value':'p','words':['a']},{'value':"
       "'q'}]}",
       "[{'op':'add','path':'parts.words','value':['b']}]",
       "{'parts':[{'value':'p','words':['a','b']},{'value':'q','words':["
       "'b']}]}"},
      {"through an element", "{'parts':[{'value':'p','words':['a']}]}",
       "[{'op':'add','path':'parts[value eq `p`]','value':{'words':['b']}}]",
       "{'parts':[{'value':'p','words':['a','b']}]}"},
      {"through an element that is there already",
       "{'parts':[{'value':'p','words':['a']}]}",
       "[{'op':'add','path':'parts','value':[{'value':'p','words':['b']}]}]",
       "{'parts':[{'value':'p','words':['a','b']}]}"},
      {"an immutable list is given once", "{}",
       "[{'op':'add','path':'box.marks','value':['a']},{'op':'add','path':"
       "'box','value':{'marks':['a']}}]",
       "{'box':{'marks':['a']}}"},
      {"and not added to", "{'box':{'marks':['a']}}",
       "[{'op':'add','path':'box.marks','value':['b']}]", "!mutability"},
      {"through the parent neither", "{'box':{'marks':['a']}}",
       "[{'op':'add','path':'box','value':{'marks':['b']}}]", "!mutability"},
      {"values are checked", "{'box':{'sizes':[1]}}",
       "[{'op':'add','path':'box.sizes','value':['x']}]", "!invalidValue"},
  };
  expect_crates(cases, COUNT(cases));
}

static void replace_and_remove_lists_within(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"replace by a path", BOX,
       "[{'op':'replace','path':'box.words','value':['c']}]",
       "{'box':{'label':'l','words':['c']}}"},
      {"replace through the parent", BOX,
       "[{'op':'replace','path':'box','value':{'words':['c']}}]",
       "{'box':{'label':'l','words':['c']}}"},
      {"replace by null", BOX,
       "[{'op':'replace','value':{'box':{'words':null}}}]",
       "{'box':{'label':'l'}}"},
      {"remove takes the listed", BOX,
       "[{'op':'remove','path':'box.words','value':['b']}]",
       "{'box':{'label':'l','words':['a']}}"},
      {"remove of one value", BOX,
       "[{'op':'remove','path':'box.words','value':'b'}]",
       "{'box':{'label':'l','words':['a']}}"},
      {"the list within an object", BOX,
       "[{'op':'remove','path':'box.words','value':{'words':['b']}}]",
       "{'box':{'label':'l','words':['a']}}"},
      {"remove of what is not there", BOX,
       "[{'op':'remove','path':'box.words','value':['z']}]", BOX},
      {"remove of all that is there", BOX,
       "[{'op':'remove','path':'box.words','value':['b','a']}]",
       "{'box':{'label':'l'}}"},
      {"remove of the list", BOX, "[{'op':'remove','path':'box.words'}]",
       "{'box':{'label':'l'}}"},
      {"remove of the last there is", "{'box':{'words':['a']}}",
       "[{'op':'remove','path':'box.words','value':['a']}]", "{}"},
      {"remove where there is nothing", "{'box':{'label':'l'}}",
       "[{'op':'remove','path':'box.words','value':['a']},{'op':'remove',"
       "'path':'" LID ":cover.words','value':['a']}]",
       "{'box':{'label':'l'}}"},
      {"remove in an extension", COVER,
       "[{'op':'remove','path':'" LID ":cover.words','value':['z']}]", COVER},
      {"remove of selected elements' values",
       "{'parts':[{'value':'p','words':['a','b']},{'value':'q','words':["
       "'a']}]}",
       "[{'op':'remove','path':'parts[value eq `p`].words','value':['a']}]",
       "{'parts':[{'value':'p','words':['b']},{'value':'q','words':['a']}]}"},
      {"an immutable list loses nothing", "{'box':{'marks':['a','b']}}",
       "[{'op':'remove','path':'box.marks','value':['a']}]", "!mutability"},
      {"unless it is not there", "{'box':{'marks':['a','b']}}",
       "[{'op':'remove','path':'box.marks','value':['z']}]",
       "{'box':{'marks':['a','b']}}"},
  };
  expect_crates(cases, COUNT(cases));
}

/* Lists within are bounded like others: 1,000 values, and 10,000 for a
** request. */
static void lists_within_are_limited(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  Arena *arena = &operation->arena;
  const ResourceType *type = crate_add(&model);
  PatchOptions options = {NULL};
  Json *doc = json_of(&model, "{'box':{'sizes':[0]}}");
  Json *body =
      patch_body(&model, "[{'op':'add','path':'box.sizes','value':[]}]");
  Json *values = json_member(json_member(body, "Operations")->first, "value");
  for (int i = 1; i <= VALUE_COUNT; i++)
    json_append(values, json_integer(arena, i));
  patch_apply(operation, type, doc, body, &options);
  expect_text("the detail", operation->detail,
              "'box.sizes' has more than 1000 values");
  expect_error(&model, "a list of 1001", "invalidValue");
  Json *step = json_member(body, "Operations")->first;
  for (int i = 0; i < PATCH_OPERATIONS / VALUE_COUNT; i++)
    json_append(json_member(body, "Operations"), json_copy(arena, step));
  doc = json_of(&model, "{}");
  patch_apply(operation, type, doc, body, &options);
  expect_text("the detail", operation->detail,
              "the operations have more than 10000 values for lists");
  expect_error(&model, "11 times 1000 values", "invalidValue");
  model_close(&model);
}

#define SEALS "{'seals':['a','b']}"

/* M2: RFC 7644 section 3.5.2.2: mutability, when what is required is removed or
** becomes unassigned in another way. */
static void what_is_required_stays(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"a list is removed", SEALS, "[{'op':'remove','path':'seals'}]",
       "!mutability"},
      {"it is replaced by nothing", SEALS,
       "[{'op':'replace','path':'seals','value':[]}]", "!mutability"},
      {"without a path", SEALS, "[{'op':'replace','value':{'seals':null}}]",
       "!mutability"},
      {"all values are selected", SEALS,
       "[{'op':'remove','path':'seals[value eq `a` or value eq `b`]'}]",
       "!mutability"},
      {"all values are listed", SEALS,
       "[{'op':'remove','path':'seals','value':['b','a']}]", "!mutability"},
      {"one after the other", SEALS,
       "[{'op':'remove','path':'seals','value':['b']},{'op':'remove','path':"
       "'seals[value eq `a`]'}]",
       "!mutability"},
      {"one is left", SEALS, "[{'op':'remove','path':'seals[value eq `b`]'}]",
       "{'seals':['a']}"},
      {"there was none", "{}", "[{'op':'remove','path':'seals'}]", "{}"},
  };
  expect_crates(cases, COUNT(cases));
}

/* O6: scim_patch shows a document as it is left. */
static void no_empty_list_is_left(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  PatchOptions options = {NULL};
  static const char *const operations[] = {
      "[{'op':'remove','path':'emails[type eq `work`]'}]",
      "[{'op':'remove','path':'emails','value':[{'value':'e'}]}]",
      "[{'op':'replace','path':'emails.value','value':''}]"};
  for (size_t i = 0; i < COUNT(operations); i++) {
    Json *doc = json_of(&model, EMAIL);
    patch_apply(&model.operation, model.user, doc,
                patch_body(&model, operations[i]), &options);
    expect_error(&model, operations[i], "");
    expect_json(&model, operations[i], doc, "{}");
  }
  model_close(&model);
}

/* O6 again: nor an extension without attributes, and schemas are right. */
static void no_empty_extension_is_left(void **state) {
  (void)state;
#define LISTED                                                                 \
  "{'schemas':['" CORE_USER "','" ENTERPRISE "'],'" ENTERPRISE                 \
  "':{'department':'d'}}"
  static const PatchCase cases[] = {
      {"the last attribute is removed", LISTED,
       "[{'op':'remove','path':'" ENTERPRISE ":department'}]",
       "{'schemas':['" CORE_USER "']}"},
      {"or cleared", LISTED,
       "[{'op':'replace','value':{'" ENTERPRISE "':{'department':''}}}]",
       "{'schemas':['" CORE_USER "']}"},
      {"the extension is removed", LISTED,
       "[{'op':'remove','path':'" ENTERPRISE "'}]",
       "{'schemas':['" CORE_USER "']}"},
      {"one attribute gives way to another", LISTED,
       "[{'op':'replace','value':{'" ENTERPRISE
       "':{'department':null,'division':'v'}}}]",
       "{'schemas':['" CORE_USER "','" ENTERPRISE "'],'" ENTERPRISE
       "':{'division':'v'}}"},
      {"the first attribute is added", "{'schemas':['" CORE_USER "','urn:x']}",
       "[{'op':'add','path':'" ENTERPRISE ":department','value':'d'}]",
       "{'schemas':['" CORE_USER "','urn:x','" ENTERPRISE "'],'" ENTERPRISE
       "':{'department':'d'}}"},
      {"none is made of nothing", "{'schemas':['" CORE_USER "']}",
       "[{'op':'add','path':'" ENTERPRISE "','value':{'nope':1}}]",
       "{'schemas':['" CORE_USER "']}"},
  };
  Model model;
  MODEL_OPEN(&model);
  PatchOptions options = {NULL};
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *doc = json_of(&model, cases[i].before);
    patch_apply(&model.operation, model.user, doc,
                patch_body(&model, cases[i].operations), &options);
    expect_error(&model, cases[i].sentence, "");
    expect_json(&model, cases[i].sentence, doc, cases[i].after);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_object_changes_nothing),
      cmocka_unit_test(wrapped_objects_are_merged),
      cmocka_unit_test(add_appends_to_lists_within),
      cmocka_unit_test(replace_and_remove_lists_within),
      cmocka_unit_test(lists_within_are_limited),
      cmocka_unit_test(what_is_required_stays),
      cmocka_unit_test(no_empty_list_is_left),
      cmocka_unit_test(no_empty_extension_is_left),
  };
  return cmocka_run_group_tests_name("patch objects", tests, NULL, NULL);
}
