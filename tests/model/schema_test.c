#include "../../ext/model/schema.h"

#include "model_test.h"

static void characteristics_are_read(void **state) {
  (void)state;
  static const struct {
    const char *type, *path, *want;
  } cases[] = {
      {"User", "id", "string exact readOnly always server"},
      {"User", "externalId", "string exact"},
      {"User", "schemas", "reference[] required exact always"},
      {"User", "meta", "complex readOnly"},
      {"User", "meta.created", "dateTime readOnly"},
      {"User", "userName", "string required server"},
      {"User", "name", "complex"},
      {"User", "active", "boolean"},
      {"User", "password", "string exact writeOnly never"},
      {"User", "emails", "complex[]"},
      {"User", "emails.primary", "boolean"},
      {"User", "groups", "complex[] readOnly"},
      {"User", "x509Certificates.value", "binary exact"},
      {"User", "profileUrl", "reference exact"},
      {"User", ENTERPRISE ":manager.displayName", "string readOnly"},
      {"Group", "displayName", "string required"},
      {"Group", "members.value", "string exact immutable"},
      {"Thing", "label", "string"},
      {"Thing", "code", "string exact server"},
      {"Thing", "blob", "binary exact"},
      {"Thing", "link", "reference exact"},
      {"Thing", "serial", "string immutable"},
      {"Thing", "hidden", "string request"},
  };
  static const char *const types[] = {"string",    "boolean",  "decimal",
                                      "integer",   "dateTime", "binary",
                                      "reference", "complex"};
  static const char *const mutabilities[] = {"", " readOnly", " immutable",
                                             " writeOnly"};
  static const char *const returns[] = {"", " always", " request", " never"};
  static const char *const uniquenesses[] = {"", " server", " global"};
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Attribute *a =
        attribute_of(type_named(&model, cases[i].type), cases[i].path);
    Text got = arena_format(
        &model.operation.arena, "%s%s%s%s%s%s%s", types[a->type],
        a->multi_valued ? "[]" : "", a->required ? " required" : "",
        a->case_exact ? " exact" : "", mutabilities[a->mutability],
        returns[a->returned], uniquenesses[a->uniqueness]);
    expect_text(cases[i].path, got, cases[i].want);
  }
  model_close(&model);
}

