/*
** patch.c: the operations of a PATCH request (RFC 7644 section 3.5.2).
**
** HOW IT WORKS
**
** A request is applied to the document operation by operation, each to what the
** ones before it left. The first error ends it; the caller throws the document
** away, and so the request has done all or nothing. Rules about the resource as
** a whole (what is required is there, one value is primary) are for
** resource_check when all operations are done.
**
** One operation goes through these steps, in this order:
**
**  1. its form: op, path and value are what they should be;
**  2. without a path (or with the URN of a schema alone) its value is an
**     object, and each member becomes a step of its own: the name is the path;
**  3. the path is resolved (path.c). What is unknown is invalidPath, but a
**     member that is unknown or readOnly is passed over, unless the tenant
**     goes by the letter: Okta repeats the id, and a client may know more
**     attributes than this service;
**  4. mutability: what is readOnly is refused, unless nothing would change;
**     what is writeOnly is accepted and forgotten, as it is never stored;
**  5. the change itself, by the kind of target: members that are rows
**     (patch_members.c), a list or elements of it (patch_list.c), a single
**     value or a sub-attribute of it (patch_object.c);
**  6. what can only be judged by the outcome: a required attribute that has
**     become unassigned, an immutable one that is another, and a new primary
**     value, which makes the old one not so.
**
** The rules of steps 4 and 6, and why there are two, are in patch_check.c.
**
** DIALECTS
**
** What IdPs send besides the RFC, and where it is understood:
**
**  - "Add", "Replace" (Entra ID): op in any case, in patch_read_action;
**  - names that are paths, {"name.givenName": …, "urn:…:attr": …,
**    "emails[type eq \"work\"].value": …} (Entra ID): in step 2;
**  - an empty path for none: in patch_apply_operation;
**  - remove with a list of values, which removes those (Entra ID), or the list
**    in an object under the attribute's name: patch_list.c;
**  - a value path that selects nothing, which makes the element (Entra ID):
**    patch_list.c;
**  - "" and null to clear, one value for a list, a list of one for a value, an
**    id for a manager, "True": value.c.
*/
#include "patch.h"

#include "budget.h"
#include "patch_step.h"

/*
** Primary values.
*/

/* The first element that is primary and not the excepted one, or NULL. */
static Json *patch_primary_of(const Json *list, const Json *except) {
  if (!list || list->type != JSON_ARRAY) return NULL;
  JSON_EACH (element, list) {
    const Json *primary = json_member(element, "primary");
    if (primary && primary->type == JSON_TRUE && element != except)
      return element;
  }
  return NULL;
}

/* The element that is primary before the step, or NULL: members, of which there
** may be 100,000, have no such thing, and of other lists each is looked at. */
static const Json *patch_primary_before(PatchStep *step, const Json *list) {
  const Attribute *attribute = step->path.attribute;
  if (!list || !schema_attribute(attribute->first, TEXT("primary")) ||
      !budget_spend(step->patch->operation, list->count / 2))
    return NULL;
  return patch_primary_of(list, NULL);
}

/* RFC 7644 section 3.5.2: a new primary value makes the old one not so.
** `before` is the element that was primary; it may have been taken out. */
static void patch_move_primary(PatchStep *step, const Json *before) {
  Json *list = resource_value(step->patch->doc, step->path.attribute);
  if (!before || !patch_primary_of(list, before)) return;
  JSON_EACH (element, list) {
    Json *primary = json_member(element, "primary");
    if (element == before && primary) primary->type = JSON_FALSE;
  }
  step->patch->added.list = NULL; /* an element is another now */
}

/*
** Targets.
*/

/* Step 5: the change, by the kind of target. What is known of a list holds
** while it is added to and nothing else happens. */
static void patch_apply_target(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  bool whole = !step->path.filter && !step->path.sub;
  if (step->action != PATCH_ADD || !whole) step->patch->added.list = NULL;
  if (step->patch->edit && attribute == step->patch->type->members) {
    patch_members(step);
  } else if (!attribute->multi_valued) {
    patch_single(step);
  } else if (step->path.filter || step->path.sub) {
    patch_elements(step);
  } else {
    patch_list(step);
  }
}

