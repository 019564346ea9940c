/*
** model_test.h: what the unit tests of the model share: an operation, and the
** schemas that every database begins with, read from sql/schemas/, besides a
** resource type Thing that has an attribute of every kind.
**
** JSON and filters are written with ' for " and ` for \", so that a path with
** a filter stays readable: {'path':'emails[type eq `work`].value'}.
*/
#ifndef SCIM_MODEL_TEST_H
#define SCIM_MODEL_TEST_H

#include "../text/text_test.h"

#include <stdio.h>

#include "../../ext/model/canonical.h"
#include "../../ext/model/resource.h"
#include "../../ext/model/schema_read.h"

#define ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define CORE_USER "urn:ietf:params:scim:schemas:core:2.0:User"

typedef struct Model {
  Operation operation;
  SchemaSet set;
  ResourceType *user, *group, *thing;
} Model;

static inline Text quoted(Arena *arena, const char *text) {
  Buffer buffer = buffer_new(arena);
  for (; *text; text++) {
    if (*text == '`') buffer_char(&buffer, '\\');
    buffer_char(&buffer, *text == '\'' || *text == '`' ? '"' : *text);
  }
  buffer_char(&buffer, 0);
  return text_first(buffer_text(&buffer), buffer.size - 1);
}

/* The text as JSON; a mistake in a test ends it. */
static inline Json *json_of(Model *model, const char *text) {
  JsonFault fault;
  Arena *arena = &model->operation.arena;
  Json *value = json_parse(arena, quoted(arena, text), &fault);
  if (!value) fail_msg("%s in the test's %s", fault.reason, text);
  return value;
}

static inline Json *read_definition(Model *model, const char *path) {
  static char text[1 << 20];
  FILE *file = fopen(path, "rb");
  if (!file) fail_msg("%s is missing; tests run from the repository", path);
  Text bytes = {text, fread(text, 1, sizeof text, file)};
  fclose(file);
  Arena *arena = &model->operation.arena;
  return error_parse(&model->operation, arena_copy(arena, bytes), path);
}

static inline void add_things(Model *model, Json *common) {
  Operation *operation = &model->operation;
  Json *thing = read_definition(model, "tests/model/thing.json");
  schema_add(operation, &model->set, json_member(thing, "schema"));
  JSON_EACH (extension, json_member(thing, "extensions")) {
    schema_add(operation, &model->set, extension);
  }
  schema_add_type(operation, &model->set, json_member(thing, "type"), common);
}

static inline void model_load(Model *model) {
  static const char *const schemas[] = {"sql/schemas/User.json",
                                        "sql/schemas/EnterpriseUser.json",
                                        "sql/schemas/Group.json"};
  Operation *operation = &model->operation;
  operation_init(operation);
  memset(&model->set, 0, sizeof model->set);
  operation->schemas = &model->set;
  Json *common = read_definition(model, "sql/schemas/Common.json");
  for (size_t i = 0; i < COUNT(schemas); i++)
    schema_add(operation, &model->set, read_definition(model, schemas[i]));
  JSON_EACH (type, read_definition(model, "sql/schemas/resource_types.json")) {
    schema_add_type(operation, &model->set, type, common);
  }
  add_things(model, common);
  if (failed(operation)) fail_msg("%.*s", TEXT_ARG(operation->detail));
  operation->schemas = &model->set;
  model->user = schema_type(&model->set, text_of("User"));
  model->group = schema_type(&model->set, text_of("Group"));
  model->thing = schema_type(&model->set, text_of("Thing"));
}

#define MODEL_OPEN(model) model_load(model)

static inline void model_close(Model *model) {
  test_close(&model->operation.arena);
}

static inline ResourceType *type_named(Model *model, const char *name) {
  ResourceType *type = schema_type(&model->set, text_of(name));
  if (!type) fail_msg("there is no type %s", name);
  return type;
}

static inline Attribute *attribute_of(const ResourceType *type,
                                      const char *path) {
  Attribute *attribute = schema_resolve(type, text_of(path));
  if (!attribute) fail_msg("there is no attribute %s", path);
  return attribute;
}

/* Makes an attribute writeOnly, as if its definition had been replaced. */
static inline void forbid(ResourceType *type, const char *path) {
  Attribute *sub = attribute_of(type, path);
  sub->mutability = MUTABILITY_WRITE_ONLY;
  sub->returned = RETURNED_NEVER;
  type->has_unkept = true;
  if (sub->parent) sub->parent->has_unkept = true;
}

/* "" or the kind of the operation's error, which is taken back. */
static inline Text take_error(Model *model) {
  Operation *operation = &model->operation;
  const char *kind = error_scim_type(operation->error);
  if (!kind) kind = failed(operation) ? "an error without scimType" : "";
  error_clear(operation);
  return text_of(kind);
}

/* Expects that an operation failed, in this way. */
static inline void expect_error(Model *model, const char *sentence,
                                const char *kind) {
  Text detail = model->operation.detail;
  bool error = failed(&model->operation);
  expect_text(sentence, take_error(model), kind);
  if (error && !detail.size) expect_text(sentence, detail, "some detail");
}

/* The value as text; "none" for NULL. */
static inline Text text_of_json(Model *model, const Json *value) {
  return value ? json_text(&model->operation.arena, value) : text_of("none");
}

/* Expects a value, which is written with ' for ". */
static inline void expect_json(Model *model, const char *sentence,
                               const Json *got, const char *want) {
  expect_text(sentence, text_of_json(model, got),
              quoted(&model->operation.arena, want).data);
}

#endif
