/*
** canonical.c: the form in which documents are stored.
**
** HOW IT WORKS
**
** The document is built anew, in the order of the schema: what is not known,
** not kept or has no value is thereby left out, and nothing of the input is
** changed. "schemas" follows from the content (the type's own, and each
** extension that has a value), so it is made here and not read.
**
** A "$ref" that the service can compute from the value beside it is computed
** (RFC 7643 section 2.4: "$ref" is the URI of what "value" identifies). What a
** client sent in its place is dropped: it would be wrong as soon as the value
** or the public URL changes. Without a value there is no such "$ref" either.
**
** A definition may be replaced by one that lacks what documents hold. The next
** PUT or PATCH must not be what loses it: resource_keep_unfit copies it from
** the old document.
*/
#include "canonical.h"

#include "reference.h"
#include "value.h"

/*
** Values.
*/
static Json *canonical_value(Operation *operation, const Attribute *attribute,
                             const Json *value);

/* The "$ref" that goes with the object's value, or NULL without one. */
static Json *canonical_ref(Operation *operation, const Attribute *ref,
                           const Json *object) {
  Text value = json_member_string(object, "value");
  if (!value.size) return NULL;
  return json_string(&operation->arena,
                     reference_uri(operation, operation->schemas, ref, value));
}

/* Sub-attributes in the order of the schema; NULL when none has a value. */
static Json *canonical_object(Operation *operation, const Attribute *attribute,
                              const Json *value) {
  Json *object = json_new(&operation->arena, JSON_OBJECT);
  const Attribute *ref = reference_of(operation->schemas, attribute);
  Json *next = NULL;
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    const Json *old = json_member_next(value, &next, sub->name);
    Json *kept = NULL;
    if (sub->mutability == MUTABILITY_WRITE_ONLY) continue;
    if (sub == ref)
      kept = canonical_ref(operation, ref, value);
    else if (old)
      kept = canonical_value(operation, sub, old);
    if (kept) json_put_text(object, sub->name, kept);
  }
  return object->count ? object : NULL;
}

static Json *canonical_list(Operation *operation, const Attribute *attribute,
                            const Json *value) {
  Json *list = json_new(&operation->arena, JSON_ARRAY);
  JSON_EACH (item, value) {
    Json *element = canonical_value(operation, attribute, item);
    if (element) json_append(list, element);
  }
  return list->count ? list : NULL;
}

/* The canonical form of a value of the attribute, or NULL for no value. A ""
** that is here by now is to stay: reading has left out those that mean none. */
static Json *canonical_value(Operation *operation, const Attribute *attribute,
                             const Json *value) {
  if (value->type == JSON_NULL) return NULL;
  if (value->type == JSON_ARRAY)
    return canonical_list(operation, attribute, value);
  if (attribute->type == TYPE_COMPLEX)
    return canonical_object(operation, attribute, value);
  return json_copy(&operation->arena, value);
}

/*
** Documents.
*/

/* Puts the attributes of the list that have a value into `to`. The members of a
** group are kept as rows and no part of its document. */
static void canonical_put(Operation *operation, const ResourceType *type,
                          const Attribute *first, const Json *from, Json *to) {
  Json *next = NULL;
  for (const Attribute *a = first; a; a = a->next) {
    const Json *value = json_member_next(from, &next, a->name);
    if (!value || a == type->members || !document_keeps(a) ||
        json_member_text(to, a->name))
      continue;
    Json *kept = canonical_value(operation, a, value);
    if (kept) json_put_text(to, a->name, kept);
  }
}

/* "schemas" and "id" come first, for people who look at the table; the schema
** of an extension is listed only when its object has content (RFC 7643 section
** 3). */
Json *resource_canonical(Operation *operation, const ResourceType *type,
                         const Json *doc, Text id) {
  Arena *arena = &operation->arena;
  Json *canonical = json_new(arena, JSON_OBJECT);
  Json *schemas = json_new(arena, JSON_ARRAY);
  assert(doc != NULL && id.size > 0);
  json_append(schemas, json_string(arena, type->schema->id));
  json_put(canonical, "schemas", schemas);
  json_put(canonical, "id", json_string(arena, id));
  canonical_put(operation, type, type->first, doc, canonical);
  for (const Extension *e = type->extensions; e; e = e->next) {
    const Json *part = json_member_text(doc, e->schema->id);
    if (!part) continue;
    Json *object = json_new(arena, JSON_OBJECT);
    canonical_put(operation, type, e->first, part, object);
    if (!object->count) continue;
    json_append(schemas, json_string(arena, e->schema->id));
    json_put_text(canonical, e->schema->id, object);
  }
  return canonical;
}

/*
** What a replaced definition does not know.
*/

/* Copies what `from` has of sub-attributes that are not known. This and those
** below tell whether there was something to keep. */
static bool canonical_keep_subs(Operation *operation,
                                const Attribute *attribute, Json *to,
                                const Json *from) {
  bool kept = false;
  JSON_EACH (member, from) {
    if (schema_attribute(attribute->first, member->name) ||
        json_member_text(to, member->name))
      continue;
    json_put_text(to, member->name, json_copy(&operation->arena, member));
    kept = true;
  }
  return kept;
}

