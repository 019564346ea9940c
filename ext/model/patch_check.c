/*
** patch_check.c: what a PATCH may not do: the rules about one target.
**
** HOW IT WORKS
**
** Some rules can be told before the change: what an operation's value must be,
** and that nothing readOnly is set. Others only by comparing before and after,
** because there are many ways to take a value away (remove, null, an empty
** text, an empty list, a filter that selects all) and one rule:
**
**  - what is required does not become unassigned (RFC 7644 section 3.5.2.2);
**  - what is immutable and has a value keeps it (RFC 7643 section 7), also when
**    it is what holds it that goes: a complex value, or a whole extension.
**
** Elements of a list have no identity by which to find what was before. They
** may go, with all they hold (that is how a member leaves a group, whose value
** is immutable); while they stay, patch_object.c and patch_list.c see to it.
**
** "schemas" follows from the content (canonical.c), and nobody can set it. But
** an operation may say what is so anyway, even before it is: some clients name
** an extension first and fill it then. So what was said about schemas is judged
** when all operations are done.
*/
#include "budget.h"
#include "patch_step.h"
#include "reference.h"

/*
** Values.
*/

/* The "" that IdPs send for none. */
static bool patch_is_blank(const Json *value) {
  return value->type == JSON_STRING && !value->text.size;
}

bool patch_lists_nothing(const Json *value) {
  if (value->type != JSON_ARRAY && value->type != JSON_OBJECT)
    return value->type == JSON_NULL || patch_is_blank(value);
  JSON_EACH (item, value) {
    if (!patch_lists_nothing(item)) return false;
  }
  return true;
}

/* RFC 7644 section 3.5.2.2 knows no value of a remove. null and "" are none, so
** that all goes; a list that has nothing in it is a mistake of the client's,
** whether it meant all or none. */
static void patch_check_removal(PatchStep *step, Text text) {
  Operation *operation = step->patch->operation;
  if (!patch_has_value(step)) return;
  if (operation->strict & STRICT_REMOVALS) {
    error_set(operation, ERROR_INVALID_VALUE,
              "the remove of '%.*s' must have no value", TEXT_ARG(text));
  } else if (patch_is_blank(step->value)) {
    step->value = NULL;
  } else if (patch_lists_nothing(step->value)) {
    error_set(operation, ERROR_INVALID_VALUE,
              "the remove of '%.*s' has a value that lists nothing",
              TEXT_ARG(text));
  }
}

/* null is a value of an add or replace: it takes away. One that is not there
** has been forgotten. */
void patch_check_value(PatchStep *step, Text text) {
  if (step->action == PATCH_REMOVE)
    patch_check_removal(step, text);
  else if (!step->value)
    error_set(step->patch->operation, ERROR_INVALID_VALUE,
              "the operation on '%.*s' must have a value", TEXT_ARG(text));
}

/* RFC 7643 section 2.5 has the empty array say that there is no value where the
** attribute is multi-valued. */
static void patch_check_single(PatchStep *step, const Attribute *attribute,
                               const Json *value) {
  Operation *operation = step->patch->operation;
  if (value->type == JSON_ARRAY && !value->count &&
      (operation->strict & STRICT_SHAPES))
    error_set(operation, ERROR_INVALID_VALUE,
              "the value of '%.*s' must not be a list",
              TEXT_ARG(attribute->path));
}

/* A sub-attribute that may be in a value which is to be set. */
static void patch_check_part(PatchStep *step, const Attribute *attribute,
                             const Json *part) {
  const Attribute *sub = schema_attribute(attribute->first, part->name);
  if (sub && !sub->multi_valued) patch_check_single(step, sub, part);
  if (!(step->patch->operation->strict & STRICT_NAMES)) return;
  if (!sub)
    error_set(step->patch->operation, ERROR_INVALID_VALUE,
              "'%.*s' has no sub-attribute '%.*s'", TEXT_ARG(attribute->path),
              TEXT_ARG(part->name));
  else if (sub->mutability == MUTABILITY_READ_ONLY)
    error_set(step->patch->operation, ERROR_MUTABILITY, "'%.*s' is readOnly",
              TEXT_ARG(sub->path));
}

