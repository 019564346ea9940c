#include "resource.h"

/*
** Getting and setting.
*/
static const Attribute *top_of(const Attribute *attribute) {
  return attribute->parent ? attribute->parent : attribute;
}

Json *resource_value(const Json *doc, const Attribute *attribute) {
  const Attribute *top = top_of(attribute);
  if (top->extension) doc = json_member_text(doc, top->schema->id);
  return json_member_text(doc, top->name);
}

void resource_set(Operation *operation, Json *doc, const Attribute *attribute,
                  Json *value) {
  Json *home = doc;
  if (attribute->extension) {
    home = json_member_text(doc, attribute->schema->id);
    if (!home && !value) return;
    if (!home) {
      home = json_new(&operation->arena, JSON_OBJECT);
      json_put_text(doc, attribute->schema->id, home);
    }
  }
  Json *old = json_member_text(home, attribute->name);
  if (old == value) return;
  if (old) json_remove(home, old);
  if (value) json_put_text(home, attribute->name, value);
}

/*
** Reading a body.
*/
static bool is_accepted(const Attribute *attribute) {
  return attribute->mutability != MUTABILITY_READ_ONLY &&
         attribute->mutability != MUTABILITY_WRITE_ONLY;
}

static void read_members(Operation *operation, Attribute *first,
                         const Json *body, Json *doc) {
  JSON_EACH (member, body) {
    const Attribute *attribute = schema_attribute(first, member->name);
    if (!attribute || !is_accepted(attribute)) continue;
    Json *value = value_read(operation, attribute, member);
    if (value) json_put_text(doc, attribute->name, value);
  }
}

Json *resource_read(Operation *operation, const ResourceType *type,
                    const Json *body) {
  Arena *arena = &operation->arena;
  Json *doc = json_new(arena, JSON_OBJECT);
  if (failed(operation)) return doc;
  if (!body || body->type != JSON_OBJECT) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the resource must be a JSON object");
    return doc;
  }
  read_members(operation, type->first, body, doc);
  for (Extension *e = type->extensions; e; e = e->next) {
    const Json *part = json_member_text(body, e->schema->id);
    if (!part || value_is_unset(part)) continue;
    if (part->type != JSON_OBJECT)
      error_set(operation, ERROR_INVALID_VALUE,
                "the value of '%.*s' must be an object",
                TEXT_ARG(e->schema->id));
    Json *object = json_new(arena, JSON_OBJECT);
    read_members(operation, e->first, part, object);
    if (object->count) json_put_text(doc, e->schema->id, object);
  }
  return doc;
}

/*
** Rules about whole documents. Each walks over every top-level attribute.
*/
typedef void (*Rule)(Operation *operation, const Attribute *attribute,
                     Json *doc, const Json *old);

static void each_attribute(Operation *operation, const ResourceType *type,
                           Json *doc, const Json *old, Rule rule) {
  for (const Attribute *a = type->first; a; a = a->next)
    rule(operation, a, doc, old);
  for (const Extension *e = type->extensions; e; e = e->next) {
    for (const Attribute *a = e->first; a; a = a->next)
      rule(operation, a, doc, old);
  }
}

static void fill(Operation *operation, const Attribute *attribute, Json *doc,
                 const Json *old) {
  (void)old;
  if (!attribute->fallback || resource_value(doc, attribute)) return;
  Json *value = value_read(operation, attribute, attribute->fallback);
  if (value) resource_set(operation, doc, attribute, value);
}

void resource_fill(Operation *operation, const ResourceType *type, Json *doc) {
  each_attribute(operation, type, doc, NULL, fill);
}

/* The immutable parts of a complex value that stays. */
static void keep_parts(Operation *operation, const Attribute *attribute,
                       const Json *before, Json *after) {
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    const Json *old = json_member_text(before, sub->name);
    const Json *new = json_member_text(after, sub->name);
    if (!old || sub->mutability != MUTABILITY_IMMUTABLE) continue;
    if (!new)
      json_put_text(after, sub->name, json_copy(&operation->arena, old));
    else if (!json_equal(old, new))
      error_set(operation, ERROR_MUTABILITY,
                "'%.*s' is immutable and has another value",
                TEXT_ARG(sub->path));
  }
}