/* Does it ask for what only the store knows of a member? */
static bool patch_asks_who(const Filter *filter) {
  const Attribute *sub = filter->attribute;
  if (sub && (text_same(sub->name, TEXT("type")) ||
              text_same(sub->name, TEXT("$ref"))))
    return true;
  FILTER_EACH (term, filter) {
    if (patch_asks_who(term)) return true;
  }
  return false;
}

/* A filter on members sees those whom an earlier operation has brought as a GET
** in between would. False when nothing of them is another for it. What is said
** about a member brings nobody. */
static bool patch_show_members(PatchStep *step) {
  Patch *patch = step->patch;
  if (!patch->show) return false;
  const Filter *filter = step->path.filter;
  Json *members = resource_value(patch->doc, step->path.attribute);
  bool show = patch->joins && members && filter && patch_asks_who(filter);
  bool comes = step->action != PATCH_REMOVE && !(filter && step->path.sub);
  patch->joins = comes || (patch->joins && !show);
  return show && patch->show(patch->operation, members);
}

/* A value that was stored when the definition had no list, or a list, of it, in
** the shape that it has now: the one value of a list, or the value in a list
** of one. Filters see it so (match.c), and without that an add would lose it.
** Members always are a list; they get the parts that filters see. False when it
** has that shape, or is none. */
static bool patch_reshape(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Json *doc = step->patch->doc, *old = resource_value(doc, attribute);
  if (attribute == step->patch->type->members) return patch_show_members(step);
  if (!old) return false;
  bool list = old->type == JSON_ARRAY;
  const Json *one = list && old->count == 1 ? old->first : old;
  bool complex = attribute->type == TYPE_COMPLEX;
  if (list == attribute->multi_valued || one->type == JSON_ARRAY ||
      complex != (one->type == JSON_OBJECT))
    return false;
  Json *value = json_copy(patch_arena(step), one);
  if (!list) {
    Json *element = value;
    value = json_new(patch_arena(step), JSON_ARRAY);
    json_append(value, element);
  }
  resource_set(step->patch->operation, doc, attribute, value);
  return true;
}

/* Steps 4 to 6 for one attribute. */
static void patch_apply_attribute(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Patch *patch = step->patch;
  assert(!attribute->parent && "a path names the top-level attribute");
  if (!patch_check_target(step)) return;
  bool reshaped = patch_reshape(step);
  if (failed(patch->operation)) return;
  const Json *old = resource_value(patch->doc, attribute);
  const Json *primary = patch_primary_before(step, old);
  const Json *before = patch_remember(step);
  patch_apply_target(step);
  if (reshaped) patch->idle = false;
  if (failed(patch->operation)) return;
  patch_move_primary(step, primary);
  patch_check_outcome(step, old != NULL, before);
}

static void patch_apply_path(PatchStep *step, Text text);

/* Step 3. The URN of the type's own schema names all its attributes, as that of
** an extension does. */
static bool patch_resolve(PatchStep *step, Text text) {
  const ResourceType *type = step->patch->type;
  Operation *operation = step->patch->operation;
  step->core = path_is_schema(operation, text, type->schema->id);
  return step->core || path_parse(operation, type, text, &step->path);
}

/* Resolves the name of a member. False when it is passed over, or refused where
** the tenant goes by the letter. */
static bool patch_resolve_name(PatchStep *part, Text name) {
  Operation *operation = part->patch->operation;
  bool strict = (operation->strict & STRICT_NAMES) != 0;
  const Attribute *attribute;
  if (!patch_resolve(part, name)) {
    if (!strict) error_clear(operation);
    return false;
  }
  if (strict) {
    patch_check_name(part, name);
    return !failed(operation);
  }
  attribute = part->path.attribute;
  return !attribute ||
         !(patch_is_read_only(&part->path) || schema_is_schemas(attribute));
}

/* Says the member of an extension's object what that is, as scim2-models has it
** (RFC 7643 section 3: "the attributes present in the current JSON structure")?
** Not if the extension has an attribute of that name. */
static bool patch_says_schemas(const PatchStep *step, Text name) {
  return !step->core && text_same(name, TEXT("schemas")) &&
         !schema_attribute(step->path.extension->first, name);
}

