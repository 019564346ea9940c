/*
** value.c: reading values that a client sent.
**
** HOW IT WORKS
**
** Reading checks a value against its attribute and copies it into the form in
** which it is stored, so that everything behind it (rules, PATCH, keys) meets
** one form only. A value that does not fit is invalidValue and names the
** attribute; a value that says that there is none (null, "", []) reads as
** NULL, and within a complex value is left out. What a list has twice is read
** once (same.c).
**
** A sub-attribute that is writeOnly is read, so that what is no value of it is
** refused, and left out: nothing behind this meets what is never stored. An
** object of which nothing else was sent reads as one without members. That is a
** value where one is required, and one element of a list, and leaves nothing in
** a document (canonical.c). Nor may such a part be in a text that is stored:
** one that packs an object is not kept beside what was in it, and one that only
** looks like that, and names the part, is refused.
**
** A text is never changed, trimmed or folded: what a client reads back is what
** it sent. Only its comparison form (key.c) knows of case.
**
** DIALECTS
**
** By default what IdPs send besides the RFC is read as it is meant:
**
**  - "True", "false" in any case for a boolean (Entra ID);
**  - "" where there is no value (Entra ID), and elements of which nothing but
**    the type is left then (OneLogin);
**  - "7" for a number (ConnId), 7.0 and 7e0 for an integer, which is stored as
**    7; a date without a time, and the second 60;
**  - one value where a list belongs ("emails": {…}), and a list of one where
**    one value belongs ("manager": [{…}], and SCIM-SDK's "nickName": ["a"]);
**  - a bare value where an object belongs ("manager": "42", "emails": ["a"]):
**    it is the value's "value";
**  - a complex value as JSON within a text, alone or as the "value" of an
**    object, with displayName for display (Entra ID's roles).
**
** What is given of a reference ("$ref" alone, an id alone) is completed, see
** reference.c.
**
** A tenant may be strict about each of these (README, "Leniencies"). The "" of
** a string is then a string without characters (RFC 7643 section 2.3.1), but
** where a value is required or is the id of a resource: an id has characters.
*/
#include "value.h"

#include "../text/instant.h"
#include "../text/letter.h"
#include "document.h"
#include "reference.h"
#include "same.h"

/* invalidValue: always NULL, so that a reader can return it. */
static Json *value_refuse(Operation *operation, const Attribute *attribute,
                          const char *expected) {
  error_set(operation, ERROR_INVALID_VALUE, "the value of '%.*s' must be %s",
            TEXT_ARG(attribute->path), expected);
  return NULL;
}

/*
** Values that say that there is none.
*/

/* Does "" say so? */
static bool value_blank_is_none(const Operation *operation,
                                const Attribute *attribute) {
  if (!attribute || attribute->type != TYPE_STRING)
    return !(operation->strict & STRICT_VALUES);
  const Attribute *parent = attribute->parent;
  bool is_id =
      parent && attribute == schema_value(parent) &&
      (parent->kept_as_rows || reference_of(operation->schemas, parent));
  return is_id || attribute->required || !(operation->strict & STRICT_TEXTS);
}

/* A number or a boolean is always a value, 0 and false too, and so is an
** object: what is in it is looked at by itself. */
bool value_is_unassigned(const Operation *operation, const Attribute *attribute,
                         const Json *value) {
  switch (value->type) {
  case JSON_NULL:
    return true;
  case JSON_STRING:
    return value->text.size == 0 && value_blank_is_none(operation, attribute);
  case JSON_ARRAY:
    return value->count == 0;
  default:
    return false;
  }
}

/* Is it an element whose value is none, and of which only the kind is left:
** {"type": "work", "value": ""}? Templates, as OneLogin's, write that for who
** has no phone. Where there is no "value", as in an address, all other parts
** are that. A client that says nothing but the type has no value to clear, and
** is taken at its word. */
static bool value_is_hollow(const Operation *operation,
                            const Attribute *attribute, const Json *element) {
  const Attribute *own = schema_value(attribute);
  bool cleared = false;
  if (!attribute->multi_valued || attribute->kept_as_rows ||
      element->type != JSON_OBJECT || (operation->strict & STRICT_TEXTS))
    return false;
  JSON_EACH (member, element) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    if (!sub || text_same(sub->name, TEXT("type")) || schema_is_primary(sub))
      continue;
    if (!value_is_unassigned(operation, sub, member)) return false;
    cleared = cleared || !own || sub == own;
  }
  return cleared;
}

