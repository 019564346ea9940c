/* patch.h again: the spellings of PATCH that identity providers send. */
#include "patch_case.h"

static void entra_id_classic(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"a capitalised op", "{'displayName':'Jane'}",
       "[{'op':'Replace','path':'displayName','value':'Jane D.'}]",
       "{'displayName':'Jane D.'}"},
      {"any case of op", "{}",
       "[{'op':'ADD','path':'title','value':'x'},{'op':'rEmOvE','path':"
       "'title'}]",
       "{}"},
      {"any case of the members' names", "{}",
       "[{'OP':'Add','Path':'title','VALUE':'x'}]", "{'title':'x'}"},
      {"a sub-attribute", "{'name':{'givenName':'Jane','familyName':'Doe'}}",
       "[{'op':'Replace','path':'name.familyName','value':'Dahl'}]",
       "{'name':{'givenName':'Jane','familyName':'Dahl'}}"},
      {"the work e-mail",
       "{'emails':[{'type':'work','value':'old'},{'type':"
       "'home','value':'h'}]}",
       "[{'op':'Replace','path':'emails[type eq `work`].value','value':"
       "'jd@contoso.com'}]",
       "{'emails':[{'type':'work','value':'jd@contoso.com'},{'type':'home',"
       "'value':'h'}]}"},
      {"the first mobile phone, by Add", "{}",
       "[{'op':'Add','path':'phoneNumbers[type eq `mobile`].value','value':"
       "'+47 2'}]",
       "{'phoneNumbers':[{'type':'mobile','value':'+47 2'}]}"},
      {"the first work e-mail, by Replace",
       "{'emails':[{'type':'home',"
       "'value':'h'}]}",
       "[{'op':'Replace','path':'emails[type eq `work`].value','value':'w'}]",
       "{'emails':[{'type':'home','value':'h'},{'type':'work','value':'w'}]}"},
      {"several operations on one new element", "{}",
       "[{'op':'Add','path':'addresses[type eq `work`].formatted','value':"
       "'HQ'},{'op':'Add','path':'addresses[type eq `work`].locality','value':"
       "'Oslo'},{'op':'Add','path':'addresses[type eq `work`].country',"
       "'value':'NO'}]",
       "{'addresses':[{'type':'work','formatted':'HQ','locality':'Oslo',"
       "'country':'NO'}]}"},
      {"all eq terms fill the new element", "{}",
       "[{'op':'Add','path':'emails[type eq `work` and primary eq true].value',"
       "'value':'w'}]",
       "{'emails':[{'type':'work','primary':true,'value':'w'}]}"},
      {"a new element from an object", "{}",
       "[{'op':'Replace','path':'emails[type eq `work`]','value':{'value':"
       "'w'}}]",
       "{'emails':[{'type':'work','value':'w'}]}"},
      {"a filter that says more than eq", "{}",
       "[{'op':'Replace','path':'emails[type ne `home`].value','value':'w'}]",
       "!noTarget"},
      {"or says not what to make", "{}",
       "[{'op':'Replace','path':'emails[type eq `a` or type eq `b`].value',"
       "'value':'w'}]",
       "!noTarget"},
      {"a boolean as text in a filter, new", "{}",
       "[{'op':'Replace','path':'roles[primary eq `True`].value','value':"
       "'admin'}]",
       "{'roles':[{'primary':true,'value':'admin'}]}"},
      {"a boolean as text in a filter, there",
       "{'roles':[{'primary':true,"
       "'value':'user','type':'x'}]}",
       "[{'op':'Replace','path':'roles[primary eq `True`].value','value':"
       "'admin'}]",
       "{'roles':[{'primary':true,'value':'admin','type':'x'}]}"},
      {"an attribute of the extension", "{}",
       "[{'op':'Add','path':'" ENTERPRISE ":department','value':'R&D'}]",
       "{'" ENTERPRISE "':{'department':'R&D'}}"},
      {"the manager as text", "{}",
       "[{'op':'Add','path':'" ENTERPRISE ":manager','value':'m1'}]",
       "{'" ENTERPRISE "':{'manager':{'value':'m1'}}}"},
      {"another manager",
       "{'" ENTERPRISE "':{'manager':{'value':'m1',"
       "'$ref':'x'}}}",
       "[{'op':'Replace','path':'" ENTERPRISE ":manager','value':'m2'}]",
       "{'" ENTERPRISE "':{'manager':{'value':'m2'}}}"},
      {"the manager as a list of one", "{}",
       "[{'op':'Add','path':'" ENTERPRISE ":manager','value':[{'$ref':"
       "'../Users/m1','value':'m1'}]}]",
       "{'" ENTERPRISE "':{'manager':{'value':'m1'}}}"},
      {"no manager, by an empty text",
       "{'title':'x','" ENTERPRISE "':"
       "{'manager':{'value':'m1'}}}",
       "[{'op':'Replace','path':'" ENTERPRISE ":manager','value':''}]",
       "{'title':'x'}"},
      {"no manager where there is none", "{'title':'x'}",
       "[{'op':'Replace','path':'" ENTERPRISE ":manager','value':''},{'op':"
       "'Remove','path':'" ENTERPRISE ":manager'}]",
       "{'title':'x'}"},
      {"inactive, as text", "{'active':true}",
       "[{'op':'Replace','path':'active','value':'False'}]",
       "{'active':false}"},
      {"active, as other text, by Add", "{'active':false}",
       "[{'op':'Add','path':'active','value':'true'}]", "{'active':true}"},
      {"active as no boolean", "{'active':false}",
       "[{'op':'Add','path':'active','value':'yes'}]", "!invalidValue"},
      {"a core attribute by its URN", "{}",
       "[{'op':'Add','path':'" CORE_USER ":title','value':'x'}]",
       "{'title':'x'}"},
      {"roles as JSON within a text", "{}",
       "[{'op':'Add','path':'roles','value':[{'value':'{`id`:`r1`,"
       "`value`:`admin`,`displayName`:`Admin`}'}]}]",
       "{'roles':[{'value':'admin','display':'Admin'}]}"},
      {"roles that are replaced", "{'roles':[{'value':'a'}]}",
       "[{'op':'Replace','path':'roles','value':[{'value':'b','primary':"
       "'True'}]}]",
       "{'roles':[{'value':'b','primary':true}]}"},
      {"a value that only looks like JSON", "{}",
       "[{'op':'Add','path':'roles','value':[{'value':'{admin'}]}]",
       "{'roles':[{'value':'{admin'}]}"},
  };
  expect_patches("User", cases, COUNT(cases));
}

