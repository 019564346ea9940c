/* patch_check.c: what a PATCH may not do. The numbers are those of the findings
** about the first version (findings/protocol.md, findings/clients.md). */
#include "crate.h"

#define CRATE "urn:example:scim:2.0:Crate"
#define PORTS "{'ports':[{'value':'a','note':'n','key':'k'}]}"
#define COVERED                                                                \
  "{'" LID "':{'mark':'m','plate':{'number':'1','note':'n'},'cover':{"         \
  "'label':'l'}}}"
#define NAME "{'name':{'givenName':'g','familyName':'f'}}"
#define EMAILS                                                                 \
  "{'emails':[{'value':'a','type':'work'},{'value':'b','type':'home'}]}"

/* M3: RFC 7643 section 7, RFC 7644 section 3.5.2. */
static void immutable_values_keep_what_holds_them(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"an extension is removed", COVERED, "[{'op':'remove','path':'" LID "'}]",
       "!mutability"},
      {"replaced by null", COVERED,
       "[{'op':'replace','path':'" LID "','value':null}]", "!mutability"},
      {"by null without a path", COVERED,
       "[{'op':'add','value':{'" LID "':null}}]", "!mutability"},
      {"removed and added again", COVERED,
       "[{'op':'remove','path':'" LID "'},{'op':'add','path':'" LID
       "','value':{'mark':'other'}}]",
       "!mutability"},
      {"with an immutable part only", "{'" LID "':{'plate':{'number':'1'}}}",
       "[{'op':'remove','path':'" LID "'}]", "!mutability"},
      {"without anything immutable", "{'" LID "':{'cover':{'label':'l'}}}",
       "[{'op':'remove','path':'" LID "'}]", "{}"},
      {"that is not there", "{}", "[{'op':'remove','path':'" LID "'}]", "{}"},
      {"a complex value is removed", COVERED,
       "[{'op':'remove','path':'" LID ":plate'}]", "!mutability"},
      {"is replaced by null", COVERED,
       "[{'op':'replace','path':'" LID "','value':{'plate':null}}]",
       "!mutability"},
      {"by nothing but null", COVERED,
       "[{'op':'replace','path':'" LID ":plate','value':{'number':null,"
       "'note':null}}]",
       "!mutability"},
      {"loses the part", COVERED,
       "[{'op':'remove','path':'" LID ":plate.number'}]", "!mutability"},
      {"changes it", COVERED,
       "[{'op':'add','path':'" LID ":plate','value':{'number':'2'}}]",
       "!mutability"},
      {"keeps it", COVERED,
       "[{'op':'replace','path':'" LID ":plate','value':{'number':'1',"
       "'note':null}}]",
       "{'" LID "':{'mark':'m','plate':{'number':'1'},'cover':{'label':"
       "'l'}}}"},
      {"has none", "{'" LID "':{'plate':{'note':'n'}}}",
       "[{'op':'remove','path':'" LID ":plate'}]", "{}"},
      {"a complex value with an immutable list", "{'box':{'marks':['a']}}",
       "[{'op':'remove','path':'box'}]", "!mutability"},
  };
  expect_crates(cases, COUNT(cases));
}

/* M3, M15: an element may go as a whole, as a member leaves a group. */
static void immutable_values_stay_in_elements(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"an element gets another", PORTS,
       "[{'op':'replace','path':'ports[value eq `a`]','value':{'value':'a',"
       "'key':'other'}}]",
       "!mutability"},
      {"in a list of one", PORTS,
       "[{'op':'add','path':'ports[value eq `a`]','value':{'key':'x'}}]",
       "!mutability"},
      {"by its path", PORTS,
       "[{'op':'replace','path':'ports[value eq `a`].key','value':'x'}]",
       "!mutability"},
      {"for all", PORTS, "[{'op':'remove','path':'ports.key'}]", "!mutability"},
      {"an element that leaves it out keeps it", PORTS,
       "[{'op':'replace','path':'ports[value eq `a`]','value':{'value':"
       "'b'}}]",
       "{'ports':[{'value':'b','key':'k'}]}"},
      {"or repeats it", PORTS,
       "[{'op':'replace','path':'ports[note eq `n`]','value':{'value':'a',"
       "'key':'k'}}]",
       "{'ports':[{'value':'a','note':'n','key':'k'}]}"},
      {"an element is removed", PORTS,
       "[{'op':'remove','path':'ports[value eq `a`]'}]", "{}"},
      {"a list is replaced", PORTS,
       "[{'op':'replace','path':'ports','value':[{'value':'a','key':'o'}]}]",
       "{'ports':[{'value':'a','key':'o'}]}"},
  };
  expect_crates(cases, COUNT(cases));
}

