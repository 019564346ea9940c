/*
** flatten.c: lists the values of a document, for scim_attributes.
**
** HOW IT WORKS
**
** The schema is walked, not the document, so that the order is that of the
** schema and every value comes with its attribute:
**
**   {"name": {"givenName": "Ann"},
**    "emails": [{"value": "a@b"}, {"value": "c"}]}
**
**   name.givenName   position -1   "Ann"
**   emails.value     position  0   "a@b"
**   emails.value     position  1   "c"
**
** A value of another shape than the schema's (a definition may have been
** replaced) is not lost: lists and objects are followed to the values in them.
*/
#include "flatten.h"

typedef struct Flattening {
  Operation *operation;
  Leaf *first;
  Leaf **end; /* where the next leaf is put */
} Flattening;

/* Adds a leaf for the value, or for each that an unexpected list or object has.
** That goes as deep as JSON_DEPTH lets a document be. */
static void flatten_add(Flattening *list, const Attribute *attribute,
                        const Json *value, const Json *element, int position) {
  if (value->type == JSON_ARRAY || value->type == JSON_OBJECT) {
    JSON_EACH (item, value)
      flatten_add(list, attribute, item, element, position);
    return;
  }
  Leaf *leaf = arena_alloc(&list->operation->arena, sizeof *leaf);
  leaf->attribute = attribute;
  leaf->value = value;
  leaf->element = element;
  leaf->position = position;
  assert(*list->end == NULL);
  *list->end = leaf;
  list->end = &leaf->next;
}

/* Adds one value of the attribute: of a complex one all its sub-attributes. */
static void flatten_add_element(Flattening *list, const Attribute *attribute,
                                const Json *value, const Json *element,
                                int position) {
  if (!attribute->first) {
    flatten_add(list, attribute, value, element, position);
    return;
  }
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    const Json *part = json_member_text(value, sub->name);
    if (part) flatten_add(list, sub, part, element, position);
  }
}

/* Adds the values of a list of attributes, whose home is the document or the
** object of an extension (or NULL). */
static void flatten_add_all(Flattening *list, const Attribute *first,
                            const Json *home) {
  for (const Attribute *a = first; a; a = a->next) {
    const Json *value = json_member_text(home, a->name);
    int position = 0;
    if (value && value->type == JSON_ARRAY) {
      JSON_EACH (element, value)
        flatten_add_element(list, a, element, element, position++);
    } else if (value) {
      flatten_add_element(list, a, value, NULL, -1);
    }
  }
}

Leaf *flatten(Operation *operation, const ResourceType *type, const Json *doc) {
  Flattening list = {operation, NULL, NULL};
  list.end = &list.first;
  flatten_add_all(&list, type->first, doc);
  for (const Extension *e = type->extensions; e; e = e->next)
    flatten_add_all(&list, e->first, json_member_text(doc, e->schema->id));
  return list.first;
}

const char *flatten_type_name(AttributeType type) {
  static const char *const names[] = {"string",    "boolean",  "decimal",
                                      "integer",   "dateTime", "binary",
                                      "reference", "complex"};
  assert((size_t)type < sizeof names / sizeof *names);
  return names[type];
}
