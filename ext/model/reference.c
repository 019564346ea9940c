/*
** reference.c: references from one resource to another.
**
** HOW IT WORKS
**
** A reference has two forms of one fact: "value" is the id of a resource, and
** "$ref" the URI under which it is found. Two forms can contradict each other,
** so only the value counts: it is what filters look at, what is stored and what
** the URI is made from. Then there are three rules.
**
**  1. What was sent by "$ref" alone is read as its value. A URI of this service
**     ends in endpoint and id ("…/Users/42"), whatever its base is: clients
**     send back the absolute URI that they were shown, through a proxy maybe,
**     and Entra ID writes "../Users/42". One that names nothing here is
**     invalidValue: to drop it would be a success that loses a person.
**  2. Where a value was sent, the "$ref" beside it is not looked at.
**  3. A "$ref" without a value does not stay. A manager is cleared by an empty
**     value (Microsoft's validator does), and the URI of who was the manager is
**     then no manager.
**
** This holds for every complex attribute with a "$ref" of one reference type,
** which the service computes, and for the members of a group, whose "$ref" is
** computed from the rows. Others (a "$ref" to external resources, or to several
** types) are values like any: nobody can compute them.
**
** What is stored is relative, so that another public URL changes no row, and
** replies show it behind that URL. Filters must find it as it was shown: the
** base is put before what is stored, or cut off what is asked for.
*/
#include "reference.h"

#include "../text/uri.h"
#include "document.h"
#include "strict.h"

/*
** Which attributes are references.
*/
static const ResourceType *reference_target_of(const SchemaSet *set,
                                               const Attribute *ref) {
  if (!set || !ref || !ref->reference_type.size) return NULL;
  return schema_type(set, ref->reference_type);
}

static const Attribute *reference_ref_of(const Attribute *attribute) {
  return schema_attribute(attribute->first, TEXT("$ref"));
}

const Attribute *reference_of(const SchemaSet *set,
                              const Attribute *attribute) {
  const Attribute *value = schema_value(attribute),
                  *ref = reference_ref_of(attribute);
  bool is_id = value && value->type == TYPE_STRING && !value->multi_valued &&
               document_keeps(value);
  return is_id && reference_target_of(set, ref) ? ref : NULL;
}

/*
** From the value to the URI, and back.
*/
Text reference_uri(Operation *operation, const SchemaSet *set,
                   const Attribute *ref, Text value) {
  const ResourceType *target = reference_target_of(set, ref);
  assert(target && value.size && "a reference_of the set, with a value");
  return arena_format(&operation->arena, "%.*s/%.*s",
                      TEXT_ARG(text_after(target->endpoint, 1)),
                      TEXT_ARG(uri_encode(&operation->arena, value)));
}

bool reference_is_below(const SchemaSet *set, const Attribute *ref, Text uri) {
  const ResourceType *target = reference_target_of(set, ref);
  Text endpoint = text_after(target->endpoint, 1);
  return uri.size > endpoint.size && uri.data[endpoint.size] == '/' &&
         text_equal(text_first(uri, endpoint.size), endpoint);
}

/* The path of a URI reference (RFC 3986 section 4.1): behind the authority, if
** there is one, and before the query and the fragment. */
static Text reference_path_of(Text uri) {
  uri = text_cut(&uri, '#');
  uri = text_cut(&uri, '?');
  for (size_t i = 0; i + 3 <= uri.size; i++) {
    if (!text_begins(text_after(uri, i), TEXT("://"))) continue;
    uri = text_after(uri, i + 3);
    text_cut(&uri, '/');
    return uri;
  }
  return uri;
}

static const ResourceType *reference_type_at(const SchemaSet *set,
                                             Text segment) {
  const ResourceType *type = set ? set->types : NULL;
  while (type && !text_same(text_after(type->endpoint, 1), segment))
    type = type->next;
  return type;
}

