#include "../../ext/model/compose.h"

#include "model_test.h"

/* The document of the pairs, over an old one unless that is NULL. */
static Json *composed(Model *model, const char *pairs, const char *old) {
  Text names[16];
  Json *cells[16];
  size_t count = 0;
  Compose compose;
  JSON_EACH (pair, json_of(model, pairs)) {
    names[count] = pair->name;
    cells[count++] = pair;
  }
  if (!compose_read(&model->operation, model->user, names, count, &compose))
    return NULL;
  Json *doc = compose_document(&model->operation, &compose, cells,
                               old ? json_of(model, old) : NULL);
  if (doc) json_remove(doc, json_member(doc, "schemas"));
  return doc;
}

typedef struct Case {
  const char *pairs, *old, *want;
} Case;

static void values_go_where_paths_lead(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{'userName':'ann','name.givenName':'Ann','name.familyName':'Lee'}",
       NULL,
       "{'userName':'ann','name':{'givenName':'Ann','familyName':'Lee'}}"},
      {"{'USERNAME':'ann','" CORE_USER ":title':'Dr.'}", NULL,
       "{'userName':'ann','title':'Dr.'}"},
      {"{'emails[type eq `work`].value':'w@x','emails.value':'a@x',"
       "'emails[type eq `work`].primary':1}",
       NULL,
       "{'emails':[{'type':'work','value':'w@x','primary':true},"
       "{'value':'a@x'}]}"},
      {"{'addresses.locality':'Rome','addresses.postalCode':'00100'}", NULL,
       "{'addresses':[{'locality':'Rome','postalCode':'00100'}]}"},
      {"{'" ENTERPRISE ":department':'R&D','manager.value':'42',"
       "'employeeNumber':7}",
       NULL,
       "{'" ENTERPRISE "':{'department':'R&D','manager':{'value':'42'},"
       "'employeeNumber':'7'}}"},
      {"{'emails':'[{`value`:`a@x`}]'}", NULL, "{'emails':[{'value':'a@x'}]}"},
      {"{'emails':'a@x','active':0}", NULL,
       "{'emails':[{'value':'a@x'}],'active':false}"},
      {"{'active':'1','name':{'givenName':'Ann'}}", NULL,
       "{'active':true,'name':{'givenName':'Ann'}}"},
      {"{'emails[type eq `work` and primary eq true].value':'w@x'}", NULL,
       "{'emails':[{'type':'work','primary':true,'value':'w@x'}]}"},
      {"{'password':'secret'}", NULL, "{'password':'secret'}"},
      {"{'title':'','active':null,'emails.value':'','name.givenName':null}",
       NULL, "{}"},
      {"{}", NULL, "{}"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_json(&model, cases[i].pairs,
                composed(&model, cases[i].pairs, cases[i].old), cases[i].want);
  expect_error(&model, "there is no error", "");
  model_close(&model);
}

/* A tenant to the letter of the RFC has tables and files as well. */
static void cells_are_no_requests(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  model.operation.strict = ~0U;
  expect_json(&model, "texts",
              composed(&model,
                       "{'active':'TRUE','title':'','emails':'a@x',"
                       "'name':'{`givenName`:`Bo`}'}",
                       "{'title':'Dr.','name':{'familyName':'Lee'}}"),
              "{'name':{'familyName':'Lee','givenName':'Bo'},'active':true,"
              "'emails':[{'value':'a@x'}]}");
  assert_int_equal(model.operation.strict, ~0U);
  model_close(&model);
}

#define TWO                                                                    \
  "{'userName':'ann','title':'Dr.','emails':[{'type':'home','value':'h@x'},"   \
  "{'type':'work','value':'w@x','primary':true}]}"