/* Of an object only what the schema knows counts, so {"unknown": null} says
** nothing; of a list every element. */
bool value_clears(const Operation *operation, const Attribute *attribute,
                  const Json *value) {
  bool any = false;
  if (value_is_unassigned(operation, attribute, value) ||
      value_is_hollow(operation, attribute, value))
    return true;
  if (value->type != JSON_ARRAY && value->type != JSON_OBJECT) return false;
  bool object = value->type == JSON_OBJECT;
  JSON_EACH (item, value) {
    const Attribute *known =
        object ? schema_attribute(attribute->first, item->name) : attribute;
    if (!known) continue;
    if (!value_clears(operation, known, item)) return false;
    any = true;
  }
  return any;
}

/*
** Texts that may hold what is not kept.
*/

/* A name may be written with escapes (RFC 8259 section 7). */
bool value_may_hide(const Attribute *attribute, const Json *value) {
  if (!attribute->has_unkept || value->type != JSON_STRING) return false;
  Text text = letter_trim(value->text);
  if (!text.size || (text.data[0] != '{' && text.data[0] != '[')) return false;
  if (text_has(text, TEXT("\\u"))) return true;
  for (const Attribute *sub = attribute->first; sub; sub = sub->next)
    if (sub->mutability == MUTABILITY_WRITE_ONLY && text_has(text, sub->name))
      return true;
  return false;
}

/* The same of what was read of one attribute, or is the "value" of what was. A
** value that is not kept itself may be any text. */
static bool value_is_hiding(const Attribute *sub, const Json *read) {
  return sub && sub->parent && read && document_keeps(sub) &&
         sub == schema_value(sub->parent) && value_may_hide(sub->parent, read);
}

static Json *value_refuse_hiding(Operation *operation, const Attribute *sub) {
  return value_refuse(operation, sub,
                      "a text without what is writeOnly beside it");
}

/*
** Simple values.
*/

/* RFC 4648 section 4 or 5. */
static bool value_is_base64(Text text) {
  size_t size = text.size;
  while (size && text.data[size - 1] == '=' && text.size - size < 2) size--;
  for (size_t i = 0; i < size; i++) {
    char c = text.data[i];
    if (!text_is_letter(c) && !text_is_digit(c) && !memchr("+/-_", c, 4))
      return false;
  }
  return size % 4 != 1 && (size == text.size || text.size % 4 == 0);
}

/* true or false; unless the tenant is strict, also as text in any case. */
static Json *value_read_boolean(Operation *operation,
                                const Attribute *attribute, const Json *value) {
  bool truth = value->type == JSON_TRUE;
  bool is_boolean =
      value->type == JSON_TRUE || value->type == JSON_FALSE ||
      (value->type == JSON_STRING && !(operation->strict & STRICT_BOOLEANS) &&
       key_boolean(value->text, &truth));
  if (!is_boolean) return value_refuse(operation, attribute, "true or false");
  return json_bool(&operation->arena, truth);
}

/* The number, also out of a string that is one (ConnId); NULL for none. */
static const Json *value_number_of(Operation *operation, const Json *value) {
  Text text = value->text;
  JsonFault fault;
  if (value->type == JSON_NUMBER) return value;
  if (value->type != JSON_STRING || (operation->strict & STRICT_VALUES) ||
      !text.size || !text_is_digit(text.data[text.size - 1]) ||
      (text.data[0] != '-' && !text_is_digit(text.data[0])))
    return NULL;
  const Json *number = json_parse(&operation->arena, text, &fault);
  return number && number->type == JSON_NUMBER ? number : NULL;
}

/* A number must have a key, because filters could not compare one that is out
** of range. RFC 7643 section 2.3.4: an integer "MUST NOT contain fractional or
** exponent parts". One that does is stored without: who reads integers would
** fail on 1.0. */
static Json *value_read_number(Operation *operation, const Attribute *attribute,
                               const Json *value) {
  bool integer = attribute->type == TYPE_INTEGER;
  const char *expected = integer ? "an integer" : "a number";
  const Json *number = value_number_of(operation, value);
  Key key;
  if (!number || !key_of(operation, attribute, number, &key))
    return value_refuse(operation, attribute, expected);
  size_t size = number->text.size;
  const char *digits = number->text.data;
  bool plain = !memchr(digits, '.', size) && !memchr(digits, 'e', size) &&
               !memchr(digits, 'E', size);
  if (!integer || plain) return json_copy(&operation->arena, number);
  if ((operation->strict & STRICT_VALUES) || key.type != KEY_INTEGER)
    return value_refuse(operation, attribute, expected);
  return json_integer(&operation->arena, key.integer);
}

/* RFC 7643 section 2.3.5. */
static bool value_is_date_time(Operation *operation, const Json *value) {
  Text key;
  return value->type == JSON_STRING &&
         instant_key(&operation->arena, value->text, &key) &&
         (!(operation->strict & STRICT_VALUES) ||
          instant_is_exact(value->text));
}

