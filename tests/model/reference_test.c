/* reference.c: "value" and "$ref", which say the same. */
#include "../../ext/model/reference.h"

#include "crate.h"

#define MANAGER "{'" ENTERPRISE "':{'manager':{'value':'m','$ref':'Users/m'}}}"
#define OTHER "{'" ENTERPRISE "':{'manager':{'value':'n','$ref':'Users/n'}}}"
#define KEEPER "{'keeper':{'value':'k','$ref':'https://x.test/v2/Users/k'}}"
#define OWNERS                                                                 \
  "{'owners':[{'value':'a','$ref':'Users/a','type':'x'},{'value':'b'}]}"

/* What a URI names, for members of a group and for a manager. */
static void uris_are_read(void **state) {
  (void)state;
  static const struct {
    const char *uri, *member, *manager; /* type and id, or nothing */
  } cases[] = {
      {"Users/a", "User a", "User a"},
      {"/Users/a", "User a", "User a"},
      {"../Users/a", "User a", "User a"},
      {"https://x.test/scim/v2/Users/a", "User a", "User a"},
      {"http://10.0.0.1:8080/t/acme/v2/users/a", "User a", "User a"},
      {"//x.test/Users/a", "User a", "User a"},
      {"https://x.test/Users/a/", "User a", "User a"},
      {"https://x.test/Users/a?attributes=id#top", "User a", "User a"},
      {"Users/a%20b%C3%A9", "User a b\xC3\xA9", "User a b\xC3\xA9"},
      {"../Groups/g", "Group g", ""},
      {"https://x.test/v2/Things/t", "Thing t", ""},
      {"a", "", ""},
      {"", "", ""},
      {"/", "", ""},
      {"Users", "", ""},
      {"Users/", "", ""},
      {"https://Users/a", "", ""},
      {"https://x.test/people/a", "", ""},
      {"https://x.test/v2/Users/a/photo", "", ""},
      {"urn:uuid:5b5f", "", ""},
      {"/Users/bulkId:new", "", ""},
  };
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  const Attribute *attributes[] = {
      attribute_of(model.group, "members"),
      attribute_of(model.user, ENTERPRISE ":manager")};
  for (size_t i = 0; i < 2 * COUNT(cases); i++) {
    const char *uri = cases[i / 2].uri;
    const char *want = i % 2 ? cases[i / 2].manager : cases[i / 2].member;
    const ResourceType *type;
    Text value, got = text_of("");
    if (reference_read(operation, attributes[i % 2], text_of(uri), &value,
                       &type))
      got = arena_format(&operation->arena, "%.*s %.*s", TEXT_ARG(type->name),
                         TEXT_ARG(value));
    expect_text(uri, got, want);
  }
  model_close(&model);
}

/* Only what the service can compute is a reference to it. */
static void references_are_told_from_values(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *crate = crate_add(&model);
  static const struct {
    const char *path;
    bool reference;
  } cases[] = {
      {"keeper", true},  {"owners", true}, {LID ":guard", true},
      {"source", false}, {"parts", false}, {"box", false},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    bool got = reference_of(&model.set, attribute_of(crate, cases[i].path));
    expect_text(cases[i].path, text_of(got ? "yes" : "no"),
                cases[i].reference ? "yes" : "no");
  }
  const Attribute *guard = attribute_of(crate, LID ":guard");
  expect_text("its URI is relative",
              reference_uri(&model.operation, &model.set,
                            reference_of(&model.set, guard), text_of("g")),
              "Groups/g");
  model_close(&model);
}

