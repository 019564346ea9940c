/*
** schema_read.c: schemas and resource types, read from their JSON (RFC 7643
** sections 6 and 7).
**
** HOW IT WORKS
**
** Reading a schema checks all of it, and makes a tree of its attributes.
** Reading a resource type makes trees of its own, one of its schema and one of
** each extension: the same attribute is at another path in an extension, may
** have a default in one type only, and is compared by its address elsewhere.
**
** A definition is added whole or not at all. The first thing that is wrong in
** it is the operation's error, and the set is as it was. The caller may then
** leave the definition out (schema_leave_out), so that one broken row of the
** database costs the types that need it and no others. What is wrong is decided
** twice, here and in sql/views/mistake.sql: there in order to refuse a row with
** its place, here because a row may have got in all the same.
** tests/store/definitions.sh compares the two over some hundreds of
** definitions.
**
** All is allocated in the arena of the operation that reads, and stays as long.
*/
#include "schema_read.h"

/*
** Characteristics of an attribute (RFC 7643 section 2.2).
*/

/* The position, among the words of the characteristic, of the one that the
** definition gives under the name; 0, the default of RFC 7643, when it gives
** none. An unknown word is an error that names the path. */
static int schema_word(Operation *operation, const Json *definition,
                       const char *name, SchemaWords which, Text path) {
  const Json *value = json_member(definition, name);
  const char *const *words = schema_words(which);
  assert(words[0]);
  if (!value || value->type == JSON_NULL) return 0;
  for (int i = 0; words[i]; i++) {
    if (value->type == JSON_STRING && text_same(value->text, text_of(words[i])))
      return i;
  }
  error_set(operation, ERROR_INVALID_VALUE,
            "the definition of '%.*s' has an unknown %s", TEXT_ARG(path), name);
  return 0;
}

/* What the definition says under the name; false when it says nothing. Anything
** but true and false is an error that names the path. */
static bool schema_flag(Operation *operation, const Json *definition,
                        const char *name, Text path) {
  const Json *value = json_member(definition, name);
  if (value && value->type != JSON_TRUE && value->type != JSON_FALSE)
    error_set(operation, ERROR_INVALID_VALUE,
              "the definition of '%.*s' needs true or false for %s",
              TEXT_ARG(path), name);
  return value && value->type == JSON_TRUE;
}

/* Reads all of RFC 7643 section 7 that decides how a value is treated. */
static void schema_read_characteristics(Operation *operation,
                                        Attribute *attribute,
                                        const Json *definition) {
  Text path = attribute->path;
  attribute->type = (AttributeType)schema_word(operation, definition, "type",
                                               WORDS_TYPE, path);
  attribute->mutability = (Mutability)schema_word(
      operation, definition, "mutability", WORDS_MUTABILITY, path);
  attribute->returned = (Returned)schema_word(operation, definition, "returned",
                                              WORDS_RETURNED, path);
  /* RFC 7643 section 7: values of what is writeOnly "SHALL NOT be returned".
  ** What a complex attribute does not show none of its parts does. */
  if (attribute->mutability == MUTABILITY_WRITE_ONLY ||
      (attribute->parent && attribute->parent->returned == RETURNED_NEVER))
    attribute->returned = RETURNED_NEVER;
  attribute->uniqueness = (Uniqueness)schema_word(
      operation, definition, "uniqueness", WORDS_UNIQUENESS, path);
  attribute->multi_valued =
      schema_flag(operation, definition, "multiValued", path);
  attribute->required = schema_flag(operation, definition, "required", path);
  attribute->case_exact = schema_flag(operation, definition, "caseExact", path);
  /* RFC 7643 sections 2.3.6 and 2.3.7: these are case exact by nature. */
  if (attribute->type == TYPE_BINARY || attribute->type == TYPE_REFERENCE)
    attribute->case_exact = true;
}

/* RFC 7643 section 2.1: ATTRNAME = ALPHA *(nameChar), nameChar = "$" / "-" /
** "_" / DIGIT / ALPHA. Section 2.4 itself begins one with "$": "$ref". */
static bool schema_is_name(Text name) {
  for (size_t i = 0; i < name.size; i++) {
    char c = name.data[i];
    bool letter = text_is_letter(c) || c == '$';
    bool other = text_is_digit(c) || c == '-' || c == '_';
    if (!letter && !(i > 0 && other)) return false;
  }
  return name.size > 0;
}

