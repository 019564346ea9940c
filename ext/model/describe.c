/*
** describe.c: schemas and resource types as discovery shows them.
**
** HOW IT WORKS
**
** Who defines a schema may leave out what has a default (RFC 7643 section 2.2);
** who reads it must be told (section 7 has each characteristic in it). So the
** definition is copied, and what the service has understood of it is put into
** the copy: the tree of attributes that was read from the definition
** (schema_read.c) is walked together with it, in the same order. What is shown
** is then what is done, in five places where they could differ:
**
**   caseExact   is true of binary values and references, which are compared so
**               whatever their definition says (sections 2.3.6 and 2.3.7)
**   returned    is never for what is writeOnly, and for the parts of what is
**               never returned
**   uniqueness  is what is enforced: also what the tenant's settings add, and
**               none for what no key is kept of, as a complex value
**   words       are spelled as the RFC spells them ("readWrite")
**
**   id, externalId, schemas, meta, where a schema lists them: as RFC 7643
**               section 3.1 has them, but for what it requires or makes unique
**
** What a definition has besides, as canonicalValues, stays as it is.
*/
#include "describe.h"

/* Puts the value in place of what is there under the name, in whatever case,
** or at the end. */
static void describe_put(Json *object, const char *name, Json *value) {
  Json *old = json_member(object, name);
  if (!old) {
    json_put(object, name, value);
    return;
  }
  json_replace(object, old, value);
  value->name = text_of(name);
}

static void describe_put_word(Arena *arena, Json *object, const char *name,
                              SchemaWords words, int position) {
  const char *word = schema_words(words)[position];
  assert(word);
  describe_put(object, name, json_string(arena, text_of(word)));
}

/* The text of a definition, or what stands in where it has none. */
static void describe_put_text(Arena *arena, Json *object, const char *name,
                              Text other) {
  const Json *old = json_member(object, name);
  if (!old || old->type != JSON_STRING)
    describe_put(object, name, json_string(arena, other));
}

/* `schemas` of a definition in the database, which may leave it out, since the
** table says what it is. */
static void describe_put_schemas(Arena *arena, Json *doc, const char *urn) {
  const Json *old = json_member(doc, "schemas");
  if (old && old->type == JSON_ARRAY && old->count) return;
  Json *schemas = json_new(arena, JSON_ARRAY);
  json_append(schemas, json_string(arena, text_of(urn)));
  describe_put(doc, "schemas", schemas);
}

/*
** Uniqueness.
*/

/* Is `copy`, an attribute of a type, made of this attribute of the schema? */
static bool describe_is_copy(const Attribute *copy,
                             const Attribute *attribute) {
  if (!copy != !attribute) return false;
  return !copy || (copy->schema == attribute->schema &&
                   text_same(copy->name, attribute->name) &&
                   describe_is_copy(copy->parent, attribute->parent));
}

/* Does the tenant want it to be unique in some type? Only what is in an index
** can be looked for (service/change.c): a setting whose index is gone does
** nothing. */
static bool describe_is_wanted(Operation *operation, const Attribute *attribute,
                               const Json *unique) {
  const ResourceType *type = unique ? operation->schemas->types : NULL;
  for (; type; type = type->next) {
    for (const Index *index = type->indexes; index; index = index->next) {
      if (!describe_is_copy(index->attribute, attribute)) continue;
      Text name =
          arena_format(&operation->arena, "%.*s.%.*s", TEXT_ARG(type->name),
                       TEXT_ARG(index->attribute->path));
      if (json_lists(unique, name)) return true;
    }
  }
  return false;
}

/* Members of groups are rows, and have no keys. */
static bool describe_is_member(const Operation *operation,
                               const Attribute *attribute) {
  for (const ResourceType *t = operation->schemas->types; t; t = t->next)
    if (t->members && describe_is_copy(t->members, attribute)) return true;
  return false;
}

/* What is readOnly the service gives itself, as it says. A key is kept of
** single values that are stored (store/keys.c): a password is not. */
static Uniqueness describe_uniqueness(Operation *operation,
                                      const Attribute *attribute,
                                      const Json *unique) {
  Uniqueness said = attribute->uniqueness;
  if (attribute->mutability == MUTABILITY_READ_ONLY) return said;
  if (attribute->type == TYPE_COMPLEX ||
      attribute->mutability == MUTABILITY_WRITE_ONLY ||
      (attribute->parent && describe_is_member(operation, attribute->parent)))
    return UNIQUENESS_NONE;
  if (said == UNIQUENESS_NONE &&
      describe_is_wanted(operation, attribute, unique))
    return UNIQUENESS_SERVER;
  return said;
}