/* RFC 7643 sections 2.5 and 4.3; RFC 7644 section 3.5.2.2. */
static void without_a_value_there_is_no_ref(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"an empty value", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'value':"
       "''}}]",
       "{}"},
      {"a value of null", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'value':"
       "null}}]",
       "{}"},
      {"an empty text by a path", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager.value','value':''}]",
       "{}"},
      {"null by a path", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager.value','value':null}]",
       "{}"},
      {"remove of the value", MANAGER,
       "[{'op':'remove','path':'" ENTERPRISE ":manager.value'}]", "{}"},
      {"through the extension, without a path", MANAGER,
       "[{'op':'replace','value':{'" ENTERPRISE "':{'manager':{'value':"
       "''}}}}]",
       "{}"},
      {"through the extension", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE "','value':{'manager':{'value':"
       "null}}}]",
       "{}"},
      {"by the URN as a name", MANAGER,
       "[{'op':'replace','value':{'" ENTERPRISE ":manager':{'value':null}}}]",
       "{}"},
      {"by the whole path as a name", MANAGER,
       "[{'op':'replace','value':{'" ENTERPRISE ":manager.value':''}}]", "{}"},
      {"by add", MANAGER,
       "[{'op':'add','path':'" ENTERPRISE ":manager','value':{'value':''}}]",
       "{}"},
      {"with what was shown beside it", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'value':'',"
       "'$ref':'https://x.test/v2/Users/m','displayName':'M'}}]",
       "{}"},
      {"with nulls beside it", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'value':"
       "null,'$ref':null}}]",
       "{}"},
      {"the rest stays",
       "{'title':'t','" ENTERPRISE "':{'department':'d','manager':{'value':"
       "'m','$ref':'Users/m'}}}",
       "[{'op':'remove','path':'" ENTERPRISE ":manager.value'}]",
       "{'title':'t','" ENTERPRISE "':{'department':'d'}}"},
      {"without its $ref it stays", MANAGER,
       "[{'op':'remove','path':'" ENTERPRISE ":manager.$ref'},{'op':'replace',"
       "'path':'" ENTERPRISE ":manager','value':{'$ref':null}}]",
       MANAGER},
  };
  Model model;
  MODEL_OPEN(&model);
  expect_ever(&model, model.user, cases, COUNT(cases));
  model_close(&model);
}

static void the_same_holds_for_every_reference(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"in the type itself", KEEPER,
       "[{'op':'replace','path':'keeper','value':{'value':''}}]", "{}"},
      {"by a dotted name", KEEPER,
       "[{'op':'replace','value':{'keeper.value':null}}]", "{}"},
      {"what else was said stays",
       "{'keeper':{'value':'k','$ref':'Users/k','note':'n'}}",
       "[{'op':'remove','path':'keeper.value'}]", "{'keeper':{'note':'n'}}"},
      {"in another extension",
       "{'" LID "':{'guard':{'value':'g','$ref':"
       "'Groups/g'}}}",
       "[{'op':'remove','path':'" LID ":guard.value'}]", "{}"},
      {"in an element", OWNERS,
       "[{'op':'replace','path':'owners[value eq `b`]','value':{'value':''}}]",
       "{'owners':[{'value':'a','type':'x'}]}"},
      {"a $ref that is a value stays",
       "{'source':{'value':'s','$ref':'https://y.test/s'}}",
       "[{'op':'remove','path':'source.value'}]",
       "{'source':{'$ref':'https://y.test/s'}}"},
  };
  expect_crates(cases, COUNT(cases));
}

/* By the letter an element may go without a value, but not with the URI of what
** it was. */
static void elements_lose_their_ref(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *crate = crate_add(&model);
  static const PatchCase tolerant = {
      "an element without its value goes", OWNERS,
      "[{'op':'remove','path':'owners[value eq `a`].value'}]",
      "{'owners':[{'value':'b'}]}"};
  static const PatchCase strict = {
      "by the letter what else it says stays", OWNERS,
      "[{'op':'remove','path':'owners.value'}]", "{'owners':[{'type':'x'}]}"};
  expect_patch(&model, crate, &tolerant);
  model.operation.strict = STRICT_TARGETS;
  expect_patch(&model, crate, &strict);
  model_close(&model);
}