static void names_are_resolved(void **state) {
  (void)state;
  static const struct {
    const char *type, *path, *want;
  } cases[] = {
      {"User", "userName", "userName"},
      {"User", "USERNAME", "userName"},
      {"User", "name.givenname", "name.givenName"},
      {"User", CORE_USER ":name.givenName", "name.givenName"},
      {"User", "manager", ENTERPRISE ":manager"},
      {"User", "manager.value", ENTERPRISE ":manager.value"},
      {"User", ENTERPRISE ":manager.$ref", ENTERPRISE ":manager.$ref"},
      {"User", "members", "none"},
      {"User", "name.", "none"},
      {"User", "name.nope", "none"},
      {"User", "userName.x", "none"},
      {"User", "", "none"},
      {"User", ".", "none"},
      {"User", ENTERPRISE, "none"},
      {"User", ENTERPRISE ":", "none"},
      {"User", ENTERPRISE ":userName", "none"},
      {"User", CORE_USER ":manager", "none"},
      {"User", "urn:x:userName", "none"},
      {"Group", "members.value", "members.value"},
      {"Thing", "color", "urn:example:scim:2.0:Extra:color"},
      {"Thing", "finish", "urn:example:scim:2.0:Extra:More:finish"},
      {"Thing", "urn:example:scim:2.0:Extra:More:color",
       "urn:example:scim:2.0:Extra:More:color"},
      {"Thing", "urn:example:scim:2.0:Extra:plan.value",
       "urn:example:scim:2.0:Extra:plan.value"},
      {"Thing", "urn:example:scim:2.0:Extra:More:plan", "none"},
      {"Thing", "URN:EXAMPLE:SCIM:2.0:THING:LABEL", "label"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Attribute *attribute = schema_resolve(
        type_named(&model, cases[i].type), text_of(cases[i].path));
    expect_text(cases[i].path, attribute ? attribute->path : text_of("none"),
                cases[i].want);
  }
  model_close(&model);
}

static void types_and_schemas_are_found(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  SchemaSet *set = &model.set;
  expect_bool("a type by name", schema_type(set, text_of("uSER")) == model.user,
              true);
  expect_bool("by endpoint",
              schema_type_at(set, text_of("/groups")) == model.group, true);
  expect_bool("none", schema_type_at(set, text_of("/Nope")) == NULL, true);
  expect_bool("a schema", schema_find(set, text_of(CORE_USER)) != NULL, true);
  expect_bool("none", schema_find(set, text_of("urn:x")) == NULL, true);
  expect_bool("an extension",
              schema_extension(model.user, text_of(ENTERPRISE)) != NULL, true);
  expect_bool("not of a group",
              schema_extension(model.group, text_of(ENTERPRISE)) == NULL, true);
  expect_bool("the members of a group are rows", model.group->members != NULL,
              true);
  expect_bool("the groups of a user are computed", model.user->groups != NULL,
              true);
  expect_bool("a user has no members", model.user->members == NULL, true);
  expect_bool("a user is stored verbatim", model.user->stored_verbatim, true);
  expect_bool("a thing is not", model.thing->stored_verbatim, false);
  expect_text("a manager refers to a user",
              attribute_of(model.user, "manager.$ref")->reference_type, "User");
  expect_text("a link refers to no type",
              attribute_of(model.thing, "link")->reference_type, "");
  model_close(&model);
}

static void documents_tell_their_type(void **state) {
  (void)state;
  static const struct {
    const char *doc, *want;
  } cases[] = {
      {"{'schemas':['" CORE_USER "']}", "User"},
      {"{'schemas':['" ENTERPRISE "','" CORE_USER "']}", "User"},
      {"{'schemas':['URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:GROUP']}", "Group"},
      {"{'schemas':['urn:x'],'meta':{'resourceType':'Thing'}}", "Thing"},
      {"{'schemas':[1,null],'meta':{'resourceType':'group'}}", "Group"},
      {"{'schemas':['urn:x']}", "none"},
      {"{'schemas':'x','meta':5}", "none"},
      {"{}", "none"},
      {"[]", "none"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const ResourceType *type =
        schema_type_of(&model.set, json_of(&model, cases[i].doc));
    expect_text(cases[i].doc, type ? type->name : text_of("none"),
                cases[i].want);
  }
  model_close(&model);
}

static void indexes_and_defaults_are_added(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  static const char *const paths[] = {"userName", "emails.value", "nope",
                                      "name", "manager.value"};
  Text user = text_of("User");
  for (size_t i = 0; i < COUNT(paths); i++)
    schema_add_index(&model.operation, &model.set, user, text_of(paths[i]),
                     i == 0);
  schema_add_index(&model.operation, &model.set, text_of("Nope"),
                   text_of("userName"), true);
  int count = 0, built = 0;
  for (const Index *index = model.user->indexes; index; index = index->next) {
    count++;
    built += index->built;
  }
  expect_number("what is unknown or complex has no index", count, 3);
  expect_number("one is built", built, 1);
  schema_add_default(&model.set, user, text_of("active"),
                     json_of(&model, "true"));
  schema_add_default(&model.set, user, text_of("nope"),
                     json_of(&model, "true"));
  expect_json(&model, "a default",
              attribute_of(model.user, "active")->default_value, "true");
  model_close(&model);
}

/* The definition of a schema, which is wrong, and what the detail names. */
static void broken_schemas_are_refused(void **state) {
  (void)state;
#define ONE(attribute) "{'id':'urn:x:y','attributes':[" attribute "]}"
  static const struct {
    const char *definition, *place;
  } cases[] = {
      {"{}", ""},
      {"{'id':'x','attributes':[]}", "'x'"},
      {"{'id':5,'attributes':[]}", ""},
      {"{'id':'urn:x:y','attributes':{}}", "urn:x:y"},
      {"{'id':'urn:x:y','attributes':'x'}", "urn:x:y"},
      {ONE("5"), "urn:x:y"},
      {ONE("{}"), "urn:x:y"},
      {ONE("{'name':5}"), "urn:x:y"},
      {ONE("{'name':''}"), "urn:x:y"},
      {ONE("{'name':'a b'}"), "a b"},
      {ONE("{'name':'a.b'}"), "a.b"},
      {ONE("{'name':'a[b'}"), "a[b"},
      {ONE("{'name':'1a'}"), "1a"},
      {ONE("{'name':'-a'}"), "-a"},
      {ONE("{'name':'\u00E9'}"), "\u00E9"},
      {"[]", ""},
      {"{'id':'urn:','attributes':[]}", "urn:"},
      {"{'id':'urn:x:y'}", "urn:x:y"},
      {"{'id':'urn:x:y','attributes':null}", "urn:x:y"},
      {ONE("{'name':'a','type':'complex','subAttributes':{'name':'b'}}"),
       "'a'"},
      {ONE("{'name':'a','type':'text'}"), "'a'"},
      {ONE("{'name':'a','type':5}"), "'a'"},
      {ONE("{'name':'a','mutability':'never'}"), "mutability"},
      {ONE("{'name':'a','returned':'sometimes'}"), "returned"},
      {ONE("{'name':'a','uniqueness':'world'}"), "uniqueness"},
      {ONE("{'name':'a','multiValued':'yes'}"), "multiValued"},
      {ONE("{'name':'a','required':1}"), "required"},
      {ONE("{'name':'a','caseExact':null}"), "caseExact"},
      {ONE("{'name':'a'},{'name':'A'}"), "'A'"},
      {ONE("{'name':'a','type':'complex'}"), "'a'"},
      {ONE("{'name':'a','type':'complex','subAttributes':[]}"), "'a'"},
      {ONE("{'name':'a','type':'complex','subAttributes':5}"), ""},
      {ONE("{'name':'a','type':'complex','subAttributes':[{'name':'b',"
           "'type':'nope'}]}"),
       "a.b"},
      {ONE("{'name':'a','type':'complex','subAttributes':[{'name':'b',"
           "'type':'complex','subAttributes':[{'name':'c'}]}]}"),
       "a.b"},
      {ONE("{'name':'a','type':'complex','subAttributes':[{'name':'b'},"
           "{'name':'b'}]}"),
       "a.b"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    SchemaSet set = {0};
    schema_add(&model.operation, &set, json_of(&model, cases[i].definition));
    Text detail = model.operation.detail;
    bool named = !*cases[i].place;
    for (size_t at = 0; at < detail.size && !named; at++)
      named = text_begins(text_after(detail, at), text_of(cases[i].place));
    if (!named) expect_text("names the place", detail, cases[i].place);
    expect_error(&model, cases[i].definition, "invalidValue");
    expect_number("nothing of it is added", set.schemas != NULL, 0);
  }
  model_close(&model);
}

static void broken_types_are_refused(void **state) {
  (void)state;
  static const char *const cases[] = {
      "{}",
      "{'name':'X'}",
      "{'name':'X','endpoint':'/Xs'}",
      "{'name':'X','endpoint':'/Xs','schema':'urn:nope'}",
      "{'endpoint':'/Xs','schema':'" CORE_USER "'}",
      "{'name':'X','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'Xs','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'/','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'/a/b','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'/Xs','schema':'" CORE_USER "',"
      "'schemaExtensions':[{'schema':'urn:nope'}]}",
      "{'name':'X','endpoint':'/Xs','schema':'" CORE_USER "',"
      "'schemaExtensions':[{'schema':'" ENTERPRISE "','required':'no'}]}",
      "{'name':'X','endpoint':'/Xs','schema':'" CORE_USER "',"
      "'schemaExtensions':[5]}",
      "[]",
      "{'name':'user','endpoint':'/Xs','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'/USERS','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'/bulk','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'/1','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'/X?','schema':'" CORE_USER "'}",
      "{'name':'X','endpoint':'/Xs','schema':'" CORE_USER "',"
      "'schemaExtensions':{}}",
      "{'name':'X','endpoint':'/Xs','schema':'" CORE_USER "',"
      "'schemaExtensions':[{'schema':'" CORE_USER "'}]}",
      "{'name':'X','endpoint':'/Xs','schema':'" CORE_USER "',"
      "'schemaExtensions':[{'schema':'" ENTERPRISE "'},{'schema':'" ENTERPRISE
      "'}]}",
      "{'name':'X','endpoint':'/Xs','schema':'" CORE_USER "',"
      "'schemaExtensions':[{'schema':'" ENTERPRISE "','required':null}]}",
  };
  Model model;
  MODEL_OPEN(&model);
  Json *common = read_definition(&model, "sql/schemas/Common.json");
  for (size_t i = 0; i < COUNT(cases); i++) {
    schema_add_type(&model.operation, &model.set, json_of(&model, cases[i]),
                    common);
    expect_error(&model, cases[i], "invalidValue");
    expect_number("nothing of it is added",
                  schema_type(&model.set, text_of("X")) != NULL, 0);
  }
  model_close(&model);
}

/* RFC 7643 section 2.1: nameChar. */
static void names_may_have_a_dollar(void **state) {
  (void)state;
  static const char *const names[] = {"$ref", "a$b", "a$", "$", "a-b", "a_9"};
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(names); i++) {
    SchemaSet set = {.schemas = NULL};
    Text text =
        arena_format(&model.operation.arena,
                     "{'id':'urn:x:y','attributes':[{'name':'%s'}]}", names[i]);
    schema_add(&model.operation, &set, json_of(&model, text.data));
    expect_text(names[i], take_error(&model), "");
    expect_text(names[i], set.schemas->first->name, names[i]);
  }
  model_close(&model);
}

/* What is broken is left out with its reason, and takes along what needs it. */
static void broken_definitions_are_left_out(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  Json *common = read_definition(&model, "sql/schemas/Common.json");
  schema_add(operation, &model.set,
             json_of(&model, "{'id':'urn:x:y','attributes':5}"));
  schema_leave_out(operation, &model.set, text_of("urn:x:y"));
  expect_number("the error is taken back", failed(operation), 0);
  schema_add_type(operation, &model.set,
                  json_of(&model, "{'name':'X','endpoint':'/Xs',"
                                  "'schema':'URN:X:Y'}"),
                  common);
  expect_text("a type that names it says what is wrong there",
              operation->detail,
              "resource type 'X' names a schema that is broken: the "
              "attributes of 'urn:x:y' are not an array");
  schema_leave_out(operation, &model.set, text_of("/Xs"));
  expect_text("the reason is found",
              schema_left_out(&model.set, text_of("/xs"))->reason,
              "resource type 'X' names a schema that is broken: the "
              "attributes of 'urn:x:y' are not an array");
  expect_number("for what is left out alone",
                schema_left_out(&model.set, text_of("/Users")) != NULL, 0);
  expect_number("and never for no name",
                schema_left_out(&model.set, text_of("")) != NULL, 0);
  expect_number("the others are there",
                schema_type_at(&model.set, text_of("/Users")) == model.user, 1);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(characteristics_are_read),
      cmocka_unit_test(names_are_resolved),
      cmocka_unit_test(types_and_schemas_are_found),
      cmocka_unit_test(documents_tell_their_type),
      cmocka_unit_test(indexes_and_defaults_are_added),
      cmocka_unit_test(broken_schemas_are_refused),
      cmocka_unit_test(broken_types_are_refused),
      cmocka_unit_test(names_may_have_a_dollar),
      cmocka_unit_test(broken_definitions_are_left_out),
  };
  return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