/* RFC 7643 section 7: a reference type that names a resource type, whose
** endpoint "$ref" then has; "uri" and "external" name none. Empty where there
** are several, as in the members of a group: what is sent is kept. */
static Text schema_reference_type(const Json *definition) {
  const Json *types = json_member(definition, "referenceTypes");
  if (!types || types->type != JSON_ARRAY || types->count != 1 ||
      types->first->type != JSON_STRING)
    return NO_TEXT;
  Text name = types->first->text;
  if (text_same(name, TEXT("uri")) || text_same(name, TEXT("external")))
    return NO_TEXT;
  return name;
}

/*
** Attributes.
*/

/* Where an attribute is defined. */
typedef struct SchemaPlace {
  const Schema *schema;
  Attribute *parent; /* the complex attribute around it, or NULL */
  bool extension;    /* the schema extends the type that is read */
} SchemaPlace;

static Attribute *schema_read_attributes(Operation *operation, const Json *list,
                                         SchemaPlace place);

/* "name", "parent.name" or, in an extension, "urn:…:name": the form in which
** RFC 7644 section 3.10 has a filter name it. */
static Text schema_path(Operation *operation, SchemaPlace place, Text name) {
  Arena *arena = &operation->arena;
  if (place.parent)
    return arena_format(arena, "%.*s.%.*s", TEXT_ARG(place.parent->path),
                        TEXT_ARG(name));
  if (!place.extension) return name;
  return arena_format(arena, "%.*s:%.*s", TEXT_ARG(place.schema->id),
                      TEXT_ARG(name));
}

/* The sub-attributes of a complex attribute, which has some, and is itself in
** none (RFC 7643 section 2.3.8). What another attribute says of sub-attributes
** is not read. */
static void schema_read_parts(Operation *operation, Attribute *attribute,
                              const Json *definition) {
  const Json *parts = json_member(definition, "subAttributes");
  if (attribute->parent)
    error_set(operation, ERROR_INVALID_VALUE,
              "'%.*s' is complex within a complex attribute",
              TEXT_ARG(attribute->path));
  if (!parts || parts->type != JSON_ARRAY || !parts->count)
    error_set(operation, ERROR_INVALID_VALUE,
              "'%.*s' is complex and has no subAttributes",
              TEXT_ARG(attribute->path));
  if (failed(operation)) return;
  SchemaPlace within = {attribute->schema, attribute, attribute->extension};
  attribute->first = schema_read_attributes(operation, parts, within);
  for (const Attribute *sub = attribute->first; sub; sub = sub->next)
    attribute->has_unkept |= sub->mutability == MUTABILITY_WRITE_ONLY;
}

/* One attribute from an element of "attributes" or "subAttributes". What it
** returns is to be used only when the operation has not failed. */
static Attribute *schema_read_attribute(Operation *operation,
                                        const Json *definition,
                                        SchemaPlace place) {
  Attribute *attribute = arena_alloc(&operation->arena, sizeof *attribute);
  attribute->name = json_member_string(definition, "name");
  attribute->path = schema_path(operation, place, attribute->name);
  attribute->parent = place.parent;
  attribute->schema = place.schema;
  attribute->extension = place.extension;
  if (definition->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_VALUE,
              "an attribute of '%.*s' is not an object",
              TEXT_ARG(place.schema->id));
  if (!schema_is_name(attribute->name))
    error_set(operation, ERROR_INVALID_VALUE,
              "an attribute of '%.*s' has the bad name '%.*s'",
              TEXT_ARG(place.schema->id), TEXT_ARG(attribute->name));
  schema_read_characteristics(operation, attribute, definition);
  attribute->reference_type = schema_reference_type(definition);
  if (attribute->type == TYPE_COMPLEX)
    schema_read_parts(operation, attribute, definition);
  assert(failed(operation) ||
         (attribute->type == TYPE_COMPLEX) == (attribute->first != NULL));
  return attribute;
}

/* The attributes of an array, as a list in its order; no two have the same
** name. Names are compared with each other one by one: a definition is written
** by the people of the platform, and has some dozens. */
static Attribute *schema_read_attributes(Operation *operation, const Json *list,
                                         SchemaPlace place) {
  Attribute *first = NULL, **link = &first;
  assert(place.schema);
  if (!list || list->type != JSON_ARRAY)
    error_set(operation, ERROR_INVALID_VALUE,
              "the attributes of '%.*s' are not an array",
              TEXT_ARG(place.schema->id));
  JSON_EACH (definition, list) {
    if (failed(operation)) break;
    Attribute *attribute = schema_read_attribute(operation, definition, place);
    if (schema_attribute(first, attribute->name))
      error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is defined twice",
                TEXT_ARG(attribute->path));
    *link = attribute;
    link = &attribute->next;
  }
  return first;
}

