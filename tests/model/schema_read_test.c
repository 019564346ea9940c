/* What is said about a definition that is wrong. The people of a platform read
** it in scim_mistake, so it names the schema, the attribute or the type. */
#include "model_test.h"

typedef struct Refusal {
  const char *definition, *detail;
} Refusal;

#define ONE(attribute) "{'id':'urn:x:y','attributes':[" attribute "]}"
#define TYPE(rest)                                                             \
  "{'name':'X','endpoint':'/Xs','schema':'" CORE_USER "'" rest "}"

static const Refusal schemas[] = {
    {"{'id':'x'}", "the schema's id 'x' is not a URN"},
    {"{'id':'urn:'}", "the schema's id 'urn:' is not a URN"},
    {"{'id':'urn:a\\tb','attributes':[]}",
     "the schema's id 'urn:a\tb' is not a URN"},
    {"{'id':'" CORE_USER "','attributes':[]}",
     "the id '" CORE_USER "' is that of another schema"},
    {"{'id':'urn:x:y'}", "the attributes of 'urn:x:y' are not an array"},
    {ONE("5"), "an attribute of 'urn:x:y' is not an object"},
    {ONE("{'name':'a b'}"), "an attribute of 'urn:x:y' has the bad name 'a b'"},
    {ONE("{'name':'a'},{'name':'A'}"), "'A' is defined twice"},
    {ONE("{'name':'a','type':'text'}"),
     "the definition of 'a' has an unknown type"},
    {ONE("{'name':'a','returned':5}"),
     "the definition of 'a' has an unknown returned"},
    {ONE("{'name':'a','multiValued':'yes'}"),
     "the definition of 'a' needs true or false for multiValued"},
    {ONE("{'name':'a','type':'complex'}"),
     "'a' is complex and has no subAttributes"},
    {ONE("{'name':'a','type':'complex','subAttributes':[{'name':'b','type':"
         "'complex'}]}"),
     "'a.b' is complex within a complex attribute"},
};

static const Refusal types[] = {
    {"{}", "a resource type has no name"},
    {"{'name':'X','endpoint':'Xs'}",
     "the endpoint of resource type 'X' is not like \"/Users\""},
    {"{'name':'user','endpoint':'/Xs'}",
     "the name or endpoint of resource type 'user' is that of another"},
    {"{'name':'X','endpoint':'/Xs','schema':'urn:n'}",
     "resource type 'X' names the unknown schema 'urn:n'"},
    {TYPE(",'schemaExtensions':5"),
     "the schemaExtensions of resource type 'X' are not an array"},
    {TYPE(",'schemaExtensions':[{'schema':'" CORE_USER "'}]"),
     "resource type 'X' names the schema '" CORE_USER "' twice"},
    {TYPE(",'schemaExtensions':[{'schema':'" ENTERPRISE "','required':1}]"),
     "the definition of '" ENTERPRISE "' needs true or false for required"},
};

static void expect_detail(Model *model, const Refusal *it) {
  expect_text(it->definition, model->operation.detail, it->detail);
  expect_error(model, it->definition, "invalidValue");
}

static void definitions_are_refused(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Json *common = read_definition(&model, "sql/schemas/Common.json");
  for (size_t i = 0; i < COUNT(schemas); i++) {
    schema_add(&model.operation, &model.set,
               json_of(&model, schemas[i].definition));
    expect_detail(&model, &schemas[i]);
  }
  for (size_t i = 0; i < COUNT(types); i++) {
    schema_add_type(&model.operation, &model.set,
                    json_of(&model, types[i].definition), common);
    expect_detail(&model, &types[i]);
  }
  model_close(&model);
}

static void a_set_may_have_no_types(void **state) {
  (void)state;
  static const Refusal none = {"{}", "the database defines no resource types"};
  Model model;
  MODEL_OPEN(&model);
  Json *doc = json_of(&model, "{}");
  expect_bool("the first type, of a document that tells none",
              schema_type_or_first(&model.operation, doc) == model.set.types,
              true);
  model.set.types = NULL;
  expect_bool("there is none",
              schema_type_or_first(&model.operation, doc) == NULL, true);
  expect_detail(&model, &none);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(definitions_are_refused),
      cmocka_unit_test(a_set_may_have_no_types),
  };
  return cmocka_run_group_tests_name("schema_read", tests, NULL, NULL);
}