static void keep(Operation *operation, const Attribute *attribute, Json *doc,
                 const Json *old) {
  Json *before = resource_value(old, attribute);
  Json *after = resource_value(doc, attribute);
  bool immutable = attribute->mutability == MUTABILITY_IMMUTABLE;
  if (before && after && before->type == JSON_OBJECT &&
      after->type == JSON_OBJECT)
    keep_parts(operation, attribute, before, after);
  if (!before || (!attribute->fallback && !immutable)) return;
  if (!after) {
    resource_set(operation, doc, attribute,
                 json_copy(&operation->arena, before));
  } else if (immutable && !json_equal(before, after)) {
    error_set(operation, ERROR_MUTABILITY,
              "'%.*s' is immutable and has another value",
              TEXT_ARG(attribute->path));
  }
}

void resource_keep(Operation *operation, const ResourceType *type, Json *doc,
                   const Json *old) {
  each_attribute(operation, type, doc, old, keep);
}

static void require(Operation *operation, const Attribute *attribute) {
  error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is required",
            TEXT_ARG(attribute->path));
}

static void check_element(Operation *operation, const Attribute *attribute,
                          const Json *element) {
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    if (sub->required && is_accepted(sub) &&
        !json_member_text(element, sub->name))
      require(operation, sub);
  }
}

/* RFC 7643 section 2.4: primary is true for no more than one value. */
static void check_values(Operation *operation, const Attribute *attribute,
                         const Json *list) {
  int primaries = 0;
  if (!value_check_count(operation, attribute, list)) return;
  JSON_EACH (element, list) {
    const Json *primary = json_member(element, "primary");
    primaries += primary && primary->type == JSON_TRUE;
    check_element(operation, attribute, element);
  }
  if (primaries > 1)
    error_set(operation, ERROR_INVALID_VALUE,
              "more than one value of '%.*s' is primary",
              TEXT_ARG(attribute->path));
}

static void check(Operation *operation, const Attribute *attribute, Json *doc,
                  const Json *old) {
  (void)old;
  const Json *value = resource_value(doc, attribute);
  if (value && value->type == JSON_ARRAY) {
    check_values(operation, attribute, value);
  } else if (value) {
    check_element(operation, attribute, value);
  }
}

static void check_required(Operation *operation, const Attribute *first,
                           const Json *doc, const Json *old) {
  for (const Attribute *a = first; a; a = a->next) {
    bool excused = schema_is_schemas(a) || (old && !resource_value(old, a));
    if (a->required && is_accepted(a) && !resource_value(doc, a) && !excused)
      require(operation, a);
  }
}

void resource_check(Operation *operation, const ResourceType *type,
                    const Json *doc, const Json *old) {
  check_required(operation, type->first, doc, old);
  for (const Extension *e = type->extensions; e; e = e->next) {
    bool present = json_member_text(doc, e->schema->id) != NULL;
    bool excused = old && !json_member_text(old, e->schema->id);
    if (e->required && !present && !excused)
      error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is required",
                TEXT_ARG(e->schema->id));
    if (present) check_required(operation, e->first, doc, excused ? NULL : old);
  }
  each_attribute(operation, type, (Json *)doc, NULL, check);
}

/*
** The canonical form.
*/
static Text reference_to(Operation *operation, const Attribute *ref,
                         const Json *object) {
  const ResourceType *target =
      ref->reference_type.size
          ? schema_type(operation->schemas, ref->reference_type)
          : NULL;
  Text value = json_member_string(object, "value");
  Text none = {NULL, 0};
  if (!target || !value.size) return none;
  return arena_format(&operation->arena, "%.*s/%.*s",
                      TEXT_ARG(text_after(target->endpoint, 1)),
                      TEXT_ARG(value));
}