/* RFC 7643 section 2.4: "$ref" is the URI of what "value" identifies. */
static void a_ref_alone_gives_the_value(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"replace", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'$ref':"
       "'https://x.test/scim/v2/Users/n'}}]",
       OTHER},
      {"add", "{}",
       "[{'op':'add','path':'" ENTERPRISE ":manager','value':{'$ref':"
       "'../Users/n'}}]",
       OTHER},
      {"beside a value of null", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'value':"
       "null,'$ref':'Users/n'}}]",
       OTHER},
      {"by a path", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager.$ref','value':"
       "'/Users/n'}]",
       OTHER},
      {"by a path where there is none", "{}",
       "[{'op':'add','path':'" ENTERPRISE ":manager.$ref','value':"
       "'/Users/n'}]",
       OTHER},
      {"without a path", MANAGER,
       "[{'op':'replace','value':{'" ENTERPRISE "':{'manager':{'$ref':"
       "'Users/n'}}}}]",
       OTHER},
      {"by the whole path as a name", MANAGER,
       "[{'op':'replace','value':{'" ENTERPRISE ":manager.$ref':"
       "'Users/n'}}]",
       OTHER},
      {"the value comes first", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'value':"
       "'n','$ref':'https://x.test/what/ever'}}]",
       OTHER},
      {"a new value has a new $ref", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager.value','value':'n'}]",
       OTHER},
      {"of a group", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'$ref':"
       "'../Groups/n'}}]",
       "!invalidValue"},
      {"of nothing here", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager','value':{'$ref':"
       "'https://x.test/n'}}]",
       "!invalidValue"},
      {"of nothing here, by a path", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager.$ref','value':'n'}]",
       "!invalidValue"},
      {"no text", MANAGER,
       "[{'op':'replace','path':'" ENTERPRISE ":manager.$ref','value':5}]",
       "!invalidValue"},
  };
  Model model;
  MODEL_OPEN(&model);
  expect_ever(&model, model.user, cases, COUNT(cases));
  model_close(&model);
}

static void a_ref_alone_gives_the_value_of_others(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"in the type itself", KEEPER,
       "[{'op':'replace','path':'keeper','value':{'$ref':'Users/l'}}]",
       "{'keeper':{'value':'l'}}"},
      {"what is not mentioned stays", "{'keeper':{'value':'k','note':'n'}}",
       "[{'op':'replace','path':'keeper.$ref','value':'Users/l'}]",
       "{'keeper':{'value':'l','note':'n'}}"},
      {"in another extension", "{}",
       "[{'op':'add','path':'" LID ":guard','value':{'$ref':'../Groups/h'}}]",
       "{'" LID "':{'guard':{'value':'h'}}}"},
      {"added to a list", "{'owners':[{'value':'a','type':'x'}]}",
       "[{'op':'add','path':'owners','value':[{'$ref':'Users/b','type':'y'},"
       "{'$ref':'Users/a','type':'x'}]}]",
       "{'owners':[{'value':'a','type':'x'},{'value':'b','type':'y'}]}"},
      {"in place of a list", OWNERS,
       "[{'op':'replace','path':'owners','value':[{'$ref':'Users/c'}]}]",
       "{'owners':[{'value':'c'}]}"},
      {"taken out of a list", OWNERS,
       "[{'op':'remove','path':'owners','value':[{'$ref':'Users/b'}]}]",
       "{'owners':[{'value':'a','type':'x'}]}"},
      {"of an element", OWNERS,
       "[{'op':'replace','path':'owners[value eq `b`].$ref','value':"
       "'Users/c'}]",
       "{'owners':[{'value':'a','type':'x'},{'value':'c'}]}"},
      {"of an element that is replaced", OWNERS,
       "[{'op':'replace','path':'owners[type eq `x`]','value':{'$ref':"
       "'Users/c'}}]",
       "{'owners':[{'value':'c','type':'x'},{'value':'b'}]}"},
      {"of nothing here", OWNERS,
       "[{'op':'add','path':'owners','value':[{'$ref':'Groups/b'}]}]",
       "!invalidValue"},
      {"to what is elsewhere it is a value", "{}",
       "[{'op':'add','path':'source','value':{'$ref':'https://y.test/s'}}]",
       "{'source':{'$ref':'https://y.test/s'}}"},
  };
  expect_crates(cases, COUNT(cases));
}

/* An element that a value path makes is one that its filter finds. */
static void a_ref_in_a_filter_gives_the_value(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"in the filter of an element that is made", "{}",
       "[{'op':'add','path':'owners[$ref eq `https://y.test/v2/Users/c`].type',"
       "'value':'y'}]",
       "{'owners':[{'type':'y','value':'c'}]}"},
      {"or of one that is made as a whole", OWNERS,
       "[{'op':'replace','path':'owners[$ref eq `Users/c` and type eq `z`]',"
       "'value':{'type':'y'}}]",
       "{'owners':[{'value':'a','type':'x'},{'value':'b'},{'type':'y',"
       "'value':'c'}]}"},
      {"what is readOnly cannot be made so", OWNERS,
       "[{'op':'add','path':'owners[seen eq true and type eq `z`].value',"
       "'value':'c'}]",
       "!noTarget"},
      {"but of nothing here none is made", OWNERS,
       "[{'op':'add','path':'owners[$ref eq `Groups/b`].type','value':'y'}]",
       "!invalidValue"},
  };
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *crate = crate_add(&model);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_patch(&model, crate, &cases[i]);
  model_close(&model);
}