static void rows_are_put_over_what_is_there(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{'userName':'ann','emails[type eq `work`].value':'w@x'}", TWO,
       "{'title':'Dr.','emails':[{'type':'home','value':'h@x'},"
       "{'type':'work','value':'w@x','primary':true}],'userName':'ann'}"},
      {"{'emails[type eq `work`].value':'new@x','title':null}", TWO,
       "{'userName':'ann','emails':[{'type':'home','value':'h@x'},"
       "{'type':'work','value':'new@x','primary':true}]}"},
      {"{'emails[type eq `work`].value':''}", TWO,
       "{'userName':'ann','title':'Dr.','emails':[{'type':'home',"
       "'value':'h@x'}]}"},
      {"{'emails[type eq `home`].value':'','emails[type eq `work`].value':''}",
       TWO, "{'userName':'ann','title':'Dr.'}"},
      {"{'emails[type eq `other`].value':'o@x'}", TWO,
       "{'userName':'ann','title':'Dr.','emails':[{'type':'home',"
       "'value':'h@x'},{'type':'work','value':'w@x','primary':true},"
       "{'type':'other','value':'o@x'}]}"},
      {"{'emails[type eq `work`].value':'w@x','emails.value':'p@x'}", TWO,
       "{'userName':'ann','title':'Dr.','emails':[{'type':'home',"
       "'value':'p@x'},{'type':'work','value':'w@x','primary':true}]}"},
      {"{'emails':'a@x'}", TWO,
       "{'userName':'ann','title':'Dr.','emails':[{'value':'a@x'}]}"},
      {"{'name.givenName':'','department':''}",
       "{'name':{'givenName':'Ann'},'" ENTERPRISE "':{'department':'R'}}",
       "{'" ENTERPRISE "':{}}"},
      {"{'name.givenName':'Ann'}", "{'name':'none','emails':7}",
       "{'emails':7,'name':{'givenName':'Ann'}}"},
      {"{'emails.value':'a@x'}", "{'emails':['x']}", "{'emails':['x']}"},
      /* With its value goes an element, unless more is said of it. */
      {"{'emails[type eq `work`].value':''}",
       "{'emails':[{'type':'work','value':'w','display':'W'}]}", "{}"},
      {"{'emails[type eq `work`].value':'',"
       "'emails[type eq `work`].display':'V'}",
       "{'emails':[{'type':'work','value':'w','display':'W'}]}",
       "{'emails':[{'type':'work','display':'V'}]}"},
      /* Where nothing is said of an element, there is to be none. */
      {"{'emails[type eq `work`].value':'','emails[type eq `work`].display':''"
       "}",
       "{'emails':[{'type':'work','value':'v','display':'V'},"
       "{'type':'home','value':'h'},{'type':'work','value':'w'}]}",
       "{'emails':[{'type':'home','value':'h'}]}"},
      {"{'emails[type eq `work`].value':''}",
       "{'emails':[{'type':'work','display':'V'},{'type':'work','value':'w'}]}",
       "{'emails':[{'type':'work','display':'V'},{'type':'work','value':'w'}]"
       "}"},
      {"{'emails.value':''}", "{'emails':[{'type':'home','value':'h'}]}", "{}"},
      {"{'emails.value':'','emails[type eq `work`].value':''}", TWO,
       "{'userName':'ann','title':'Dr.'}"},
      {"{'emails.value':''}", TWO, TWO},
      {"{'emails.value':'new@x','emails.type':''}", TWO,
       "{'userName':'ann','title':'Dr.','emails':[{'value':'new@x'},"
       "{'type':'work','value':'w@x','primary':true}]}"},
      /* What one cell brings no empty one takes. */
      {"{'emails[primary eq true].value':'p@x','emails[type eq `work`].value':"
       "''}",
       TWO,
       "{'userName':'ann','title':'Dr.','emails':[{'type':'home',"
       "'value':'h@x'},{'primary':true,'value':'p@x'}]}"},
      {"{'emails[type eq `work` and primary eq true].value':'new@x'}", TWO,
       "{'userName':'ann','title':'Dr.','emails':[{'type':'home',"
       "'value':'h@x'},{'type':'work','value':'new@x','primary':true}]}"},
      /* An object is put over the one that is there. */
      {"{'name':{'givenName':'Bo','middleName':null}}",
       "{'name':{'givenName':'Ann','familyName':'Lee','middleName':'M'}}",
       "{'name':{'givenName':'Bo','familyName':'Lee'}}"},
      {"{'name':'{`givenName`:`Bo`}'}", "{'name':{'familyName':'Lee'}}",
       "{'name':{'familyName':'Lee','givenName':'Bo'}}"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_json(&model, cases[i].pairs,
                composed(&model, cases[i].pairs, cases[i].old), cases[i].want);
  expect_error(&model, "there is no error", "");
  model_close(&model);
}

static void names_are_strict(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{'userNam':'ann'}", "invalidPath", "the column 'userNam':"},
      {"{'emails[type eq':'ann'}", "invalidPath",
       "the column 'emails[type eq'"},
      {"{'':'ann'}", "invalidPath", "the column ''"},
      {"{'id':'1'}", "invalidPath", "the column 'id' is not a column's to set"},
      {"{'meta.created':'1'}", "invalidPath",
       "the column 'meta.created' is no"},
      {"{'groups':'1'}", "invalidPath", "the column 'groups' is not"},
      {"{'members.value':'1'}", "invalidPath", "the column 'members.value':"},
      {"{'schemas':'1'}", "invalidPath", "the column 'schemas' is not"},
      {"{'" ENTERPRISE "':'1'}", "invalidPath", "the column 'urn:ietf:params"},
      {"{'emails[type ne `work`].value':'1'}", "invalidPath",
       "the column 'emails[type ne \"work\"].value' must have a filter"},
      {"{'emails[type eq `work` or primary eq true].value':'1'}", "invalidPath",
       "the column 'emails[type eq \"work\" or primary eq true].value' must"},
      {"{'emails[primary eq true and type eq `work`].type':'1'}", "invalidPath",
       "the column 'emails[primary eq true and type eq \"work\"].type' is "
       "what"},
      {"{'emails[primary eq true and type eq `work`].value':'a',"
       "'emails[type eq `work` and primary eq true]':'b'}",
       "invalidPath",
       "the column 'emails[type eq \"work\" and primary eq true]'"},
      {"{'emails[type eq `work`].type':'1'}", "invalidPath",
       "the column 'emails[type eq \"work\"].type' is what its own"},
      {"{'userName':'a','" CORE_USER ":username':'b'}", "invalidPath",
       "the column 'urn:ietf:params"},
      {"{'name':'a','name.givenName':'b'}", "invalidPath",
       "the column 'name.givenName' names what another"},
      {"{'emails[type eq `work`].value':'a','emails[type eq `WORK`]':'b'}",
       "invalidPath", "the column 'emails[type eq \"WORK\"]' names what"},
      {"{'active':'perhaps'}", "invalidValue", "the value of 'active' must be"},
      {"{'name':'Ann'}", "invalidValue", "the value of 'name' must be"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Json *doc = composed(&model, cases[i].pairs, NULL);
    Text detail = model.operation.detail;
    expect_json(&model, cases[i].pairs, doc, "none");
    expect_text(cases[i].pairs,
                text_first(detail, strlen(cases[i].want) < detail.size
                                       ? strlen(cases[i].want)
                                       : detail.size),
                cases[i].want);
    expect_error(&model, cases[i].pairs, cases[i].old);
  }
  model_close(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_go_where_paths_lead),
      cmocka_unit_test(rows_are_put_over_what_is_there),
      cmocka_unit_test(names_are_strict),
      cmocka_unit_test(cells_are_no_requests),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
