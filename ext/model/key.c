/*
** key.c: the comparison form of a value.
**
** HOW IT WORKS. A key has one of SQLite's three types that have an order, so
** that C and SQL sort and compare alike. A number is an integer when it is
** whole and has 64 bits, however it is spelled (5, 5.0, 500e-2), because a
** double would take 9007199254740993 for its neighbour; else it is the nearest
** double. Integers and doubles are compared exactly, as SQLite does, and not
** by making a double of the integer. Conversions are those of text/decimal.c,
** never the machine's: the same request stores the same key on every node of
** a replicated database.
*/
#include "key.h"

#include <math.h>

#include "../text/decimal.h"
#include "../text/fold.h"
#include "../text/instant.h"
#include "document.h"
#include "reference.h"

/*
** Numbers.
*/
Key key_number(Text text) {
  Key key = {.type = KEY_REAL, .text = NO_TEXT};
  Decimal decimal = decimal_read(text);
  if (decimal_integer(&decimal, &key.integer))
    key.type = KEY_INTEGER;
  else
    key.real = decimal_real(&decimal);
  return key;
}

bool key_is_integer(Text number) {
  Decimal decimal = decimal_read(number);
  return decimal_is_whole(&decimal);
}

bool key_boolean(Text text, bool *truth) {
  *truth = text_same(text, TEXT("true"));
  return *truth || text_same(text, TEXT("false"));
}

/*
** Keys.
*/

/* Also of "True" (Entra ID sends booleans as strings), unless the client asked
** to be read strictly. */
static bool key_of_boolean(Operation *operation, const Json *value, Key *key) {
  bool truth = value->type == JSON_TRUE;
  key->type = KEY_INTEGER;
  if (value->type == JSON_STRING && ((operation->strict & STRICT_BOOLEANS) ||
                                     !key_boolean(value->text, &truth)))
    return false;
  key->integer = truth;
  return value->type == JSON_TRUE || value->type == JSON_FALSE ||
         value->type == JSON_STRING;
}

Key key_of_text(Operation *operation, const Attribute *attribute, Text text) {
  Key key = {KEY_TEXT, 0, 0.0, text};
  if (!attribute->case_exact) key.text = fold(&operation->arena, text);
  return key;
}

/* By the attribute's type, not by the value's: "5" is no number, and what does
** not fit its attribute (a definition may have been replaced) has no key. */
bool key_of(Operation *operation, const Attribute *attribute, const Json *value,
            Key *key) {
  assert(value->type != JSON_NUMBER || value->text.size <= JSON_NUMBER_SIZE);
  key->type = KEY_TEXT;
  switch (attribute->type) {
  case TYPE_BOOLEAN:
    return key_of_boolean(operation, value, key);
  case TYPE_INTEGER:
  case TYPE_DECIMAL:
    if (value->type != JSON_NUMBER) return false;
    *key = key_number(value->text);
    return key->type == KEY_INTEGER || isfinite(key->real);
  case TYPE_DATETIME:
    return value->type == JSON_STRING &&
           instant_key(&operation->arena, value->text, &key->text);
  case TYPE_COMPLEX:
    return false;
  default:
    if (value->type != JSON_STRING) return false;
    *key = key_of_text(operation, attribute, value->text);
    return true;
  }
}

/* Asked before a list is sorted: to leave the order as it is, without a word,
** would look like a sort to the client. What is never returned may be a complex
** attribute as a whole, or its value. */
bool key_sorts(const Attribute *attribute) {
  const Attribute *key = attribute;
  if (attribute->type == TYPE_COMPLEX) key = schema_value(attribute);
  return key && attribute->returned != RETURNED_NEVER &&
         key->returned != RETURNED_NEVER;
}

/* The element by which a list sorts: the primary one, or the first. */
static const Json *key_leading(const Json *list) {
  JSON_EACH (element, list) {
    const Json *primary = json_member(element, "primary");
    if (primary && primary->type == JSON_TRUE) return element;
  }
  return list->first;
}

/* A list sorts by its leading element, and a complex value, such as one of
** emails, by its "value". A document without either has no key, and it is up
** to the caller where those go. An element that does not say whether it is
** primary is not (RFC 7643 section 2.4). A "$ref" sorts as it is shown. */
bool key_of_document(Operation *operation, const Attribute *attribute,
                     const Json *doc, Key *key) {
  const Json *value = resource_value(doc, attribute);
  if (value && value->type == JSON_ARRAY) value = key_leading(value);
  if (attribute->type == TYPE_COMPLEX) attribute = schema_value(attribute);
  /* Of a simple attribute the element is the value, and stays it. */
  const Json *element = value;
  if (value && attribute && attribute->parent)
    value = json_member_text(value, attribute->name);
  bool absent = !value || value->type == JSON_NULL;
  if (absent && element && attribute && schema_is_primary(attribute)) {
    *key = (Key){.type = KEY_INTEGER};
    return element->type == JSON_OBJECT;
  }
  if (!value || !attribute || !key_of(operation, attribute, value, key))
    return false;
  if (reference_has_base(operation, attribute))
    *key = key_of_text(operation, attribute,
                       reference_shown(operation, value->text));
  return true;
}

/* Exact: a double within the range of integers is a whole number, which an
** integer holds, and a rest. 9007199254740993 is greater than 2^53, although
** as a double it is the same. */
static int key_compare_mixed(long long integer, double real) {
  assert(!isnan(real));
  if (real >= 9223372036854775808.0) return -1;
  if (real < -9223372036854775808.0) return 1;
  long long whole = (long long)real;
  if (integer != whole) return integer < whole ? -1 : 1;
  double rest = real - (double)whole;
  return rest > 0 ? -1 : rest < 0;
}

/* Text of keys is compared by bytes, as SQLite's BINARY does: it is folded
** already. */
int key_compare(const Key *a, const Key *b) {
  assert(a->type <= KEY_TEXT && b->type <= KEY_TEXT);
  if (a->type == KEY_TEXT || b->type == KEY_TEXT) {
    if (a->type != b->type) return a->type == KEY_TEXT ? 1 : -1;
    return text_compare(a->text, b->text);
  }
  if (a->type == KEY_INTEGER && b->type == KEY_INTEGER)
    return a->integer < b->integer ? -1 : a->integer > b->integer;
  if (a->type == KEY_INTEGER) return key_compare_mixed(a->integer, b->real);
  if (b->type == KEY_INTEGER) return -key_compare_mixed(b->integer, a->real);
  return a->real < b->real ? -1 : a->real > b->real;
}

/* A double is written in scientific notation, which SQLite never takes for an
** integer: 1e30 stays a real. */
Json *key_json(Arena *arena, const Key *key) {
  if (key->type == KEY_TEXT) return json_string(arena, key->text);
  if (key->type == KEY_INTEGER) return json_integer(arena, key->integer);
  assert(isfinite(key->real) && "key_of has none for infinity");
  Json *number = json_new(arena, JSON_NUMBER);
  number->text = decimal_write(arena, key->real);
  return number;
}