/* What a document looks like that is not stored: scim_patch. */
static void documents_agree_with_themselves(void **state) {
  (void)state;
  static const struct {
    const char *before, *operations, *after;
  } cases[] = {
      {KEEPER, "[{'op':'replace','path':'keeper','value':{'value':'l'}}]",
       "{'keeper':{'value':'l','$ref':'Users/l'}}"},
      /* N24: an id may have any characters, a URI may not. */
      {KEEPER, "[{'op':'replace','path':'keeper','value':'x y/\u00E9'}]",
       "{'keeper':{'value':'x y/\u00E9','$ref':'Users/x%20y%2F%C3%A9'}}"},
      {KEEPER,
       "[{'op':'replace','path':'keeper','value':{'$ref':'../Users/"
       "x%20y'}}]",
       "{'keeper':{'$ref':'../Users/x%20y','value':'x y'}}"},
      {KEEPER, "[{'op':'add','path':'keeper.note','value':'n'}]",
       "{'keeper':{'value':'k','$ref':'https://x.test/v2/Users/k','note':"
       "'n'}}"},
      {"{'keeper':{'value':'k','displayName':'K'}}",
       "[{'op':'remove','path':'keeper.value'}]", "{}"},
      {"{'keeper':'k'}",
       "[{'op':'replace','path':'keeper','value':{'value':'l'}}]",
       "{'keeper':{'value':'l','$ref':'Users/l'}}"},
      {"{'" LID "':'?','owners':'?'}",
       "[{'op':'add','path':'" LID ":guard.value','value':'g'},{'op':'add',"
       "'path':'owners','value':[{'type':'x'}]}]",
       "{'" LID "':{'guard':{'value':'g','$ref':'Groups/g'}},'owners':[{"
       "'type':'x'}]}"},
  };
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *crate = crate_add(&model);
  PatchOptions options = {NULL};
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *doc = json_of(&model, cases[i].before);
    patch_apply(&model.operation, crate, doc,
                patch_body(&model, cases[i].operations), &options);
    expect_error(&model, cases[i].operations, "");
    expect_json(&model, cases[i].operations, doc, cases[i].after);
  }
  model_close(&model);
}

