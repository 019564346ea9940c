#include "../../ext/model/resource.h"

#include "model_test.h"

#define EXTRA "urn:example:scim:2.0:Extra"

typedef struct Case {
  const char *body, *want; /* "!" and the kind of an error */
  const char *place;       /* what the error's detail names */
} Case;

/* Reads the body, checks it, and makes it canonical. */
static Json *read_whole(Model *model, const ResourceType *type, Json *body) {
  Operation *operation = &model->operation;
  Json *doc = resource_read(operation, type, body);
  if (!failed(operation)) resource_check(operation, type, doc, NULL);
  if (failed(operation)) return NULL;
  return resource_canonical(operation, type, doc, text_of("i"));
}

static bool mentions(Text text, const char *part) {
  for (size_t i = 0; i < text.size; i++)
    if (text_begins(text_after(text, i), text_of(part))) return true;
  return false;
}

static void expect_reads(const char *type_name, const Case *cases,
                         size_t count) {
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *type = type_named(&model, type_name);
  for (size_t i = 0; i < count; i++) {
    Json *doc = read_whole(&model, type, json_of(&model, cases[i].body));
    Text detail = model.operation.detail;
    bool error = failed(&model.operation);
    if (error || cases[i].want[0] == '!') {
      expect_error(&model, cases[i].body, cases[i].want + 1);
      if (cases[i].place && !mentions(detail, cases[i].place))
        expect_text("the place", detail, cases[i].place);
      continue;
    }
    expect_json(&model, cases[i].body, doc, cases[i].want);
  }
  model_close(&model);
}

#define USER "{'schemas':['" CORE_USER "'],'id':'i','userName':'a'"
#define THING "{'schemas':['urn:example:scim:2.0:Thing'],'id':'i'"