/* For an object, or each in a list. Only a tenant that wants the letter of RFC
** 7644 section 3.5.2 has these checks: an operation that is not compatible with
** the schema or with mutability is an error. */
static void patch_check_parts(PatchStep *step, const Attribute *attribute,
                              const Json *value) {
  if (attribute->type != TYPE_COMPLEX || !value) return;
  if (value->type == JSON_ARRAY) {
    JSON_EACH (item, value) patch_check_parts(step, attribute, item);
  } else if (value->type == JSON_OBJECT) {
    JSON_EACH (member, value) patch_check_part(step, attribute, member);
  }
}

/* Are all names in the object, of which there are some, unknown? */
static bool patch_is_foreign(const Attribute *attribute, const Json *object) {
  if (object->type != JSON_OBJECT || !object->count) return false;
  JSON_EACH (member, object) {
    if (schema_attribute(attribute->first, member->name)) return false;
  }
  return true;
}

/* An element of unknown names only is dropped. Where something is required of
** an element it lacks that, as it would with one known name besides. */
static void patch_check_elements(PatchStep *step) {
  const Attribute *attribute = step->path.attribute, *sub = attribute->first;
  const Json *value = step->value;
  while (sub && !(sub->required && document_keeps(sub))) sub = sub->next;
  if (!sub || !attribute->multi_valued || step->path.sub) return;
  bool lacks = patch_is_foreign(attribute, value);
  if (value->type == JSON_ARRAY) {
    JSON_EACH (item, value) lacks = lacks || patch_is_foreign(attribute, item);
  }
  if (lacks)
    error_set(step->patch->operation, ERROR_INVALID_VALUE, "'%.*s' is required",
              TEXT_ARG(sub->path));
}

/* The shape of a value that is to be set, and the names in it. */
static void patch_check_shape(PatchStep *step) {
  const Path *path = &step->path;
  const Attribute *target = path->sub ? path->sub : path->attribute;
  if (!target->multi_valued || (path->filter && !path->sub))
    patch_check_single(step, target, step->value);
  if (step->patch->operation->strict & (STRICT_NAMES | STRICT_SHAPES))
    patch_check_parts(step, target, step->value);
  patch_check_elements(step);
}

/* What is writeOnly is not kept, but what is no value of it is refused all the
** same: a success would say that the password is another now. */
static void patch_check_write_only(PatchStep *step) {
  const Path *path = &step->path;
  Operation *operation = step->patch->operation;
  if (step->action == PATCH_REMOVE || !patch_has_value(step)) {
    /* nothing to read */
  } else if (path->filter && !path->sub) {
    value_read_element(operation, path->attribute, step->value);
  } else {
    value_read(operation, path->sub ? path->sub : path->attribute, step->value);
  }
}

/*
** Before the change.
*/
bool patch_is_read_only(const Path *path) {
  return path->attribute->mutability == MUTABILITY_READ_ONLY ||
         (path->sub && path->sub->mutability == MUTABILITY_READ_ONLY);
}

/* A readOnly target may be named when nothing would change, because clients
** send back what they have read. */
static void patch_check_read_only(PatchStep *step) {
  const Path *path = &step->path;
  const Json *old = resource_value(step->patch->doc, path->attribute);
  if (old && path->sub) old = json_member_text(old, path->sub->name);
  if (old && step->value && json_equal(old, step->value)) return;
  const Attribute *attribute = path->sub ? path->sub : path->attribute;
  error_set(step->patch->operation, ERROR_MUTABILITY, "'%.*s' is readOnly",
            TEXT_ARG(attribute->path));
}

/* Mutability comes first: of what may not be set, no value is right. */
bool patch_check_target(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  if (schema_is_schemas(attribute)) {
    patch_note_schemas(step);
  } else if (attribute->mutability == MUTABILITY_WRITE_ONLY) {
    patch_check_write_only(step);
  } else if (patch_is_read_only(&step->path)) {
    patch_check_read_only(step);
  } else {
    if (step->action != PATCH_REMOVE) patch_check_shape(step);
    return !failed(operation);
  }
  return false;
}