static void entra_id_compliant(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"members that are paths",
       "{'displayName':'Jane','name':{'familyName':"
       "'Doe'}}",
       "[{'op':'replace','path':'emails[type eq `work`].value','value':'w'},"
       "{'op':'replace','value':{'displayName':'Jane D.','name.givenName':"
       "'Jane','active':true,'" ENTERPRISE ":employeeNumber':'7'}}]",
       "{'displayName':'Jane D.','name':{'givenName':'Jane','familyName':"
       "'Doe'},'active':true,'emails':[{'type':'work','value':'w'}],"
       "'" ENTERPRISE "':{'employeeNumber':'7'}}"},
      {"a member that is a value path", "{}",
       "[{'op':'add','value':{'emails[type eq `work`].value':'w'}}]",
       "{'emails':[{'type':'work','value':'w'}]}"},
      {"the manager in a member", "{}",
       "[{'op':'add','value':{'" ENTERPRISE ":manager':'m'}}]",
       "{'" ENTERPRISE "':{'manager':{'value':'m'}}}"},
      {"the manager's value in a member", "{}",
       "[{'op':'add','value':{'" ENTERPRISE ":manager.value':'m'}}]",
       "{'" ENTERPRISE "':{'manager':{'value':'m'}}}"},
      {"the extension as an object", "{'" ENTERPRISE "':{'costCenter':'c'}}",
       "[{'op':'replace','value':{'" ENTERPRISE "':{'department':'d'}}}]",
       "{'" ENTERPRISE "':{'costCenter':'c','department':'d'}}"},
      {"the extension as a path", "{}",
       "[{'op':'add','path':'" ENTERPRISE "','value':{'department':'d',"
       "'nope':1}}]",
       "{'" ENTERPRISE "':{'department':'d'}}"},
      {"the extension goes",
       "{'title':'x','" ENTERPRISE "':{'department':"
       "'d'}}",
       "[{'op':'remove','path':'" ENTERPRISE "'}]", "{'title':'x'}"},
      {"what is unknown in an object is ignored", "{}",
       "[{'op':'add','value':{'nope':'x','name.nope':'y','urn:x:y':{'z':1},"
       "'title':'t'}}]",
       "{'title':'t'}"},
      {"an empty path is none", "{}",
       "[{'op':'add','path':'','value':{'title':'t'}},{'op':'add','path':null,"
       "'value':{'nickName':'n'}}]",
       "{'title':'t','nickName':'n'}"},
  };
  expect_patches("User", cases, COUNT(cases));
}

