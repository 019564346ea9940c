#include "key.h"

#include <math.h>

#include "../text/fold.h"
#include "../text/instant.h"
#include "resource.h"

/*
** Numbers. Not strtod, whose decimal point is up to the locale of the host.
*/
typedef struct Decimal {
  bool negative, exact; /* exact: no digit was left out */
  unsigned long long digits;
  int exponent;
} Decimal;

static void read_digit(Decimal *decimal, char c, bool fraction) {
  if (decimal->digits < 1000000000000000000ULL) {
    decimal->digits = decimal->digits * 10 + (unsigned)(c - '0');
    decimal->exponent -= fraction;
  } else {
    decimal->exponent += !fraction;
    if (c != '0') decimal->exact = false;
  }
}

/* The text is a JSON number. */
static Decimal read_decimal(Text text) {
  Decimal decimal = {false, true, 0, 0};
  bool fraction = false;
  size_t i = 0;
  for (; i < text.size && (text.data[i] | 32) != 'e'; i++) {
    char c = text.data[i];
    if (c == '-') decimal.negative = true;
    if (c == '.') fraction = true;
    if (c >= '0' && c <= '9') read_digit(&decimal, c, fraction);
  }
  int exponent = 0;
  bool minus = i + 1 < text.size && text.data[i + 1] == '-';
  for (; i < text.size; i++) {
    char c = text.data[i];
    if (c >= '0' && c <= '9' && exponent < 100000)
      exponent = exponent * 10 + (c - '0');
  }
  decimal.exponent += minus ? -exponent : exponent;
  while (decimal.digits && decimal.digits % 10 == 0) {
    decimal.digits /= 10;
    decimal.exponent++;
  }
  if (!decimal.digits) decimal.exponent = 0;
  return decimal;
}

static double real_of(const Decimal *decimal) {
  long double value = (long double)decimal->digits, power = 10.0L;
  int exponent = decimal->exponent;
  bool down = exponent < 0;
  if (down) exponent = -exponent;
  if (exponent > 5000) exponent = 5000;
  for (; exponent; exponent >>= 1, power *= power) {
    if (exponent & 1) value = down ? value / power : value * power;
  }
  return (double)(decimal->negative ? -value : value);
}

Key key_number(Text text) {
  Decimal decimal = read_decimal(text);
  Key key = {KEY_REAL, 0, 0.0, {NULL, 0}};
  unsigned long long digits = decimal.digits;
  int exponent = decimal.exponent;
  while (exponent > 0 && digits < 100000000000000000ULL) {
    digits *= 10;
    exponent--;
  }
  if (exponent == 0 && decimal.exact && digits < 9000000000000000000ULL) {
    key.type = KEY_INTEGER;
    key.integer = decimal.negative ? -(long long)digits : (long long)digits;
  } else {
    key.real = real_of(&decimal);
  }
  return key;
}

bool key_is_integer(Text number) { return read_decimal(number).exponent >= 0; }

bool key_boolean(Text text, bool *truth) {
  *truth = text_same(text, text_of("true"));
  return *truth || text_same(text, text_of("false"));
}

/*
** Keys.
*/
static bool boolean_key(Operation *operation, const Json *value, Key *key) {
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

bool key_of(Operation *operation, const Attribute *attribute, const Json *value,
            Key *key) {
  key->type = KEY_TEXT;
  switch (attribute->type) {
  case TYPE_BOOLEAN:
    return boolean_key(operation, value, key);
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

static const Json *leading(const Json *list) {
  JSON_EACH (element, list) {
    const Json *primary = json_member(element, "primary");
    if (primary && primary->type == JSON_TRUE) return element;
  }
  return list->first;
}

bool key_of_document(Operation *operation, const Attribute *attribute,
                     const Json *doc, Key *key) {
  const Json *value = resource_value(doc, attribute);
  if (value && value->type == JSON_ARRAY) value = leading(value);
  if (attribute->type == TYPE_COMPLEX) attribute = schema_value(attribute);
  if (value && attribute && attribute->parent)
    value = json_member_text(value, attribute->name);
  return value && attribute && key_of(operation, attribute, value, key);
}

static int compare_mixed(long long integer, double real) {
  if (real >= 9223372036854775808.0) return -1;
  if (real < -9223372036854775808.0) return 1;
  long long whole = (long long)real;
  if (integer != whole) return integer < whole ? -1 : 1;
  double rest = real - (double)whole;
  return rest > 0 ? -1 : rest < 0;
}

int key_compare(const Key *a, const Key *b) {
  if (a->type == KEY_TEXT || b->type == KEY_TEXT) {
    if (a->type != b->type) return a->type == KEY_TEXT ? 1 : -1;
    return text_compare(a->text, b->text);
  }
  if (a->type == KEY_INTEGER && b->type == KEY_INTEGER)
    return a->integer < b->integer ? -1 : a->integer > b->integer;
  if (a->type == KEY_INTEGER) return compare_mixed(a->integer, b->real);
  if (b->type == KEY_INTEGER) return -compare_mixed(b->integer, a->real);
  return a->real < b->real ? -1 : a->real > b->real;
}

Json *key_json(Arena *arena, const Key *key) {
  if (key->type == KEY_TEXT) return json_string(arena, key->text);
  if (key->type == KEY_INTEGER) return json_integer(arena, key->integer);
  Json *number = json_new(arena, JSON_NUMBER);
  number->text = arena_format(arena, "%!.17g", key->real);
  return number;
}