static void users_are_read(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{'userName':'a'}", USER "}", NULL},
      {"{'USERNAME':'a','NAME':{'GIVENNAME':'g'}}",
       USER ",'name':{'givenName':'g'}}", NULL},
      {"{'title':'t','userName':'a','name':{'givenName':'g','familyName':"
       "'f'}}",
       USER ",'name':{'familyName':'f','givenName':'g'},'title':'t'}", NULL},
      {"{'userName':'a','nope':1,'name':{'nope':2},'urn:x':{'y':3}}", USER "}",
       NULL},
      {"{'userName':'a','schemas':['urn:scim:schemas:core:1.0']}", USER "}",
       NULL},
      {"{'userName':'a','id':null,'meta':{'resourceType':'User'},'groups':"
       "[{'value':'g'}],'password':'p'}",
       USER "}", NULL},
      {"{'userName':'a','title':null,'nickName':'','emails':[],'name':{},"
       "'addresses':null,'roles':[null,'',{}]}",
       USER "}", NULL},
      {"{'userName':'a','externalId':''}", USER "}", NULL},
      {"{'userName':'a','externalId':'E'}",
       "{'schemas':['" CORE_USER "'],'id':'i','externalId':'E','userName':"
       "'a'}",
       NULL},
      {"{'userName':'a','active':'True'}", USER ",'active':true}", NULL},
      {"{'userName':'a','active':'false'}", USER ",'active':false}", NULL},
      {"{'userName':'a','emails':{'value':'e'}}",
       USER ",'emails':[{'value':'e'}]}", NULL},
      {"{'userName':'a','emails':['e','f']}",
       USER ",'emails':[{'value':'e'},{'value':'f'}]}", NULL},
      {"{'userName':'a','emails':[{'primary':'True','type':'work','value':"
       "'e','display':null}]}",
       USER ",'emails':[{'value':'e','type':'work','primary':true}]}", NULL},
      {"{'userName':'a','phoneNumbers':[{'value':' +47 (1) '}]}",
       USER ",'phoneNumbers':[{'value':' +47 (1) '}]}", NULL},
      {"{'userName':'a','roles':[{'value':'{`id`:`1`,`value`:`v`,"
       "`displayName`:`d`}'}]}",
       USER ",'roles':[{'value':'v','display':'d'}]}", NULL},
      {"{'userName':'a','" ENTERPRISE "':{'department':'d','manager':'m'}}",
       "{'schemas':['" CORE_USER "','" ENTERPRISE "'],'id':'i','userName':"
       "'a','" ENTERPRISE "':{'department':'d','manager':{'value':'m',"
       "'$ref':'Users/m'}}}",
       NULL},
      {"{'userName':'a','" ENTERPRISE "':{'manager':[{'value':'m','$ref':"
       "null,'displayName':'x'}]}}",
       "{'schemas':['" CORE_USER "','" ENTERPRISE "'],'id':'i','userName':"
       "'a','" ENTERPRISE "':{'manager':{'value':'m','$ref':'Users/m'}}}",
       NULL},
      {"{'userName':'a','URN:ietf:params:scim:schemas:extension:ENTERPRISE:"
       "2.0:user':{'Division':'d'}}",
       "{'schemas':['" CORE_USER "','" ENTERPRISE "'],'id':'i','userName':"
       "'a','" ENTERPRISE "':{'division':'d'}}",
       NULL},
      {"{'userName':'a','" ENTERPRISE "':{}}", USER "}", NULL},
      {"{'userName':'a','" ENTERPRISE "':null}", USER "}", NULL},
      {"{'userName':'a','" ENTERPRISE "':{'department':'','manager':{"
       "'managerId':'1'}}}",
       USER "}", NULL},
      {"{'userName':'a','" ENTERPRISE "':'x'}", "!invalidValue", ENTERPRISE},
      {"null", "!invalidSyntax", NULL},
      {"[]", "!invalidSyntax", NULL},
      {"'x'", "!invalidSyntax", NULL},
      {"{}", "!invalidValue", "userName"},
      {"{'userName':null}", "!invalidValue", "userName"},
      {"{'userName':''}", "!invalidValue", "userName"},
      {"{'userName':1}", "!invalidValue", "userName"},
      {"{'userName':true}", "!invalidValue", "userName"},
      {"{'userName':{'a':1}}", "!invalidValue", "userName"},
      {"{'userName':['a','b']}", "!invalidValue", "userName"},
      {"{'userName':[['a']]}", "!invalidValue", "userName"},
      {"{'userName':['a']}", USER "}", NULL},
      {"{'userName':'a','name':'x'}", "!invalidValue", "name"},
      {"{'userName':'a','name':{'givenName':1}}", "!invalidValue",
       "name.givenName"},
      {"{'userName':'a','name':[{'givenName':'a'},{'givenName':'b'}]}",
       "!invalidValue", "name"},
      {"{'userName':'a','active':'yes'}", "!invalidValue", "active"},
      {"{'userName':'a','active':1}", "!invalidValue", "active"},
      {"{'userName':'a','emails':[{'value':1}]}", "!invalidValue",
       "emails.value"},
      {"{'userName':'a','emails':[{'value':'e','primary':'x'}]}",
       "!invalidValue", "emails.primary"},
      {"{'userName':'a','emails':[[]]}", USER "}", NULL},
      {"{'userName':'a','emails':[['e']]}", "!invalidValue", "emails"},
      {"{'userName':'a','emails':5}", "!invalidValue", "emails"},
      {"{'userName':'a','emails':[{'value':'e','primary':true},{'value':'f',"
       "'primary':true}]}",
       "!invalidValue", "emails"},
      {"{'userName':'a','" ENTERPRISE "':{'department':1}}", "!invalidValue",
       ENTERPRISE ":department"},
      {"{'userName':'a','x509Certificates':[{'value':'not base64'}]}",
       "!invalidValue", "x509Certificates.value"},
  };
  expect_reads("User", cases, COUNT(cases));
}

static void things_are_read(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{'size':-5,'weight':2.50,'ready':false}",
       THING ",'size':-5,'weight':2.50,'ready':false}", NULL},
      {"{'weight':1e2,'size':0}", THING ",'size':0,'weight':1e2}", NULL},
      {"{'seen':'2011-05-13T06:42:34.50+02:00'}",
       THING ",'seen':'2011-05-13T06:42:34.50+02:00'}", NULL},
      {"{'blob':'bWFuZ28='}", THING ",'blob':'bWFuZ28='}", NULL},
      {"{'tags':'a','levels':[1,2,2]}",
       THING ",'tags':['a'],'levels':"
             "[1,2]}",
       NULL},
      {"{'tags':[null,'','a']}", THING ",'tags':['a']}", NULL},
      {"{'secret':'s','stamp':'x','hidden':'h','serial':'1'}",
       THING ",'serial':'1','hidden':'h'}", NULL},
      {"{'origin':{'place':'p','checked':true}}",
       THING ",'origin':{'place':'p'}}", NULL},
      {"{'urn:example:scim:2.0:Extra:More':{'color':'c'},"
       "'urn:example:scim:2.0:Extra':{'depth':1,'plan':'t2'}}",
       "{'schemas':['urn:example:scim:2.0:Thing','urn:example:scim:2.0:Extra',"
       "'urn:example:scim:2.0:Extra:More'],'id':'i',"
       "'urn:example:scim:2.0:Extra':{'depth':1,'plan':{'value':'t2','$ref':"
       "'Things/t2'}},'urn:example:scim:2.0:Extra:More':{'color':'c'}}",
       NULL},
      {"{'size':1.5}", "!invalidValue", "size"},
      {"{'size':'one'}", "!invalidValue", "size"},
      {"{'size':true}", "!invalidValue", "size"},
      {"{'weight':'x'}", "!invalidValue", "weight"},
      {"{'ready':'maybe'}", "!invalidValue", "ready"},
      {"{'seen':'yesterday'}", "!invalidValue", "seen"},
      {"{'seen':1300000000}", "!invalidValue", "seen"},
      {"{'blob':'a'}", "!invalidValue", "blob"},
      {"{'blob':'a b='}", "!invalidValue", "blob"},
      {"{'blob':'===='}", "!invalidValue", "blob"},
      {"{'blob':5}", "!invalidValue", "blob"},
      {"{'link':5}", "!invalidValue", "link"},
      {"{'tags':['a',5]}", "!invalidValue", "tags"},
      {"{'tags':[['a']]}", "!invalidValue", "tags"},
      {"{'levels':['x']}", "!invalidValue", "levels"},
      {"{'parts':[{'made':'x'}]}", "!invalidValue", "parts.made"},
      {"{'origin':'Oslo'}", "!invalidValue", "origin"},
      {"{'origin':{'note':'n'}}", "!invalidValue", "origin.place"},
      {"{'urn:example:scim:2.0:Extra':{'color':'c'}}", "!invalidValue",
       "urn:example:scim:2.0:Extra:depth"},
      {"{'urn:example:scim:2.0:Extra':[]}", THING "}", NULL},
      {"{'urn:example:scim:2.0:Extra':5}", "!invalidValue",
       "urn:example:scim:2.0:Extra"},
  };
  expect_reads("Thing", cases, COUNT(cases));
}