/* Walks to the last two segments of the path. Only the id is decoded: endpoints
** are plain ASCII. */
bool reference_read(Operation *operation, const Attribute *attribute, Text uri,
                    Text *value, const ResourceType **type) {
  const SchemaSet *set = operation->schemas;
  Text path = reference_path_of(uri), segment, endpoint = NO_TEXT, id = NO_TEXT;
  while (uri_segment(&path, &segment)) {
    endpoint = id;
    id = segment;
  }
  *type = endpoint.size ? reference_type_at(set, endpoint) : NULL;
  *value = uri_decode(&operation->arena, id, false);
  /* A reference within a bulk request that was not resolved names nothing. */
  if (!*type || text_begins(*value, TEXT("bulkId:"))) return false;
  return attribute->kept_as_rows ||
         *type == reference_target_of(set, reference_ref_of(attribute));
}

/*
** With and without the base.
*/

/* By name and not by what reference_of says: this is what a reply does. */
bool reference_has_base(const Operation *operation,
                        const Attribute *attribute) {
  bool uri =
      attribute->type == TYPE_REFERENCE || attribute->type == TYPE_STRING;
  return operation->base.size && uri && !attribute->multi_valued &&
         text_equal(attribute->name, TEXT("$ref"));
}

/* A relative reference has no colon, hence no scheme (RFC 3986 section 4.2). */
Text reference_shown(Operation *operation, Text uri) {
  if (!uri.size || memchr(uri.data, ':', uri.size)) return uri;
  return arena_format(&operation->arena, "%.*s/%.*s", TEXT_ARG(operation->base),
                      TEXT_ARG(uri));
}

/* What is behind the base and its slash; no text where the URI does not begin
** so. */
static Text reference_behind(const Attribute *attribute, Text uri, Text base) {
  if (uri.size <= base.size || uri.data[base.size] != '/') return NO_TEXT;
  Text begin = text_first(uri, base.size);
  bool same =
      attribute->case_exact ? text_equal(begin, base) : text_same(begin, base);
  return same ? text_after(uri, base.size + 1) : NO_TEXT;
}

Text reference_relative(const Operation *operation, const Attribute *attribute,
                        Text uri) {
  Text rest = reference_behind(attribute, uri, operation->base);
  return rest.data ? rest : uri;
}

/* "v2": a segment that names a version (RFC 7644 section 3.13). */
static bool reference_is_version(Text segment) {
  if (segment.size < 2 || text_lower(segment.data[0]) != 'v') return false;
  for (size_t i = 1; i < segment.size; i++)
    if (!text_is_digit(segment.data[i]) && segment.data[i] != '.') return false;
  return true;
}

/* The base without the version at its end. */
static Text reference_root(Text base) {
  size_t end = base.size;
  while (end && base.data[end - 1] != '/') end--;
  bool version = end > 1 && reference_is_version(text_after(base, end));
  return version ? text_first(base, end - 1) : base;
}

Text reference_asked_for(const Operation *operation, const Attribute *attribute,
                         Text uri) {
  Text relative = reference_relative(operation, attribute, uri);
  if (relative.size < uri.size) return relative;
  Text root = reference_root(operation->base);
  Text rest = reference_behind(attribute, uri, root), behind = rest;
  if (!rest.data) return uri;
  bool version = reference_is_version(text_cut(&behind, '/'));
  return version && behind.size ? behind : rest;
}

/*
** Objects.
*/

/* Puts a text in place of what the object has under the name. */
static void reference_put(Operation *operation, Json *object,
                          const Attribute *sub, Text text) {
  Json *old = json_member_text(object, sub->name);
  if (old) json_remove(object, old);
  json_put_text(object, sub->name, json_string(&operation->arena, text));
}

/* invalidValue: the URI names no resource that the attribute could point to. */
static void reference_refuse_uri(Operation *operation,
                                 const Attribute *attribute,
                                 const Attribute *ref) {
  if (attribute->kept_as_rows)
    error_set(operation, ERROR_INVALID_VALUE,
              "'%.*s' must be the URI of a resource", TEXT_ARG(ref->path));
  else
    error_set(operation, ERROR_INVALID_VALUE,
              "'%.*s' must be the URI of a %.*s", TEXT_ARG(ref->path),
              TEXT_ARG(ref->reference_type));
}