/* Does the object have such? */
static bool canonical_has_unknown(const Attribute *attribute,
                                  const Json *object) {
  JSON_EACH (member, object) {
    if (!schema_attribute(attribute->first, member->name)) return true;
  }
  return false;
}

/* The sub-attributes of a complex value that is there before and after. No
** client has seen them, so none can mean to take them away. An element of a
** list is the one whose known part is the same. One that has no such part is
** `left` where the request has left it in the list. */
static bool canonical_keep_parts(Operation *operation,
                                 const Attribute *attribute, Json *now,
                                 const Json *from, bool left) {
  bool kept = false;
  if (!from || attribute->type != TYPE_COMPLEX || now->type != from->type)
    return false;
  if (now->type == JSON_OBJECT)
    return canonical_keep_subs(operation, attribute, now, from);
  if (now->type != JSON_ARRAY) return false;
  JSON_EACH (item, from) {
    if (!canonical_has_unknown(attribute, item)) continue;
    const Json *known = canonical_object(operation, attribute, item);
    Json *element = known ? now->first : NULL;
    kept |= !known && left;
    if (!known && left) json_append(now, json_copy(&operation->arena, item));
    while (element && !json_equal(element, known)) element = element->next;
    if (element)
      kept |= canonical_keep_subs(operation, attribute, element, item);
  }
  return kept;
}

/* The same where there is nothing else of the value any more. NULL when there
** is nothing of the kind either. */
static Json *canonical_keep_rest(Operation *operation,
                                 const Attribute *attribute,
                                 const Json *wanted) {
  if (!wanted || !document_keeps(attribute)) return NULL;
  Json *rest = json_new(&operation->arena, wanted->type);
  return canonical_keep_parts(operation, attribute, rest, wanted, true) ? rest
                                                                        : NULL;
}

/* The same for the document (`type` given: extensions are known names there)
** and for the object of one extension. `to` is the new canonical object,
** `content` what it was made of, `from` the old one. */
static bool canonical_keep_unfit(Operation *operation, const ResourceType *type,
                                 Attribute *first, Json *to,
                                 const Json *content, const Json *from) {
  bool kept = false;
  Json *next = NULL;
  assert(to && to->type == JSON_OBJECT);
  JSON_EACH (member, from) {
    const Attribute *attribute = schema_attribute(first, member->name);
    bool known = attribute || (type && schema_extension(type, member->name));
    const Json *wanted = json_member_next(content, &next, member->name);
    Json *now = json_member_text(to, member->name);
    bool same = now && json_equal(now, member);
    if (attribute && now) {
      kept |= canonical_keep_parts(operation, attribute, now, wanted, true);
      if (!same)
        kept |= canonical_keep_parts(operation, attribute, now, member, false);
    }
    Json *rest = attribute && !now
                     ? canonical_keep_rest(operation, attribute, wanted)
                     : NULL;
    if (rest) json_put_text(to, member->name, now = rest);
    kept |= rest != NULL;
    if (same || (now && !known)) continue;
    /* The request has changed it or taken it away. */
    if (known && !(wanted && json_equal(wanted, member))) continue;
    if (now && json_equal(now, member)) continue; /* with what was kept */
    if (now) json_remove(to, now);
    json_put_text(to, member->name, json_copy(&operation->arena, member));
    kept |= !attribute || !schema_is_schemas(attribute);
  }
  return kept;
}

/* The same for an extension, which may have nothing but what is kept so. One
** that the request has taken away, or left out, goes with all that it has. */
static bool canonical_keep_extension(Operation *operation,
                                     const Extension *extension, Json *doc,
                                     Json *schemas, const Json *content,
                                     const Json *old) {
  Text urn = extension->schema->id;
  const Json *wanted = json_member_text(content, urn);
  const Json *from = json_member_text(old, urn);
  Json *part = json_member_text(doc, urn);
  if (!wanted || !from || from->type != JSON_OBJECT) return false;
  Json *home = part ? part : json_new(&operation->arena, JSON_OBJECT);
  bool kept = canonical_keep_unfit(operation, NULL, extension->first, home,
                                   wanted, from);
  if (part || !home->count) return kept;
  json_append(schemas, json_string(&operation->arena, urn));
  json_put_text(doc, urn, home);
  return kept;
}

/* Extensions first: what is unknown in the document as a whole is then looked
** for in what is left of them. */
bool resource_keep_unfit(Operation *operation, const ResourceType *type,
                         Json *doc, const Json *content, const Json *old) {
  bool kept = false;
  Json *schemas = json_member(doc, "schemas");
  assert(schemas && "the document is one of resource_canonical");
  /* The old document's schemas are a member like others, and must not come
  ** back: they may list an extension that has just gone. */
  Json *own = json_copy(&operation->arena, schemas);
  for (const Extension *e = type->extensions; e; e = e->next)
    kept |= canonical_keep_extension(operation, e, doc, own, content, old);
  kept |= canonical_keep_unfit(operation, type, type->first, doc, content, old);
  json_replace(doc, json_member(doc, "schemas"), own);
  return kept;
}
