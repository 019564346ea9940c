/* patch.c and value.c: what the errors say. A person reads them in the log of
** an IdP, so they name the attribute or the operation, and what is wanted. */
#include "patch_case.h"

typedef struct Refusal {
  const char *operations, *kind, *detail;
} Refusal;

/* Applies each to a document that has most of what it names. */
static void expect_refusals(const char *type, const char *before,
                            const Refusal *cases, size_t count) {
  Model model;
  MODEL_OPEN(&model);
  PatchOptions options = {NULL};
  for (size_t i = 0; i < count; i++) {
    Json *body = patch_body(&model, cases[i].operations);
    patch_apply(&model.operation, type_named(&model, type),
                json_of(&model, before), body, &options);
    expect_text(cases[i].operations, model.operation.detail, cases[i].detail);
    expect_error(&model, cases[i].operations, cases[i].kind);
  }
  model_close(&model);
}

static void operations_are_refused(void **state) {
  (void)state;
  static const Refusal cases[] = {
      {"'x'", "invalidSyntax", "a PATCH must have Operations, an array"},
      {"['x']", "invalidSyntax", "Operations[0] must be an object"},
      {"[{'op':'add','value':{}},{'op':'move'}]", "invalidSyntax",
       "Operations[1].op must be add, replace or remove"},
      {"[{'op':'remove'}]", "noTarget",
       "Operations[0] is a remove and must have a path"},
      {"[{'op':'add','value':'x'}]", "invalidValue",
       "Operations[0] has no path, so its value must be an object"},
      {"[{'op':'add','path':7,'value':'x'}]", "invalidPath",
       "Operations[0].path must be a string"},
      {"[{'op':'add','path':'title'}]", "invalidValue",
       "the operation on 'title' must have a value"},
      {"[{'op':'add','path':'" ENTERPRISE "','value':'x'}]", "invalidValue",
       "the value of '" ENTERPRISE "' must be an object"},
      {"[{'op':'replace','path':'groups','value':[]}]", "mutability",
       "'groups' is readOnly"},
      {"[{'op':'replace','path':'meta.version','value':'2'}]", "mutability",
       "'meta.version' is readOnly"},
      {"[{'op':'remove','path':'userName'}]", "mutability",
       "'userName' is required and cannot be removed"},
      {"[{'op':'replace','path':'userName','value':''}]", "mutability",
       "'userName' is required and cannot be removed"},
      {"[{'op':'replace','path':'emails[type co `x`].value','value':'w'}]",
       "noTarget", "no value of 'emails' matches the filter of the path"},
      {"[{'op':'replace','path':'emails','value':{}}]", "invalidValue",
       "the value of 'emails' has nothing to replace its values with"},
      {"[{'op':'add','path':'name','value':'x'}]", "invalidValue",
       "the value of 'name' must be an object"},
      {"[{'op':'add','path':'active','value':'yes'}]", "invalidValue",
       "the value of 'active' must be true or false"},
      {"[{'op':'add','path':'x509Certificates','value':'?'}]", "invalidValue",
       "the value of 'x509Certificates.value' must be base64 text"},
  };
  expect_refusals("User", "{'userName':'u','emails':[{'value':'e'}]}", cases,
                  COUNT(cases));
}

static void values_are_refused(void **state) {
  (void)state;
  static const Refusal cases[] = {
      {"[{'op':'replace','path':'serial','value':'2'}]", "mutability",
       "'serial' is immutable and has a value"},
      {"[{'op':'replace','path':'origin.owner','value':'c'}]", "mutability",
       "'origin.owner' is immutable and has a value"},
      {"[{'op':'add','path':'size','value':'x'}]", "invalidValue",
       "the value of 'size' must be an integer"},
      {"[{'op':'add','path':'weight','value':'x'}]", "invalidValue",
       "the value of 'weight' must be a number"},
      {"[{'op':'add','path':'seen','value':'soon'}]", "invalidValue",
       "the value of 'seen' must be a dateTime (RFC 3339)"},
      {"[{'op':'add','path':'label','value':1}]", "invalidValue",
       "the value of 'label' must be a string"},
      {"[{'op':'add','value':{'urn:example:scim:2.0:Extra:color':1}}]",
       "invalidValue",
       "the value of 'urn:example:scim:2.0:Extra:color' must be a string"},
  };
  expect_refusals("Thing", "{'serial':'1','origin':{'owner':'b'}}", cases,
                  COUNT(cases));
}

static void sizes_are_refused(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  PatchOptions options = {NULL};
  Json *body = patch_body(&model, "[]");
  operation->strict = STRICT_EMPTY;
  patch_apply(operation, model.user, json_of(&model, "{}"), body, &options);
  expect_text("no operations", operation->detail,
              "Operations must not be empty");
  expect_error(&model, "no operations", "invalidSyntax");
  for (int i = 0; i <= PATCH_OPERATIONS; i++)
    json_append(json_member(body, "Operations"),
                json_new(&operation->arena, JSON_OBJECT));
  patch_apply(operation, model.user, json_of(&model, "{}"), body, &options);
  expect_text("many operations", operation->detail,
              "Operations has 10001 entries, more than 10000");
  expect_error(&model, "many operations", "invalidSyntax");
  model_close(&model);
}

/* resource.c: POST and PUT. */
static void resources_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *type, *body, *old, *kind, *detail;
  } cases[] = {
      {"User", "[]", NULL, "invalidSyntax",
       "the resource must be a JSON object"},
      {"User", "{}", NULL, "invalidValue", "'userName' is required"},
      {"User", "{'userName':'u','password':5}", NULL, "invalidValue",
       "the value of 'password' must be a string"},
      {"User", "{'userName':'u','" ENTERPRISE "':'x'}", NULL, "invalidValue",
       "the value of '" ENTERPRISE "' must be an object"},
      {"User",
       "{'userName':'u','emails':[{'value':'a','primary':true},{'value':'b',"
       "'primary':true}]}",
       NULL, "invalidValue", "more than one value of 'emails' is primary"},
      {"Thing", "{'origin':{'note':'n'}}", NULL, "invalidValue",
       "'origin.place' is required"},
      {"Thing", "{'urn:example:scim:2.0:Extra':{'color':'c'}}", NULL,
       "invalidValue", "'urn:example:scim:2.0:Extra:depth' is required"},
      {"Thing", "{'serial':'2'}", "{'serial':'1'}", "mutability",
       "'serial' is immutable and has another value"},
      {"Thing", "{'origin':{'owner':'c','place':'p'}}",
       "{'origin':{'owner':'b','place':'p'}}", "mutability",
       "'origin.owner' is immutable and has another value"},
  };
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  for (size_t i = 0; i < COUNT(cases); i++) {
    const ResourceType *type = type_named(&model, cases[i].type);
    Json *doc = resource_read(operation, type, json_of(&model, cases[i].body));
    if (cases[i].old)
      resource_keep(operation, type, doc, json_of(&model, cases[i].old));
    resource_check(operation, type, doc, NULL);
    expect_text(cases[i].body, operation->detail, cases[i].detail);
    expect_error(&model, cases[i].body, cases[i].kind);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(operations_are_refused),
      cmocka_unit_test(values_are_refused),
      cmocka_unit_test(sizes_are_refused),
      cmocka_unit_test(resources_are_refused),
  };
  return cmocka_run_group_tests_name("patch texts", tests, NULL, NULL);
}
