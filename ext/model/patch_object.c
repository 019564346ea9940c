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

#include "patch_step.h"
#include "reference.h"

/* What is readOnly is no content: a manager whose value is gone is none, though
** a document given to scim_patch may still have the displayName. */
bool patch_has_content(const Attribute *attribute, const Json *object) {
  JSON_EACH (member, object) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    if (!sub || sub->mutability != MUTABILITY_READ_ONLY) return true;
  }
  return false;
}

/* Sets a sub-attribute, or takes it away when there is no value. One that is
** immutable stays as it is once it has a value. */
static void patch_sub_set(PatchStep *step, const Attribute *sub, Json *object,
                          Json *value) {
  Json *old = json_member_text(object, sub->name);
  Operation *operation = step->patch->operation;
  bool same = old && value && json_equal(old, value);
  if (failed(operation) || same) return;
  if (old && sub->mutability == MUTABILITY_IMMUTABLE) {
    if (!value || !reference_same(operation, sub, old, value))
      patch_refuse_immutable(step, sub);
    return;
  }
  if (old) json_remove(object, old);
  if (value) json_put_text(object, sub->name, value);
}

/*
** Sub-attributes that are lists themselves.
*/

/* An immutable list may be given once (RFC 7643 section 7). `before` is a copy
** of what it was, or NULL. */
static void patch_sub_check_list(PatchStep *step, const Attribute *sub,
                                 const Json *before, const Json *list) {
  if (before && !json_equal(before, list)) patch_refuse_immutable(step, sub);
}

/* Adds values to the list, or takes them out of it. The list is edited in
** place: a copy for each of 10,000 operations would cost more than the body. */
static void patch_sub_edit_list(PatchStep *step, const Attribute *sub,
                                Json *object, Json *values) {
  Json *list = json_member_text(object, sub->name);
  assert(sub->multi_valued && sub->parent);
  bool remove = step->action == PATCH_REMOVE;
  if (!values || !patch_count_values(step, values)) return;
  if (!list || list->type != JSON_ARRAY) {
    if (!remove) patch_sub_set(step, sub, object, values);
    return;
  }
  const Json *before =
      sub->mutability == MUTABILITY_IMMUTABLE ? patch_copy(step, list) : NULL;
  if (remove)
    patch_remove_values(step, sub, list, values);
  else
    patch_add_values(step, sub, list, values);
  patch_sub_check_list(step, sub, before, list);
  if (!list->count) json_remove(object, list);
}

/* Is the step about values of the sub-attribute's list, not about the list?
** RFC 7644 section 3.5.2.1: add appends to what is there. Remove with a value
** takes out what it lists, as it does at the top level (patch_list.c). */
static bool patch_sub_is_about_values(const PatchStep *step,
                                      const Attribute *sub) {
  return sub->multi_valued &&
         (step->action == PATCH_ADD ||
          (step->action == PATCH_REMOVE && patch_has_value(step)));
}

/* Sets a sub-attribute, or adds to it. */
static void patch_sub_set_or_add(PatchStep *step, const Attribute *sub,
                                 Json *object, Json *value) {
  if (patch_sub_is_about_values(step, sub))
    patch_sub_edit_list(step, sub, object, value);
  else
    patch_sub_set(step, sub, object, value);
}

/*
** Objects.
*/

/* Takes away what was sent as null or "". A "value" that was sent so and was
** read from the "$ref" beside it goes, too, if it is `echoed`: the client has
** cleared the value of what it was shown, and left the rest as it was. */
static void patch_sub_clear(PatchStep *step, const Attribute *attribute,
                            Json *object, const Json *read, const Json *sent,
                            bool echoed) {
  JSON_EACH (member, sent) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    if (!sub || sub->mutability == MUTABILITY_READ_ONLY ||
        patch_sub_is_about_values(step, sub) ||
        !value_is_unassigned(step->patch->operation, sub, member))
      continue;
    if (!json_member_text(read, sub->name) ||
        (echoed && sub == schema_value(attribute)))
      patch_sub_set(step, sub, object, NULL);
  }
}

/* In two passes: what was read is set, then what was sent as null is taken
** away. A "value" that is sent as it stands, with "$ref" cleared, is an echo of
** what the client was shown (clear_subs). */
void patch_merge(PatchStep *step, const Attribute *attribute, Json *object,
                 const Json *read, const Json *sent) {
  const Json *value = json_member(object, "value");
  const Json *new = json_member(read, "value");
  bool echoed = value && new &&json_equal(value, new);
  assert(step->action != PATCH_REMOVE && attribute->type == TYPE_COMPLEX);
  JSON_EACH (member, read) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    assert(sub && "value_read keeps sub-attributes only");
    patch_sub_set_or_add(step, sub, object,
                         json_copy(patch_arena(step), member));
  }
  patch_sub_clear(step, attribute, object, read, sent, echoed);
  reference_settle(step->patch->operation, attribute, object);
}

/* At a value path a list of one is taken for the value in it, as it is for a
** whole element. */
Json *patch_read_sub(PatchStep *step) {
  const Attribute *sub = step->path.sub;
  const Json *value = step->value;
  Operation *operation = step->patch->operation;
  if (step->action == PATCH_REMOVE || !patch_has_value(step)) return NULL;
  if (step->path.filter && !sub->multi_valued)
    value = patch_unwrap(step, value);
  return value_read(operation, sub, value);
}

