#include "schema.h"

#include <sqlite3ext.h>

SQLITE_EXTENSION_INIT3

/*
** From JSON to attributes.
*/

/* The position of a word in a list; the first is the default when there is
** none. An unknown word is an error that names the place. */
static int choose(Operation *operation, const Json *definition,
                  const char *name, const char *const *words, Text path) {
  const Json *value = json_member(definition, name);
  if (!value || value->type == JSON_NULL) return 0;
  for (int i = 0; words[i]; i++) {
    if (value->type == JSON_STRING && text_same(value->text, text_of(words[i])))
      return i;
  }
  error_set(operation, ERROR_INVALID_VALUE,
            "the definition of '%.*s' has an unknown %s", TEXT_ARG(path), name);
  return 0;
}

static bool flag(Operation *operation, const Json *definition, const char *name,
                 Text path) {
  const Json *value = json_member(definition, name);
  if (value && value->type != JSON_TRUE && value->type != JSON_FALSE)
    error_set(operation, ERROR_INVALID_VALUE,
              "the definition of '%.*s' needs true or false for %s",
              TEXT_ARG(path), name);
  return value && value->type == JSON_TRUE;
}

static void read_characteristics(Operation *operation, Attribute *attribute,
                                 const Json *definition) {
  static const char *const types[] = {"string",    "boolean",  "decimal",
                                      "integer",   "dateTime", "binary",
                                      "reference", "complex",  NULL};
  static const char *const mutabilities[] = {"readWrite", "readOnly",
                                             "immutable", "writeOnly", NULL};
  static const char *const returns[] = {"default", "always", "request", "never",
                                        NULL};
  static const char *const uniquenesses[] = {"none", "server", "global", NULL};
  Text path = attribute->path;
  attribute->type =
      (AttributeType)choose(operation, definition, "type", types, path);
  attribute->mutability = (Mutability)choose(operation, definition,
                                             "mutability", mutabilities, path);
  attribute->returned =
      (Returned)choose(operation, definition, "returned", returns, path);
  attribute->uniqueness = (Uniqueness)choose(operation, definition,
                                             "uniqueness", uniquenesses, path);
  attribute->multi_valued = flag(operation, definition, "multiValued", path);
  attribute->required = flag(operation, definition, "required", path);
  attribute->case_exact = flag(operation, definition, "caseExact", path);
  /* RFC 7643 sections 2.3.6 and 2.3.7: these are case exact by nature. */
  if (attribute->type == TYPE_BINARY || attribute->type == TYPE_REFERENCE)
    attribute->case_exact = true;
}

/* RFC 7643 section 2.1: ATTRNAME = ALPHA *(nameChar), and "$ref". */
static bool is_name(Text name) {
  if (!name.size) return false;
  for (size_t i = 0; i < name.size; i++) {
    char c = name.data[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c == '$' && i == 0);
    bool other = (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!letter && !(i > 0 && other)) return false;
  }
  return true;
}

typedef struct Place {
  const Schema *schema;
  Attribute *parent;
  bool extension;
} Place;

static Attribute *read_attributes(Operation *operation, const Json *list,
                                  Place place);

static Text path_of(Operation *operation, Place place, Text name) {
  Arena *arena = &operation->arena;
  if (place.parent)
    return arena_format(arena, "%.*s.%.*s", TEXT_ARG(place.parent->path),
                        TEXT_ARG(name));
  if (!place.extension) return name;
  return arena_format(arena, "%.*s:%.*s", TEXT_ARG(place.schema->id),
                      TEXT_ARG(name));
}

/* RFC 7643 section 7: a reference type that names a resource type; "uri" and
** "external" name none. */
static Text reference_type(const Json *definition) {
  Text none = {NULL, 0};
  const Json *types = json_member(definition, "referenceTypes");
  if (!types || types->type != JSON_ARRAY || types->count != 1) return none;
  Text name = types->first->text;
  if (text_same(name, text_of("uri")) || text_same(name, text_of("external")))
    return none;
  return name;
}

