#include "patch.h"

#include "match.h"

typedef enum Action { ACTION_ADD, ACTION_REPLACE, ACTION_REMOVE } Action;

typedef struct Patch {
  Operation *operation;
  const ResourceType *type;
  Json *doc;
  const PatchOptions *options;
  unsigned *values; /* how many have been read for lists */
  Action action;
  Path path;
  const Json *value; /* NULL when the operation has none */
} Patch;

static Arena *arena_of(const Patch *patch) { return &patch->operation->arena; }

static bool has_value(const Patch *patch) {
  return patch->value && patch->value->type != JSON_NULL;
}

/*
** Objects: sub-attributes of one value.
*/

/* Sets a sub-attribute, or takes it away when there is no value. One that is
** immutable stays as it is once it has a value. */
static void set_sub(Patch *patch, const Attribute *sub, Json *object,
                    Json *value) {
  Json *old = json_member_text(object, sub->name);
  bool same = old && value && json_equal(old, value);
  if (failed(patch->operation) || same) return;
  if (old && sub->mutability == MUTABILITY_IMMUTABLE) {
    error_set(patch->operation, ERROR_MUTABILITY,
              "'%.*s' is immutable and has a value", TEXT_ARG(sub->path));
    return;
  }
  if (old) json_remove(object, old);
  if (value) json_put_text(object, sub->name, value);
}

/* Puts what the value says into the object; what it does not mention stays
** (RFC 7644 section 3.5.2.3 for complex attributes), null takes away. */
static void merge_object(Patch *patch, const Attribute *attribute, Json *object,
                         const Json *value) {
  JSON_EACH (member, value) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    if (!sub || sub->mutability == MUTABILITY_READ_ONLY) continue;
    set_sub(patch, sub, object, value_read(patch->operation, sub, member));
  }
}

/* Two values of a multi-valued attribute are the same when their value and
** type are, or when they have no value and are equal. */
static bool same_element(const Json *a, const Json *b) {
  const Json *value = json_member(a, "value");
  const Json *other = json_member(b, "value");
  if (!value || !other) return json_equal(a, b);
  const Json *type = json_member(a, "type"), *kind = json_member(b, "type");
  return json_equal(value, other) &&
         (type == kind || !type || !kind || json_equal(type, kind));
}

static Json *find_same(const Json *list, const Json *element) {
  JSON_EACH (item, list) {
    if (same_element(item, element)) return item;
  }
  return NULL;
}

static void add_element(Patch *patch, Json *list, Json *element) {
  Json *same = find_same(list, element);
  if (!same) {
    json_append(list, element);
  } else if (element->type == JSON_OBJECT) {
    merge_object(patch, patch->path.attribute, same, element);
  }
}

/*
** The list of a multi-valued attribute.
*/
static Json *open_list(Patch *patch) {
  Json *list = resource_value(patch->doc, patch->path.attribute);
  if (list) return list;
  list = json_new(arena_of(patch), JSON_ARRAY);
  resource_set(patch->operation, patch->doc, patch->path.attribute, list);
  return list;
}

/* Takes the listed values out, and only those: Entra ID and others send
** remove with a list of values. */
static void remove_listed(Patch *patch, const Json *listed) {
  Json *list = resource_value(patch->doc, patch->path.attribute);
  JSON_EACH (element, listed) {
    Json *same;
    while (list && (same = find_same(list, element))) json_remove(list, same);
  }
}

/* The listed values of a remove; some clients wrap them in an object under
** the attribute's own name. */
static const Json *listed_value(const Patch *patch) {
  const Json *inner =
      json_member_text(patch->value, patch->path.attribute->name);
  return inner && inner->type == JSON_ARRAY ? inner : patch->value;
}

/* Each is compared with those that are there, so all operations together may
** bring no more of them than there may be operations. */
static bool count_values(Patch *patch, const Json *list) {
  if (list) *patch->values += list->count;
  if (*patch->values > PATCH_OPERATIONS)
    error_set(patch->operation, ERROR_INVALID_VALUE,
              "the operations have more than %d values for lists",
              PATCH_OPERATIONS);
  return !failed(patch->operation);
}