/* Step 2: the members of an object are targets of their own. Within the object
** of a schema, `urn` stands before their names, and remove takes what it lists,
** as it does of a list (patch_list.c). */
static void patch_apply_object(PatchStep *step, const Json *object, Text urn) {
  Operation *operation = step->patch->operation;
  bool any = step->action != PATCH_REMOVE;
  assert(object->type == JSON_OBJECT && (any || urn.size));
  JSON_EACH (member, object) {
    if (urn.size && (patch_says_schemas(step, member->name) ||
                     path_is_blank(operation, member->name)))
      continue;
    PatchStep part = {.patch = step->patch,
                      .action = step->action,
                      .value = member,
                      .nameless = true};
    Text name = member->name;
    if (urn.size)
      name = arena_format(&operation->arena, "%.*s:%.*s", TEXT_ARG(urn),
                          TEXT_ARG(name));
    if (patch_resolve_name(&part, name)) {
      patch_apply_path(&part, name);
      any = true;
    }
    if (failed(operation)) return;
  }
  if (!any) /* as in patch_read_listed */
    error_set(operation, ERROR_INVALID_VALUE,
              "the remove of '%.*s' has a value that lists nothing",
              TEXT_ARG(urn));
}

/* All of an extension, or of the type's own schema, is to go. The latter is the
** resource. */
static void patch_remove_schema(PatchStep *step, Text urn) {
  Json *doc = step->patch->doc, *old = json_member_text(doc, urn);
  if (step->core) {
    patch_refuse_required(step, urn);
  } else if (old) {
    patch_check_extension(step);
    json_remove(doc, old);
  }
}

/* Does a remove list all that there is of an extension? Then that goes as a
** whole, with what it requires (patch_check_extension). */
static bool patch_lists_all(const PatchStep *step, Text urn) {
  const Json *old = json_member_text(step->patch->doc, urn);
  if (step->action != PATCH_REMOVE || step->core || !old) return false;
  JSON_EACH (member, old) {
    const Json *listed = json_member_text(step->value, member->name);
    if (!listed || !json_equal(member, listed)) return false;
  }
  return true;
}

/* The target is the URN of a schema alone, which names all its attributes. */
static void patch_apply_schema(PatchStep *step) {
  const Schema *schema =
      step->core ? step->patch->type->schema : step->path.extension->schema;
  if (!patch_has_value(step) || patch_lists_all(step, schema->id)) {
    patch_remove_schema(step, schema->id);
  } else if (step->value->type == JSON_OBJECT) {
    patch_apply_object(step, step->value, schema->id);
  } else {
    error_set(step->patch->operation, ERROR_INVALID_VALUE,
              "the value of '%.*s' must be an object", TEXT_ARG(schema->id));
  }
}

/* The path is resolved; `text` is its spelling, for errors. */
static void patch_apply_path(PatchStep *step, Text text) {
  patch_check_value(step, text);
  if (failed(step->patch->operation) || step->patch->form_only) return;
  if (step->path.extension || step->core) {
    patch_apply_schema(step);
  } else {
    assert(step->path.attribute && "a path is a schema or an attribute");
    patch_apply_attribute(step);
  }
}

/*
** Operations of a request.
*/
/* RFC 7644 section 3.5.2: "add", "remove" or "replace". Entra ID begins them
** with a capital letter, which a tenant that is strict about values refuses. */
static bool patch_read_action(PatchStep *step, const Json *operation,
                              int number) {
  static const char *const names[] = {[PATCH_ADD] = "add",
                                      [PATCH_REPLACE] = "replace",
                                      [PATCH_REMOVE] = "remove"};
  Text name = json_member_string(operation, "op");
  bool strict = step->patch->operation->strict & STRICT_VALUES;
  for (int i = PATCH_ADD; i <= PATCH_REMOVE; i++) {
    bool same = strict ? text_equal(name, text_of(names[i]))
                       : text_same(name, text_of(names[i]));
    if (!same) continue;
    step->action = (PatchAction)i;
    return true;
  }
  error_set(step->patch->operation, ERROR_INVALID_SYNTAX,
            "Operations[%d].op must be add, replace or remove", number);
  return false;
}

