/*
** projection.c: takes out of a document what a reply does not show.
**
** HOW IT WORKS
**
** Both lists of names are resolved to attributes, once a request. Then every
** attribute of the type asks how far a list covers it: wholly, in part, or not
** at all. The answer depends on what the schema says (RFC 7643 section 7,
** "returned"):
**
**   always    shown, whatever the lists say
**   never     not shown
**   request   shown if attributes names it, and, where attributes is not given,
**             in the reply of the write that has said something of it; unless
**             excludedAttributes names the whole of it
**   default   shown unless excludedAttributes names the whole of it, and, where
**             attributes is given, only if that names it
**
** A list covers an attribute wholly when it names it, its parent or the schema
** that it is of; and in part when it names one of its sub-attributes:
**
**   attributes=name.givenName           name in part: {"givenName": …}
**   excludedAttributes=name.givenName   name in part, so it stays, without
**
** What a write has said is a third list of the same kind, read from its body:
**
**   {"pin":"1"}                         pin wholly
**   {"door":{"lock":"x"}}               door in part: its lock
**   {"op":"add","path":"door.lock",…}   the same, in a PATCH
**
** Sub-attributes ask the same question; but what is in an attribute that is
** always shown goes with it, unless it is left out by its own name, or others
** of them are asked for. What is left empty by that goes too, and with an
** extension its URN in "schemas", since null, empty and absent are one and the
** same (RFC 7643 section 2.5).
*/
#include "projection.h"

#include "path.h"

static bool projection_is_named(const ProjectionItem *list,
                                const Attribute *attribute,
                                const Extension *extension) {
  for (const ProjectionItem *named = list; named; named = named->next)
    if (named->attribute == attribute && named->extension == extension)
      return true;
  return false;
}

/* Puts what is named before the list, each once: every attribute of every
** resource goes through it, and a client may repeat a name as often as there is
** room. */
static void projection_add(Operation *operation, ProjectionItem **first,
                           const Attribute *attribute,
                           const Extension *extension) {
  if (!attribute && !extension) return;
  if (projection_is_named(*first, attribute, extension)) return;
  ProjectionItem *named = arena_alloc(&operation->arena, sizeof *named);
  named->attribute = attribute;
  named->extension = extension;
  named->next = *first;
  *first = named;
}

/* The URN of the type's own schema names all attributes of that, as the URN of
** an extension does; of id, externalId and meta, which every resource has, it
** says nothing. */
static void projection_add_core(Operation *operation, ProjectionItem **first,
                                const ResourceType *type) {
  for (const Attribute *a = type->schema->first; a; a = a->next)
    projection_add(operation, first, schema_attribute(type->first, a->name),
                   NULL);
}

/* The names of a list. */
static ProjectionItem *projection_read_names(Operation *operation,
                                             const ResourceType *type,
                                             Text list) {
  ProjectionItem *first = NULL;
  while (list.size) {
    Text name = text_trim(text_cut(&list, ','));
    const Extension *extension = schema_extension(type, name);
    if (text_same(name, type->schema->id))
      projection_add_core(operation, &first, type);
    else
      projection_add(operation, &first,
                     extension ? NULL : schema_resolve(type, name), extension);
  }
  return first;
}

Projection projection_read(Operation *operation, const ResourceType *type,
                           Text attributes, Text excluded) {
  Projection projection = {.type = type,
                           .chosen = text_trim(attributes).size > 0};
  projection.included = projection_read_names(operation, type, attributes);
  projection.excluded = projection_read_names(operation, type, excluded);
  return projection;
}

/*
** What a write has said. Only what is returned on request is noted, itself or
** with the complex attribute that it is in: of all else it makes no difference.
*/

/* Once each, as in a list of names: a PATCH may have 10,000 operations. */
static void projection_note(Operation *operation, Projection *projection,
                            const Attribute *attribute) {
  const Attribute *parent = attribute->parent;
  if (attribute->returned != RETURNED_REQUEST &&
      !(parent && parent->returned == RETURNED_REQUEST))
    return;
  if (projection_is_named(projection->written, attribute, NULL)) return;
  ProjectionItem *item = arena_alloc(&operation->arena, sizeof *item);
  item->attribute = attribute;
  item->next = projection->written;
  projection->written = item;
}

