/*
** keys.c: the keys of a document: what scim_value and scim_unique hold of it.
**
** HOW IT WORKS
**
** Every value of an attribute is made a key (model/key.h), in the form in which
** filters compare it, and noted with the path of the attribute:
**
**   "emails": [{"value": "Ann@x"}, {"value": "b@x"}]
**
**   {"emails.value": "ann@x", "emails.value": "b@x"}
**
** An attribute is there as often as it has keys: SQLite gives each member of an
** object as a row of its own, which costs half of what an array of objects
** does. What is unique is such an array, for it has a third thing to tell.
**
** The difference of the keys before and after a change is what a change does
** to these tables: a key that stays is not touched, so that changing a title
** writes one row of the index and not all of them. An attribute that is the
** same before and after has no part in it, and its keys need not be made.
**
** Keys are found by a hash (text/bag.c): a document may have thousands. What
** has one hash on purpose is compared with each other; the limits of values
** (VALUE_COUNT) and the request's budget keep that within bounds, but for who
** is deleted.
*/
#include "keys.h"

#include <assert.h>

#include "../model/budget.h"
#include "../model/document.h"
#include "../text/bag.h"

/* Bytes of a text in other letters, whose key takes long, for each step. */
#define KEYS_STEP_BYTES 2

/* Keys, each once. */
typedef struct KeySet {
  Operation *operation;
  Json *list;
  Bag known; /* the same by their hashes */
} KeySet;

static KeySet keys_set(Operation *operation, JsonType type) {
  Arena *arena = &operation->arena;
  KeySet set = {operation, json_new(arena, type), bag_new(arena)};
  return set;
}

static uint64_t keys_hash(const Json *item) {
  return bag_hash_text(bag_hash(item), item->name);
}

static bool keys_contain(const KeySet *set, const Json *item, uint64_t hash) {
  BagSearch search = bag_search(&set->known, hash);
  for (const Json *other; (other = bag_next(&search));) {
    if (!budget_spend(set->operation, budget_text(item->text))) return true;
    if (text_equal(item->name, other->name) && json_equal(item, other))
      return true;
  }
  return false;
}

static void keys_put(KeySet *set, Json *item) {
  uint64_t hash = keys_hash(item);
  if (keys_contain(set, item, hash)) return;
  json_append(set->list, item);
  bag_add(&set->known, hash, item);
}

/* Which of the two lists is made. */
typedef enum KeyList {
  KEYS_VALUES,  /* "attribute": key */
  KEYS_UNIQUES, /* {"attribute", "key"} */
  KEYS_GLOBAL   /* with the tenant "" besides, as scim_unique has it */
} KeyList;

/* An entry of the list. A value is a member whose name is the path of the
** attribute; what is unique is an object, which has room for the tenant as
** well. */
static Json *keys_new_item(Arena *arena, const Attribute *attribute,
                           KeyList kind, const Key *key) {
  Json *value = key_json(arena, key);
  if (kind == KEYS_VALUES) {
    value->name = attribute->path;
    return value;
  }
  Json *item = json_new(arena, JSON_OBJECT);
  if (kind == KEYS_GLOBAL)
    json_put(item, "tenant", json_string(arena, TEXT("")));
  json_put(item, "attribute", json_string(arena, attribute->path));
  json_put(item, "key", value);
  return item;
}

/* Appends the keys of every value of the attribute within `value`: of each
** element of a list, and of the sub-attribute in a complex value, which is what
** the document has at the place of the parent. What is of another type than the
** attribute has no key. */
static void keys_add(Operation *operation, const Attribute *attribute,
                     const Json *value, KeyList kind, KeySet *set) {
  Key key;
  if (!value) return;
  if (value->type == JSON_ARRAY) {
    JSON_EACH (element, value)
      keys_add(operation, attribute, element, kind, set);
    return;
  }
  if (attribute->parent && value->type == JSON_OBJECT) {
    keys_add(operation, attribute, json_member_text(value, attribute->name),
             kind, set);
    return;
  }
  if (!key_of(operation, attribute, value, &key)) return;
  if (key.type == KEY_TEXT && key.text.data != value->text.data &&
      !budget_spend(operation, value->text.size / KEYS_STEP_BYTES))
    return;
  Json *item = keys_new_item(&operation->arena, attribute, kind, &key);
  keys_put(set, item);
}

/* What is readOnly the service sets itself: it has no owner to be found by a
** client. What is writeOnly nobody may look for, also where it stands in a
** document from before it was that. */
bool keys_are_unique(const Attribute *attribute) {
  return attribute->uniqueness != UNIQUENESS_NONE && document_keeps(attribute);
}

/* What the document has at the place of the attribute, unless the other one has
** the same. */
static const Json *keys_changed(const Attribute *attribute, const Json *doc,
                                const Json *other) {
  const Json *value = resource_value(doc, attribute);
  const Json *same = value ? resource_value(other, attribute) : NULL;
  return same && json_equal(value, same) ? NULL : value;
}

/* Appends the keys of the unique attributes from `first` on, and of those in
** them. */
static void keys_add_unique(Operation *operation, const Attribute *first,
                            const Json *doc, const Json *other, KeySet *set) {
  for (const Attribute *a = first; a; a = a->next) {
    if (keys_are_unique(a))
      keys_add(operation, a, keys_changed(a, doc, other),
               a->uniqueness == UNIQUENESS_GLOBAL ? KEYS_GLOBAL : KEYS_UNIQUES,
               set);
    if (a->first && document_keeps(a))
      keys_add_unique(operation, a->first, doc, other, set);
  }
}

/* An index that is not yet built gets its keys all the same: what is written
** meanwhile must be in it when it counts. */
static void keys_add_values(Operation *operation, const ResourceType *type,
                            const Json *doc, const Json *other, KeySet *set) {
  for (const Index *index = type->indexes; index; index = index->next)
    keys_add(operation, index->attribute,
             keys_changed(index->attribute, doc, other), KEYS_VALUES, set);
}

/* Values only of attributes with an index and unique ones of all: an attribute
** may be unique without an index, and is looked up in scim_unique then. */
DocumentKeys keys_of_document(Operation *operation, const ResourceType *type,
                              const Json *doc, const Json *other) {
  KeySet values = keys_set(operation, JSON_OBJECT);
  KeySet uniques = keys_set(operation, JSON_ARRAY);
  DocumentKeys keys = {values.list, uniques.list};
  if (!doc) return keys;
  keys_add_values(operation, type, doc, other, &values);
  keys_add_unique(operation, type->first, doc, other, &uniques);
  for (const Extension *e = type->extensions; e; e = e->next)
    keys_add_unique(operation, e->first, doc, other, &uniques);
  return keys;
}

/* By hash, since a document may have thousands of keys of which one differs; of
** what comes or goes as a whole, all do. */
const Json *keys_missing(Operation *operation, const Json *keys,
                         const Json *others) {
  if (!keys->count || !others || !others->count) return keys;
  Json *list = json_new(&operation->arena, keys->type);
  KeySet set = {operation, NULL, bag_new(&operation->arena)};
  JSON_EACH (item, others) bag_add(&set.known, keys_hash(item), item);
  JSON_EACH (item, keys) {
    if (!keys_contain(&set, item, keys_hash(item)))
      json_put_text(list, item->name, json_copy(&operation->arena, item));
  }
  return list;
}

Text keys_text(Operation *operation, const Json *keys) {
  return keys->count ? json_text(&operation->arena, keys) : NO_TEXT;
}

Text keys_difference(Operation *operation, const Json *keys,
                     const Json *others) {
  return keys_text(operation, keys_missing(operation, keys, others));
}