/* Can a stored document be shown as it is, as far as these attributes go? Not
** when one is shown on request or never; but what is never stored either, like
** a password, needs no look at replies. What is worked out, or kept as rows, is
** put in behind the text, with all its parts. */
static bool schema_stores_verbatim(const Attribute *first) {
  const Attribute *parent = first ? first->parent : NULL;
  bool put_in = parent && (parent->kept_as_rows ||
                           parent->mutability == MUTABILITY_READ_ONLY);
  for (; first; first = first->next) {
    if (first->mutability == MUTABILITY_WRITE_ONLY && !put_in) continue;
    if (first->returned == RETURNED_REQUEST ||
        first->returned == RETURNED_NEVER ||
        !schema_stores_verbatim(first->first))
      return false;
  }
  return true;
}

/* Is one of them writeOnly, or has a sub-attribute that is? */
static bool schema_has_unkept(const Attribute *first) {
  while (first && !first->has_unkept &&
         first->mutability != MUTABILITY_WRITE_ONLY)
    first = first->next;
  return first != NULL;
}

/*
** Schemas. Their attributes are read for the sake of what is wrong in them:
** documents are read by the trees of the types, and discovery shows the JSON.
*/

/* Without what a path of SQLite's can have in no name: a change of what is
** below such a URN could not be shown. What else no URI has (RFC 3986) does no
** harm, and databases of before may have it. */
static bool schema_is_urn(Text id) {
  if (!text_begins(id, TEXT("urn:")) || id.size == 4) return false;
  for (size_t i = 0; i < id.size; i++)
    if ((unsigned char)id.data[i] < ' ' || id.data[i] == '"') return false;
  return true;
}

void schema_add(Operation *operation, SchemaSet *set, Json *definition) {
  if (failed(operation)) return;
  Schema *schema = arena_alloc(&operation->arena, sizeof *schema);
  schema->id = json_member_string(definition, "id");
  schema->definition = definition;
  if (definition->type != JSON_OBJECT || !schema_is_urn(schema->id))
    error_set(operation, ERROR_INVALID_VALUE,
              "the schema's id '%.*s' is not a URN", TEXT_ARG(schema->id));
  if (schema_find(set, schema->id))
    error_set(operation, ERROR_INVALID_VALUE,
              "the id '%.*s' is that of another schema", TEXT_ARG(schema->id));
  SchemaPlace place = {schema, NULL, false};
  schema->first = schema_read_attributes(
      operation, json_member(definition, "attributes"), place);
  if (failed(operation)) return;
  Schema **link = &set->schemas;
  while (*link) link = &(*link)->next;
  *link = schema;
  assert(schema_find(set, schema->id) == schema);
}

/*
** Resource types. What a type names has to be in the set already, so schemas
** are added first.
*/

/* The schema of the set that a type or an extension names. An error when it is
** not there, with what is wrong in it where it was left out. */
static const Schema *schema_named(Operation *operation, const SchemaSet *set,
                                  const ResourceType *type, const Json *named) {
  Text id = json_member_string(named, "schema");
  const Schema *schema = schema_find(set, id);
  const LeftOut *broken = schema ? NULL : schema_left_out(set, id);
  if (broken)
    error_set(operation, ERROR_INVALID_VALUE,
              "resource type '%.*s' names a schema that is broken: %.*s",
              TEXT_ARG(type->name), TEXT_ARG(broken->reason));
  if (!schema)
    error_set(operation, ERROR_INVALID_VALUE,
              "resource type '%.*s' names the unknown schema '%.*s'",
              TEXT_ARG(type->name), TEXT_ARG(id));
  return schema;
}