static Attribute *read_attribute(Operation *operation, const Json *definition,
                                 Place place) {
  Attribute *attribute = arena_alloc(&operation->arena, sizeof *attribute);
  attribute->name = json_member_string(definition, "name");
  attribute->path = path_of(operation, place, attribute->name);
  attribute->parent = place.parent;
  attribute->schema = place.schema;
  attribute->extension = place.extension;
  if (!is_name(attribute->name))
    error_set(operation, ERROR_INVALID_VALUE,
              "an attribute of '%.*s' has the bad name '%.*s'",
              TEXT_ARG(place.schema->id), TEXT_ARG(attribute->name));
  read_characteristics(operation, attribute, definition);
  attribute->reference_type = reference_type(definition);
  const Json *subs = json_member(definition, "subAttributes");
  if (attribute->type == TYPE_COMPLEX) {
    Place within = {place.schema, attribute, place.extension};
    if (place.parent)
      error_set(operation, ERROR_INVALID_VALUE,
                "'%.*s' is complex within a complex attribute",
                TEXT_ARG(attribute->path));
    if (!subs || !subs->count)
      error_set(operation, ERROR_INVALID_VALUE,
                "'%.*s' is complex but has no subAttributes",
                TEXT_ARG(attribute->path));
    attribute->first = read_attributes(operation, subs, within);
  }
  return attribute;
}

static Attribute *read_attributes(Operation *operation, const Json *list,
                                  Place place) {
  Attribute *first = NULL, **link = &first;
  if (list && list->type != JSON_ARRAY)
    error_set(operation, ERROR_INVALID_VALUE,
              "the attributes of '%.*s' are not an array",
              TEXT_ARG(place.schema->id));
  JSON_EACH (definition, list) {
    if (failed(operation)) break;
    if (definition->type != JSON_OBJECT) {
      error_set(operation, ERROR_INVALID_VALUE,
                "an attribute of '%.*s' is not an object",
                TEXT_ARG(place.schema->id));
      break;
    }
    Attribute *attribute = read_attribute(operation, definition, place);
    if (schema_attribute(first, attribute->name))
      error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is defined twice",
                TEXT_ARG(attribute->path));
    *link = attribute;
    link = &attribute->next;
  }
  return first;
}

/* What a document of the type can never hold needs no look at replies. */
static bool is_plain(const Attribute *first) {
  for (; first; first = first->next) {
    bool kept = first->mutability != MUTABILITY_WRITE_ONLY ||
                first->returned != RETURNED_NEVER;
    if (kept && (first->returned == RETURNED_REQUEST ||
                 first->returned == RETURNED_NEVER))
      return false;
    if (!is_plain(first->first)) return false;
  }
  return true;
}

/*
** Sets.
*/
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

/*
** Adding definitions.
*/
void schema_add(Operation *operation, SchemaSet *set, Json *definition) {
  Schema *schema = arena_alloc(&operation->arena, sizeof *schema);
  schema->id = json_member_string(definition, "id");
  schema->definition = definition;
  if (!text_begins(schema->id, text_of("urn:")))
    error_set(operation, ERROR_INVALID_VALUE,
              "the schema's id '%.*s' is not a URN", TEXT_ARG(schema->id));
  Place place = {schema, NULL, false};
  schema->first =
      read_attributes(operation, json_member(definition, "attributes"), place);
  Schema **link = &set->schemas;
  while (*link) link = &(*link)->next;
  *link = schema;
}

static void add_extension(Operation *operation, const SchemaSet *set,
                          ResourceType *type, const Json *reference) {
  Text id = json_member_string(reference, "schema");
  const Schema *schema = schema_find(set, id);
  if (!schema) {
    error_set(operation, ERROR_INVALID_VALUE,
              "resource type '%.*s' extends by the unknown schema '%.*s'",
              TEXT_ARG(type->name), TEXT_ARG(id));
    return;
  }
  Extension *extension = arena_alloc(&operation->arena, sizeof *extension);
  Place place = {schema, NULL, true};
  extension->schema = schema;
  extension->required = flag(operation, reference, "required", id);
  extension->first = read_attributes(
      operation, json_member(schema->definition, "attributes"), place);
  if (!is_plain(extension->first)) type->plain = false;
  Extension **link = &type->extensions;
  while (*link) link = &(*link)->next;
  *link = extension;
}

/* Common attributes first, then copies of the schema's own. */
static void add_attributes(Operation *operation, ResourceType *type,
                           Json *common) {
  Place place = {type->schema, NULL, false};
  type->first =
      read_attributes(operation, json_member(common, "attributes"), place);
  Attribute **link = &type->first;
  while (*link) link = &(*link)->next;
  *link = read_attributes(
      operation, json_member(type->schema->definition, "attributes"), place);
  Attribute *members = schema_attribute(type->first, text_of("members"));
  if (members && members->multi_valued && schema_value(members)) {
    members->rows = true;
    type->members = members;
  }
  Attribute *groups = schema_attribute(type->first, text_of("groups"));
  if (groups && groups->mutability == MUTABILITY_READ_ONLY)
    type->groups = groups;
  type->plain = is_plain(type->first);
}