/* An operation without a path is about the resource itself. SCIM-SDK puts its
** value into a list of one, where RFC 7644 section 3.5.2.1 has it alone. */
static void patch_apply_to_resource(PatchStep *step, int number) {
  Operation *operation = step->patch->operation;
  if (step->value && step->value->type == JSON_ARRAY &&
      step->value->count == 1 && !(operation->strict & STRICT_SHAPES))
    step->value = step->value->first;
  if (step->action == PATCH_REMOVE) {
    error_set(operation, ERROR_NO_TARGET,
              "Operations[%d] is a remove and must have a path", number);
  } else if (!step->value || step->value->type != JSON_OBJECT) {
    error_set(operation, ERROR_INVALID_VALUE,
              "Operations[%d] has no path, so its value must be an object",
              number);
  } else if (!step->patch->form_only) {
    patch_apply_object(step, step->value, NO_TEXT);
  }
}

/* Step 1, and which of the two ways it goes on. null and "" for a path are no
** path: clients that build the request from a record send them. */
static void patch_apply_operation(Patch *patch, const Json *operation,
                                  int number) {
  const Json *path = json_member(operation, "path");
  PatchStep step = {.patch = patch, .value = json_member(operation, "value")};
  if (!patch_read_action(&step, operation, number)) return;
  bool none = !path || path->type == JSON_NULL ||
              (path->type == JSON_STRING && !path->text.size);
  if (none) {
    patch_apply_to_resource(&step, number);
  } else if (path->type != JSON_STRING) {
    error_set(patch->operation, ERROR_INVALID_PATH,
              "Operations[%d].path must be a string", number);
  } else if (patch_resolve(&step, path->text)) {
    patch_apply_path(&step, path->text);
  }
}

/* The same, of which nothing stays in memory when it has changed nothing: there
** may be 10,000 with a filter of 8 KiB each. Keys that were made on the way are
** kept, and then all is. */
static void patch_apply_frugally(Patch *patch, const Json *item, int number) {
  Arena *arena = &patch->operation->arena;
  ArenaMark mark = arena_mark(arena);
  size_t keys = patch->memo.count;
  patch->idle = false;
  patch_apply_operation(patch, item, number);
  if (patch->idle && !failed(patch->operation) && keys == patch->memo.count)
    arena_release(arena, mark);
}

/* The list of operations; invalidSyntax when there is none or it is too long.
** An empty one is a PATCH that does nothing, unless the tenant is strict. */
static const Json *patch_operations_of(Operation *operation, const Json *body) {
  const Json *operations = json_member(body, "Operations");
  if (!operations || operations->type != JSON_ARRAY) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "a PATCH must have Operations, an array");
  } else if (!operations->count && (operation->strict & STRICT_EMPTY)) {
    error_set(operation, ERROR_INVALID_SYNTAX, "Operations must not be empty");
  } else if (operations->count > PATCH_OPERATIONS) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "Operations has %d entries, more than %d", (int)operations->count,
              PATCH_OPERATIONS);
  }
  return operations;
}

/* The loop over operations, which ends at the first error, or at the first that
** cannot be done without the members. */
void patch_apply(Operation *operation, const ResourceType *type, Json *doc,
                 const Json *body, const PatchOptions *options) {
  Patch patch = {.operation = operation,
                 .type = type,
                 .doc = doc,
                 .edit = options->edit,
                 .show = options->show,
                 .form_only = options->form_only,
                 .most = PATCH_OPERATIONS,
                 .memo = memo_new(operation)};
  patch.added = same_list(&patch.memo, NULL, NULL);
  patch.joined = same_list(&patch.memo, NULL, NULL);
  int number = 0;
  if (failed(operation)) return;
  const Json *operations = patch_operations_of(operation, body);
  if (failed(operation)) return;
  JSON_EACH (item, operations) {
    if (item->type != JSON_OBJECT)
      error_set(operation, ERROR_INVALID_SYNTAX,
                "Operations[%d] must be an object", number);
    if (failed(operation)) return;
    patch_apply_frugally(&patch, item, number++);
    if (failed(operation) || (patch.edit && patch.edit->needs_members)) return;
  }
  patch_check_schemas(&patch);
  patch_settle_schemas(&patch);
}