/* RFC 7643 section 3.3 has the attributes of an extension below its URN, and
** names of attributes are not paths; what of this IdPs do otherwise only a
** tenant that goes by the letter refuses. */
void patch_check_name(PatchStep *step, Text name) {
  const Path *path = &step->path;
  const char *reason = NULL;
  if (path->filter || path->sub)
    reason = "is a path, where the name of an attribute belongs";
  else if (path->attribute && path->attribute->extension &&
           !text_begins(name, path->attribute->schema->id))
    reason = "belongs below the URN of its schema";
  if (reason)
    error_set(step->patch->operation, ERROR_INVALID_PATH, "'%.*s' %s",
              TEXT_ARG(name), reason);
}

/*
** After it.
*/
/* RFC 7644 section 3.5.2.2 names the scimType: it is the removal that is wrong,
** and not a value. */
void patch_refuse_required(PatchStep *step, Text path) {
  error_set(step->patch->operation, ERROR_MUTABILITY,
            "'%.*s' is required and cannot be removed", TEXT_ARG(path));
}

void patch_refuse_immutable(PatchStep *step, const Attribute *attribute) {
  error_set(step->patch->operation, ERROR_MUTABILITY,
            "'%.*s' is immutable and has a value", TEXT_ARG(attribute->path));
}

/* The first immutable sub-attribute from this one on, or NULL. */
static const Attribute *patch_immutable_from(const Attribute *sub) {
  while (sub && sub->mutability != MUTABILITY_IMMUTABLE) sub = sub->next;
  return sub;
}

/* Is there something immutable that stays while the attribute's value does? */
static bool patch_is_bound(const Attribute *attribute) {
  return attribute->mutability == MUTABILITY_IMMUTABLE ||
         (!attribute->multi_valued && patch_immutable_from(attribute->first));
}

/* A list may be copied for each operation, and costs memory. */
const Json *patch_copy(PatchStep *step, const Json *value) {
  if (!budget_spend(step->patch->operation, 32 * (size_t)value->count))
    return NULL;
  return json_copy(patch_arena(step), value);
}

/* Of most attributes nothing is immutable, and nothing is copied: a list may be
** long. */
const Json *patch_remember(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  const Json *value = resource_value(step->patch->doc, attribute);
  return value && patch_is_bound(attribute) ? patch_copy(step, value) : NULL;
}

/* An extension that has lost its last attribute is not there any more. */
static void patch_drop_extension(PatchStep *step, const Attribute *attribute) {
  Json *doc = step->patch->doc;
  Text urn = attribute->schema->id;
  Json *object = json_member_text(doc, urn);
  const Extension *extension = schema_extension(step->patch->type, urn);
  if (!object || object->count) return;
  json_remove(doc, object);
  if (step->action == PATCH_REMOVE && extension && extension->required)
    patch_refuse_required(step, urn);
}

/* A list that has lost its last value is unassigned, too (RFC 7643 section
** 2.5), and leaves nothing behind. */
static void patch_check_required(PatchStep *step, bool assigned) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  const Json *value = resource_value(step->patch->doc, attribute);
  if (value && value->type == JSON_ARRAY && !value->count) {
    resource_set(operation, step->patch->doc, attribute, NULL);
    value = NULL;
  }
  if (attribute->required && assigned && !value)
    patch_refuse_required(step, attribute->path);
  if (attribute->extension && assigned && !value)
    patch_drop_extension(step, attribute);
}

/* `after` is NULL when the value has gone. Of a complex value that may change
** only the parts that may not are compared, each for itself: one that had no
** value may be given one. */
static void patch_check_immutable(PatchStep *step, const Attribute *attribute,
                                  const Json *before, const Json *after) {
  Operation *operation = step->patch->operation;
  if (!before) return;
  if (attribute->mutability == MUTABILITY_IMMUTABLE) {
    if (!after || !reference_same(operation, attribute, before, after))
      patch_refuse_immutable(step, attribute);
    return;
  }
  for (const Attribute *sub = patch_immutable_from(attribute->first); sub;
       sub = patch_immutable_from(sub->next)) {
    const Json *old = json_member_text(before, sub->name);
    const Json *new = json_member_text(after, sub->name);
    if (old && !(new &&reference_same(operation, sub, old, new))) {
      patch_refuse_immutable(step, sub);
      return;
    }
  }
}