void schema_add_type(Operation *operation, SchemaSet *set, Json *definition,
                     Json *common) {
  if (failed(operation)) return;
  ResourceType *type = arena_alloc(&operation->arena, sizeof *type);
  type->name = json_member_string(definition, "name");
  type->endpoint = json_member_string(definition, "endpoint");
  type->definition = definition;
  type->schema = schema_find(set, json_member_string(definition, "schema"));
  if (!type->name.size)
    error_set(operation, ERROR_INVALID_VALUE, "a resource type has no name");
  if (type->endpoint.size < 2 || type->endpoint.data[0] != '/' ||
      memchr(type->endpoint.data + 1, '/', type->endpoint.size - 1))
    error_set(operation, ERROR_INVALID_VALUE,
              "the endpoint of resource type '%.*s' is not like \"/Users\"",
              TEXT_ARG(type->name));
  if (!type->schema)
    error_set(operation, ERROR_INVALID_VALUE,
              "resource type '%.*s' names an unknown schema",
              TEXT_ARG(type->name));
  if (!type->schema || failed(operation)) return;
  add_attributes(operation, type, common);
  JSON_EACH (reference, json_member(definition, "schemaExtensions")) {
    add_extension(operation, set, type, reference);
  }
  ResourceType **link = &set->types;
  while (*link) link = &(*link)->next;
  *link = type;
}

void schema_add_index(Operation *operation, SchemaSet *set, Text type_name,
                      Text path, bool built) {
  ResourceType *type = schema_type(set, type_name);
  const Attribute *attribute = type ? schema_resolve(type, path) : NULL;
  if (!attribute || attribute->type == TYPE_COMPLEX) return;
  Index *index = arena_alloc(&operation->arena, sizeof *index);
  index->attribute = attribute;
  index->built = built;
  index->next = type->indexes;
  type->indexes = index;
}

void schema_add_default(SchemaSet *set, Text type_name, Text path,
                        const Json *value) {
  ResourceType *type = schema_type(set, type_name);
  Attribute *attribute = type ? schema_resolve(type, path) : NULL;
  if (attribute && !attribute->parent) attribute->default_value = value;
}

/*
** Look-ups.
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

bool schema_is_schemas(const Attribute *attribute) {
  return !attribute->parent && !attribute->extension &&
         text_equal(attribute->name, text_of("schemas"));
}

Attribute *schema_value(const Attribute *attribute) {
  return schema_attribute(attribute->first, text_of("value"));
}

/* Cuts "urn:…:" off when the URN is this one. */
static bool cut_urn(Text *path, Text urn) {
  if (path->size <= urn.size + 1 || !text_begins(*path, urn) ||
      path->data[urn.size] != ':')
    return false;
  *path = text_after(*path, urn.size + 1);
  return true;
}

Attribute *schema_resolve(const ResourceType *type, Text path) {
  Attribute *first = type->first;
  size_t longest = 0;
  Text rest = path, cut = path;
  if (cut_urn(&cut, type->schema->id)) {
    rest = cut;
    longest = type->schema->id.size;
  }
  for (Extension *e = type->extensions; e; e = e->next) {
    cut = path;
    if (e->schema->id.size <= longest || !cut_urn(&cut, e->schema->id))
      continue;
    rest = cut;
    first = e->first;
    longest = e->schema->id.size;
  }
  const char *dot = memchr(rest.data, '.', rest.size);
  Text name = dot ? text_first(rest, (size_t)(dot - rest.data)) : rest;
  Attribute *attribute = schema_attribute(first, name);
  /* Entra ID asks for manager without its URN. */
  for (Extension *e = type->extensions; e && !attribute && !longest;
       e = e->next)
    attribute = schema_attribute(e->first, name);
  if (!attribute || !dot) return attribute;
  return schema_attribute(attribute->first, text_after(rest, name.size + 1));
}

Attribute *schema_resolve_any(const ResourceType *type, const SchemaSet *others,
                              Text path) {
  Attribute *attribute = schema_resolve(type, path);
  const ResourceType *other = others ? others->types : NULL;
  for (; other && !attribute; other = other->next)
    attribute = schema_resolve(other, path);
  return attribute;
}

ResourceType *schema_type_of(const SchemaSet *set, const Json *doc) {
  JSON_EACH (id, json_member(doc, "schemas")) {
    for (ResourceType *type = set->types; type; type = type->next)
      if (id->type == JSON_STRING && text_same(type->schema->id, id->text))
        return type;
  }
  Text name = json_member_string(json_member(doc, "meta"), "resourceType");
  return schema_type(set, name);
}