/* Reads "$ref" where it is all there is. As it was sent and not as it was
** read: where "$ref" is readOnly, reading has left it out. */
static void reference_read_ref(Operation *operation, const Attribute *attribute,
                               const Attribute *ref, const Json *sent,
                               Json *object) {
  const Attribute *kind = schema_attribute(attribute->first, TEXT("type"));
  Text uri = json_member_string(sent, "$ref"), value;
  const ResourceType *type;
  assert(!json_member(object, "value") && "a value wins over its $ref");
  if (!uri.size) return;
  if (!reference_read(operation, attribute, uri, &value, &type)) {
    reference_refuse_uri(operation, attribute, ref);
    return;
  }
  reference_put(operation, object, schema_value(attribute), value);
  /* RFC 7643 section 4.2: the type of a member is that of the resource. For
  ** other attributes "type" may mean anything. */
  if (attribute->kept_as_rows && kind && !json_member_text(object, kind->name))
    reference_put(operation, object, kind, type->name);
}

void reference_require_value(Operation *operation, const Attribute *attribute,
                             const Json *object) {
  if (attribute->kept_as_rows && !json_member(object, "value"))
    error_set(operation, ERROR_INVALID_VALUE,
              "each of '%.*s' must have a value, or a $ref that names a "
              "resource",
              TEXT_ARG(attribute->path));
}

/* A manager of whom only the name was sent ({"displayName":"Bo"}: Okta;
** {"managerId":"7"}: OneLogin) names nobody, and is passed over. To the letter
** that would be a success without effect. One with value or "$ref", be it null,
** says something: that there is none. */
static void reference_refuse_nobody(Operation *operation,
                                    const Attribute *attribute,
                                    const Json *sent) {
  if ((operation->strict & STRICT_VALUES) && sent->count &&
      !json_member(sent, "value") && !json_member(sent, "$ref"))
    error_set(operation, ERROR_INVALID_VALUE,
              "'%.*s' must have a value, or a $ref that names a resource",
              TEXT_ARG(attribute->path));
}

/* Rules 1 and 2 of the top. The order matters: only when "value" has been taken
** from "$ref" can it be asked for, and only then "$ref" be made from it. */
void reference_complete(Operation *operation, const Attribute *attribute,
                        const Json *sent, Json *object) {
  const Attribute *ref = attribute->kept_as_rows
                             ? reference_ref_of(attribute)
                             : reference_of(operation->schemas, attribute);
  bool own = ref && (attribute->kept_as_rows || document_keeps(ref));
  if (failed(operation)) return;
  if (own && !json_member(object, "value"))
    reference_read_ref(operation, attribute, ref, sent, object);
  reference_require_value(operation, attribute, object);
  if (ref && !object->count)
    reference_refuse_nobody(operation, attribute, sent);
  reference_settle(operation, attribute, object);
}

/* Rule 3, and what follows from rule 2: the "$ref" of another value is
** replaced. */
void reference_settle(Operation *operation, const Attribute *attribute,
                      Json *object) {
  const SchemaSet *set = operation->schemas;
  const Attribute *ref = reference_of(set, attribute);
  const ResourceType *type;
  Text named;
  if (!ref || failed(operation)) return;
  assert(object->type == JSON_OBJECT && ref->parent == attribute);
  Json *uri = json_member_text(object, ref->name);
  Text value = json_member_string(object, "value");
  if (uri && !value.size) json_remove(object, uri);
  if (!value.size) return;
  /* One that is right already stays as it is: absolute, as it was shown. */
  if (uri && uri->type == JSON_STRING &&
      reference_read(operation, attribute, uri->text, &named, &type) &&
      text_equal(named, value))
    return;
  reference_put(operation, object, ref,
                reference_uri(operation, set, ref, value));
}