static Json *canonical_value(Operation *operation, const Attribute *attribute,
                             const Json *value);

static Json *canonical_object(Operation *operation, const Attribute *attribute,
                              const Json *value) {
  Json *object = json_new(&operation->arena, JSON_OBJECT);
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    Text reference = {NULL, 0};
    if (text_equal(sub->name, text_of("$ref")))
      reference = reference_to(operation, sub, value);
    const Json *old = json_member_text(value, sub->name);
    Json *kept = reference.size
                     ? json_string(&operation->arena, reference)
                     : (old ? canonical_value(operation, sub, old) : NULL);
    if (kept) json_put_text(object, sub->name, kept);
  }
  return object->count ? object : NULL;
}

static Json *canonical_value(Operation *operation, const Attribute *attribute,
                             const Json *value) {
  if (value_is_unset(value)) return NULL;
  if (value->type == JSON_ARRAY) {
    Json *list = json_new(&operation->arena, JSON_ARRAY);
    JSON_EACH (item, value) {
      Json *element = canonical_value(operation, attribute, item);
      if (element) json_append(list, element);
    }
    return list->count ? list : NULL;
  }
  if (attribute->type == TYPE_COMPLEX)
    return canonical_object(operation, attribute, value);
  return json_copy(&operation->arena, value);
}

static void put_attributes(Operation *operation, const ResourceType *type,
                           const Attribute *first, const Json *from, Json *to) {
  for (const Attribute *a = first; a; a = a->next) {
    const Json *value = json_member_text(from, a->name);
    if (!value || a == type->members || !is_accepted(a) ||
        json_member_text(to, a->name))
      continue;
    Json *kept = canonical_value(operation, a, value);
    if (kept) json_put_text(to, a->name, kept);
  }
}

Json *resource_canonical(Operation *operation, const ResourceType *type,
                         const Json *doc, Text id) {
  Arena *arena = &operation->arena;
  Json *canonical = json_new(arena, JSON_OBJECT);
  Json *schemas = json_new(arena, JSON_ARRAY);
  json_append(schemas, json_string(arena, type->schema->id));
  json_put(canonical, "schemas", schemas);
  json_put(canonical, "id", json_string(arena, id));
  put_attributes(operation, type, type->first, doc, canonical);
  for (const Extension *e = type->extensions; e; e = e->next) {
    const Json *part = json_member_text(doc, e->schema->id);
    if (!part) continue;
    Json *object = json_new(arena, JSON_OBJECT);
    put_attributes(operation, type, e->first, part, object);
    if (!object->count) continue;
    json_append(schemas, json_string(arena, e->schema->id));
    json_put_text(canonical, e->schema->id, object);
  }
  return canonical;
}

static void keep_unfit(Operation *operation, const ResourceType *type,
                       Attribute *first, Json *to, const Json *content,
                       const Json *from) {
  JSON_EACH (member, from) {
    bool known = schema_attribute(first, member->name) ||
                 (type && schema_extension(type, member->name));
    const Json *wanted = json_member_text(content, member->name);
    Json *now = json_member_text(to, member->name);
    if (known && !(wanted && json_equal(wanted, member))) continue;
    if (now && (!known || json_equal(now, member))) continue;
    if (now) json_remove(to, now);
    json_put_text(to, member->name, json_copy(&operation->arena, member));
  }
}

void resource_keep_unfit(Operation *operation, const ResourceType *type,
                         Json *doc, const Json *content, const Json *old) {
  Json *schemas = json_member(doc, "schemas");
  Json *own = schemas ? json_copy(&operation->arena, schemas) : NULL;
  for (const Extension *e = type->extensions; e; e = e->next) {
    Json *part = json_member_text(doc, e->schema->id);
    if (part)
      keep_unfit(operation, NULL, e->first, part,
                 json_member_text(content, e->schema->id),
                 json_member_text(old, e->schema->id));
  }
  keep_unfit(operation, type, type->first, doc, content, old);
  if (own) json_replace(doc, json_member(doc, "schemas"), own);
}