/* "" and null, as the null tests of Entra ID send them. */
static void empty_values_unset(void **state) {
  (void)state;
  static const char *const empty[] = {"''", "null"};
  static const char *const paths[] = {"title",
                                      "name.givenName",
                                      "emails",
                                      ENTERPRISE ":department",
                                      ENTERPRISE ":manager",
                                      "name",
                                      "active",
                                      ENTERPRISE};
  static const char before[] =
      "{'title':'t','name':{'givenName':'g'},'emails':[{'value':'e'}],"
      "'active':true,'" ENTERPRISE "':{'department':'d','manager':{'value':"
      "'m'}}}";
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  PatchOptions options = {NULL};
  for (size_t i = 0; i < COUNT(paths) * COUNT(empty); i++) {
    const char *path = paths[i / 2], *value = empty[i % 2];
    if (!strcmp(path, ENTERPRISE) && i % 2 == 0) continue;
    Text operations = arena_format(
        arena, "[{'op':'Replace','path':'%s','value':%s}]", path, value);
    Text removal = arena_format(arena, "[{'op':'remove','path':'%s'}]", path);
    Json *doc = json_of(&model, before), *want = json_of(&model, before);
    patch_apply(&model.operation, model.user, want,
                patch_body(&model, removal.data), &options);
    Text wanted = arena_copy(arena, stored(&model, model.user, want));
    /* The second time there is nothing to unset. */
    for (int times = 0; times < 2; times++) {
      patch_apply(&model.operation, model.user, doc,
                  patch_body(&model, operations.data), &options);
      expect_error(&model, operations.data, "");
      expect_text(operations.data, stored(&model, model.user, doc),
                  wanted.data);
    }
    Json *none = json_of(&model, "{'userName':'a'}");
    patch_apply(&model.operation, model.user, none,
                patch_body(&model, operations.data), &options);
    expect_error(&model, operations.data, "");
    expect_json(&model, operations.data, none, "{'userName':'a'}");
  }
  model_close(&model);
}

static void value_paths_are_unset(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"a value path to an empty text",
       "{'emails':[{'type':'work','value':"
       "'w','display':'d'}]}",
       "[{'op':'Replace','path':'emails[type eq `work`].display','value':''}]",
       "{'emails':[{'type':'work','value':'w'}]}"},
      {"a value path to null",
       "{'emails':[{'type':'work','value':'w',"
       "'display':'d'}]}",
       "[{'op':'Replace','path':'emails[type eq `work`].display','value':"
       "null}]",
       "{'emails':[{'type':'work','value':'w'}]}"},
      {"a value path without match to an empty text", "{'title':'x'}",
       "[{'op':'Replace','path':'emails[type eq `work`].value','value':''}]",
       "{'title':'x'}"},
      {"a value path without match to null", "{'title':'x'}",
       "[{'op':'Replace','path':'emails[type eq `work`].value','value':"
       "null}]",
       "{'title':'x'}"},
      {"an element to null",
       "{'emails':[{'type':'work','value':'w'},{'type':"
       "'home','value':'h'}]}",
       "[{'op':'Replace','path':'emails[type eq `work`]','value':null}]",
       "{'emails':[{'type':'home','value':'h'}]}"},
  };
  expect_patches("User", cases, COUNT(cases));
}

static void okta_and_others(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"Okta deactivates", "{'active':true}",
       "[{'op':'replace','value':{'active':false}}]", "{'active':false}"},
      {"Okta sets a password", "{'active':true}",
       "[{'op':'replace','value':{'password':'p'}}]", "{'active':true}"},
      {"Keycloak sends text", "{'active':true}",
       "[{'op':'replace','path':'active','value':'false'}]",
       "{'active':false}"},
      {"JumpCloud sends booleans", "{'active':true}",
       "[{'op':'replace','path':'active','value':false}]", "{'active':false}"},
      {"OneLogin sends one e-mail as an object", "{}",
       "[{'op':'replace','value':{'emails':{'value':'e'}}}]",
       "{'emails':[{'value':'e'}]}"},
      {"remove of a listed value",
       "{'emails':[{'value':'a','type':'work'},"
       "{'value':'b','type':'home'}]}",
       "[{'op':'remove','path':'emails','value':[{'value':'a'}]}]",
       "{'emails':[{'value':'b','type':'home'}]}"},
      {"remove of a listed value with another type",
       "{'emails':[{'value':'a','type':'work'}]}",
       "[{'op':'remove','path':'emails','value':[{'value':'a','type':"
       "'home'}]}]",
       "{'emails':[{'value':'a','type':'work'}]}"},
      {"a whole extension, as UnboundID's SDK names it", "{}",
       "[{'op':'add','path':'" ENTERPRISE ":','value':{'department':'d'}}]",
       "{'" ENTERPRISE "':{'department':'d'}}"},
      {"and takes it away", "{'" ENTERPRISE "':{'department':'d'}}",
       "[{'op':'remove','path':'" ENTERPRISE ":'}]", "{}"},
  /* What lists values means these, and not all that is beside them. */
