#include "projection.h"

static Text trim(Text text) {
  while (text.size && text.data[0] == ' ') text = text_after(text, 1);
  while (text.size && text.data[text.size - 1] == ' ') text.size--;
  return text;
}

static Named *read_names(Operation *operation, const ResourceType *type,
                         Text list) {
  Named *first = NULL;
  while (list.size) {
    Text name = trim(text_cut(&list, ','));
    Named *named = arena_alloc(&operation->arena, sizeof *named);
    named->extension = schema_extension(type, name);
    named->attribute = schema_resolve(type, name);
    if (!named->attribute && !named->extension) continue;
    named->next = first;
    first = named;
  }
  return first;
}

Projection projection_read(Operation *operation, const ResourceType *type,
                           Text attributes, Text excluded) {
  Projection projection = {.type = type, .chosen = trim(attributes).size > 0};
  projection.included = read_names(operation, type, attributes);
  projection.excluded = read_names(operation, type, excluded);
  return projection;
}

bool projection_is_default(const Projection *projection) {
  return !projection->chosen && !projection->excluded;
}

/* How far a list covers an attribute: wholly, by some sub-attribute, not. */
typedef enum Cover { COVER_NONE, COVER_PART, COVER_WHOLE } Cover;

static Cover covers(const Named *list, const Attribute *attribute) {
  Cover cover = COVER_NONE;
  for (const Named *named = list; named; named = named->next) {
    bool within = named->extension && attribute->extension &&
                  named->extension->schema == attribute->schema;
    if (within || named->attribute == attribute ||
        (attribute->parent && named->attribute == attribute->parent))
      return COVER_WHOLE;
    if (named->attribute && named->attribute->parent == attribute)
      cover = COVER_PART;
  }
  return cover;
}

static bool shows(const Projection *projection, const Attribute *attribute) {
  Cover included = covers(projection->included, attribute);
  switch (attribute->returned) {
  case RETURNED_ALWAYS:
    return true;
  case RETURNED_NEVER:
    return false;
  case RETURNED_REQUEST:
    return included != COVER_NONE;
  default:
    break;
  }
  if (projection->chosen && included == COVER_NONE) return false;
  return covers(projection->excluded, attribute) != COVER_WHOLE;
}

bool projection_shows(const Projection *projection,
                      const Attribute *attribute) {
  return attribute && shows(projection, attribute);
}

static void prune_object(const Projection *projection,
                         const Attribute *attribute, Json *object) {
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    Json *value = json_member_text(object, sub->name);
    if (value && !shows(projection, sub)) json_remove(object, value);
  }
}

/* False when nothing is left to show. */
static bool prune_value(const Projection *projection,
                        const Attribute *attribute, Json *value) {
  if (value->type == JSON_OBJECT) prune_object(projection, attribute, value);
  if (value->type != JSON_ARRAY) return value->count > 0;
  for (Json *element = value->first, *next; element; element = next) {
    next = element->next;
    if (!prune_value(projection, attribute, element))
      json_remove(value, element);
  }
  return value->count > 0;
}

static void prune(const Projection *projection, const Attribute *first,
                  Json *home) {
  for (const Attribute *a = first; a; a = a->next) {
    Json *value = json_member_text(home, a->name);
    if (!value) continue;
    bool shown = shows(projection, a);
    if (shown && a->first) shown = prune_value(projection, a, value);
    if (!shown) json_remove(home, value);
  }
}

/* A URN is listed only if its object is there. */
static void drop_extension(const Extension *extension, Json *doc,
                           Json *object) {
  Json *schemas = json_member(doc, "schemas");
  json_remove(doc, object);
  for (Json *id = schemas ? schemas->first : NULL, *next; id; id = next) {
    next = id->next;
    if (text_same(id->text, extension->schema->id)) json_remove(schemas, id);
  }
}

void projection_apply(Operation *operation, const Projection *projection,
                      Json *doc) {
  if (failed(operation)) return;
  prune(projection, projection->type->first, doc);
  for (const Extension *e = projection->type->extensions; e; e = e->next) {
    Json *object = json_member_text(doc, e->schema->id);
    if (!object) continue;
    prune(projection, e->first, object);
    if (!object->count) drop_extension(e, doc, object);
  }
}
