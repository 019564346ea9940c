/*
** keys.c: the keys of a document: what scim_value and scim_unique hold of it.
**
** The difference of the keys before and after a change is what a change does
** to these tables: a key that stays is not touched, so that changing a title
** writes one row of the index and not all of them.
*/
#include "keys.h"

#include "../model/document.h"

static bool is_listed(const Json *list, const Json *item) {
  JSON_EACH (other, list) {
    if (json_equal(item, other)) return true;
  }
  return false;
}

/* {"attribute", "key"}; with the tenant "" when the key is unique among all
** tenants, as scim_unique has it. */
static Json *key_item(Arena *arena, const Attribute *attribute, bool global,
                      const Key *key) {
  Json *item = json_new(arena, JSON_OBJECT);
  if (global) json_put(item, "tenant", json_string(arena, text_of("")));
  json_put(item, "attribute", json_string(arena, attribute->path));
  json_put(item, "key", key_json(arena, key));
  return item;
}

/* Appends the keys of every value of the attribute within `value`. */
static void add_keys(Operation *operation, const Attribute *attribute,
                     const Json *value, bool global, Json *list) {
  Key key;
  if (!value) return;
  if (value->type == JSON_ARRAY) {
    JSON_EACH (element, value)
      add_keys(operation, attribute, element, global, list);
    return;
  }
  if (attribute->parent && value->type == JSON_OBJECT) {
    add_keys(operation, attribute, json_member_text(value, attribute->name),
             global, list);
    return;
  }
  if (!key_of(operation, attribute, value, &key)) return;
  Json *item = key_item(&operation->arena, attribute, global, &key);
  if (!is_listed(list, item)) json_append(list, item);
}

static void add_unique(Operation *operation, const Attribute *first,
                       const Json *doc, Json *list) {
  for (const Attribute *a = first; a; a = a->next) {
    bool accepted = a->mutability != MUTABILITY_READ_ONLY;
    if (accepted && a->uniqueness != UNIQUENESS_NONE)
      add_keys(operation, a, resource_value(doc, a),
               a->uniqueness == UNIQUENESS_GLOBAL, list);
    add_unique(operation, a->first, doc, list);
  }
}

DocumentKeys keys_of_document(Operation *operation, const ResourceType *type,
                              const Json *doc) {
  DocumentKeys keys = {json_new(&operation->arena, JSON_ARRAY),
                       json_new(&operation->arena, JSON_ARRAY)};
  if (!doc) return keys;
  for (const Index *index = type->indexes; index; index = index->next)
    add_keys(operation, index->attribute, resource_value(doc, index->attribute),
             false, keys.values);
  add_unique(operation, type->first, doc, keys.uniques);
  for (const Extension *e = type->extensions; e; e = e->next)
    add_unique(operation, e->first, doc, keys.uniques);
  return keys;
}

Text keys_difference(Operation *operation, const Json *keys,
                     const Json *others) {
  Buffer buffer = buffer_new(&operation->arena);
  JSON_EACH (item, keys) {
    if (is_listed(others, item)) continue;
    buffer_char(&buffer, buffer.size ? ',' : '[');
    json_write(&buffer, item);
  }
  if (buffer.size) buffer_char(&buffer, ']');
  return buffer_text(&buffer);
}