/* Of a complex value only the sub-attributes are noted that are in it: another
** one, which is returned on request as well, was not spoken of. */
static void projection_note_value(Operation *operation, Projection *projection,
                                  const Attribute *attribute,
                                  const Json *value) {
  bool complex = attribute->first && value;
  if (complex && value->type == JSON_ARRAY && value->count) {
    JSON_EACH (element, value)
      projection_note_value(operation, projection, attribute, element);
  } else if (complex && value->type == JSON_OBJECT) {
    JSON_EACH (member, value) {
      const Attribute *sub = schema_attribute(attribute->first, member->name);
      if (sub) projection_note(operation, projection, sub);
    }
  } else {
    projection_note(operation, projection, attribute);
  }
}

static void projection_note_members(Operation *operation,
                                    Projection *projection, const Json *object,
                                    Text urn);

/* What is said at a path, which is also what a member of an object has for a
** name (patch.c). What is unknown has been passed over by the write, too. */
static void projection_note_path(Operation *operation, Projection *projection,
                                 Text name, const Json *value) {
  Path path;
  Text core = projection->type->schema->id;
  if (path_is_schema(operation, name, core)) {
    projection_note_members(operation, projection, value, core);
  } else if (!path_parse(operation, projection->type, name, &path)) {
    error_clear(operation);
  } else if (path.extension) {
    projection_note_members(operation, projection, value,
                            path.extension->schema->id);
  } else if (path.sub) {
    projection_note(operation, projection, path.sub);
  } else {
    projection_note_value(operation, projection, path.attribute, value);
  }
}

/* The members of an object; within an extension, its URN stands before their
** names. In place of the object there may be a list of one (other_shapes). */
static void projection_note_members(Operation *operation,
                                    Projection *projection, const Json *object,
                                    Text urn) {
  if (object && object->type == JSON_ARRAY) object = object->first;
  if (!object || object->type != JSON_OBJECT) return;
  JSON_EACH (member, object) {
    Text name = member->name;
    if (urn.size && path_is_blank(operation, name)) continue;
    if (urn.size)
      name = arena_format(&operation->arena, "%.*s:%.*s", TEXT_ARG(urn),
                          TEXT_ARG(name));
    projection_note_path(operation, projection, name, member);
  }
}

/* Where a type returns nothing on request its documents are shown as they are
** stored, and nothing is looked at. */
static bool projection_wants_written(const Operation *operation,
                                     const Projection *projection) {
  return !failed(operation) && !projection->chosen &&
         !projection->type->stored_verbatim;
}

/* The names in a resource are attributes of the type, or URNs of extensions. */
void projection_note_resource(Operation *operation, Projection *projection,
                              const Json *body) {
  if (projection_wants_written(operation, projection))
    projection_note_members(operation, projection, body, NO_TEXT);
}

/* Removes count too: a list of which one value was removed was modified. */
void projection_note_patch(Operation *operation, Projection *projection,
                           const Json *body) {
  if (!projection_wants_written(operation, projection)) return;
  JSON_EACH (item, json_member(body, "Operations")) {
    Text path = json_member_string(item, "path");
    const Json *value = json_member(item, "value");
    if (path.size)
      projection_note_path(operation, projection, path, value);
    else
      projection_note_members(operation, projection, value, NO_TEXT);
  }
}

/* Members and groups are rows; meta is not among what may be left out so: its
** version is shown by a header as well, and it is asked for by few. */
bool projection_shows_stored(const Projection *projection) {
  const ResourceType *type = projection->type;
  for (const ProjectionItem *i = projection->excluded; i; i = i->next)
    if (!i->attribute ||
        (i->attribute != type->members && i->attribute != type->groups))
      return false;
  return !projection->chosen;
}

/*
** What is shown.
*/

/* How far a list covers an attribute: not, by some sub-attribute, wholly. */
typedef enum ProjectionCoverage {
  COVERAGE_NONE,
  COVERAGE_PART,
  COVERAGE_WHOLE
} ProjectionCoverage;