/*
** Documents that were stored while a type had another endpoint.
*/

/* A "$ref" that is not below the endpoint of its type is made anew. */
static void reference_refresh_value(Operation *operation,
                                    const Attribute *attribute,
                                    const Attribute *ref, Json *value) {
  Json *uri =
      value->type == JSON_OBJECT ? json_member_text(value, ref->name) : NULL;
  if (!uri || uri->type != JSON_STRING ||
      reference_is_below(operation->schemas, ref, uri->text))
    return;
  json_remove(value, uri);
  reference_settle(operation, attribute, value);
}

/* All that stand in the members of one object, a document or what an extension
** has there. */
static void reference_refresh_home(Operation *operation, Attribute *first,
                                   Json *home) {
  JSON_EACH (member, home) {
    const Attribute *attribute =
        member->first ? schema_attribute(first, member->name) : NULL;
    const Attribute *ref =
        attribute ? reference_of(operation->schemas, attribute) : NULL;
    if (!ref) continue;
    if (member->type != JSON_ARRAY)
      reference_refresh_value(operation, attribute, ref, member);
    else
      JSON_EACH (element, member)
        reference_refresh_value(operation, attribute, ref, element);
  }
}

void reference_refresh(Operation *operation, const ResourceType *type,
                       Json *doc) {
  reference_refresh_home(operation, type->first, doc);
  for (const Extension *e = type->extensions; e; e = e->next) {
    Json *part = json_member_text(doc, e->schema->id);
    if (part) reference_refresh_home(operation, e->first, part);
  }
}

/*
** Comparing.
*/

/* Do both texts, "$ref"s of the attribute, name the same resource? What is
** stored may do so by an endpoint that the type has no more. */
static bool reference_same_uri(Operation *operation, const Attribute *attribute,
                               const Json *stored, const Json *b) {
  const ResourceType *type;
  Text one, other;
  if (stored->type != JSON_STRING || b->type != JSON_STRING) return false;
  reference_read(operation, attribute, stored->text, &one, &type);
  return reference_read(operation, attribute, b->text, &other, &type) &&
         text_equal(one, other);
}

/* Objects, of which "$ref" is left to the value. */
static bool reference_same_object(const Attribute *ref, const Json *a,
                                  const Json *b) {
  bool a_has = json_member_text(a, ref->name) != NULL;
  bool b_has = json_member_text(b, ref->name) != NULL;
  if (a->count - a_has != b->count - b_has) return false;
  JSON_EACH (member, a) {
    const Json *other = json_member_text(b, member->name);
    if (text_same(member->name, ref->name)) continue;
    if (!other || !json_equal(member, other)) return false;
  }
  return true;
}

/* Is the attribute the "$ref" of a reference, or of members? */
static bool reference_is_ref(const SchemaSet *set, const Attribute *attribute) {
  const Attribute *parent = attribute->parent;
  if (!parent) return false;
  return reference_of(set, parent) == attribute ||
         (parent->kept_as_rows && reference_ref_of(parent) == attribute);
}

/* Which rule holds depends on what is compared: a "$ref" by itself, a complex
** value that has one, or a list of such values, pair by pair. Recursion goes
** from a list to its elements and no deeper. */
bool reference_same(Operation *operation, const Attribute *attribute,
                    const Json *a, const Json *b) {
  const SchemaSet *set = operation->schemas;
  if (json_equal(a, b)) return true;
  if (reference_is_ref(set, attribute))
    return reference_same_uri(operation, attribute->parent, a, b);
  const Attribute *ref = reference_of(set, attribute);
  if (!ref || a->type != b->type) return false;
  if (a->type == JSON_OBJECT) return reference_same_object(ref, a, b);
  if (a->type != JSON_ARRAY) return false;
  const Json *other = b->first;
  JSON_EACH (element, a) {
    if (!other || !reference_same(operation, attribute, element, other))
      return false;
    other = other->next;
  }
  return !other;
}