static void members_are_kept_elsewhere(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{'displayName':'g','members':[{'value':'u1'}]}",
       "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:Group'],'id':'i',"
       "'displayName':'g'}",
       NULL},
      {"{'displayName':'g','members':['u1']}",
       "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:Group'],'id':'i',"
       "'displayName':'g'}",
       NULL},
      {"{'displayName':'g','members':[5]}", "!invalidValue", "members"},
      {"{'members':[]}", "!invalidValue", "displayName"},
  };
  expect_reads("Group", cases, COUNT(cases));
}

static void values_are_limited(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Json *user = json_of(&model, "{'userName':'a','emails':[]}");
  Json *group = json_of(&model, "{'displayName':'a','members':[]}");
  for (int i = 0; i < VALUE_COUNT; i++) {
    json_append(user->last, json_of(&model, "{'value':'e'}"));
    json_append(group->last, json_of(&model, "{'value':'e'}"));
  }
  read_whole(&model, model.user, user);
  expect_error(&model, "as many as there may be", "");
  json_append(user->last, json_of(&model, "{'value':'e'}"));
  json_append(group->last, json_of(&model, "{'value':'e'}"));
  read_whole(&model, model.user, user);
  expect_error(&model, "one more", "invalidValue");
  read_whole(&model, model.group, group);
  expect_error(&model, "members have no limit", "");
  model_close(&model);
}

static void values_are_found_and_set(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  const Attribute *title = attribute_of(model.user, "title");
  const Attribute *given = attribute_of(model.user, "name.givenName");
  const Attribute *cost = attribute_of(model.user, ENTERPRISE ":costCenter");
  Json *doc = json_of(&model, "{'Title':'t','name':{'givenName':'g'}}");
  expect_json(&model, "a value", resource_value(doc, title), "'t'");
  expect_json(&model, "that of the parent", resource_value(doc, given),
              "{'givenName':'g'}");
  expect_json(&model, "none", resource_value(doc, cost), "none");
  resource_set(operation, doc, cost, NULL);
  resource_set(operation, doc, title,
               json_string(&operation->arena, text_of("u")));
  resource_set(operation, doc, cost, json_of(&model, "'c'"));
  expect_json(&model, "values that are set", doc,
              "{'name':{'givenName':'g'},'title':'u','" ENTERPRISE
              "':{'costCenter':'c'}}");
  resource_set(operation, doc, title, NULL);
  resource_set(operation, doc, cost, NULL);
  expect_json(&model, "and taken away", resource_value(doc, cost), "none");
  expect_json(&model, "and taken away", resource_value(doc, title), "none");
  model_close(&model);
}

