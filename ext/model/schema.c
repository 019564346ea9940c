/*
** schema.c: a set of schemas and resource types: its life, and look-ups.
**
** HOW IT WORKS
**
** A set holds schemas and resource types, each in the order in which they were
** added (schema_read.c). It is counted: who reads by it holds it, and the last
** one to let go frees it with all that is in it. Once it is read it is not
** changed any more, but for the count: so a definition that is replaced in the
** middle of an operation takes nothing away from under it, and pointers into
** the set may be compared and kept.
**
** Attributes are named by people in two ways, "name.familyName" and
** "urn:…:User:name.familyName", and a URN has dots and colons of its own.
** schema_resolve is the one place that knows how to tell them apart.
*/
#include "schema.h"

#include <sqlite3ext.h>

SQLITE_EXTENSION_INIT3

/*
** Life.
*/

/* By malloc and not in an arena: it outlives the operation that reads it. */
SchemaSet *schema_set_new(void) {
  SchemaSet *set = sqlite3_malloc64(sizeof *set);
  if (!set) return NULL;
  memset(set, 0, sizeof *set);
  arena_init(&set->arena);
  set->holders = 1;
  return set;
}

SchemaSet *schema_set_hold(SchemaSet *set) {
  if (set) set->holders++;
  return set;
}

void schema_set_release(void *pointer) {
  SchemaSet *set = pointer;
  if (!set) return;
  assert(set->holders > 0);
  if (--set->holders > 0) return;
  arena_close(&set->arena);
  sqlite3_free(set);
}

/* Newest first, so that of two definitions with one name the reason is that of
** the second. A name that could not be read finds nothing. */
const LeftOut *schema_left_out(const SchemaSet *set, Text name) {
  const LeftOut *left = set->left_out;
  while (left && !(name.size && text_same(left->name, name))) left = left->next;
  return left;
}

/*
** Look-ups. Lists are walked: they have a few schemas and types, and some
** dozens of attributes, and the first is what most requests are about. Letter
** case does not count in names (RFC 7643 section 2.1) nor, to us, in URNs and
** endpoints.
*/
Schema *schema_find(const SchemaSet *set, Text id) {
  for (Schema *schema = set->schemas; schema; schema = schema->next)
    if (text_same(schema->id, id)) return schema;
  return NULL;
}

ResourceType *schema_type(const SchemaSet *set, Text name) {
  for (ResourceType *type = set->types; type; type = type->next)
    if (text_same(type->name, name)) return type;
  return NULL;
}

ResourceType *schema_type_at(const SchemaSet *set, Text endpoint) {
  for (ResourceType *type = set->types; type; type = type->next)
    if (text_same(type->endpoint, endpoint)) return type;
  return NULL;
}

Extension *schema_extension(const ResourceType *type, Text urn) {
  Extension *extension = type->extensions;
  while (extension && !text_same(extension->schema->id, urn))
    extension = extension->next;
  return extension;
}

Attribute *schema_attribute(Attribute *first, Text name) {
  while (first && !text_same(first->name, name)) first = first->next;
  return first;
}

/* The words are those of the RFC, letter case included: definitions are shown
** with them, and compared regardless of case. */
const char *const *schema_words(SchemaWords words) {
  static const char *const types[] = {"string",    "boolean",  "decimal",
                                      "integer",   "dateTime", "binary",
                                      "reference", "complex",  NULL};
  static const char *const mutabilities[] = {"readWrite", "readOnly",
                                             "immutable", "writeOnly", NULL};
  static const char *const returns[] = {"default", "always", "request", "never",
                                        NULL};
  static const char *const uniquenesses[] = {"none", "server", "global", NULL};
  static const char *const *const all[] = {[WORDS_TYPE] = types,
                                           [WORDS_MUTABILITY] = mutabilities,
                                           [WORDS_RETURNED] = returns,
                                           [WORDS_UNIQUENESS] = uniquenesses};
  return all[words];
}

/* An extension may have an attribute of that name, which is like any other. */
bool schema_is_schemas(const Attribute *attribute) {
  return !attribute->parent && !attribute->extension &&
         text_equal(attribute->name, TEXT("schemas"));
}

bool schema_is_primary(const Attribute *attribute) {
  return attribute->parent && attribute->parent->multi_valued &&
         attribute->type == TYPE_BOOLEAN && !attribute->multi_valued &&
         text_same(attribute->name, TEXT("primary"));
}

Attribute *schema_value(const Attribute *attribute) {
  return schema_attribute(attribute->first, TEXT("value"));
}