/* One element of "schemaExtensions". A schema extends a type once, and not one
** that it is the schema of: its attributes would be at two places. */
static void schema_add_extension(Operation *operation, const SchemaSet *set,
                                 ResourceType *type, const Json *reference) {
  const Schema *schema = schema_named(operation, set, type, reference);
  if (failed(operation)) return;
  assert(schema && type->schema);
  if (schema == type->schema || schema_extension(type, schema->id))
    error_set(operation, ERROR_INVALID_VALUE,
              "resource type '%.*s' names the schema '%.*s' twice",
              TEXT_ARG(type->name), TEXT_ARG(schema->id));
  Extension *extension = arena_alloc(&operation->arena, sizeof *extension);
  SchemaPlace place = {schema, NULL, true};
  extension->schema = schema;
  extension->required =
      schema_flag(operation, reference, "required", schema->id);
  extension->first = schema_read_attributes(
      operation, json_member(schema->definition, "attributes"), place);
  if (!schema_stores_verbatim(extension->first)) type->stored_verbatim = false;
  if (schema_has_unkept(extension->first)) type->has_unkept = true;
  Extension **link = &type->extensions;
  while (*link) link = &(*link)->next;
  *link = extension;
}

/* "schemaExtensions" may be left out; RFC 7643 section 6 has it as a list. */
static void schema_add_extensions(Operation *operation, const SchemaSet *set,
                                  ResourceType *type) {
  const Json *extensions = json_member(type->definition, "schemaExtensions");
  if (extensions && extensions->type != JSON_ARRAY)
    error_set(operation, ERROR_INVALID_VALUE,
              "the schemaExtensions of resource type '%.*s' are not an array",
              TEXT_ARG(type->name));
  JSON_EACH (reference, extensions) {
    if (failed(operation)) return;
    schema_add_extension(operation, set, type, reference);
  }
}

/* A schema that lists a common attribute as its own, as many do, may say of it
** that it is required, or unique. All else is as RFC 7643 section 3.1 has it: a
** resource has one id, which is always returned. */
static void schema_add_common(Attribute *common, const Attribute *own) {
  common->required |= own->required;
  if (own->uniqueness > common->uniqueness)
    common->uniqueness = own->uniqueness;
}

/* Copies of the schema's own attributes behind the common ones, each name
** once. */
static void schema_add_own(ResourceType *type, Attribute *own) {
  Attribute **link = &type->first;
  while (*link) link = &(*link)->next;
  for (Attribute *next; own; own = next) {
    Attribute *common = schema_attribute(type->first, own->name);
    next = own->next;
    if (common) {
      schema_add_common(common, own);
      continue;
    }
    own->next = NULL;
    *link = own;
    link = &own->next;
  }
}

/* Of a member there is a row with what RFC 7643 section 4.2 knows of it. What
** else a schema lists has no place, so it is readOnly and never has a value:
** nobody is told that it was kept. Who is a member the row cannot do without,
** though a schema may have it shown to nobody. */
static void schema_keep_as_rows(Attribute *members) {
  static const char *const kept[] = {"value", "$ref", "type", "display"};
  Attribute *value = schema_value(members);
  if (value->mutability == MUTABILITY_WRITE_ONLY)
    value->mutability = MUTABILITY_READ_WRITE;
  members->kept_as_rows = true;
  for (Attribute *sub = members->first; sub; sub = sub->next) {
    bool is_kept = false;
    for (int i = 0; i < 4; i++)
      is_kept = is_kept || text_same(sub->name, text_of(kept[i]));
    if (is_kept) continue;
    sub->mutability = MUTABILITY_READ_ONLY;
    sub->required = false;
  }
}

/* Common attributes first, then those of the schema. */
static void schema_add_attributes(Operation *operation, ResourceType *type,
                                  const Json *common) {
  SchemaPlace place = {type->schema, NULL, false};
  type->first = schema_read_attributes(
      operation, json_member(common, "attributes"), place);
  schema_add_own(type, schema_read_attributes(
                           operation,
                           json_member(type->schema->definition, "attributes"),
                           place));
  Attribute *members = schema_attribute(type->first, TEXT("members"));
  if (members && members->multi_valued && schema_value(members)) {
    schema_keep_as_rows(members);
    type->members = members;
  }
  Attribute *groups = schema_attribute(type->first, TEXT("groups"));
  if (groups && groups->mutability == MUTABILITY_READ_ONLY)
    type->groups = groups;
  type->stored_verbatim = schema_stores_verbatim(type->first);
  type->has_unkept = schema_has_unkept(type->first);
  assert(type->first);
}