/* M2, M4, part 5 (d) of issue 8: RFC 7644 section 3.5.2.2. */
static void what_is_required_is_not_removed(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"the value of an element", PORTS,
       "[{'op':'remove','path':'ports[value eq `a`].value'}]", "!mutability"},
      {"of all elements", PORTS, "[{'op':'remove','path':'ports.value'}]",
       "!mutability"},
      {"of the only part", "{'ports':[{'value':'a'}]}",
       "[{'op':'remove','path':'ports.value'}]", "!mutability"},
      {"another part may go", PORTS,
       "[{'op':'remove','path':'ports[value eq `a`].note'}]",
       "{'ports':[{'value':'a','key':'k'}]}"},
      {"a list with a value", "{'seals':['a']}",
       "[{'op':'remove','path':'seals','value':''}]", "!mutability"},
      {"the schema itself", PORTS, "[{'op':'remove','path':'" CRATE "'}]",
       "!mutability"},
      {"its object", PORTS, "[{'op':'replace','value':{'" CRATE "':null}}]",
       "!mutability"},
  };
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *type = crate_add(&model);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_patch(&model, type, &cases[i]);
  static const PatchCase users[] = {
      {"with a value", "{'userName':'a'}",
       "[{'op':'remove','path':'userName','value':'a'}]", "!mutability"},
      {"by null", "{'userName':'a'}",
       "[{'op':'replace','path':'userName','value':null}]", "!mutability"},
      {"by an empty text", "{'userName':'a'}",
       "[{'op':'replace','value':{'userName':''}}]", "!mutability"},
  };
  for (size_t i = 0; i < COUNT(users); i++)
    expect_patch(&model, model.user, &users[i]);
  model_close(&model);
}

/* Part 5 (d) of issue 8. */
static void unknown_names_make_no_element(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"one is added", PORTS,
       "[{'op':'add','path':'ports','value':[{'nope':1}]}]", "!invalidValue"},
      {"beside a good one", "{}",
       "[{'op':'add','value':{'ports':[{'value':'a'},{'nope':1}]}}]",
       "!invalidValue"},
      {"without a list", "{}",
       "[{'op':'add','path':'ports','value':{'nope':1}}]", "!invalidValue"},
      {"by a value path", "{}",
       "[{'op':'add','path':'ports[note eq `z`]','value':{'nope':1}}]",
       "!invalidValue"},
      {"what is required is missing beside a known name", "{}",
       "[{'op':'add','path':'ports','value':[{'note':'n','nope':1}]}]",
       "!invalidValue"},
      {"with the required value", "{}",
       "[{'op':'add','path':'ports','value':[{'value':'a','nope':1}]}]",
       "{'ports':[{'value':'a'}]}"},
      {"where nothing is required none is left", "{}",
       "[{'op':'add','path':'parts','value':[{'nope':1}]}]", "{}"},
      {"nor an unknown part of one", "{'parts':[{'value':'p'}]}",
       "[{'op':'replace','path':'parts[value eq `p`]','value':{'nope':1}}]",
       "{'parts':[{'value':'p'}]}"},
  };
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *type = crate_add(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *doc = json_of(&model, cases[i].before);
    PatchOptions options = {NULL};
    patch_apply(&model.operation, type, doc,
                patch_body(&model, cases[i].operations), &options);
    resource_check(&model.operation, type, doc,
                   json_of(&model, cases[i].before));
    bool error = cases[i].after[0] == '!';
    if (error)
      expect_error(&model, cases[i].sentence, cases[i].after + 1);
    else
      expect_json(&model, cases[i].sentence, doc, cases[i].after);
  }
  model_close(&model);
}