/* RFC 7643 section 2.3: a value of a type that is not complex. */
static Json *value_read_simple(Operation *operation, const Attribute *attribute,
                               const Json *value) {
  assert(attribute->type != TYPE_COMPLEX);
  assert(!value_is_unassigned(operation, attribute, value));
  assert(attribute->path.size > 0 && "errors name it");
  bool string = value->type == JSON_STRING;
  switch (attribute->type) {
  case TYPE_BOOLEAN:
    return value_read_boolean(operation, attribute, value);
  case TYPE_INTEGER:
  case TYPE_DECIMAL:
    return value_read_number(operation, attribute, value);
  case TYPE_DATETIME:
    if (!value_is_date_time(operation, value))
      return value_refuse(operation, attribute, "a dateTime (RFC 3339)");
    break;
  case TYPE_BINARY:
    if (!string || !value_is_base64(value->text))
      return value_refuse(operation, attribute, "base64 text");
    break;
  default:
    if (!string) return value_refuse(operation, attribute, "a string");
    if (value_is_hiding(attribute, value))
      return value_refuse_hiding(operation, attribute);
    /* A default is not what the client has sent. */
    if (value->text.size > VALUE_SIZE && value != attribute->default_value)
      error_set(operation, ERROR_INVALID_VALUE,
                "the value of '%.*s' has more than %d bytes",
                TEXT_ARG(attribute->path), VALUE_SIZE);
  }
  return json_copy(&operation->arena, value);
}

/*
** Complex values.
*/

/* The object that is written as JSON within a text, or the value itself: to the
** letter a text is a text (RFC 7643 section 2.3.1). */
static const Json *value_unpack(Operation *operation, const Json *value) {
  JsonFault fault;
  if (value->type != JSON_STRING || !value->text.size ||
      value->text.data[0] != '{' || (operation->strict & STRICT_SHAPES))
    return value;
  const Json *object = json_parse(&operation->arena, value->text, &fault);
  return object && object->type == JSON_OBJECT ? object : value;
}

const Json *value_sent(Operation *operation, const Attribute *attribute,
                       const Json *value) {
  if (value->type == JSON_ARRAY && value->count == 1 &&
      !(operation->strict & STRICT_SHAPES))
    value = value->first;
  return attribute->type == TYPE_COMPLEX ? value_unpack(operation, value)
                                         : value;
}

/* Puts what was read of a sub-attribute into the object, unless it is there
** already, or nothing of it is kept. True in the latter case. */
static bool value_put_part(const Operation *operation, const Attribute *sub,
                           Json *object, Json *read) {
  if (sub->mutability == MUTABILITY_WRITE_ONLY && !operation->composes)
    return true;
  if (!json_member_text(object, sub->name))
    json_put_text(object, sub->name, read);
  return false;
}

/* The members that are sub-attributes, and what follows from them where they
** are a reference; NULL when none of them has a value. */
static Json *value_read_object(Operation *operation, const Attribute *attribute,
                               const Json *value) {
  assert(attribute->type == TYPE_COMPLEX && value->type == JSON_OBJECT);
  Json *object = json_new(&operation->arena, JSON_OBJECT);
  bool unkept = false;
  JSON_EACH (member, value) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    /* Entra ID's unpacked roles say displayName for display. */
    if (!sub && text_same(member->name, TEXT("displayName")))
      sub = schema_attribute(attribute->first, TEXT("display"));
    if (!sub || sub->mutability == MUTABILITY_READ_ONLY) continue;
    Json *read = value_read_member(operation, sub, member);
    if (read) unkept |= value_put_part(operation, sub, object, read);
  }
  reference_complete(operation, attribute, value, object);
  const Attribute *own = schema_value(attribute);
  if (value_is_hiding(own, json_member(object, "value"))) /* by its $ref */
    return value_refuse_hiding(operation, own);
  return object->count || unkept ? object : NULL;
}

/* What is packed, with what the outer object says besides. */
static Json *value_join(Operation *operation, const Attribute *attribute,
                        const Json *object, const Json *packed) {
  Json *both = json_copy(&operation->arena, packed);
  JSON_EACH (member, object) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    Json *said = json_member_text(both, member->name);
    if (text_same(member->name, TEXT("value")) ||
        text_same(member->name, TEXT("$ref")) ||
        (said && !value_is_unassigned(operation, sub, said)))
      continue;
    if (said) json_remove(both, said);
    json_put_text(both, member->name, json_copy(&operation->arena, member));
  }
  return both;
}

/* An object whose "value" is an object within a text. What the outer one says
** besides (type, primary) stays; and the text itself, where the inner one has
** no value, unless there may be a secret in it. */
static Json *value_read_packed(Operation *operation, const Attribute *attribute,
                               const Json *object, const Json *packed) {
  Json *result = value_read_object(operation, attribute, packed);
  if (result && value_may_hide(attribute, json_member(object, "value")))
    return value_read_object(operation, attribute,
                             value_join(operation, attribute, object, packed));
  Json *outer = value_read_object(operation, attribute, object);
  if (!result) return outer;
  assert(object != packed && packed->type == JSON_OBJECT);
  JSON_EACH (member, outer) {
    if (!json_member_text(result, member->name))
      json_put_text(result, member->name, json_copy(&operation->arena, member));
  }
  return result;
}