static void apply_list(Patch *patch) {
  const Attribute *attribute = patch->path.attribute;
  if (patch->action == ACTION_REMOVE && !has_value(patch)) {
    resource_set(patch->operation, patch->doc, attribute, NULL);
    return;
  }
  bool remove = patch->action == ACTION_REMOVE;
  Json *read = value_read(patch->operation, attribute,
                          remove ? listed_value(patch) : patch->value);
  if (!count_values(patch, read)) return;
  if (remove) {
    remove_listed(patch, read);
  } else if (patch->action == ACTION_REPLACE) {
    resource_set(patch->operation, patch->doc, attribute, read);
  } else if (read) {
    Json *list = open_list(patch);
    for (Json *element = read->first, *next; element; element = next) {
      next = element->next;
      add_element(patch, list, element);
      if (!value_check_count(patch->operation, attribute, list)) return;
    }
  }
}

/*
** Value paths: the elements that match a filter.
*/

/* Makes an element out of the filter's eq terms; false when it has others. */
static bool element_of(Patch *patch, const Filter *filter, Json *element) {
  if (filter->kind == FILTER_AND) {
    FILTER_EACH (term, filter) {
      if (!element_of(patch, term, element)) return false;
    }
    return true;
  }
  if (filter->kind != FILTER_COMPARE || filter->op != OPERATOR_EQ ||
      filter->attribute == patch->path.attribute)
    return false;
  Json *value =
      value_read(patch->operation, filter->attribute, filter->literal);
  if (value && !json_member_text(element, filter->attribute->name))
    json_put_text(element, filter->attribute->name, value);
  return true;
}

/* What an operation gives the path's sub-attribute: NULL to take it away. */
static Json *read_sub(Patch *patch) {
  if (patch->action == ACTION_REMOVE || !has_value(patch)) return NULL;
  return value_read(patch->operation, patch->path.sub, patch->value);
}

/* An element without its value is none, unless the tenant goes by the letter
** of RFC 7644 section 3.5.2.2. */
static bool change_sub(Patch *patch, Json *element) {
  const Attribute *sub = patch->path.sub;
  Json *read = read_sub(patch);
  if (failed(patch->operation)) return true;
  bool whole = sub == schema_value(patch->path.attribute);
  if (!read && whole && !(patch->operation->strict & STRICT_TARGETS))
    return false;
  set_sub(patch, sub, element, read);
  return element->count > 0;
}

/* Sets or takes away what the path names of one element. False when the
** element itself is to go. */
static bool change_element(Patch *patch, Json *list, Json *element) {
  if (patch->path.sub) return change_sub(patch, element);
  if (patch->action == ACTION_REMOVE) return false;
  Json *read = has_value(patch)
                   ? value_read_element(patch->operation, patch->path.attribute,
                                        patch->value)
                   : NULL;
  if (failed(patch->operation)) return true;
  if (!read) return false;
  if (read->type != JSON_OBJECT) {
    json_replace(list, element, read);
  } else if (patch->action == ACTION_REPLACE) {
    element->first = element->last = NULL;
    element->count = 0;
    merge_object(patch, patch->path.attribute, element, read);
    if (patch->path.filter) element_of(patch, patch->path.filter, element);
  } else {
    merge_object(patch, patch->path.attribute, element, read);
  }
  return true;
}

/* Nothing matches: the element that Entra ID expects to be made, with the
** filter's terms in it. */
static void create_element(Patch *patch) {
  Json *element = json_new(arena_of(patch), JSON_OBJECT);
  Json *probe = patch->path.sub ? read_sub(patch) : NULL;
  /* Clearing what is not there is a success, and leaves nothing behind. */
  if (patch->path.sub ? !probe : !has_value(patch)) return;
  bool simple = patch->path.attribute->type != TYPE_COMPLEX;
  bool strict = (patch->operation->strict & STRICT_TARGETS);
  if (simple || strict || !element_of(patch, patch->path.filter, element)) {
    error_set(patch->operation, ERROR_NO_TARGET,
              "no value of '%.*s' matches the filter of the path",
              TEXT_ARG(patch->path.attribute->path));
    return;
  }
  if (change_element(patch, NULL, element))
    json_append(open_list(patch), element);
}

static bool selects(Patch *patch, const Json *element) {
  return !patch->path.filter ||
         filter_match_element(patch->operation, patch->path.filter,
                              patch->path.attribute, element);
}