/* Part 5 (a) of issue 8: null and "" are no value, a list of nothing is a
** mistake. */
static void a_value_of_remove_lists_something(void **state) {
  (void)state;
  static const char *const paths[] = {
      "emails", "emails[type eq `work`]", "emails[type eq `work`].value",
      "name",   "name.givenName",         ENTERPRISE};
  static const char *const nothing[] = {
      "[]",   "{}",      "['']",          "[null]",        "[{}]",
      "[[]]", "[{},'']", "{'emails':[]}", "[{'value':''}]"};
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  PatchOptions options = {NULL};
  for (size_t i = 0; i < COUNT(paths) * COUNT(nothing); i++) {
    Text operations =
        arena_format(arena, "[{'op':'remove','path':'%s','value':%s}]",
                     paths[i % COUNT(paths)], nothing[i / COUNT(paths)]);
    patch_apply(&model.operation, model.user, json_of(&model, EMAILS),
                patch_body(&model, operations.data), &options);
    expect_error(&model, operations.data, "invalidValue");
  }
  static const PatchCase cases[] = {
      {"null", EMAILS, "[{'op':'remove','path':'emails','value':null}]", "{}"},
      {"an empty text", EMAILS, "[{'op':'remove','path':'emails','value':''}]",
       "{}"},
      {"for a single value", "{'title':'t'}",
       "[{'op':'remove','path':'title','value':''}]", "{}"},
      {"for a part", NAME,
       "[{'op':'remove','path':'name.givenName','value':''}]",
       "{'name':{'familyName':'f'}}"},
      {"unknown names", EMAILS,
       "[{'op':'remove','path':'emails','value':[{'nope':'a'}]}]",
       "!invalidValue"},
      {"a list", EMAILS,
       "[{'op':'remove','path':'emails','value':[{'value':'b'}]}]",
       "{'emails':[{'value':'a','type':'work'}]}"},
      {"one value", EMAILS,
       "[{'op':'remove','path':'emails','value':{'value':'b'}}]",
       "{'emails':[{'value':'a','type':'work'}]}"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_patch(&model, model.user, &cases[i]);
  model.operation.strict = STRICT_REMOVALS;
  static const PatchCase strict[] = {
      {"by the letter a list", EMAILS,
       "[{'op':'remove','path':'emails','value':[{'value':'b'}]}]",
       "!invalidValue"},
      {"by the letter an empty text", EMAILS,
       "[{'op':'remove','path':'emails','value':''}]", "!invalidValue"},
      {"by the letter a member", EMAILS,
       "[{'op':'remove','path':'title','value':'t'}]", "!invalidValue"},
      {"null is none", EMAILS, "[{'op':'remove','path':'emails','value':null}]",
       "{}"},
  };
  for (size_t i = 0; i < COUNT(strict); i++)
    expect_patch(&model, model.user, &strict[i]);
  model_close(&model);
}

/* M10, and the names of sub-attributes: RFC 7644 section 3.5.2. */
static void names_are_those_of_attributes_by_the_letter(void **state) {
  (void)state;
  static const struct {
    const char *operation, *kind, *by_default;
  } cases[] = {
      {"{'op':'replace','value':{'id':'other'}}", "mutability", ""},
      {"{'op':'replace','value':{'id':'i'}}", "", ""},
      {"{'op':'add','value':{'meta':{'version':'2'}}}", "mutability", ""},
      {"{'op':'add','value':{'groups':[{'value':'g'}]}}", "mutability", ""},
      {"{'op':'add','value':{'nope':1}}", "invalidPath", ""},
      {"{'op':'add','value':{'urn:x:nope':{'a':1}}}", "invalidPath", ""},
      {"{'op':'add','value':{'" ENTERPRISE "':{'nope':1}}}", "invalidPath", ""},
      {"{'op':'add','value':{'" CORE_USER "':{'nope':1}}}", "invalidPath", ""},
      {"{'op':'add','path':'" ENTERPRISE "','value':{'nope':1}}", "invalidPath",
       ""},
      {"{'op':'add','value':{'name.givenName':'g'}}", "invalidPath", ""},
      {"{'op':'add','value':{'emails[type eq `work`].value':'g'}}",
       "invalidPath", ""},
      {"{'op':'add','value':{'emails[type eq].value':'g'}}", "invalidFilter",
       ""},
      {"{'op':'add','value':{'manager':{'value':'m'}}}", "invalidPath", ""},
      {"{'op':'add','value':{'department':'d'}}", "invalidPath", ""},
      {"{'op':'add','value':{'" ENTERPRISE ":department':'d'}}", "", ""},
      {"{'op':'add','value':{'" ENTERPRISE "':{'department':'d'}}}", "", ""},
      {"{'op':'add','path':'name','value':{'nope':'x'}}", "invalidValue", ""},
      {"{'op':'add','value':{'emails':[{'value':'e','nope':'x'}]}}",
       "invalidValue", ""},
      {"{'op':'add','path':'" ENTERPRISE ":manager','value':{'value':'m',"
       "'displayName':'x'}}",
       "mutability", ""},
      {"{'op':'add','path':' title','value':'t'}", "invalidPath", ""},
      {"{'op':'add','path':'" ENTERPRISE ":','value':{'department':'d'}}",
       "invalidPath", ""},
      {"{'op':'add','path':'" CORE_USER ":','value':{'title':'t'}}",
       "invalidPath", ""},
      {"{'op':'add','value':{'" ENTERPRISE ":':{'department':'d'}}}",
       "invalidPath", ""},
      {"{'op':'add','value':{'" ENTERPRISE "':{'':{'department':'d'}}}}",
       "invalidPath", ""},
      {"{'op':'add','path':'nope','value':'t'}", "invalidPath", "invalidPath"},
      {"{'op':'replace','path':'id','value':'o'}", "mutability", "mutability"},
  };
  Model model;
  MODEL_OPEN(&model);
  PatchOptions options = {NULL};
  for (size_t i = 0; i < 2 * COUNT(cases); i++) {
    const char *operation = cases[i / 2].operation;
    Text operations = arena_format(&model.operation.arena, "[%s]", operation);
    model.operation.strict = i % 2 ? STRICT_NAMES : 0;
    patch_apply(&model.operation, model.user, json_of(&model, "{'id':'i'}"),
                patch_body(&model, operations.data), &options);
    expect_error(&model, operation,
                 i % 2 ? cases[i / 2].kind : cases[i / 2].by_default);
  }
  model_close(&model);
}

/* M15: what was said of schemas is so in the end, or refused. */
static void schemas_follow_from_the_content(void **state) {
  (void)state;
#define WITH "{'title':'t','" ENTERPRISE "':{'department':'d'}}"
  static const PatchCase cases[] = {
      {"remove", WITH, "[{'op':'remove','path':'schemas'}]", "!mutability"},
      {"remove of one that is there", WITH,
       "[{'op':'remove','path':'schemas','value':['" ENTERPRISE "']}]",
       "!mutability"},
      {"an unknown one added", WITH,
       "[{'op':'add','path':'schemas','value':['urn:bogus']}]", "!mutability"},
      {"another list", WITH,
       "[{'op':'replace','path':'schemas','value':['urn:bogus']}]",
       "!mutability"},
      {"a part of the list", WITH,
       "[{'op':'replace','path':'schemas','value':['" CORE_USER "']}]",
       "!mutability"},
      {"without the type's own", WITH,
       "[{'op':'replace','path':'schemas','value':['" ENTERPRISE "']}]",
       "!mutability"},
      {"no list", WITH, "[{'op':'replace','path':'schemas','value':[]}]",
       "!mutability"},
      {"null", WITH, "[{'op':'replace','path':'schemas','value':null}]",
       "!mutability"},
      {"not by texts", WITH, "[{'op':'add','path':'schemas','value':[7]}]",
       "!invalidValue"},
      {"the same list", WITH,
       "[{'op':'replace','path':'schemas','value':['" ENTERPRISE "','" CORE_USER
       "']}]",
       WITH},
      {"one that is there", WITH,
       "[{'op':'add','path':'schemas','value':'" ENTERPRISE "'}]", WITH},
      {"an extension that comes with it", "{'title':'t'}",
       "[{'op':'add','path':'schemas','value':['" ENTERPRISE
       "']},{'op':'add','path':'" ENTERPRISE ":department','value':'d'}]",
       WITH},
      {"an extension that does not", "{'title':'t'}",
       "[{'op':'add','path':'schemas','value':['" ENTERPRISE "']}]",
       "!mutability"},
      {"an extension that goes with it", WITH,
       "[{'op':'remove','path':'schemas','value':['" ENTERPRISE
       "']},{'op':'remove','path':'" ENTERPRISE "'}]",
       "{'title':'t'}"},
      {"repeated without a path", WITH,
       "[{'op':'replace','value':{'schemas':['" CORE_USER "'],'title':'u'}}]",
       "{'title':'u','" ENTERPRISE "':{'department':'d'}}"},
  };
  Model model;
  MODEL_OPEN(&model);
  expect_ever(&model, model.user, cases, COUNT(cases));
  model.operation.strict = STRICT_NAMES;
  static const PatchCase nameless[] = {
      {"another without a path", WITH,
       "[{'op':'replace','value':{'schemas':['urn:bogus']}}]", "!mutability"},
      {"repeated without a path, by the letter", WITH,
       "[{'op':'replace','value':{'schemas':['" CORE_USER "']}}]", WITH},
  };
  for (size_t i = 0; i < COUNT(nameless); i++)
    expect_patch(&model, model.user, &nameless[i]);
  model_close(&model);
}

/* M15: a password is not kept, but must be a text. */
static void what_is_write_only_is_checked(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"a number", "{'title':'t'}",
       "[{'op':'replace','path':'password','value':5}]", "!invalidValue"},
      {"an object without a path", "{'title':'t'}",
       "[{'op':'add','value':{'password':{}}}]", "!invalidValue"},
      {"a text", "{'title':'t'}",
       "[{'op':'replace','path':'password','value':'p'}]", "{'title':'t'}"},
      {"null", "{'title':'t'}",
       "[{'op':'replace','path':'password','value':null}]", "{'title':'t'}"},
      {"remove", "{'title':'t'}", "[{'op':'remove','path':'password'}]",
       "{'title':'t'}"},
  };
  Model model;
  MODEL_OPEN(&model);
  expect_ever(&model, model.user, cases, COUNT(cases));
  model_close(&model);
}