/* A bare value where there should be an object: a manager's id. */
static Json *value_read_bare(Operation *operation, const Attribute *attribute,
                             const Json *value) {
  const Attribute *sub = schema_value(attribute);
  if (!sub || value->type == JSON_ARRAY || (operation->strict & STRICT_SHAPES))
    return value_refuse(operation, attribute, "an object");
  Json *read = value_read(operation, sub, value);
  if (!read) return NULL;
  Json *object = json_new(&operation->arena, JSON_OBJECT);
  value_put_part(operation, sub, object, read);
  reference_settle(operation, attribute, object);
  return object;
}

/* An object, one packed in a text, one whose "value" is packed so, or a bare
** value: the dialects of the top, in the order in which they can be told
** apart. */
static Json *value_read_complex(Operation *operation,
                                const Attribute *attribute, const Json *value) {
  const Json *inner = value_unpack(operation, value);
  if (inner->type != JSON_OBJECT)
    return value_read_bare(operation, attribute, value);
  const Json *text =
      schema_value(attribute) ? json_member(inner, "value") : NULL;
  const Json *packed = text ? value_unpack(operation, text) : NULL;
  if (packed == text) return value_read_object(operation, attribute, inner);
  return value_read_packed(operation, attribute, inner, packed);
}

/* NULL without an error is an element that says that there is none, which
** whoever reads a list refuses: it would leave a hole. */
Json *value_read_element(Operation *operation, const Attribute *attribute,
                         const Json *value) {
  if (failed(operation) || value_is_unassigned(operation, attribute, value) ||
      value_is_hollow(operation, attribute, value))
    return NULL;
  if (value->type == JSON_STRING && !value->text.size &&
      attribute->type != TYPE_STRING)
    return value_refuse(operation, attribute,
                        "null where there is none, not \"\"");
  if (attribute->type == TYPE_COMPLEX)
    return value_read_complex(operation, attribute, value);
  return value_read_simple(operation, attribute, value);
}

/*
** Lists.
*/
bool value_check_count(Operation *operation, const Attribute *attribute,
                       const Json *list) {
  if (list->count > VALUE_COUNT && !attribute->kept_as_rows)
    error_set(operation, ERROR_INVALID_VALUE, "'%.*s' has more than %d values",
              TEXT_ARG(attribute->path), VALUE_COUNT);
  return !failed(operation);
}

/* Puts an element into the list that is read. One that is the same as one which
** is there already becomes part of that (RFC 7643 section 2.4: no type and
** value twice). Members are rows, where SQL sees to it. */
static void value_put(SameList *list, Json *element) {
  Json *other = list->attribute->kept_as_rows ? NULL : same_find(list, element);
  if (!other)
    same_append(list, element);
  else if (element->type == JSON_OBJECT)
    same_merge(other, element);
}

/* Elements that say that there is none are left out. */
static Json *value_read_list(Operation *operation, const Attribute *attribute,
                             const Json *value) {
  if (!value_check_count(operation, attribute, value)) return NULL;
  Json *list = json_new(&operation->arena, JSON_ARRAY);
  Memo memo = memo_new(operation);
  SameList values = same_list(&memo, attribute, list);
  JSON_EACH (item, value) {
    Json *element = value_read_element(operation, attribute, item);
    if (element)
      value_put(&values, element);
    else /* [null] for members would take everybody out of a group. */
      reference_require_value(operation, attribute, NULL);
  }
  return list->count ? list : NULL;
}

/* One value for a list is taken for a list of one: RFC 7644 section 3.5.2.1 has
** such an example for members. */
Json *value_read(Operation *operation, const Attribute *attribute,
                 const Json *value) {
  if (failed(operation) || value_is_unassigned(operation, attribute, value))
    return NULL;
  if (!attribute->multi_valued)
    return value_read_element(operation, attribute,
                              value_sent(operation, attribute, value));
  if (value->type == JSON_ARRAY)
    return value_read_list(operation, attribute, value);
  Json *element = value_read_element(operation, attribute, value);
  if (!element) return NULL;
  Json *list = json_new(&operation->arena, JSON_ARRAY);
  json_append(list, element);
  return list;
}

Json *value_read_member(Operation *operation, const Attribute *attribute,
                        const Json *value) {
  if (attribute->multi_valued && value->type != JSON_ARRAY &&
      (operation->strict & STRICT_SHAPES) && !failed(operation) &&
      !value_is_unassigned(operation, attribute, value))
    return value_refuse(operation, attribute, "a list");
  return value_read(operation, attribute, value);
}
