/*
** patch_case.h: one PATCH in a line: the resource before, the operations, and
** the resource after, or "!" and the kind of the error.
*/
#ifndef SCIM_PATCH_CASE_H
#define SCIM_PATCH_CASE_H

#include "../../ext/model/patch.h"
#include "model_test.h"

typedef struct PatchCase {
  const char *sentence, *before, *operations, *after;
} PatchCase;

/* As it would be stored; members, which are not part of that, behind. */
static inline Text stored(Model *model, const ResourceType *type,
                          const Json *doc) {
  Arena *arena = &model->operation.arena;
  Json *canonical =
      resource_canonical(&model->operation, type, doc, text_of("id"));
  Json *members = json_member(doc, "members");
  if (members && members->count)
    json_put(canonical, "members", json_copy(arena, members));
  return json_text(arena, canonical);
}

static inline Json *patch_body(Model *model, const char *operations) {
  Json *body = json_new(&model->operation.arena, JSON_OBJECT);
  json_put(body, "Operations", json_of(model, operations));
  return body;
}

static inline void expect_patch(Model *model, const ResourceType *type,
                                const PatchCase *it) {
  Operation *operation = &model->operation;
  PatchOptions options = {NULL};
  Json *doc = json_of(model, it->before);
  patch_apply(operation, type, doc, patch_body(model, it->operations),
              &options);
  if (it->after[0] == '!' || failed(operation)) {
    bool expected = it->after[0] == '!';
    expect_text(it->sentence, take_error(model),
                expected ? it->after + 1 : it->after);
    return;
  }
  Text want = stored(model, type, json_of(model, it->after));
  expect_text(it->sentence, stored(model, type, doc),
              arena_copy(&operation->arena, want).data);
}

/* Every case by default, and again with the strictness of preset "rfc", which
** is for what must not depend on it; but for spellings that the preset refuses
** (patch_check_test.c). */
static inline void expect_ever(Model *model, const ResourceType *type,
                               const PatchCase *cases, size_t count) {
  for (size_t i = 0; i < 2 * count; i++) {
    if (i == count)
      model->operation.strict = STRICT_ALL & ~(STRICT_NAMES | STRICT_REMOVALS);
    expect_patch(model, type, &cases[i % count]);
  }
}

static inline void expect_patches(const char *type, const PatchCase *cases,
                                  size_t count) {
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < count; i++)
    expect_patch(&model, type_named(&model, type), &cases[i]);
  model_close(&model);
}

/* What an edit says: "replace" or "edit" and its entries, "whole" when it needs
** the members themselves, "untouched" when it is about none. */
static inline Text describe(Model *model, const MemberEdit *edit) {
  Arena *arena = &model->operation.arena;
  if (failed(&model->operation))
    return arena_format(arena, "!%s", take_error(model).data);
  if (edit->needs_members) return text_of("whole");
  if (!edit->used) return text_of("untouched");
  Text entries = text_of_json(model, edit->entries);
  return arena_format(arena, "%s %.*s", edit->replace ? "replace" : "edit",
                      TEXT_ARG(entries));
}

#endif
