#include "patch_case.h"

#define JANE                                                                   \
  "{'userName':'jane','title':'Boss','name':{'givenName':'Jane',"              \
  "'familyName':'Doe'},'active':true,'emails':[{'value':'j@work','type':"      \
  "'work','primary':true},{'value':'j@home','type':'home'}]}"

/* RFC 7644 section 3.5.2.1. */
static void add(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"add sets what has no value", "{'userName':'a'}",
       "[{'op':'add','path':'title','value':'x'}]",
       "{'userName':'a','title':'x'}"},
      {"add replaces a single value", "{'title':'x'}",
       "[{'op':'add','path':'title','value':'y'}]", "{'title':'y'}"},
      {"add keeps the other sub-attributes", "{'name':{'givenName':'a'}}",
       "[{'op':'add','path':'name','value':{'familyName':'b'}}]",
       "{'name':{'givenName':'a','familyName':'b'}}"},
      {"add to a sub-attribute", "{}",
       "[{'op':'add','path':'name.givenName','value':'a'}]",
       "{'name':{'givenName':'a'}}"},
      {"add appends to a list", "{'emails':[{'value':'a'}]}",
       "[{'op':'add','path':'emails','value':[{'value':'b'},{'value':'c'}]}]",
       "{'emails':[{'value':'a'},{'value':'b'},{'value':'c'}]}"},
      {"add makes a list", "{}",
       "[{'op':'add','path':'emails','value':[{'value':'b'}]}]",
       "{'emails':[{'value':'b'}]}"},
      {"add of one object to a list", "{'emails':[{'value':'a'}]}",
       "[{'op':'add','path':'emails','value':{'value':'b'}}]",
       "{'emails':[{'value':'a'},{'value':'b'}]}"},
      {"add of what is there changes nothing",
       "{'emails':[{'value':'a','type':'work'}]}",
       "[{'op':'add','path':'emails','value':[{'value':'a','type':'work'}]}]",
       "{'emails':[{'value':'a','type':'work'}]}"},
      {"add twice in one operation", "{}",
       "[{'op':'add','path':'emails','value':[{'value':'a'},{'value':'a'}]}]",
       "{'emails':[{'value':'a'}]}"},
      {"add of the same value with another type",
       "{'emails':[{'value':'a',"
       "'type':'work'}]}",
       "[{'op':'add','path':'emails','value':[{'value':'a','type':'home'}]}]",
       "{'emails':[{'value':'a','type':'work'},{'value':'a','type':'home'}]}"},
      {"add without a path", "{'emails':[{'value':'a','type':'home'}]}",
       "[{'op':'add','value':{'emails':[{'value':'b','type':'work'}],"
       "'nickName':'Babs'}}]",
       "{'emails':[{'value':'a','type':'home'},{'value':'b','type':'work'}],"
       "'nickName':'Babs'}"},
      {"add of a sub-attribute to a matching element", JANE,
       "[{'op':'add','path':'emails[type eq `home`].display','value':'x'}]",
       "{'userName':'jane','title':'Boss','name':{'givenName':'Jane',"
       "'familyName':'Doe'},'active':true,'emails':[{'value':'j@work','type':"
       "'work','primary':true},{'value':'j@home','type':'home',"
       "'display':'x'}]}"},
      {"add without a value", "{}", "[{'op':'add','path':'title'}]",
       "!invalidValue"},
      {"add without path and value", "{}", "[{'op':'add'}]", "!invalidValue"},
      {"add of a wrong type", "{}",
       "[{'op':'add','path':'title','value':{'a':1}}]", "!invalidValue"},
  };
  expect_patches("User", cases, COUNT(cases));
}