/* N19: the URN of the type's own schema names all its attributes, as that of an
** extension does. */
static void the_schema_may_be_named(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"by the path", "{'title':'t'}",
       "[{'op':'replace','path':'" CORE_USER "','value':{'title':'u'}}]",
       "{'title':'u'}"},
      {"in the value", "{'title':'t'}",
       "[{'op':'add','value':{'" CORE_USER "':{'title':'u','name':{"
       "'givenName':'g'}}}}]",
       "{'title':'u','name':{'givenName':'g'}}"},
      {"with nothing in it", "{'title':'t'}",
       "[{'op':'replace','value':{'" CORE_USER "':{}}}]", "{'title':'t'}"},
      {"with a wrong value in it", "{'title':'t'}",
       "[{'op':'replace','value':{'" CORE_USER "':{'title':5}}}]",
       "!invalidValue"},
      {"with no object", "{'title':'t'}",
       "[{'op':'replace','value':{'" CORE_USER "':'x'}}]", "!invalidValue"},
  };
  Model model;
  MODEL_OPEN(&model);
  expect_ever(&model, model.user, cases, COUNT(cases));
  model_close(&model);
}

/* N7, part 5 (f) of issue 8: a list of one at a value path. */
static void lists_of_one_are_unwrapped(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"for an element", EMAILS,
       "[{'op':'replace','path':'emails[type eq `home`]','value':[{'value':"
       "'z'}]}]",
       "{'emails':[{'value':'a','type':'work'},{'value':'z','type':'home'}]}"},
      {"by add", EMAILS,
       "[{'op':'add','path':'emails[type eq `home`]','value':[{'display':"
       "'z'}]}]",
       "{'emails':[{'value':'a','type':'work'},{'value':'b','type':'home',"
       "'display':'z'}]}"},
      {"for its value", EMAILS,
       "[{'op':'replace','path':'emails[type eq `home`].value','value':['z']}]",
       "{'emails':[{'value':'a','type':'work'},{'value':'z','type':'home'}]}"},
      {"for an element that is made", "{}",
       "[{'op':'add','path':'emails[type eq `home`].value','value':['z']}]",
       "{'emails':[{'type':'home','value':'z'}]}"},
      {"not for two", EMAILS,
       "[{'op':'replace','path':'emails[type eq `home`].value','value':['y',"
       "'z']}]",
       "!invalidValue"},
  };
  expect_patches("User", cases, COUNT(cases));
  static const PatchCase things[] = {
      {"of a simple attribute", "{'tags':['a','b']}",
       "[{'op':'replace','path':'tags[value eq `a`]','value':['c']}]",
       "{'tags':['c','b']}"},
  };
  expect_patches("Thing", things, COUNT(things));
}