/* Cuts "urn:…:" off the path, and says so, when the URN is this one and a name
** is behind it. */
static bool schema_cut_urn(Text *path, Text urn) {
  if (path->size <= urn.size + 1 || !text_begins(*path, urn) ||
      path->data[urn.size] != ':')
    return false;
  *path = text_after(*path, urn.size + 1);
  return true;
}

/* Cuts the URN off the path, and returns the attributes among which the rest
** is: those of the schema or extension whose URN it is, or of the type when it
** has none; `urn` tells which. The longest URN counts, because one may be the
** beginning of another: "urn:a:b:c.d" is an attribute c of urn:a:b, unless
** there is an extension urn:a:b:c. */
static Attribute *schema_cut_longest(const ResourceType *type, Text *path,
                                     bool *urn) {
  Attribute *first = type->first;
  size_t longest = 0;
  Text rest = *path, cut = *path;
  if (schema_cut_urn(&cut, type->schema->id)) {
    rest = cut;
    longest = type->schema->id.size;
  }
  for (Extension *e = type->extensions; e; e = e->next) {
    cut = *path;
    if (e->schema->id.size <= longest || !schema_cut_urn(&cut, e->schema->id))
      continue;
    rest = cut;
    first = e->first;
    longest = e->schema->id.size;
  }
  *urn = longest > 0;
  *path = rest;
  return first;
}

size_t schema_urn_size(const ResourceType *type, Text path) {
  bool urn;
  Text rest = path;
  if (schema_extension(type, path)) return path.size;
  schema_cut_longest(type, &rest, &urn);
  return path.size - rest.size;
}

/* A sub-attribute is looked for in its attribute alone: of an unknown attribute
** there is none, and of "name." neither. */
Attribute *schema_resolve(const ResourceType *type, Text path) {
  bool urn = false;
  Text rest = path;
  assert(type->schema && type->first);
  Attribute *first = schema_cut_longest(type, &rest, &urn);
  Text sub = rest, name = text_cut(&sub, '.');
  bool dot = name.size < rest.size;
  Attribute *attribute = schema_attribute(first, name);
  /* Entra ID asks for manager without its URN. */
  for (Extension *e = type->extensions; e && !attribute && !urn; e = e->next)
    attribute = schema_attribute(e->first, name);
  if (!attribute || !dot) return attribute;
  return schema_attribute(attribute->first, sub);
}

/* Does the array have the URN? */
static bool schema_is_listed(const Json *schemas, Text urn) {
  JSON_EACH (id, schemas)
    if (id->type == JSON_STRING && text_same(id->text, urn)) return true;
  return false;
}

/* How many of the type's extensions are in the array. */
static int schema_extensions_listed(const ResourceType *type,
                                    const Json *schemas) {
  int listed = 0;
  for (const Extension *e = type->extensions; e; e = e->next)
    listed += schema_is_listed(schemas, e->schema->id);
  return listed;
}

/* schemas come first, as RFC 7643 section 3 has a resource say what it is; meta
** is for documents that were shortened by a projection. Of several types with
** one schema (people of two sorts) it is the one that meta names, else the
** first of those with most of the extensions that are there. */
ResourceType *schema_type_of(const SchemaSet *set, const Json *doc) {
  const Json *schemas = json_member(doc, "schemas");
  ResourceType *named = schema_type(
      set, json_member_string(json_member(doc, "meta"), "resourceType"));
  ResourceType *best = NULL;
  if (named && schema_is_listed(schemas, named->schema->id)) return named;
  JSON_EACH (id, schemas) {
    for (ResourceType *type = set->types; type; type = type->next) {
      bool same =
          id->type == JSON_STRING && text_same(type->schema->id, id->text);
      if (same && (!best || schema_extensions_listed(type, schemas) >
                                schema_extensions_listed(best, schemas)))
        best = type;
    }
    if (best) return best;
  }
  return named;
}

const ResourceType *schema_type_named(Operation *operation, Text name) {
  if (failed(operation)) return NULL;
  const ResourceType *type = schema_type(operation->schemas, name);
  if (!type)
    error_set(operation, ERROR_INVALID_VALUE,
              "there is no resource type '%.*s'", TEXT_ARG(name));
  return type;
}

/* For functions that are given a document and no type: an application may pass
** a part of one, which tells nothing of itself. */
const ResourceType *schema_type_or_first(Operation *operation,
                                         const Json *doc) {
  const SchemaSet *set = operation->schemas;
  if (failed(operation)) return NULL;
  const ResourceType *type = schema_type_of(set, doc);
  if (!type) type = set->types;
  if (!type)
    error_set(operation, ERROR_INVALID_VALUE,
              "the database defines no resource types");
  return type;
}