#define BOTH "{'" ENTERPRISE "':{'department':'d','division':'e'}}"
      {"remove of an extension with a value takes what that lists", BOTH,
       "[{'op':'remove','path':'" ENTERPRISE
       "','value':{'department':'d','nope':1}}]",
       "{'" ENTERPRISE "':{'division':'e'}}"},
      {"all of it, where it lists all", BOTH,
       "[{'op':'Remove','path':'" ENTERPRISE
       "','value':{'department':'d','DIVISION':null}}]",
       "{}"},
      {"of the type's own schema, too",
       "{'title':'t','roles':[{'value':'a'},{'value':'b'}]}",
       "[{'op':'remove','path':'" CORE_USER
       "','value':{'title':'t','roles':['b']}}]",
       "{'roles':[{'value':'a'}]}"},
      {"what is unknown is not there to be taken", BOTH,
       "[{'op':'remove','path':'" ENTERPRISE "','value':{'nope':1}}]",
       "!invalidValue"},
      {"a name is no list of them", BOTH,
       "[{'op':'remove','path':'" ENTERPRISE "','value':'department'}]",
       "!invalidValue"},
      {"null is none, and all goes", BOTH,
       "[{'op':'remove','path':'" ENTERPRISE "','value':null}]", "{}"},
      {"the type's own schema so, too", "{}",
       "[{'op':'replace','path':'" CORE_USER ":','value':{'title':'t'}}]",
       "{'title':'t'}"},
      {"and both as names of members", "{}",
       "[{'op':'add','value':{'" ENTERPRISE ":':{'department':'d'},"
       "'" CORE_USER ":':{'title':'t'}}}]",
       "{'title':'t','" ENTERPRISE "':{'department':'d'}}"},
      {"no name within it is not the schema again", "{}",
       "[{'op':'add','value':{'" CORE_USER ":':{'':{'title':'x'},"
       "' ':{'':{'title':'y'}},'nickName':'n'}}}]",
       "{'nickName':'n'}"},
  };
  /* What an extension requires goes with all of it, and not alone. */
#define EXTRA "urn:example:scim:2.0:Extra"
  static const PatchCase things[] = {
      {"all that is there, listed", "{'" EXTRA "':{'color':'c','depth':1}}",
       "[{'op':'remove','path':'" EXTRA
       "','value':{'depth':1,'color':'c','plan':null}}]",
       "{}"},
      {"not all", "{'" EXTRA "':{'color':'c','depth':1}}",
       "[{'op':'remove','path':'" EXTRA "','value':{'depth':1}}]",
       "!mutability"},
      {"another value is not what is there", "{'" EXTRA "':{'depth':1}}",
       "[{'op':'remove','path':'" EXTRA "','value':{'depth':2}}]",
       "!mutability"},
  };
  expect_patches("Thing", things, COUNT(things));
  expect_patches("User", cases, COUNT(cases));
}

/* A tenant may want the RFC to the letter. */
static void an_unmatched_value_path_may_be_strict(void **state) {
  (void)state;
  static const struct {
    const char *operations, *kind;
  } cases[] = {
      {"[{'op':'replace','path':'emails[type eq `work`].value','value':'w'}]",
       "noTarget"},
      {"[{'op':'replace','path':'emails[type eq `home`].value','value':'w'}]",
       ""},
      {"[{'op':'add','value':{'nope':1,'emails[type eq `work`].value':'w'}}]",
       "noTarget"},
  };
  Model model;
  MODEL_OPEN(&model);
  PatchOptions options = {NULL};
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *doc = json_of(&model, "{'emails':[{'type':'home','value':'h'}]}");
    model.operation.strict = STRICT_TARGETS;
    patch_apply(&model.operation, model.user, doc,
                patch_body(&model, cases[i].operations), &options);
    expect_error(&model, cases[i].operations, cases[i].kind);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(entra_id_classic),
      cmocka_unit_test(entra_id_compliant),
      cmocka_unit_test(empty_values_unset),
      cmocka_unit_test(value_paths_are_unset),
      cmocka_unit_test(okta_and_others),
      cmocka_unit_test(an_unmatched_value_path_may_be_strict),
  };
  return cmocka_run_group_tests_name("patch dialects", tests, NULL, NULL);
}