bool patch_is_ref(const PatchStep *step, const Attribute *sub) {
  const Attribute *attribute = step->path.attribute;
  return sub == reference_of(step->patch->operation->schemas, attribute) ||
         (attribute->kept_as_rows && text_same(sub->name, TEXT("$ref")));
}

/* A "$ref" that is set by its path is read as if it had come alone in an
** object: it changes the value. Taking it away changes nothing, because it
** follows from the value. */
static void patch_sub_change_ref(PatchStep *step, Json *object) {
  const Attribute *attribute = step->path.attribute;
  Arena *arena = patch_arena(step);
  if (!patch_read_sub(step)) return;
  Json *sent = json_new(arena, JSON_OBJECT);
  json_put_text(sent, step->path.sub->name, json_copy(arena, step->value));
  Json *read = value_read_element(step->patch->operation, attribute, sent);
  if (read) patch_merge(step, attribute, object, read, NULL);
}

/* What is writeOnly is read, as a password is, and forgotten. */
static void patch_sub_change_plain(PatchStep *step, Json *object) {
  const Attribute *sub = step->path.sub;
  Operation *operation = step->patch->operation;
  bool listed =
      step->action == PATCH_REMOVE && patch_sub_is_about_values(step, sub);
  Json *read = listed ? patch_read_listed(step, sub) : patch_read_sub(step);
  if (!failed(operation) && sub->mutability != MUTABILITY_WRITE_ONLY)
    patch_sub_set_or_add(step, sub, object, read);
}

/* RFC 7644 section 3.5.2.2: what is required is not removed. That a replace has
** left it out is told when all operations are done (resource_check), since a
** value of nothing but empty parts takes the whole away. */
void patch_check_sub(PatchStep *step, const Json *object) {
  const Attribute *sub = step->path.sub;
  if (step->action == PATCH_REMOVE && sub->required &&
      json_member_text(object, sub->name) &&
      !patch_sub_is_about_values(step, sub))
    patch_refuse_required(step, sub->path);
}

/* A "$ref" and what is beside it say one thing, so they change together. */
void patch_change_sub(PatchStep *step, Json *object) {
  const Attribute *attribute = step->path.attribute;
  assert(step->path.sub && step->path.sub->parent == attribute);
  patch_check_sub(step, object);
  if (failed(step->patch->operation)) return;
  if (patch_is_ref(step, step->path.sub)) {
    patch_sub_change_ref(step, object);
  } else {
    patch_sub_change_plain(step, object);
    reference_settle(step->patch->operation, attribute, object);
  }
}

/*
** Single-valued attributes.
*/

/* The path names a sub-attribute (name.givenName). The object is made when it
** is missing and there is something to set, and goes when nothing is left. */
static void patch_single_sub(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  Json *doc = step->patch->doc, *object = resource_value(doc, attribute);
  Json *read = patch_read_sub(step);
  /* Anything else in its place, in a document given to scim_patch, goes. */
  if (object && object->type != JSON_OBJECT) object = NULL;
  if (failed(operation) || (!object && !read)) return;
  if (!object) {
    object = json_new(patch_arena(step), JSON_OBJECT);
    resource_set(operation, doc, attribute, object);
  }
  patch_change_sub(step, object);
  if (!patch_has_content(attribute, object))
    resource_set(operation, doc, attribute, NULL);
}

/* Merges a complex value into the one that is there. One of which nothing is
** said ({}, or unknown names only) changes nothing. */
static void patch_single_object(PatchStep *step, Json *old, const Json *read,
                                const Json *sent) {
  const Attribute *attribute = step->path.attribute;
  patch_merge(step, attribute, old, read, sent);
  if (!patch_has_content(attribute, old))
    resource_set(step->patch->operation, step->patch->doc, attribute, NULL);
}

bool patch_is_unkept(const Attribute *attribute, const Json *read) {
  return attribute->has_unkept && read && read->type == JSON_OBJECT &&
         !read->count;
}

/* Sets the whole attribute, or takes it away. Where nothing was, what is not
** kept leaves nothing, which the operations behind would find and take away. */
static void patch_single_whole(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  Json *doc = step->patch->doc, *old = resource_value(doc, attribute);
  if (step->action == PATCH_REMOVE || !patch_has_value(step)) {
    resource_set(operation, doc, attribute, NULL);
    return;
  }
  const Json *sent = value_sent(operation, attribute, step->value);
  Json *read = value_read_element(operation, attribute, sent);
  if (failed(operation)) return;
  if (attribute->type == TYPE_COMPLEX && old && old->type == JSON_OBJECT &&
      !value_is_unassigned(operation, attribute, sent))
    patch_single_object(step, old, read, sent);
  else if (old || !patch_is_unkept(attribute, read))
    resource_set(operation, doc, attribute, read);
}

void patch_single(PatchStep *step) {
  assert(!step->path.attribute->multi_valued && !step->path.filter);
  if (step->path.sub)
    patch_single_sub(step);
  else
    patch_single_whole(step);
}