static void apply_elements(Patch *patch) {
  Json *list = resource_value(patch->doc, patch->path.attribute);
  bool found = false;
  for (Json *element = list ? list->first : NULL, *next; element;
       element = next) {
    next = element->next;
    if (!selects(patch, element)) continue;
    found = true;
    if (!change_element(patch, list, element)) json_remove(list, element);
    if (failed(patch->operation)) return;
  }
  if (found || patch->action == ACTION_REMOVE) return;
  if (patch->path.filter) {
    create_element(patch);
  } else if (has_value(patch)) {
    /* emails.value of a user without e-mail. */
    Json *element = json_new(arena_of(patch), JSON_OBJECT);
    if (change_element(patch, NULL, element))
      json_append(open_list(patch), element);
  }
}

/*
** Single-valued attributes.
*/
static void apply_sub(Patch *patch) {
  const Attribute *attribute = patch->path.attribute;
  Json *object = resource_value(patch->doc, attribute);
  Json *read = read_sub(patch);
  if (failed(patch->operation) || (!object && !read)) return;
  if (!object) {
    object = json_new(arena_of(patch), JSON_OBJECT);
    resource_set(patch->operation, patch->doc, attribute, object);
  }
  set_sub(patch, patch->path.sub, object, read);
  if (!object->count)
    resource_set(patch->operation, patch->doc, attribute, NULL);
}

static void apply_single(Patch *patch) {
  const Attribute *attribute = patch->path.attribute;
  Json *old = resource_value(patch->doc, attribute);
  Json *read = patch->action != ACTION_REMOVE && has_value(patch)
                   ? value_read(patch->operation, attribute, patch->value)
                   : NULL;
  if (failed(patch->operation)) return;
  bool merge = old && old->type == JSON_OBJECT && patch->value &&
               patch->action != ACTION_REMOVE;
  if (merge && patch->value->type == JSON_OBJECT && patch->value->count) {
    /* The value as sent, because its nulls count. */
    merge_object(patch, attribute, old, patch->value);
    if (!old->count)
      resource_set(patch->operation, patch->doc, attribute, NULL);
  } else if (merge && read) {
    merge_object(patch, attribute, old, read);
  } else {
    resource_set(patch->operation, patch->doc, attribute, read);
  }
}

/*
** Members of a group that are kept as rows.
*/
/* value eq "x", or several of them joined by or: drops each. */
static bool drop_matches(Patch *patch, const Filter *filter) {
  if (filter->kind == FILTER_OR) {
    FILTER_EACH (term, filter) {
      if (!drop_matches(patch, term)) return false;
    }
    return true;
  }
  if (filter->kind != FILTER_COMPARE || filter->op != OPERATOR_EQ ||
      filter->attribute != schema_value(patch->path.attribute) ||
      filter->literal->type != JSON_STRING)
    return false;
  Json *member = json_new(arena_of(patch), JSON_OBJECT);
  json_put(member, "value",
           json_string(arena_of(patch), filter->literal->text));
  member_edit_note(patch->operation, patch->options->edit, member, true);
  return true;
}

static void apply_members(Patch *patch) {
  MemberEdit *edit = patch->options->edit;
  if (patch->path.sub || patch->path.filter) {
    bool simple = !patch->path.sub && patch->action == ACTION_REMOVE &&
                  drop_matches(patch, patch->path.filter);
    if (!simple) edit->needs_members = true;
    return;
  }
  if (patch->action == ACTION_REMOVE && !has_value(patch)) {
    member_edit_replace(patch->operation, edit, NULL);
    return;
  }
  bool remove = patch->action == ACTION_REMOVE;
  Json *read = value_read(patch->operation, patch->path.attribute,
                          remove ? listed_value(patch) : patch->value);
  if (failed(patch->operation)) return;
  if (patch->action == ACTION_REPLACE) {
    member_edit_replace(patch->operation, edit, read);
  } else {
    JSON_EACH (member, read)
      member_edit_note(patch->operation, edit, member, remove);
  }
}

/*
** Rules for every operation.
*/