/* Defaults at create; a PUT without them keeps what there was. */
static void defaults_and_immutable_values_are_kept(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  schema_add_default(&model.set, text_of("Thing"), text_of("ready"),
                     json_of(&model, "true"));
  static const struct {
    const char *body, *old, *want;
  } cases[] = {
      {"{}", NULL, "{'ready':true}"},
      /* S3: null overrides a default, and what a PUT would keep. */
      {"{'ready':null}", NULL, "{}"},
      {"{'Ready':[]}", NULL, "{}"},
      {"{'ready':''}", NULL, "{'ready':true}"},
      {"{'ready':null}", "{'ready':false}", "{}"},
      {"{'ready':''}", "{'ready':false}", "{'ready':false}"},
      {"{'serial':null}", "{'serial':'1'}", "!mutability"},
      {"{'serial':[]}", "{'serial':'1'}", "!mutability"},
      {"{'serial':''}", "{'serial':'1'}", "{'serial':'1'}"},
      {"{'serial':null}", "{'label':'l'}", "{}"},
      {"{'origin':{'place':'a','owner':null}}",
       "{'origin':{'place':'a','owner':'b'}}", "!mutability"},
      {"{'origin':{'place':'c'}}", "{'origin':{'place':'a','owner':'b'}}",
       "{'origin':{'place':'c','owner':'b'}}"},
      {"{'ready':false}", NULL, "{'ready':false}"},
      {"{}", "{'ready':false,'label':'l'}", "{'ready':false}"},
      {"{'ready':true}", "{'ready':false}", "{'ready':true}"},
      {"{'label':'l'}", "{'serial':'1'}", "{'label':'l','serial':'1'}"},
      {"{'serial':'1'}", "{'serial':'1'}", "{'serial':'1'}"},
      {"{'serial':'2'}", "{}", "{'serial':'2'}"},
      {"{'serial':'2'}", "{'serial':'1'}", "!mutability"},
      {"{'origin':{'place':'a','owner':'c'}}",
       "{'origin':{'place':'a','owner':'b'}}", "!mutability"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Json *body = json_of(&model, cases[i].body);
    Json *doc = resource_read(operation, model.thing, body);
    if (cases[i].old)
      resource_keep(operation, model.thing, doc, json_of(&model, cases[i].old),
                    body);
    if (!cases[i].old) resource_fill(operation, model.thing, doc, body);
    if (failed(operation) || cases[i].want[0] == '!') {
      expect_error(&model, cases[i].body, cases[i].want + 1);
    } else {
      expect_json(&model, cases[i].body, doc, cases[i].want);
    }
  }
  model_close(&model);
}

/* S4: of an extension that a PUT leaves out, what is kept is valid. And what
** defaults alone cannot make valid is not begun. */
static void extensions_stay_valid(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  schema_add_default(&model.set, text_of("Thing"), text_of(EXTRA ":color"),
                     json_of(&model, "'red'"));
  static const struct {
    const char *body, *old, *want;
  } cases[] = {
      {"{}", NULL, "{}"},
      {"{'" EXTRA "':{'depth':1}}", NULL,
       "{'" EXTRA "':{'depth':1,'color':'red'}}"},
      {"{'label':'l'}", "{'" EXTRA "':{'color':'blue','depth':2}}",
       "{'label':'l','" EXTRA "':{'color':'blue','depth':2}}"},
      {"{'" EXTRA "':{}}", "{'" EXTRA "':{'color':'blue','depth':2}}",
       "{'" EXTRA "':{'color':'blue','depth':2}}"},
      {"{'" EXTRA "':null}", "{'" EXTRA "':{'color':'blue','depth':2}}", "{}"},
      {"{'" EXTRA "':{'color':null,'depth':3}}",
       "{'" EXTRA "':{'color':'blue','depth':2}}", "{'" EXTRA "':{'depth':3}}"},
      {"{'label':'l'}", "{'" EXTRA "':{'depth':2}}", "{'label':'l'}"},
      {"{'" EXTRA "':{'color':'c'}}", "{'" EXTRA "':{'depth':2}}",
       "!invalidValue"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Json *body = json_of(&model, cases[i].body);
    const Json *old = cases[i].old ? json_of(&model, cases[i].old) : NULL;
    Json *doc = resource_read(operation, model.thing, body);
    if (old)
      resource_keep(operation, model.thing, doc, old, body);
    else
      resource_fill(operation, model.thing, doc, body);
    resource_check(operation, model.thing, doc, old);
    if (failed(operation) || cases[i].want[0] == '!')
      expect_error(&model, cases[i].body, cases[i].want + 1);
    else
      expect_json(&model, cases[i].body, doc, cases[i].want);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(extensions_stay_valid),
      cmocka_unit_test(users_are_read),
      cmocka_unit_test(things_are_read),
      cmocka_unit_test(members_are_kept_elsewhere),
      cmocka_unit_test(values_are_limited),
      cmocka_unit_test(values_are_found_and_set),
      cmocka_unit_test(defaults_and_immutable_values_are_kept),
  };
  return cmocka_run_group_tests_name("resource", tests, NULL, NULL);
}
