#include "../../ext/model/describe.h"

#include "model_test.h"

/* An attribute of a schema that is added for it, as it is shown: defaults, the
** words of the RFC, and what is enforced (RFC 7643 sections 2.2 and 7). */
#define SHOWN(name, type, case_exact, mutability, returned, uniqueness)        \
  "{'name':'" name "','type':'" type "','multiValued':false,'description':"    \
  "'','required':false,'caseExact':" case_exact ",'mutability':'" mutability   \
  "','returned':'" returned "','uniqueness':'" uniqueness "'}"

static void attributes_are_shown_whole(void **state) {
  (void)state;
  static const struct {
    const char *defined, *want;
  } cases[] = {
      {"{'name':'a'}",
       SHOWN("a", "string", "false", "readWrite", "default", "none")},
      {"{'name':'b','type':'Binary','caseExact':false}",
       SHOWN("b", "binary", "true", "readWrite", "default", "none")},
      {"{'name':'c','type':'reference','RETURNED':'Always'}",
       SHOWN("c", "reference", "true", "readWrite", "always", "none")},
      {"{'name':'d','uniqueness':'GLOBAL','description':null}",
       SHOWN("d", "string", "false", "readWrite", "default", "global")},
      {"{'name':'e','uniqueness':'server','mutability':'writeonly'}",
       SHOWN("e", "string", "false", "writeOnly", "never", "none")},
      {"{'name':'f','uniqueness':'server','mutability':'readOnly'}",
       SHOWN("f", "string", "false", "readOnly", "default", "server")},
      {"{'name':'g','type':'integer','subAttributes':[{'name':'x'}]}",
       SHOWN("g", "integer", "false", "readWrite", "default", "none")},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *definition = json_of(&model, "{'id':'urn:t:x','attributes':[]}");
    definition->first->text =
        arena_format(&model.operation.arena, "urn:t:%d", (int)i);
    json_append(json_member(definition, "attributes"),
                json_of(&model, cases[i].defined));
    schema_add(&model.operation, &model.set, definition);
    expect_bool(cases[i].defined, failed(&model.operation), false);
    Json *shown =
        describe_schema(&model.operation,
                        schema_find(&model.set, definition->first->text), NULL);
    Json *attribute = json_member(shown, "attributes")->first;
    /* In whatever order: what is defined stays where it is. */
    if (!json_equal(attribute, json_of(&model, cases[i].want)))
      expect_json(&model, cases[i].defined, attribute, cases[i].want);
    expect_bool("the definition stays as it is",
                json_equal(json_member(definition, "attributes")->first,
                           json_of(&model, cases[i].defined)),
                true);
  }
  model_close(&model);
}

/* What we ship is complete already, and is shown as it stands. */
static void our_own_are_whole(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  static const char *const urns[] = {
      CORE_USER, ENTERPRISE, "urn:ietf:params:scim:schemas:core:2.0:Group"};
  for (size_t i = 0; i < COUNT(urns); i++) {
    const Schema *schema = schema_find(&model.set, text_of(urns[i]));
    Json *shown = describe_schema(&model.operation, schema, NULL);
    expect_bool(urns[i], json_equal(shown, schema->definition), true);
  }
  Json *type = describe_type(&model.operation, model.user);
  expect_bool("User", json_equal(type, model.user->definition), true);
  model_close(&model);
}

/* Of a setting of a tenant, only what an index can tell. */
static void uniqueness_is_of_who_asks(void **state) {
  (void)state;
  static const struct {
    const char *unique, *want;
  } cases[] = {
      {"['Group.displayName']", "server"},
      {"['group.DISPLAYNAME']", "server"},
      {"['User.displayName']", "none"},
      {"['displayName']", "none"},
      {"[1,null]", "none"},
      {"[]", "none"},
  };
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  const Schema *schema = model.group->schema;
  for (int indexed = 0; indexed < 2; indexed++) {
    if (indexed)
      schema_add_index(operation, &model.set, TEXT("Group"),
                       TEXT("displayName"), true);
    for (size_t i = 0; i < COUNT(cases); i++) {
      Json *shown =
          describe_schema(operation, schema, json_of(&model, cases[i].unique));
      expect_text(cases[i].unique,
                  json_member_string(json_member(shown, "attributes")->first,
                                     "uniqueness"),
                  indexed ? cases[i].want : "none");
    }
  }
  model_close(&model);
}

static void types_are_shown_whole(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  ResourceType type = *model.thing;
  type.definition = json_of(&model, "{'name':'Thing','id':5}");
  type.extensions = NULL;
  expect_json(&model, "a type of which little is said",
              describe_type(&model.operation, &type),
              "{'name':'Thing','id':'Thing','schemas':["
              "'urn:ietf:params:scim:schemas:core:2.0:ResourceType'],"
              "'description':'','schema':'urn:example:scim:2.0:Thing',"
              "'schemaExtensions':[]}");
  expect_text("its id is its name", describe_type_id(&type), "Thing");
  type.definition = json_of(&model, "{'name':'Thing','id':'t'}");
  expect_text("or what it says", describe_type_id(&type), "t");
  model_close(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attributes_are_shown_whole),
      cmocka_unit_test(our_own_are_whole),
      cmocka_unit_test(uniqueness_is_of_who_asks),
      cmocka_unit_test(types_are_shown_whole),
  };
  return cmocka_run_group_tests_name("describe", tests, NULL, NULL);
}