/* A readOnly target may be named when nothing would change, because clients
** send back what they have read. */
static void refuse_read_only(Patch *patch) {
  const Json *old = resource_value(patch->doc, patch->path.attribute);
  if (old && patch->path.sub)
    old = json_member_text(old, patch->path.sub->name);
  if (old && patch->value && json_equal(old, patch->value)) return;
  const Attribute *attribute =
      patch->path.sub ? patch->path.sub : patch->path.attribute;
  error_set(patch->operation, ERROR_MUTABILITY, "'%.*s' is readOnly",
            TEXT_ARG(attribute->path));
}

static bool is_read_only(const Path *path) {
  return path->attribute->mutability == MUTABILITY_READ_ONLY ||
         (path->sub && path->sub->mutability == MUTABILITY_READ_ONLY);
}

static void check_required(Patch *patch) {
  const Attribute *attribute = patch->path.attribute;
  if (patch->action == ACTION_REMOVE && attribute->required &&
      !patch->path.sub && !patch->path.filter && !has_value(patch))
    error_set(patch->operation, ERROR_MUTABILITY,
              "'%.*s' is required and cannot be removed",
              TEXT_ARG(attribute->path));
}

static void check_immutable(Patch *patch, const Json *before) {
  const Json *after = resource_value(patch->doc, patch->path.attribute);
  if (before && (!after || !json_equal(before, after)))
    error_set(patch->operation, ERROR_MUTABILITY,
              "'%.*s' is immutable and has a value",
              TEXT_ARG(patch->path.attribute->path));
}

/* The value that is primary before the operation. */
static Json *primary_of(const Json *list, const Json *except) {
  if (!list || list->type != JSON_ARRAY) return NULL;
  JSON_EACH (element, list) {
    const Json *primary = json_member(element, "primary");
    if (primary && primary->type == JSON_TRUE && element != except)
      return element;
  }
  return NULL;
}

/* RFC 7644 section 3.5.2: a new primary value makes the old one not so. */
static void move_primary(Patch *patch, Json *before) {
  Json *list = resource_value(patch->doc, patch->path.attribute);
  if (!before || !primary_of(list, before)) return;
  JSON_EACH (element, list) {
    Json *primary = json_member(element, "primary");
    if (element == before && primary) primary->type = JSON_FALSE;
  }
}

static void apply_target(Patch *patch) {
  const Attribute *attribute = patch->path.attribute;
  if (patch->options->edit && attribute == patch->type->members) {
    apply_members(patch);
  } else if (attribute->multi_valued) {
    if (patch->path.filter || patch->path.sub) {
      apply_elements(patch);
    } else {
      apply_list(patch);
    }
  } else if (patch->path.sub) {
    apply_sub(patch);
  } else {
    apply_single(patch);
  }
}

/* One attribute as target. */
static void apply_attribute(Patch *patch) {
  const Attribute *attribute = patch->path.attribute;
  /* What is writeOnly is not kept. */
  if (schema_is_schemas(attribute) ||
      attribute->mutability == MUTABILITY_WRITE_ONLY)
    return;
  if (is_read_only(&patch->path)) {
    refuse_read_only(patch);
    return;
  }
  check_required(patch);
  if (failed(patch->operation)) return;
  Json *old = resource_value(patch->doc, attribute);
  Json *before = old && attribute->mutability == MUTABILITY_IMMUTABLE
                     ? json_copy(arena_of(patch), old)
                     : NULL;
  Json *primary = primary_of(old, NULL);
  apply_target(patch);
  if (failed(patch->operation)) return;
  check_immutable(patch, before);
  move_primary(patch, primary);
}

static void apply_path(Patch *patch, Text text);

/* The members of an object are targets of their own: names of attributes, or
** whole paths, as Entra ID sends them ("name.givenName", "urn:…:attr"). What
** is unknown or readOnly there is ignored. */
static void apply_object(Patch *patch, const Json *object, Text urn) {
  JSON_EACH (member, object) {
    Patch part = *patch;
    Text name = member->name;
    if (urn.size)
      name = arena_format(arena_of(patch), "%.*s:%.*s", TEXT_ARG(urn),
                          TEXT_ARG(name));
    part.value = member;
    if (!path_parse(patch->operation, patch->type, name, &part.path)) {
      error_clear(patch->operation);
      continue;
    }
    if (part.path.attribute && is_read_only(&part.path)) continue;
    apply_path(&part, name);
    if (failed(patch->operation)) return;
  }
}

