/*
** resource.c: whole resources that a client sent: reading, and rules.
**
** HOW IT WORKS
**
** Reading walks over what was sent, because that is usually less than the
** schema has, and looks each name up. Names that the schema has not are passed
** over: RFC 7644 section 3.3 lets a server ignore them, and every IdP sends
** some. The result holds attributes under their names in the schema's spelling
** and values as value.c reads them, so that nothing after this has to think of
** case, dialects or nulls.
**
** Rules walk over the schema, because they are about what is missing as much as
** about what is there. Each is a loop over the type's top-level attributes
** (document_next), those of extensions included.
**
** What is required is asked for last, when defaults have been filled in and
** immutable values kept. An extension's required attributes count only where
** the extension is there: RFC 7643 section 6 makes the extension as a whole
** required or not.
*/
#include "resource.h"

/*
** Reading a body.
*/

/* Reads the members of an object that are attributes of the list. Each comes
** once: a body in which a name is repeated, in whatever case, is not read as
** JSON in the first place. */
static void resource_read_members(Operation *operation, Attribute *first,
                                  const Json *body, Json *doc) {
  JSON_EACH (member, body) {
    const Attribute *attribute = schema_attribute(first, member->name);
    if (!attribute || attribute->mutability == MUTABILITY_READ_ONLY) continue;
    Json *value = value_read(operation, attribute, member);
    /* A password is not kept, but 5 is refused: it would be told as set. */
    if (value && document_keeps(attribute))
      json_put_text(doc, attribute->name, value);
  }
}

/* Reads the object of one extension. One without content is left out, as if it
** had not been sent, so that it is not listed in schemas. */
static void resource_read_extension(Operation *operation,
                                    const Extension *extension,
                                    const Json *body, Json *doc) {
  Text urn = extension->schema->id;
  const Json *part = json_member_text(body, urn);
  if (!part || value_is_unassigned(part)) return;
  if (part->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_VALUE,
              "the value of '%.*s' must be an object", TEXT_ARG(urn));
  Json *object = json_new(&operation->arena, JSON_OBJECT);
  resource_read_members(operation, extension->first, part, object);
  if (object->count) json_put_text(doc, urn, object);
}

/* The document is empty, not NULL, when there is an error: callers go on as a
** list of steps that do nothing. */
Json *resource_read(Operation *operation, const ResourceType *type,
                    const Json *body) {
  Json *doc = json_new(&operation->arena, JSON_OBJECT);
  if (failed(operation)) return doc;
  if (!body || body->type != JSON_OBJECT) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the resource must be a JSON object");
    return doc;
  }
  resource_read_members(operation, type->first, body, doc);
  for (const Extension *e = type->extensions; e; e = e->next)
    resource_read_extension(operation, e, body, doc);
  return doc;
}

/*
** Defaults.
*/
void resource_fill(Operation *operation, const ResourceType *type, Json *doc) {
  for (const Attribute *a = NULL; (a = document_next(type, a));) {
    if (!a->default_value || resource_value(doc, a)) continue;
    Json *value = value_read(operation, a, a->default_value);
    assert(!a->parent && "a default is of a whole attribute");
    if (value) resource_set(operation, doc, a, value);
  }
}

/*
** Keeping what a PUT leaves out.
*/
static void resource_refuse_other(Operation *operation,
                                  const Attribute *attribute) {
  error_set(operation, ERROR_MUTABILITY,
            "'%.*s' is immutable and has another value",
            TEXT_ARG(attribute->path));
}

/* The immutable sub-attributes of a complex value that stays. A PUT that leaves
** one out cannot mean to take it away, so it is kept. */
static void resource_keep_parts(Operation *operation,
                                const Attribute *attribute, const Json *before,
                                Json *after) {
  assert(before->type == JSON_OBJECT && after->type == JSON_OBJECT);
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    const Json *old = json_member_text(before, sub->name);
    const Json *new = json_member_text(after, sub->name);
    if (!old || sub->mutability != MUTABILITY_IMMUTABLE) continue;
    if (!new)
      json_put_text(after, sub->name, json_copy(&operation->arena, old));
    else if (!json_equal(old, new))
      resource_refuse_other(operation, sub);
  }
}