/*
** Schemas.
*/
static void describe_attributes(Operation *operation, Json *list,
                                const Attribute *first, const Json *unique);

/* What another attribute than a complex one says of sub-attributes was not
** read, and is not shown. */
static void describe_parts(Operation *operation, Json *shown,
                           const Attribute *attribute, const Json *unique) {
  Json *parts = json_member(shown, "subAttributes");
  if (attribute->type == TYPE_COMPLEX)
    describe_attributes(operation, parts, attribute->first, unique);
  else if (parts)
    json_remove(shown, parts);
}

/* The attribute as the types of its schema have it: a common one, which the
** schema may list, is what it is in all of them, and of members not all is
** kept. */
static const Attribute *describe_enforced(const Operation *operation,
                                          const Attribute *attribute) {
  const ResourceType *type = operation->schemas->types;
  const Attribute *parent = attribute->parent, *found = NULL;
  while (type && type->schema != attribute->schema) type = type->next;
  if (type && !parent)
    found = schema_attribute(type->first, attribute->name);
  else if (type && describe_is_copy(type->members, parent))
    found = schema_attribute(type->members->first, attribute->name);
  return found ? found : attribute;
}

/* RFC 7643 section 7 has a description for people; where nobody has written
** one, it is the empty text. */
static void describe_attribute(Operation *operation, Json *shown,
                               const Attribute *own, const Json *unique) {
  Arena *arena = &operation->arena;
  const Attribute *attribute = describe_enforced(operation, own);
  Uniqueness uniqueness = describe_uniqueness(operation, attribute, unique);
  describe_put_word(arena, shown, "type", WORDS_TYPE, (int)attribute->type);
  describe_put(shown, "multiValued", json_bool(arena, attribute->multi_valued));
  describe_put_text(arena, shown, "description", TEXT(""));
  describe_put(shown, "required", json_bool(arena, attribute->required));
  describe_put(shown, "caseExact", json_bool(arena, attribute->case_exact));
  describe_put_word(arena, shown, "mutability", WORDS_MUTABILITY,
                    (int)attribute->mutability);
  describe_put_word(arena, shown, "returned", WORDS_RETURNED,
                    (int)attribute->returned);
  describe_put_word(arena, shown, "uniqueness", WORDS_UNIQUENESS,
                    (int)uniqueness);
  describe_parts(operation, shown, own, unique);
}

/* The tree was read from this very list, so both have as many. */
static void describe_attributes(Operation *operation, Json *list,
                                const Attribute *first, const Json *unique) {
  const Attribute *attribute = first;
  JSON_EACH (shown, list) {
    assert(attribute && shown->type == JSON_OBJECT);
    describe_attribute(operation, shown, attribute, unique);
    attribute = attribute->next;
  }
  assert(!attribute);
}

Json *describe_schema(Operation *operation, const Schema *schema,
                      const Json *unique) {
  Json *shown = json_copy(&operation->arena, schema->definition);
  describe_attributes(operation, json_member(shown, "attributes"),
                      schema->first, unique);
  describe_put_schemas(&operation->arena, shown,
                       "urn:ietf:params:scim:schemas:core:2.0:Schema");
  return shown;
}

/*
** Resource types.
*/

/* The list as it was read, each with its URN as the schema spells it; an empty
** one where the type has none. */
static Json *describe_extensions(Operation *operation,
                                 const ResourceType *type) {
  Arena *arena = &operation->arena;
  Json *list = json_new(arena, JSON_ARRAY);
  for (const Extension *e = type->extensions; e; e = e->next) {
    Json *extension = json_new(arena, JSON_OBJECT);
    json_put(extension, "schema", json_string(arena, e->schema->id));
    json_put(extension, "required", json_bool(arena, e->required));
    json_append(list, extension);
  }
  return list;
}

Text describe_type_id(const ResourceType *type) {
  Text id = json_member_string(type->definition, "id");
  return id.size ? id : type->name;
}

/* What the definition leaves out (an id, a description, its extensions) is put
** in, into a copy: the set outlives the reply. */
Json *describe_type(Operation *operation, const ResourceType *type) {
  Arena *arena = &operation->arena;
  Json *shown = json_copy(arena, type->definition);
  describe_put_schemas(arena, shown,
                       "urn:ietf:params:scim:schemas:core:2.0:ResourceType");
  describe_put(shown, "id", json_string(arena, describe_type_id(type)));
  describe_put_text(arena, shown, "description", TEXT(""));
  describe_put(shown, "schema", json_string(arena, type->schema->id));
  describe_put(shown, "schemaExtensions", describe_extensions(operation, type));
  return shown;
}
