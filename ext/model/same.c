/*
** same.c: when two values of a multi-valued attribute are one and the same.
**
** HOW IT WORKS
**
** RFC 7643 section 2.4: a service SHOULD NOT return the same (type, value) more
** than once, and RFC 7644 section 3.5.2.1: what is there already is not added
** again. There is one rule for all ways in which a value comes (POST, PUT, each
** operation of a PATCH, remove by a value): texts are compared by key, that is,
** as filters do, so that nobody has an address twice that any filter finds
** twice.
**
**   {"value": "Ann@x", "type": "work"}   {"value": "ann@x", "type": "Work"}
**
** are one, if the schema says that case does not count. Members are apart: ids
** are compared byte by byte, as SQL does with the rows.
**
** Each value of a list is compared with each that comes, up to ten million
** times in a request (patch_list.c). Most are ASCII and are compared where they
** are. A key that has to be made, out of other letters or a dateTime, is made
** once for each text: texts do not move while an operation lasts, and so their
** place tells them apart.
*/
#include "same.h"

#include <stdint.h>

/* A text that has been seen, and its key. */
struct SameEntry {
  const char *data; /* the place of the text; NULL: the entry is free */
  const Attribute *attribute;
  bool has_key;
  Key key;
};

/*
** Keys, each made once.
*/

/* The entry of the text, or the free one where it belongs. The capacity is a
** power of two, and there is always a free one. */
static SameEntry *same_slot(SameEntry *entries, size_t capacity,
                            const char *data, const Attribute *attribute) {
  size_t at = (size_t)((uintptr_t)data * 0x9E3779B1u >> 4);
  assert(capacity && !(capacity & (capacity - 1)));
  for (;; at++) {
    SameEntry *entry = &entries[at & (capacity - 1)];
    if (!entry->data || (entry->data == data && entry->attribute == attribute))
      return entry;
  }
}

/* Makes room for one entry more: the table is at most half full. */
static void same_grow(Same *same) {
  if (2 * (same->count + 1) <= same->capacity) return;
  size_t capacity = same->capacity ? 2 * same->capacity : 16;
  SameEntry *entries =
      arena_array(&same->operation->arena, capacity, sizeof *entries);
  memset(entries, 0, capacity * sizeof *entries);
  for (size_t i = 0; i < same->capacity; i++) {
    SameEntry *old = &same->entries[i];
    if (old->data)
      *same_slot(entries, capacity, old->data, old->attribute) = *old;
  }
  same->entries = entries;
  same->capacity = capacity;
}

/* Of a value with a text, a string or a number. */
static const SameEntry *same_key(Same *same, const Attribute *attribute,
                                 const Json *value) {
  assert(value->text.size > 0);
  same_grow(same);
  SameEntry *entry =
      same_slot(same->entries, same->capacity, value->text.data, attribute);
  if (entry->data) return entry;
  entry->data = value->text.data;
  entry->attribute = attribute;
  entry->has_key = key_of(same->operation, attribute, value, &entry->key);
  same->count++;
  return entry;
}

/*
** Values.
*/
static bool same_is_ascii(Text text) {
  for (size_t i = 0; i < text.size; i++)
    if ((unsigned char)text.data[i] >= 0x80) return false;
  return true;
}

/* Are two simple values the same by their keys? The quick ways first. */
static bool same_by_key(Same *same, const Attribute *attribute, const Json *a,
                        const Json *b) {
  if (json_equal(a, b)) return true;
  if (a->type != b->type || !a->text.size || !b->text.size ||
      attribute->case_exact)
    return false;
  bool is_text = a->type == JSON_STRING && attribute->type != TYPE_DATETIME;
  if (is_text && same_is_ascii(a->text) && same_is_ascii(b->text))
    return text_same(a->text, b->text);
  Key key = {0};
  const SameEntry *entry = same_key(same, attribute, a);
  if (!entry->has_key) return false;
  key = entry->key; /* the table may move */
  entry = same_key(same, attribute, b);
  return entry->has_key && key_compare(&key, &entry->key) == 0;
}

/* The same of a sub-attribute that both have. */
static bool same_sub(Same *same, const Attribute *attribute, const char *name,
                     const Json *a, const Json *b) {
  const Attribute *sub = schema_attribute(attribute->first, text_of(name));
  if (!sub || attribute->kept_as_rows) return json_equal(a, b);
  return same_by_key(same, sub, a, b);
}

bool same_is(Same *same, const Attribute *attribute, const Json *a,
             const Json *b) {
  if (attribute->type != TYPE_COMPLEX)
    return same_by_key(same, attribute, a, b);
  const Json *value = json_member(a, "value"), *other = json_member(b, "value");
  if (!value || !other) return json_equal(a, b);
  if (!same_sub(same, attribute, "value", value, other)) return false;
  const Json *type = json_member(a, "type"), *kind = json_member(b, "type");
  return !type || !kind || same_sub(same, attribute, "type", type, kind);
}

Json *same_find(Same *same, const Attribute *attribute, const Json *list,
                const Json *element) {
  JSON_EACH (item, list) {
    if (same_is(same, attribute, item, element)) return item;
  }
  return NULL;
}

void same_merge(Json *object, Json *later) {
  assert(object->type == JSON_OBJECT && object != later);
  for (Json *member = later->first, *next; member; member = next) {
    next = member->next;
    Json *old = json_member_text(object, member->name);
    if (old) json_remove(object, old);
    json_put_text(object, member->name, member);
  }
}