/* Required first: an immutable value that has gone and is required, too, was
** removed. */
void patch_check_outcome(PatchStep *step, bool assigned, const Json *before) {
  const Attribute *attribute = step->path.attribute;
  patch_check_required(step, assigned);
  patch_check_immutable(step, attribute, before,
                        resource_value(step->patch->doc, attribute));
}

/* What an extension requires need not stay when all of it goes: RFC 7643
** section 6 makes the extension as a whole required or not. */
void patch_check_extension(PatchStep *step) {
  const Extension *extension = step->path.extension;
  const Json *doc = step->patch->doc;
  if (extension->required) patch_refuse_required(step, extension->schema->id);
  for (const Attribute *a = extension->first; a; a = a->next) {
    if (patch_is_bound(a))
      patch_check_immutable(step, a, resource_value(doc, a), NULL);
  }
}

/*
** "schemas".
*/
/* mutability, because it is as if schemas were readOnly (RFC 7643 section 3).
 */
static void patch_refuse_schemas(Operation *operation) {
  error_set(operation, ERROR_MUTABILITY,
            "'schemas' follows from the content of the resource and cannot be "
            "changed");
}

/* An object without a path repeats the schemas that it has attributes of, so
** there is nothing in it that it would take away. */
void patch_note_schemas(PatchStep *step) {
  Patch *patch = step->patch;
  Operation *operation = patch->operation;
  bool remove = step->action == PATCH_REMOVE;
  if (remove && !step->value) patch_refuse_schemas(operation);
  if (failed(operation)) return;
  PatchSchemas *said = arena_alloc(&operation->arena, sizeof *said);
  said->action = step->nameless && !remove ? PATCH_ADD : step->action;
  said->urns = value_read(operation, step->path.attribute, step->value);
  said->next = patch->schemas;
  patch->schemas = said;
}

/* Does the resource have content of the extension? */
static bool patch_extension_is_there(const Patch *patch, const Extension *e) {
  const Json *object = json_member_text(patch->doc, e->schema->id);
  return object && object->count;
}

/* Is the URN one that the reply is going to list? */
static bool patch_schema_is_there(const Patch *patch, Text urn) {
  if (text_same(urn, patch->type->schema->id)) return true;
  const Extension *extension = schema_extension(patch->type, urn);
  return extension && patch_extension_is_there(patch, extension);
}

/* After a replace all that is there must have been listed, too. */
static bool patch_schemas_are_so(const Patch *patch, const PatchSchemas *said) {
  bool listed = said->action != PATCH_REMOVE;
  JSON_EACH (item, said->urns) {
    if (patch_schema_is_there(patch, item->text) != listed) return false;
  }
  if (said->action != PATCH_REPLACE) return true;
  for (const Extension *e = patch->type->extensions; e; e = e->next) {
    if (patch_extension_is_there(patch, e) &&
        !json_lists(said->urns, e->schema->id))
      return false;
  }
  return json_lists(said->urns, patch->type->schema->id);
}

/* The type's own schema is there in any case, and what the type does not know
** stays. Who reads the outcome of scim_patch finds what would be stored. */
void patch_settle_schemas(const Patch *patch) {
  Arena *arena = &patch->operation->arena;
  Json *list = json_member(patch->doc, "schemas");
  if (!list || list->type != JSON_ARRAY) return;
  for (Json *item = list->first, *next; item; item = next) {
    const Extension *e = schema_extension(patch->type, item->text);
    next = item->next;
    if (e && !patch_extension_is_there(patch, e)) json_remove(list, item);
  }
  for (const Extension *e = patch->type->extensions; e; e = e->next) {
    if (patch_extension_is_there(patch, e) && !json_lists(list, e->schema->id))
      json_append(list, json_string(arena, e->schema->id));
  }
}

/* The order in which it was said does not matter: all is said of the end. */
void patch_check_schemas(const Patch *patch) {
  const PatchSchemas *said = patch->schemas;
  for (; said && !failed(patch->operation); said = said->next) {
    if (!patch_schemas_are_so(patch, said))
      patch_refuse_schemas(patch->operation);
  }
}