/* RFC 7644 section 3.5.2.3. */
static void replace(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"replace changes a value", "{'title':'x'}",
       "[{'op':'replace','path':'title','value':'y'}]", "{'title':'y'}"},
      {"replace sets what has no value", "{}",
       "[{'op':'replace','path':'title','value':'y'}]", "{'title':'y'}"},
      {"replace of a complex value keeps what is not mentioned",
       "{'name':{'givenName':'a','familyName':'b'}}",
       "[{'op':'replace','path':'name','value':{'familyName':'c'}}]",
       "{'name':{'givenName':'a','familyName':'c'}}"},
      {"null within a complex value unsets",
       "{'name':{'givenName':'a','familyName':'b'}}",
       "[{'op':'replace','path':'name','value':{'familyName':null}}]",
       "{'name':{'givenName':'a'}}"},
      {"replace of a list", "{'emails':[{'value':'a'},{'value':'b'}]}",
       "[{'op':'replace','path':'emails','value':[{'value':'c'}]}]",
       "{'emails':[{'value':'c'}]}"},
      {"replace of a matching element's value",
       "{'emails':[{'value':'a',"
       "'type':'work'},{'value':'b',"
       "'type':'home'}]}",
       "[{'op':'replace','path':'emails[type eq `work`].value','value':'c'}]",
       "{'emails':[{'value':'c','type':'work'},{'value':'b','type':'home'}]}"},
      {"replace of a matching element",
       "{'emails':[{'value':'a','type':'work','display':'x'}]}",
       "[{'op':'replace','path':'emails[type eq `work`]','value':{'value':'c',"
       "'type':'work'}}]",
       "{'emails':[{'value':'c','type':'work'}]}"},
      {"replace of all matching elements' sub-attribute",
       "{'emails':[{'value':'a','type':'work'},{'value':'b','type':'work'}]}",
       "[{'op':'replace','path':'emails[type eq `work`].display','value':"
       "'x'}]",
       "{'emails':[{'value':'a','type':'work','display':'x'},{'value':'b',"
       "'type':'work','display':'x'}]}"},
      {"replace without a path", "{'title':'x','emails':[{'value':'a'}]}",
       "[{'op':'replace','value':{'title':'y','emails':[{'value':'b'}]}}]",
       "{'title':'y','emails':[{'value':'b'}]}"},
      {"replace of a sub-attribute of all elements",
       "{'emails':[{'value':'a'},{'value':'b'}]}",
       "[{'op':'replace','path':'emails.type','value':'work'}]",
       "{'emails':[{'value':'a','type':'work'},{'value':'b','type':'work'}]}"},
      {"operations see what the ones before did", "{'title':'x'}",
       "[{'op':'remove','path':'title'},{'op':'add','path':'title','value':"
       "'y'},{'op':'replace','path':'title','value':'z'}]",
       "{'title':'z'}"},
      {"replace without a value", "{}", "[{'op':'replace','path':'title'}]",
       "!invalidValue"},
      {"replace of a list by a text that is no path", "{}",
       "[{'op':'replace','value':'title'}]", "!invalidValue"},
  };
  expect_patches("User", cases, COUNT(cases));
}

/* RFC 7644 section 3.5.2.2. */
static void take_away(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"remove of a value", "{'title':'x','active':true}",
       "[{'op':'remove','path':'title'}]", "{'active':true}"},
      {"remove of what is not there", "{'active':true}",
       "[{'op':'remove','path':'title'}]", "{'active':true}"},
      {"remove of a sub-attribute",
       "{'name':{'givenName':'a','familyName':"
       "'b'}}",
       "[{'op':'remove','path':'name.givenName'}]",
       "{'name':{'familyName':'b'}}"},
      {"remove of the last sub-attribute", "{'name':{'givenName':'a'}}",
       "[{'op':'remove','path':'name.givenName'}]", "{}"},
      {"remove of a list", "{'emails':[{'value':'a'}]}",
       "[{'op':'remove','path':'emails'}]", "{}"},
      {"remove of matching elements",
       "{'emails':[{'value':'a','type':'work'},{'value':'b','type':'home'},"
       "{'value':'c','type':'work'}]}",
       "[{'op':'remove','path':'emails[type eq `work`]'}]",
       "{'emails':[{'value':'b','type':'home'}]}"},
      {"remove of the last element", "{'emails':[{'value':'a'}]}",
       "[{'op':'remove','path':'emails[value eq `a`]'}]", "{}"},
      {"remove of a matching element's sub-attribute",
       "{'emails':[{'value':'a','type':'work','display':'x'}]}",
       "[{'op':'remove','path':'emails[type eq `work`].display'}]",
       "{'emails':[{'value':'a','type':'work'}]}"},
      {"remove without a match", "{'emails':[{'value':'a'}]}",
       "[{'op':'remove','path':'emails[value eq `b`]'}]",
       "{'emails':[{'value':'a'}]}"},
      {"remove of what is required", "{'userName':'a'}",
       "[{'op':'remove','path':'userName'}]", "!mutability"},
      {"remove of what is readOnly", "{'id':'i'}",
       "[{'op':'remove','path':'id'}]", "!mutability"},
      {"remove without a path", "{'title':'x'}", "[{'op':'remove'}]",
       "!noTarget"},
  };
  expect_patches("User", cases, COUNT(cases));
}