/* "/Users": a letter, and no character behind it that means something in a
** path (RFC 3986 section 3.3). Not one that RFC 7644 section 3.2 defines. */
static bool schema_is_endpoint(Text endpoint) {
  static const char *const taken[] = {"/Schemas", "/ResourceTypes", "/Bulk",
                                      "/Me", "/ServiceProviderConfig"};
  if (endpoint.size < 2 || endpoint.data[0] != '/') return false;
  if (!text_is_letter(endpoint.data[1])) return false;
  for (size_t i = 2; i < endpoint.size; i++)
    if (memchr("/?#% ", endpoint.data[i], 5)) return false;
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    if (text_same(endpoint, text_of(taken[i]))) return false;
  return true;
}

/* The name and the endpoint, by which a type is found. Of two types with the
** same the first holds. */
static void schema_check_type(Operation *operation, const SchemaSet *set,
                              const ResourceType *type) {
  if (type->definition->type != JSON_OBJECT || !type->name.size)
    error_set(operation, ERROR_INVALID_VALUE, "a resource type has no name");
  if (!schema_is_endpoint(type->endpoint))
    error_set(operation, ERROR_INVALID_VALUE,
              "the endpoint of resource type '%.*s' is not like \"/Users\"",
              TEXT_ARG(type->name));
  if (schema_type(set, type->name) || schema_type_at(set, type->endpoint))
    error_set(operation, ERROR_INVALID_VALUE,
              "the name or endpoint of resource type '%.*s' is that of another",
              TEXT_ARG(type->name));
}

/* The type is linked into the set last, when nothing can go wrong any more. */
void schema_add_type(Operation *operation, SchemaSet *set, Json *definition,
                     Json *common) {
  if (failed(operation)) return;
  ResourceType *type = arena_alloc(&operation->arena, sizeof *type);
  type->name = json_member_string(definition, "name");
  type->endpoint = json_member_string(definition, "endpoint");
  type->definition = definition;
  schema_check_type(operation, set, type);
  type->schema = schema_named(operation, set, type, definition);
  if (failed(operation)) return;
  schema_add_attributes(operation, type, common);
  schema_add_extensions(operation, set, type);
  if (failed(operation)) return;
  ResourceType **link = &set->types;
  while (*link) link = &(*link)->next;
  *link = type;
  assert(schema_type_at(set, type->endpoint) == type);
}

/*
** What is left out.
*/
void schema_leave_out(Operation *operation, SchemaSet *set, Text name) {
  assert(failed(operation));
  LeftOut *left = arena_alloc(&operation->arena, sizeof *left);
  left->name = name;
  left->reason = operation->detail;
  left->next = set->left_out;
  set->left_out = left;
  error_clear(operation);
}

/*
** Indexes and defaults: rows of their own in the database, which may outlive
** the definitions that they name.
*/

/* The type of this name in this spelling. A row that spells it otherwise would
** never be found built: scim_commit names types as their definitions do. */
static ResourceType *schema_type_spelled(const SchemaSet *set, Text name) {
  ResourceType *type = schema_type(set, name);
  return type && text_equal(type->name, name) ? type : NULL;
}

void schema_set_shared(SchemaSet *set, Text type_name) {
  ResourceType *type = schema_type_spelled(set, type_name);
  if (type) type->shared = true;
}

/* A complex attribute has no value that could be compared, so no index. What is
** writeOnly has none either, though documents of before may hold it. */
void schema_add_index(Operation *operation, SchemaSet *set, Text type_name,
                      Text path, bool built) {
  ResourceType *type = schema_type_spelled(set, type_name);
  const Attribute *attribute = type ? schema_resolve(type, path) : NULL;
  if (!attribute || attribute->type == TYPE_COMPLEX ||
      attribute->mutability == MUTABILITY_WRITE_ONLY ||
      (attribute->parent &&
       attribute->parent->mutability == MUTABILITY_WRITE_ONLY))
    return;
  Index *index = arena_alloc(&operation->arena, sizeof *index);
  index->attribute = attribute;
  index->built = built;
  index->next = type->indexes;
  type->indexes = index;
}

/* A default is given whole, so that of a sub-attribute is none. */
Attribute *schema_default_attribute(const SchemaSet *set, Text type_name,
                                    Text path) {
  ResourceType *type = schema_type_spelled(set, type_name);
  Attribute *attribute = type ? schema_resolve(type, path) : NULL;
  return attribute && !attribute->parent ? attribute : NULL;
}

void schema_add_default(SchemaSet *set, Text type_name, Text path,
                        const Json *value) {
  Attribute *attribute = schema_default_attribute(set, type_name, path);
  assert(value);
  if (attribute) attribute->default_value = value;
}
