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
** are one, if the schema says that case does not count. Members are apart: of
** them the ids alone are compared, byte by byte, as SQL does with the rows.
**
** Values of a list are found by a hash of their "value", or of all of them
** where that is missing: a request may bring thousands of values, and to
** compare each with each would take it seconds. What is the same has the same
** hash, so that only the few are compared that may be. Whoever looks for values
** that have one hash on purpose spends the request's budget (budget.h), and so
** does whoever has long ones looked at by each of many operations.
*/
#include "same.h"

#include "budget.h"

#define SAME_FEW 16    /* values that are compared one after the other */
#define SAME_BYTES 256 /* that are hashed or compared for one step */

/* Spends what it takes to go through so much text. */
static bool same_spend(Memo *memo, size_t bytes) {
  return budget_spend(memo->operation, bytes / SAME_BYTES);
}

/* The bytes of all texts in the value, which is as deep as a schema is. */
static size_t same_size(const Json *value) {
  size_t size = value->text.size;
  JSON_EACH (part, value) size += same_size(part);
  return size;
}

/*
** Two values.
*/

/* Are two simple values the same by their keys? The quick ways first. Bytes are
** compared in a quarter of the time that anything else takes. */
static bool same_by_key(Memo *memo, const Attribute *attribute, const Json *a,
                        const Json *b) {
  bool alike = a->text.size == b->text.size;
  if (alike && !same_spend(memo, a->text.size / 4)) return false;
  if (json_equal(a, b)) return true;
  if (a->type != b->type || !a->text.size || !b->text.size ||
      attribute->case_exact)
    return false;
  bool is_text = a->type == JSON_STRING && attribute->type != TYPE_DATETIME;
  if (is_text && !same_spend(memo, a->text.size + b->text.size)) return false;
  if (is_text && text_is_ascii(a->text) && text_is_ascii(b->text))
    return text_same(a->text, b->text);
  Key key, other;
  return memo_key(memo, attribute, a, &key) &&
         memo_key(memo, attribute, b, &other) && key_compare(&key, &other) == 0;
}

/* The same of a sub-attribute that both have. */
static bool same_sub(Memo *memo, const Attribute *attribute, const char *name,
                     const Json *a, const Json *b) {
  const Attribute *sub = schema_attribute(attribute->first, text_of(name));
  if (!sub || attribute->kept_as_rows) return json_equal(a, b);
  return same_by_key(memo, sub, a, b);
}

bool same_is(Memo *memo, const Attribute *attribute, const Json *a,
             const Json *b) {
  if (attribute->type != TYPE_COMPLEX)
    return same_by_key(memo, attribute, a, b);
  const Json *value = json_member(a, "value"), *other = json_member(b, "value");
  if (!value || !other)
    return same_spend(memo, same_size(a)) && json_equal(a, b);
  if (!same_sub(memo, attribute, "value", value, other)) return false;
  if (attribute->kept_as_rows) return true;
  const Json *type = json_member(a, "type"), *kind = json_member(b, "type");
  return !type || !kind || same_sub(memo, attribute, "type", type, kind);
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

/*
** Hashes of what makes two values the same.
*/

/* Of a simple value. Texts that are compared by their keys may be spelled in
** other letters; of numbers and times, which are short lists, all are compared
** with each other. */
static uint64_t same_hash_simple(Memo *memo, const Attribute *attribute,
                                 const Json *value) {
  if (attribute->type == TYPE_DATETIME || value->type != JSON_STRING) return 0;
  if (!same_spend(memo, value->text.size)) return 0;
  if (attribute->case_exact || text_is_ascii(value->text))
    return bag_hash_text(0, value->text);
  Key key;
  bool has = memo_key(memo, attribute, value, &key);
  return has && key.type == KEY_TEXT ? bag_hash_text(0, key.text) : 0;
}

/* The "type" does not count, because one that is missing may be any. */
static uint64_t same_hash(const SameList *values, const Json *element) {
  const Attribute *attribute = values->attribute;
  if (attribute->type != TYPE_COMPLEX)
    return same_hash_simple(values->memo, attribute, element);
  const Json *value = json_member(element, "value");
  const Attribute *sub = schema_attribute(attribute->first, TEXT("value"));
  if (!value || !sub || attribute->kept_as_rows) {
    const Json *whole = value ? value : element;
    return same_spend(values->memo, same_size(whole)) ? bag_hash(whole) : 0;
  }
  return same_hash_simple(values->memo, sub, value);
}

/*
** Lists.
*/

void same_again(SameList *values, const Attribute *attribute, Json *list) {
  values->attribute = attribute;
  values->list = list;
  bag_clear(&values->known);
}

/* Gets to know all elements of the list. */
static void same_read(SameList *values) {
  JSON_EACH (element, values->list) {
    if (!budget_spend(values->memo->operation, 1)) return;
    bag_add(&values->known, same_hash(values, element), element);
  }
}

/* One after the other. */
static Json *same_find_slowly(SameList *values, const Json *element) {
  Operation *operation = values->memo->operation;
  JSON_EACH (item, values->list) {
    if (!budget_spend(operation, 1)) return NULL;
    if (same_is(values->memo, values->attribute, item, element)) return item;
  }
  return NULL;
}

/* The first with the hash that is the same. */
Json *same_find(SameList *values, const Json *element) {
  Operation *operation = values->memo->operation;
  if (values->list->count <= SAME_FEW) return same_find_slowly(values, element);
  if (!values->known.count) same_read(values);
  BagSearch search = bag_search(&values->known, same_hash(values, element));
  for (Json *item; (item = bag_next(&search));) {
    if (!budget_spend(operation, 1)) return NULL;
    if (same_is(values->memo, values->attribute, item, element)) return item;
  }
  return NULL;
}

void same_append(SameList *values, Json *element) {
  json_append(values->list, element);
  if (values->known.count)
    bag_add(&values->known, same_hash(values, element), element);
}