static void primary_moves(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"a new primary value", "{'emails':[{'value':'a','primary':true}]}",
       "[{'op':'add','path':'emails','value':[{'value':'b','primary':true}]}]",
       "{'emails':[{'value':'a','primary':false},{'value':'b','primary':"
       "true}]}"},
      {"an old value made primary",
       "{'emails':[{'value':'a','primary':true},{'value':'b'}]}",
       "[{'op':'replace','path':'emails[value eq `b`].primary','value':true}]",
       "{'emails':[{'value':'a','primary':false},{'value':'b','primary':"
       "true}]}"},
      {"the same value stays primary",
       "{'emails':[{'value':'a','primary':"
       "true},{'value':'b'}]}",
       "[{'op':'replace','path':'emails[value eq `a`].primary','value':true}]",
       "{'emails':[{'value':'a','primary':true},{'value':'b'}]}"},
  };
  expect_patches("User", cases, COUNT(cases));
}

static void mutability_is_kept(void **state) {
  (void)state;
  static const PatchCase users[] = {
      {"another id", "{'id':'i'}", "[{'op':'replace','path':'id','value':'j'}]",
       "!mutability"},
      {"the same id", "{'id':'i','title':'x'}",
       "[{'op':'replace','path':'id','value':'i'}]", "{'title':'x'}"},
      {"an id within a value", "{'id':'i'}",
       "[{'op':'replace','value':{'id':'j','title':'x','meta':{'version':"
       "'2'}}}]",
       "{'title':'x'}"},
      {"groups of a user", "{}",
       "[{'op':'add','path':'groups','value':[{'value':'g'}]}]", "!mutability"},
      {"a sub-attribute of meta", "{}",
       "[{'op':'replace','path':'meta.version','value':'2'}]", "!mutability"},
      {"the display name of a manager", "{}",
       "[{'op':'add','path':'" ENTERPRISE ":manager.displayName','value':"
       "'x'}]",
       "!mutability"},
      {"it is ignored within a value", "{}",
       "[{'op':'add','path':'" ENTERPRISE ":manager','value':{'value':'m',"
       "'displayName':'x'}}]",
       "{'" ENTERPRISE "':{'manager':{'value':'m'}}}"},
      {"schemas follow from the content", "{'title':'x'}",
       "[{'op':'replace','value':{'schemas':['urn:x'],'title':'y'}}]",
       "{'title':'y'}"},
      {"a password is dropped", "{'title':'x'}",
       "[{'op':'replace','path':'password','value':'secret'},{'op':'replace',"
       "'value':{'password':'secret'}}]",
       "{'title':'x'}"},
  };
  expect_patches("User", users, COUNT(users));
}

/* RFC 7643 section 8.7.1. */
static void the_value_of_a_member_is_immutable(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"the value of a member", "{'members':[{'value':'u1'}]}",
       "[{'op':'replace','path':'members[value eq `u1`].value','value':'u2'}]",
       "!mutability"},
  };
  expect_patches("Group", cases, COUNT(cases));
}

static void every_kind_of_attribute_is_patched(void **state) {
  (void)state;
  static const PatchCase things[] = {
      {"an immutable attribute without value", "{}",
       "[{'op':'add','path':'serial','value':'1'}]", "{'serial':'1'}"},
      {"one with the same value", "{'serial':'1'}",
       "[{'op':'replace','path':'serial','value':'1'}]", "{'serial':'1'}"},
      {"one with another value", "{'serial':'1'}",
       "[{'op':'replace','path':'serial','value':'2'}]", "!mutability"},
      {"one that is to go", "{'serial':'1'}",
       "[{'op':'remove','path':'serial'}]", "!mutability"},
      {"one within a value", "{'serial':'1'}",
       "[{'op':'replace','value':{'serial':'2'}}]", "!mutability"},
      {"an immutable sub-attribute", "{'origin':{'place':'a','owner':'b'}}",
       "[{'op':'replace','path':'origin.owner','value':'c'}]", "!mutability"},
      {"a member without path in an extension", "{}",
       "[{'op':'add','value':{'urn:example:scim:2.0:Extra:More:color':'red',"
       "'urn:example:scim:2.0:Extra':{'color':'blue'}}}]",
       "{'urn:example:scim:2.0:Extra':{'color':'blue'},"
       "'urn:example:scim:2.0:Extra:More':{'color':'red'}}"},
      {"simple values are added once", "{'tags':['a']}",
       "[{'op':'add','path':'tags','value':['b','a']}]", "{'tags':['a','b']}"},
      {"a simple value is removed", "{'tags':['a','b']}",
       "[{'op':'remove','path':'tags[value eq `a`]'}]", "{'tags':['b']}"},
      {"a simple value is replaced", "{'tags':['a','b']}",
       "[{'op':'replace','path':'tags[value eq `a`]','value':'c'}]",
       "{'tags':['c','b']}"},
      {"listed simple values are removed", "{'tags':['a','b','c']}",
       "[{'op':'remove','path':'tags','value':['a','c']}]", "{'tags':['b']}"},
      {"a simple value that is not there", "{'tags':['a']}",
       "[{'op':'replace','path':'tags[value eq `b`]','value':'c'}]",
       "!noTarget"},
      {"numbers are checked", "{}", "[{'op':'add','path':'size','value':1.5}]",
       "!invalidValue"},
      {"dateTimes are checked", "{}",
       "[{'op':'add','path':'seen','value':'soon'}]", "!invalidValue"},
  };
  expect_patches("Thing", things, COUNT(things));
}

