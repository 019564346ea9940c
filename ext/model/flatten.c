#include "flatten.h"

typedef struct Flattening {
  Operation *operation;
  Leaf *first, **link;
} Flattening;

static void add(Flattening *list, const Attribute *attribute, const Json *value,
                const Json *element, int position) {
  if (value->type == JSON_ARRAY || value->type == JSON_OBJECT) {
    JSON_EACH (item, value) add(list, attribute, item, element, position);
    return;
  }
  Leaf *leaf = arena_alloc(&list->operation->arena, sizeof *leaf);
  leaf->attribute = attribute;
  leaf->value = value;
  leaf->element = element;
  leaf->position = position;
  *list->link = leaf;
  list->link = &leaf->next;
}

static void add_element(Flattening *list, const Attribute *attribute,
                        const Json *value, const Json *element, int position) {
  if (!attribute->first) {
    add(list, attribute, value, element, position);
    return;
  }
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    const Json *part = json_member_text(value, sub->name);
    if (part) add(list, sub, part, element, position);
  }
}

static void add_all(Flattening *list, const Attribute *first,
                    const Json *home) {
  for (const Attribute *a = first; a; a = a->next) {
    const Json *value = json_member_text(home, a->name);
    int position = 0;
    if (value && value->type == JSON_ARRAY) {
      JSON_EACH (element, value)
        add_element(list, a, element, element, position++);
    } else if (value) {
      add_element(list, a, value, NULL, -1);
    }
  }
}

Leaf *flatten(Operation *operation, const ResourceType *type, const Json *doc) {
  Flattening list = {operation, NULL, NULL};
  list.link = &list.first;
  add_all(&list, type->first, doc);
  for (const Extension *e = type->extensions; e; e = e->next)
    add_all(&list, e->first, json_member_text(doc, e->schema->id));
  return list.first;
}

const char *flatten_type_name(AttributeType type) {
  static const char *const names[] = {"string",    "boolean",  "decimal",
                                      "integer",   "dateTime", "binary",
                                      "reference", "complex"};
  return names[type];
}
