/*
** crate.h: a resource type Crate, in tests/model/crate.json: complex attributes
** with lists in them (box, parts, cover), with references to one type of
** resource (keeper, owners, guard), and with parts that are required or
** immutable (ports, plate), in the type itself and in an extension.
*/
#ifndef SCIM_CRATE_H
#define SCIM_CRATE_H

#include "patch_case.h"

#define LID "urn:example:scim:2.0:Lid"

static inline const ResourceType *crate_add(Model *model) {
  Operation *operation = &model->operation;
  Json *crate = read_definition(model, "tests/model/crate.json");
  Json *common = read_definition(model, "sql/schemas/Common.json");
  schema_add(operation, &model->set, json_member(crate, "schema"));
  schema_add(operation, &model->set, json_member(crate, "extension"));
  schema_add_type(operation, &model->set, json_member(crate, "type"), common);
  if (failed(operation)) fail_msg("%.*s", TEXT_ARG(operation->detail));
  return type_named(model, "Crate");
}

static inline void expect_crates(const PatchCase *cases, size_t count) {
  Model model;
  MODEL_OPEN(&model);
  expect_ever(&model, crate_add(&model), cases, count);
  model_close(&model);
}

#endif