/* POST and PUT, and what their errors say. */
static void bodies_are_completed(void **state) {
  (void)state;
  static const struct {
    const char *type, *body, *want; /* or "!" and the detail */
  } cases[] = {
      {"User",
       "{'userName':'u','" ENTERPRISE "':{'manager':{'$ref':"
       "'https://x.test/v2/Users/m'}}}",
       "{'userName':'u','" ENTERPRISE "':{'manager':{'$ref':"
       "'https://x.test/v2/Users/m','value':'m'}}}"},
      {"User", "{'userName':'u','" ENTERPRISE "':{'manager':{'value':''}}}",
       "{'userName':'u'}"},
      {"User", "{'userName':'u','" ENTERPRISE "':{'manager':{}}}",
       "{'userName':'u'}"},
      {"User",
       "{'userName':'u','" ENTERPRISE "':{'manager':{'$ref':'/Groups/g'}}}",
       "!'" ENTERPRISE ":manager.$ref' must be the URI of a User"},
      {"Group", "{'displayName':'g','members':[{'$ref':'../Users/u'}]}",
       "{'displayName':'g','members':[{'$ref':'../Users/u','value':'u','type':"
       "'User'}]}"},
      {"Group", "{'displayName':'g','members':[{'$ref':'u'}]}",
       "!'members.$ref' must be the URI of a resource"},
      {"Group", "{'displayName':'g','members':[{'display':'Ann'}]}",
       "!each of 'members' must have a value, or a $ref that names a "
       "resource"},
      {"Group", "{'displayName':'g','members':[null]}",
       "!each of 'members' must have a value, or a $ref that names a "
       "resource"},
      {"Group", "{'displayName':'g','members':[]}", "{'displayName':'g'}"},
      {"Group", "{'displayName':'g','members':null}", "{'displayName':'g'}"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const ResourceType *type = type_named(&model, cases[i].type);
    Json *doc =
        resource_read(&model.operation, type, json_of(&model, cases[i].body));
    if (cases[i].want[0] == '!') {
      expect_text(cases[i].body, model.operation.detail, cases[i].want + 1);
      expect_error(&model, cases[i].body, "invalidValue");
    } else {
      expect_error(&model, cases[i].body, "");
      expect_json(&model, cases[i].body, doc, cases[i].want);
    }
  }
  model_close(&model);
}

/* M17: what is shown, and what it may be asked for as. The base has a version,
** or has none; the manager's $ref is caseExact, and another is not. */
static void references_have_forms(void **state) {
  (void)state;
  static const struct {
    const char *base, *uri, *shown, *relative, *asked;
  } cases[] = {
      {"https://x.t/v2", "Users/a", "https://x.t/v2/Users/a", "Users/a",
       "Users/a"},
      {"https://x.t/v2", "https://x.t/v2/Users/a", "https://x.t/v2/Users/a",
       "Users/a", "Users/a"},
      {"https://x.t/v2", "https://x.t/v1/Users/a", "https://x.t/v1/Users/a",
       "https://x.t/v1/Users/a", "Users/a"},
      {"https://x.t/v2", "https://x.t/Users/a", "https://x.t/Users/a",
       "https://x.t/Users/a", "Users/a"},
      {"https://x.t/v2", "https://x.t/v/Users/a", "https://x.t/v/Users/a",
       "https://x.t/v/Users/a", "v/Users/a"},
      {"https://x.t", "https://x.t/v2/Users/a", "https://x.t/v2/Users/a",
       "v2/Users/a", "v2/Users/a"},
      {"https://x.t/s", "https://x.t/s2/Users/a", "https://x.t/s2/Users/a",
       "https://x.t/s2/Users/a", "https://x.t/s2/Users/a"},
      {"https://x.t/v2", "https://x.t/v2", "https://x.t/v2", "https://x.t/v2",
       "v2"},
      {"https://x.t/v2", "HTTPS://x.t/v2/Users/a", "HTTPS://x.t/v2/Users/a",
       "HTTPS://x.t/v2/Users/a", "HTTPS://x.t/v2/Users/a"},
      {"https://x.t/v2", "urn:a", "urn:a", "urn:a", "urn:a"},
      {"https://x.t/v2", "", "", "", ""},
      {"/v2", "Users/a", "/v2/Users/a", "Users/a", "Users/a"},
  };
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  const Attribute *ref = attribute_of(model.user, ENTERPRISE ":manager.$ref");
  expect_bool("without a base", reference_has_base(operation, ref), false);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const char *uri = cases[i].uri;
    operation->base = text_of(cases[i].base);
    expect_bool(uri, reference_has_base(operation, ref), true);
    expect_text(uri, reference_shown(operation, text_of(uri)), cases[i].shown);
    expect_text(uri, reference_relative(operation, ref, text_of(uri)),
                cases[i].relative);
    expect_text(uri, reference_asked_for(operation, ref, text_of(uri)),
                cases[i].asked);
  }
  Attribute any_case = *ref;
  any_case.case_exact = false;
  operation->base = text_of("https://X.t/v2");
  expect_text("any case",
              reference_relative(operation, &any_case,
                                 text_of("HTTPS://x.T/V2/Users/a")),
              "Users/a");
  expect_bool("another name",
              reference_has_base(operation, attribute_of(model.user, ENTERPRISE
                                                         ":manager.value")),
              false);
  operation->base = NO_TEXT;
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(uris_are_read),
      cmocka_unit_test(references_are_told_from_values),
      cmocka_unit_test(without_a_value_there_is_no_ref),
      cmocka_unit_test(the_same_holds_for_every_reference),
      cmocka_unit_test(elements_lose_their_ref),
      cmocka_unit_test(a_ref_alone_gives_the_value),
      cmocka_unit_test(a_ref_alone_gives_the_value_of_others),
      cmocka_unit_test(a_ref_in_a_filter_gives_the_value),
      cmocka_unit_test(documents_agree_with_themselves),
      cmocka_unit_test(bodies_are_completed),
      cmocka_unit_test(references_have_forms),
  };
  return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