/* An attribute with a default is kept as well: a client that leaves `active`
** out of a PUT must not switch a person on who was switched off. */
void resource_keep(Operation *operation, const ResourceType *type, Json *doc,
                   const Json *old) {
  for (const Attribute *a = NULL; (a = document_next(type, a));) {
    Json *before = resource_value(old, a), *after = resource_value(doc, a);
    bool immutable = a->mutability == MUTABILITY_IMMUTABLE;
    if (!before) continue;
    if (after && before->type == JSON_OBJECT && after->type == JSON_OBJECT)
      resource_keep_parts(operation, a, before, after);
    if (!after && (immutable || a->default_value))
      resource_set(operation, doc, a, json_copy(&operation->arena, before));
    else if (after && immutable && !json_equal(before, after))
      resource_refuse_other(operation, a);
  }
}

/*
** What is required, and what lists may hold.
*/
static void resource_require(Operation *operation, Text path) {
  error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is required",
            TEXT_ARG(path));
}

static void resource_check_parts(Operation *operation,
                                 const Attribute *attribute,
                                 const Json *value) {
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    if (sub->required && document_keeps(sub) &&
        !json_member_text(value, sub->name))
      resource_require(operation, sub->path);
  }
}

/* RFC 7643 section 2.4: primary is true for no more than one value. */
static void resource_check_list(Operation *operation,
                                const Attribute *attribute, const Json *list) {
  int primaries = 0;
  if (!value_check_count(operation, attribute, list)) return;
  JSON_EACH (element, list) {
    const Json *primary = json_member(element, "primary");
    primaries += primary && primary->type == JSON_TRUE;
    resource_check_parts(operation, attribute, element);
  }
  if (primaries > 1)
    error_set(operation, ERROR_INVALID_VALUE,
              "more than one value of '%.*s' is primary",
              TEXT_ARG(attribute->path));
}

/* The required attributes of the type's own schema, or of one extension. */
static void resource_check_required(Operation *operation,
                                    const Attribute *first, const Json *doc,
                                    const Json *old) {
  for (const Attribute *a = first; a; a = a->next) {
    bool excused = schema_is_schemas(a) || (old && !resource_value(old, a));
    if (a->required && document_keeps(a) && !resource_value(doc, a) && !excused)
      resource_require(operation, a->path);
  }
}

/* What an extension requires, if it is there; and that it is there, if the type
** requires it. */
static void resource_check_extension(Operation *operation,
                                     const Extension *extension,
                                     const Json *doc, const Json *old) {
  Text urn = extension->schema->id;
  bool present = json_member_text(doc, urn) != NULL;
  bool lacked = old && !json_member_text(old, urn);
  if (extension->required && !present && !lacked)
    resource_require(operation, urn);
  /* Where the extension itself is new, nothing of it is excused. */
  if (present)
    resource_check_required(operation, extension->first, doc,
                            lacked ? NULL : old);
}

/* Required attributes first, so that of several mistakes the one is told that
** the client will look for. */
void resource_check(Operation *operation, const ResourceType *type,
                    const Json *doc, const Json *old) {
  if (failed(operation)) return;
  resource_check_required(operation, type->first, doc, old);
  for (const Extension *e = type->extensions; e; e = e->next)
    resource_check_extension(operation, e, doc, old);
  for (const Attribute *a = NULL; (a = document_next(type, a));) {
    const Json *value = resource_value(doc, a);
    if (value && value->type == JSON_ARRAY)
      resource_check_list(operation, a, value);
    else if (value)
      resource_check_parts(operation, a, value);
  }
}