/* The copies of an extension's attributes in a type keep its schema, by which
** they are known. */
static ProjectionCoverage projection_covers(const ProjectionItem *list,
                                            const Attribute *attribute) {
  ProjectionCoverage cover = COVERAGE_NONE;
  for (const ProjectionItem *named = list; named; named = named->next) {
    bool within = named->extension && attribute->extension &&
                  named->extension->schema == attribute->schema;
    if (within || named->attribute == attribute ||
        (attribute->parent && named->attribute == attribute->parent))
      return COVERAGE_WHOLE;
    if (named->attribute && named->attribute->parent == attribute)
      cover = COVERAGE_PART;
  }
  return cover;
}

/* A sub-attribute of what is always shown, and would be empty without. */
static bool projection_shows_part(const Projection *projection,
                                  const Attribute *sub) {
  bool others =
      projection_covers(projection->included, sub->parent) == COVERAGE_PART;
  return !projection_is_named(projection->excluded, sub, NULL) &&
         (!others || projection_is_named(projection->included, sub, NULL));
}

/* Is some of the attribute shown? The table at the top. */
static bool projection_shows_attribute(const Projection *projection,
                                       const Attribute *attribute) {
  ProjectionCoverage included =
      projection_covers(projection->included, attribute);
  switch (attribute->returned) {
  case RETURNED_ALWAYS:
    return true;
  case RETURNED_NEVER:
    return false;
  case RETURNED_REQUEST:
    if (included == COVERAGE_NONE &&
        projection_covers(projection->written, attribute) == COVERAGE_NONE)
      return false;
    break;
  case RETURNED_DEFAULT:
    if (attribute->parent && attribute->parent->returned == RETURNED_ALWAYS)
      return projection_shows_part(projection, attribute);
    break;
  }
  assert(projection->chosen || included == COVERAGE_NONE);
  if (projection->chosen && included == COVERAGE_NONE) return false;
  return projection_covers(projection->excluded, attribute) != COVERAGE_WHOLE;
}

bool projection_shows(const Projection *projection,
                      const Attribute *attribute) {
  return attribute && projection_shows_attribute(projection, attribute);
}

/*
** Taking out.
*/
static void projection_prune_object(const Projection *projection,
                                    const Attribute *attribute, Json *object) {
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    Json *value = json_member_text(object, sub->name);
    if (value && !projection_shows_attribute(projection, sub))
      json_remove(object, value);
  }
}

/* Takes sub-attributes out of a complex value, or of each in a list. False when
** nothing is left to show. */
static bool projection_prune_value(const Projection *projection,
                                   const Attribute *attribute, Json *value) {
  if (value->type == JSON_OBJECT)
    projection_prune_object(projection, attribute, value);
  if (value->type != JSON_ARRAY) return value->count > 0;
  for (Json *element = value->first, *next; element; element = next) {
    next = element->next;
    if (!projection_prune_value(projection, attribute, element))
      json_remove(value, element);
  }
  return value->count > 0;
}

/* Takes attributes out of their home, which is the document or the object of an
** extension. */
static void projection_prune(const Projection *projection,
                             const Attribute *first, Json *home) {
  for (const Attribute *a = first; a; a = a->next) {
    Json *value = json_member_text(home, a->name);
    if (!value) continue;
    bool shown = projection_shows_attribute(projection, a);
    /* A list that is empty before (members) is shown as such. */
    bool empty = value->type == JSON_ARRAY && !value->count;
    if (shown && a->first && !empty)
      shown = projection_prune_value(projection, a, value);
    if (!shown) json_remove(home, value);
  }
}

/* A URN is listed only if its object is there (RFC 7643 section 3.3). */
static void projection_drop_extension(const Extension *extension, Json *doc,
                                      Json *object) {
  Json *schemas = json_member(doc, "schemas");
  json_remove(doc, object);
  for (Json *id = schemas ? schemas->first : NULL, *next; id; id = next) {
    next = id->next;
    if (text_same(id->text, extension->schema->id)) json_remove(schemas, id);
  }
}

/* Extensions last: when nothing of one is shown, its object goes as well. */
void projection_apply(Operation *operation, const Projection *projection,
                      Json *doc) {
  if (failed(operation)) return;
  assert(doc->type == JSON_OBJECT);
  projection_prune(projection, projection->type->first, doc);
  for (const Extension *e = projection->type->extensions; e; e = e->next) {
    Json *object = json_member_text(doc, e->schema->id);
    if (!object) continue;
    projection_prune(projection, e->first, object);
    if (!object->count) projection_drop_extension(e, doc, object);
  }
}
