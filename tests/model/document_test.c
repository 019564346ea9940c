/* document.c: where values lie in a document, and the walk over a type. */
#include "../../ext/model/document.h"

#include "model_test.h"

/* Attributes of the type first, then those of each extension, each once. */
static void a_type_is_walked(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Buffer buffer = buffer_new(&model.operation.arena);
  for (const Attribute *a = NULL; (a = document_next(model.thing, a));) {
    buffer_string(&buffer, buffer.size ? " " : "");
    buffer_add(&buffer, a->extension ? a->path : a->name);
  }
  expect_text("a type", buffer_text(&buffer),
              "schemas id externalId meta label code size weight ready seen "
              "blob link tags levels serial secret hidden stamp parts origin "
              "urn:example:scim:2.0:Extra:color "
              "urn:example:scim:2.0:Extra:depth "
              "urn:example:scim:2.0:Extra:plan "
              "urn:example:scim:2.0:Extra:More:color "
              "urn:example:scim:2.0:Extra:More:finish");
  model_close(&model);
}

/* A definition may name an extension twice, or one without attributes. */
static void odd_types_are_walked_to_their_end(void **state) {
  (void)state;
  Schema schema = {.id = text_of("urn:x")};
  Attribute own = {.name = text_of("own")};
  Attribute once = {.name = text_of("a"), .schema = &schema, .extension = true};
  Attribute twice = once;
  Extension last = {.schema = &schema, .first = &twice};
  Extension empty = {.schema = &schema, .next = &last};
  Extension first = {.schema = &schema, .first = &once, .next = &empty};
  ResourceType type = {.first = &own, .extensions = &first};
  const Attribute *want[] = {&own, &once, &twice, NULL};
  const Attribute *got = NULL;
  for (size_t i = 0; i < COUNT(want); i++) {
    got = document_next(&type, got);
    assert_ptr_equal(got, want[i]);
  }
  ResourceType none = {.first = NULL};
  assert_null(document_next(&none, NULL));
  none.extensions = &empty;
  assert_ptr_equal(document_next(&none, NULL), &twice);
}

static void values_are_put_where_they_belong(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  const Attribute *color =
      attribute_of(model.thing, "urn:example:scim:2.0:Extra:color");
  const Attribute *note = attribute_of(model.thing, "origin.note");
  Json *doc = json_of(&model, "{'ORIGIN':{'note':'n'},"
                              "'urn:example:scim:2.0:Extra':'?'}");
  expect_json(&model, "a sub-attribute has its parent's value",
              resource_value(doc, note), "{'note':'n'}");
  expect_json(&model, "what is no object has no members",
              resource_value(doc, color), "none");
  resource_set(operation, doc, color, NULL);
  expect_json(&model, "and nothing to take away", doc,
              "{'ORIGIN':{'note':'n'},'urn:example:scim:2.0:Extra':'?'}");
  resource_set(operation, doc, color, json_of(&model, "'red'"));
  expect_json(&model, "it makes room for one", doc,
              "{'ORIGIN':{'note':'n'},'urn:example:scim:2.0:Extra':{'color':"
              "'red'}}");
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_type_is_walked),
      cmocka_unit_test(odd_types_are_walked_to_their_end),
      cmocka_unit_test(values_are_put_where_they_belong),
  };
  return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