/* The kind of a body's error, and what the detail names. */
static void bad_requests_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *body, *kind;
  } cases[] = {
      {"null", "invalidSyntax"},
      {"[]", "invalidSyntax"},
      {"'x'", "invalidSyntax"},
      {"{}", "invalidSyntax"},
      {"{'Operations':null}", "invalidSyntax"},
      {"{'Operations':{}}", "invalidSyntax"},
      {"{'Operations':'add'}", "invalidSyntax"},
      {"{'Operations':[]}", ""},
      {"{'operations':[]}", ""},
      {"{'Operations':[null]}", "invalidSyntax"},
      {"{'Operations':['add']}", "invalidSyntax"},
      {"{'Operations':[[]]}", "invalidSyntax"},
      {"{'Operations':[{}]}", "invalidSyntax"},
      {"{'Operations':[{'op':'move','path':'title'}]}", "invalidSyntax"},
      {"{'Operations':[{'op':1,'path':'title'}]}", "invalidSyntax"},
      {"{'Operations':[{'op':'','path':'title'}]}", "invalidSyntax"},
      {"{'Operations':[{'path':'title','value':'x'}]}", "invalidSyntax"},
      {"{'Operations':[{'op':'add','path':1,'value':'x'}]}", "invalidPath"},
      {"{'Operations':[{'op':'add','path':{},'value':'x'}]}", "invalidPath"},
      {"{'Operations':[{'op':'add','path':'nope','value':'x'}]}",
       "invalidPath"},
      {"{'Operations':[{'op':'remove','path':'nope'}]}", "invalidPath"},
      {"{'Operations':[{'op':'add','path':'emails[x','value':'x'}]}",
       "invalidPath"},
      {"{'Operations':[{'op':'add','value':[]}]}", "invalidValue"},
      {"{'Operations':[{'op':'add','value':null}]}", "invalidValue"},
      {"{'Operations':[{'op':'add','path':'" ENTERPRISE "','value':'x'}]}",
       "invalidValue"},
      {"{'Operations':[{'op':'add','path':'title','value':'x'},{'op':'add',"
       "'path':'active','value':'maybe'}]}",
       "invalidValue"},
  };
  Model model;
  MODEL_OPEN(&model);
  PatchOptions options = {NULL};
  for (size_t i = 0; i < COUNT(cases); i++) {
    patch_apply(&model.operation, model.user, json_of(&model, "{}"),
                json_of(&model, cases[i].body), &options);
    expect_error(&model, cases[i].body, cases[i].kind);
  }
  static const int counts[] = {PATCH_OPERATIONS, PATCH_OPERATIONS + 1};
  for (size_t i = 0; i < COUNT(counts); i++) {
    Json *body = patch_body(&model, "[]");
    for (int n = 0; n < counts[i]; n++)
      json_append(body->first,
                  json_of(&model, "{'op':'add','path':'title','value':'x'}"));
    patch_apply(&model.operation, model.user, json_of(&model, "{}"), body,
                &options);
    expect_error(&model, "many operations", i ? "invalidSyntax" : "");
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(add),
      cmocka_unit_test(replace),
      cmocka_unit_test(take_away),
      cmocka_unit_test(primary_moves),
      cmocka_unit_test(mutability_is_kept),
      cmocka_unit_test(the_value_of_a_member_is_immutable),
      cmocka_unit_test(every_kind_of_attribute_is_patched),
      cmocka_unit_test(bad_requests_are_refused),
  };
  return cmocka_run_group_tests_name("patch", tests, NULL, NULL);
}