/* O4: by the letter of RFC 7643 section 2.5 the empty array is for lists. */
static void an_empty_array_is_for_lists(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"a text", "{'title':'t'}",
       "[{'op':'replace','path':'title','value':[]}]", "{}"},
      {"a complex value", NAME, "[{'op':'replace','path':'name','value':[]}]",
       "{}"},
      {"a part", NAME, "[{'op':'replace','path':'name.givenName','value':[]}]",
       "{'name':{'familyName':'f'}}"},
      {"a part in an object", NAME,
       "[{'op':'replace','value':{'name':{'givenName':[]}}}]",
       "{'name':{'familyName':'f'}}"},
      {"an element", EMAILS,
       "[{'op':'replace','path':'emails[type eq `home`]','value':[]}]",
       "{'emails':[{'value':'a','type':'work'}]}"},
      {"a part of an element in a list", EMAILS,
       "[{'op':'replace','path':'emails','value':[{'value':'z','type':[]}]}]",
       "{'emails':[{'value':'z'}]}"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    PatchCase strict = cases[i];
    strict.after = "!invalidValue";
    model.operation.strict = 0;
    expect_patch(&model, model.user, &cases[i]);
    model.operation.strict = STRICT_SHAPES;
    expect_patch(&model, model.user, &strict);
  }
  static const PatchCase list = {
      "a list", EMAILS, "[{'op':'replace','path':'emails','value':[]}]", "{}"};
  expect_patch(&model, model.user, &list);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(immutable_values_keep_what_holds_them),
      cmocka_unit_test(immutable_values_stay_in_elements),
      cmocka_unit_test(what_is_required_is_not_removed),
      cmocka_unit_test(unknown_names_make_no_element),
      cmocka_unit_test(a_value_of_remove_lists_something),
      cmocka_unit_test(names_are_those_of_attributes_by_the_letter),
      cmocka_unit_test(schemas_follow_from_the_content),
      cmocka_unit_test(what_is_write_only_is_checked),
      cmocka_unit_test(the_schema_may_be_named),
      cmocka_unit_test(lists_of_one_are_unwrapped),
      cmocka_unit_test(an_empty_array_is_for_lists),
  };
  return cmocka_run_group_tests_name("patch checks", tests, NULL, NULL);
}
