/*
** patch_object.c: PATCH of sub-attributes: what becomes of one complex value.
**
** HOW IT WORKS
**
** A complex value is never replaced as a whole by add or replace: what the
** request does not mention stays (RFC 7644 section 3.5.2.3), so everything here
** goes sub-attribute by sub-attribute. The same functions serve a single-valued
** attribute (`name`) and an element of a list (`emails[type eq "work"]`).
**
** Two views of a value are needed. What value_read has made of it holds what
** there is to set, free of dialects; but it has no nulls any more. What was
** sent has the nulls, which take a sub-attribute away.
**
** A sub-attribute that is immutable may be set once. That is checked here and
** not by comparing before and after, because elements of lists have no identity
** by which to find what was before.
*/
#include <assert.h>

#include "patch_step.h"

static Arena *arena_of(const PatchStep *step) {
  return &step->patch->operation->arena;
}

bool patch_has_content(const Attribute *attribute, const Json *object) {
  (void)attribute;
  return object->count > 0;
}

/* Sets a sub-attribute, or takes it away when there is no value. One that is
** immutable stays as it is once it has a value. */
static void set_sub(PatchStep *step, const Attribute *sub, Json *object,
                    Json *value) {
  Json *old = json_member_text(object, sub->name);
  bool same = old && value && json_equal(old, value);
  if (failed(step->patch->operation) || same) return;
  if (old && sub->mutability == MUTABILITY_IMMUTABLE) {
    error_set(step->patch->operation, ERROR_MUTABILITY,
              "'%.*s' is immutable and has a value", TEXT_ARG(sub->path));
    return;
  }
  if (old) json_remove(object, old);
  if (value) json_put_text(object, sub->name, value);
}

void patch_merge(PatchStep *step, const Attribute *attribute, Json *object,
                 const Json *read, const Json *sent) {
  (void)read;
  JSON_EACH (member, sent) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    if (!sub || sub->mutability == MUTABILITY_READ_ONLY) continue;
    set_sub(step, sub, object, value_read(step->patch->operation, sub, member));
  }
}

Json *patch_read_sub(PatchStep *step) {
  if (step->action == PATCH_REMOVE || !patch_has_value(step)) return NULL;
  return value_read(step->patch->operation, step->path.sub, step->value);
}

void patch_change_sub(PatchStep *step, Json *object) {
  Json *read = patch_read_sub(step);
  if (!failed(step->patch->operation))
    set_sub(step, step->path.sub, object, read);
}

/*
** Single-valued attributes.
*/
static void change_single_sub(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  Json *doc = step->patch->doc, *object = resource_value(doc, attribute);
  Json *read = patch_read_sub(step);
  if (failed(operation) || (!object && !read)) return;
  if (!object) {
    object = json_new(arena_of(step), JSON_OBJECT);
    resource_set(operation, doc, attribute, object);
  }
  patch_change_sub(step, object);
  if (!patch_has_content(attribute, object))
    resource_set(operation, doc, attribute, NULL);
}

void patch_single(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  Json *doc = step->patch->doc, *old = resource_value(doc, attribute);
  if (step->path.sub) {
    change_single_sub(step);
    return;
  }
  Json *read = step->action != PATCH_REMOVE && patch_has_value(step)
                   ? value_read(operation, attribute, step->value)
                   : NULL;
  if (failed(operation)) return;
  bool merge = old && old->type == JSON_OBJECT && step->value &&
               step->action != PATCH_REMOVE;
  if (merge && step->value->type == JSON_OBJECT && step->value->count) {
    /* The value as sent, because its nulls count. */
    patch_merge(step, attribute, old, read, step->value);
    if (!patch_has_content(attribute, old))
      resource_set(operation, doc, attribute, NULL);
  } else if (merge && read) {
    patch_merge(step, attribute, old, read, read);
  } else {
    resource_set(operation, doc, attribute, read);
  }
}