/* The whole of an extension. */
static void apply_extension(Patch *patch) {
  Text urn = patch->path.extension->schema->id;
  Json *old = json_member_text(patch->doc, urn);
  bool object = patch->value && patch->value->type == JSON_OBJECT;
  if (patch->action == ACTION_REMOVE || !has_value(patch)) {
    if (old) json_remove(patch->doc, old);
  } else if (object) {
    apply_object(patch, patch->value, urn);
  } else {
    error_set(patch->operation, ERROR_INVALID_VALUE,
              "the value of '%.*s' must be an object", TEXT_ARG(urn));
  }
}

/* The path is parsed. */
static void apply_path(Patch *patch, Text text) {
  if (patch->action != ACTION_REMOVE && !patch->value) {
    error_set(patch->operation, ERROR_INVALID_VALUE,
              "the operation on '%.*s' has no value", TEXT_ARG(text));
  } else if (patch->path.extension) {
    apply_extension(patch);
  } else if (patch->path.attribute) {
    apply_attribute(patch);
  }
}

/*
** Operations of a request.
*/
static bool read_action(Patch *patch, const Json *operation, int number) {
  static const char *const names[] = {"add", "replace", "remove"};
  Text name = json_member_string(operation, "op");
  for (int i = ACTION_ADD; i <= ACTION_REMOVE; i++) {
    if (!text_same(name, text_of(names[i]))) continue;
    patch->action = (Action)i;
    return true;
  }
  error_set(patch->operation, ERROR_INVALID_SYNTAX,
            "Operations[%d].op must be add, replace or remove", number);
  return false;
}

static void apply_operation(Patch *patch, const Json *operation, int number) {
  const Json *path = json_member(operation, "path");
  patch->value = json_member(operation, "value");
  if (!read_action(patch, operation, number)) return;
  bool whole = !path || path->type == JSON_NULL ||
               (path->type == JSON_STRING && !path->text.size);
  if (!whole && path->type != JSON_STRING) {
    error_set(patch->operation, ERROR_INVALID_PATH,
              "Operations[%d].path must be a string", number);
  } else if (!whole) {
    if (path_parse(patch->operation, patch->type, path->text, &patch->path))
      apply_path(patch, path->text);
  } else if (patch->action == ACTION_REMOVE) {
    error_set(patch->operation, ERROR_NO_TARGET,
              "Operations[%d] removes but has no path", number);
  } else if (!patch->value || patch->value->type != JSON_OBJECT) {
    error_set(patch->operation, ERROR_INVALID_VALUE,
              "Operations[%d] has no path, so its value must be an object",
              number);
  } else {
    Text none = {NULL, 0};
    apply_object(patch, patch->value, none);
  }
}

static const Json *operations_of(Operation *operation, const Json *body) {
  const Json *operations = json_member(body, "Operations");
  if (!body || body->type != JSON_OBJECT || !operations ||
      operations->type != JSON_ARRAY) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "a PATCH body needs Operations, an array");
  } else if (!operations->count && (operation->strict & STRICT_EMPTY)) {
    error_set(operation, ERROR_INVALID_SYNTAX, "Operations is empty");
  } else if (operations->count > PATCH_OPERATIONS) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "Operations has %d entries, more than %d", (int)operations->count,
              PATCH_OPERATIONS);
  }
  return operations;
}

void patch_apply(Operation *operation, const ResourceType *type, Json *doc,
                 const Json *body, const PatchOptions *options) {
  if (failed(operation)) return;
  const Json *operations = operations_of(operation, body);
  unsigned values = 0;
  Patch patch = {.operation = operation,
                 .type = type,
                 .doc = doc,
                 .options = options,
                 .values = &values};
  int number = 0;
  if (failed(operation)) return;
  JSON_EACH (item, operations) {
    if (item->type != JSON_OBJECT)
      error_set(operation, ERROR_INVALID_SYNTAX,
                "Operations[%d] is not an object", number);
    if (failed(operation)) return;
    apply_operation(&patch, item, number++);
    if (failed(operation) || (options->edit && options->edit->needs_members))
      return;
  }
}
