/*
** value.c: reading values that a client sent.
**
** HOW IT WORKS
**
** Reading checks a value against its attribute and copies it into the form in
** which it is stored, so that everything behind it (rules, PATCH, keys) meets
** one form only. A value that does not fit is invalidValue and names the
** attribute; a value that says that there is none (null, "", []) reads as
** NULL, and within a complex value is left out.
**
** A text is never changed, trimmed or folded: what a client reads back is what
** it sent. Only its comparison form (key.c) knows of case.
**
** DIALECTS
**
** By default what IdPs send besides the RFC is read as it is meant:
**
**  - "True", "false" in any case for a boolean (Entra ID);
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
** A tenant may be strict about booleans and shapes (README, Settings). Members
** are never taken from bare values: there may be many, and a mistake in the
** mapping of an IdP would fill groups with what are not ids.
*/
#include "value.h"

#include "../text/instant.h"
#include "reference.h"

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
bool value_is_unassigned(const Json *value) {
  switch (value->type) {
  case JSON_NULL:
    return true;
  case JSON_STRING:
    return value->text.size == 0;
  case JSON_ARRAY:
    return value->count == 0;
  default:
    return false;
  }
}

/* Of an object only what the schema knows counts, so {"unknown": null} says
** nothing; of a list every element. */
bool value_clears(const Attribute *attribute, const Json *value) {
  bool any = false;
  if (value_is_unassigned(value)) return true;
  if (value->type != JSON_ARRAY && value->type != JSON_OBJECT) return false;
  bool object = value->type == JSON_OBJECT;
  JSON_EACH (item, value) {
    const Attribute *known =
        object ? schema_attribute(attribute->first, item->name) : attribute;
    if (!known) continue;
    if (!value_clears(known, item)) return false;
    any = true;
  }
  return any;
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

/* RFC 7643 section 2.3: a value of a type that is not complex. A number must
** have a key, because filters could not compare one that is out of range. */
static Json *value_read_simple(Operation *operation, const Attribute *attribute,
                               const Json *value) {
  Text key;
  Key number_key;
  assert(attribute->type != TYPE_COMPLEX && !value_is_unassigned(value));
  assert(attribute->path.size > 0 && "errors name it");
  bool string = value->type == JSON_STRING;
  bool number = value->type == JSON_NUMBER;
  switch (attribute->type) {
  case TYPE_BOOLEAN:
    return value_read_boolean(operation, attribute, value);
  case TYPE_INTEGER:
    if (!number || !key_is_integer(value->text) ||
        !key_of(operation, attribute, value, &number_key))
      return value_refuse(operation, attribute, "an integer");
    break;
  case TYPE_DECIMAL:
    if (!number || !key_of(operation, attribute, value, &number_key))
      return value_refuse(operation, attribute, "a number");
    break;
  case TYPE_DATETIME:
    if (!string || !instant_key(&operation->arena, value->text, &key))
      return value_refuse(operation, attribute, "a dateTime (RFC 3339)");
    break;
  case TYPE_BINARY:
    if (!string || !value_is_base64(value->text))
      return value_refuse(operation, attribute, "base64 text");
    break;
  default:
    if (!string) return value_refuse(operation, attribute, "a string");
  }
  return json_copy(&operation->arena, value);
}

/*
** Complex values.
*/

/* The object that is written as JSON within a text, or the value itself. */
static const Json *value_unpack(Operation *operation, const Json *value) {
  JsonFault fault;
  if (value->type != JSON_STRING || !value->text.size ||
      value->text.data[0] != '{')
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

/* The members that are sub-attributes, and what follows from them where they
** are a reference; NULL when none of them has a value. */
static Json *value_read_object(Operation *operation, const Attribute *attribute,
                               const Json *value) {
  assert(attribute->type == TYPE_COMPLEX && value->type == JSON_OBJECT);
  Json *object = json_new(&operation->arena, JSON_OBJECT);
  JSON_EACH (member, value) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    /* Entra ID's unpacked roles say displayName for display. */
    if (!sub && text_same(member->name, TEXT("displayName")))
      sub = schema_attribute(attribute->first, TEXT("display"));
    if (!sub || sub->mutability == MUTABILITY_READ_ONLY) continue;
    Json *read = value_read(operation, sub, member);
    if (read && !json_member_text(object, sub->name))
      json_put_text(object, sub->name, read);
  }
  reference_complete(operation, attribute, value, object);
  return object->count ? object : NULL;
}

/* An object whose "value" is an object within a text. What the outer one says
** besides (type, primary) stays. */
static Json *value_read_packed(Operation *operation, const Attribute *attribute,
                               const Json *object, const Json *packed) {
  Json *result = value_read_object(operation, attribute, packed);
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
  if (!sub || value->type == JSON_ARRAY || attribute->kept_as_rows ||
      (operation->strict & STRICT_SHAPES))
    return value_refuse(operation, attribute, "an object");
  Json *read = value_read(operation, sub, value);
  if (!read) return NULL;
  Json *object = json_new(&operation->arena, JSON_OBJECT);
  json_put_text(object, sub->name, read);
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

Json *value_read_element(Operation *operation, const Attribute *attribute,
                         const Json *value) {
  if (failed(operation) || value_is_unassigned(value)) return NULL;
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

/* Elements that say that there is none are left out. */
static Json *value_read_list(Operation *operation, const Attribute *attribute,
                             const Json *value) {
  if (!value_check_count(operation, attribute, value)) return NULL;
  Json *list = json_new(&operation->arena, JSON_ARRAY);
  JSON_EACH (item, value) {
    Json *element = value_read_element(operation, attribute, item);
    if (element)
      json_append(list, element);
    else /* [null] for members would take everybody out of a group. */
      reference_require_value(operation, attribute, NULL);
  }
  return list->count ? list : NULL;
}

/* One value for a list is taken for a list of one: RFC 7644 section 3.5.2.1 has
** such an example for members. */
Json *value_read(Operation *operation, const Attribute *attribute,
                 const Json *value) {
  if (failed(operation) || value_is_unassigned(value)) return NULL;
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
