/*
** transform.c: the transforms of a map's columns.
**
** HOW IT WORKS
**
** Each transform is a function from a value to a new one, or to none, and
** stands in a table under its name. All but json want a value that is no list
** and no object. Those that make text get the value's text first, which numbers
** and booleans have as well; those that read something out of it pass over
** white space around it, which directories are full of.
**
** What comes out is what SQLite binds: a text or an integer. An empty text is
** no value: SCIM knows none (RFC 7643 section 2.5), and a column that is not to
** be NULL has a default for that.
*/
#include "transform.h"

#include "../text/decimal.h"
#include "../text/instant.h"
#include "../text/letter.h"
#include "../text/phone.h"
#include "key.h"

typedef Json *(*TransformStep)(Operation *operation, const Json *value);

/* The text of a simple value; no text of null, a list and an object. */
static Text transform_text_of(const Json *value) {
  switch (value->type) {
  case JSON_STRING:
  case JSON_NUMBER:
    return value->text;
  case JSON_TRUE:
    return TEXT("true");
  case JSON_FALSE:
    return TEXT("false");
  default:
    return NO_TEXT;
  }
}

/* A string, or nothing for the empty text. */
static Json *transform_string(Operation *operation, Text text) {
  return text.size ? json_string(&operation->arena, text) : NULL;
}

/*
** Text.
*/
static Json *transform_text(Operation *operation, const Json *value) {
  return transform_string(operation, transform_text_of(value));
}

/* For addresses, which people write in any case and look for in one. */
static Json *transform_lower(Operation *operation, const Json *value) {
  Text text = transform_text_of(value);
  return transform_string(operation,
                          letter_lower_case(&operation->arena, text));
}

/* For codes, as those of countries and currencies. */
static Json *transform_upper(Operation *operation, const Json *value) {
  Text text = transform_text_of(value);
  return transform_string(operation,
                          letter_upper_case(&operation->arena, text));
}

static Json *transform_trim(Operation *operation, const Json *value) {
  return transform_string(operation, letter_trim(transform_text_of(value)));
}

/*
** What is read out of a text.
*/
/* No number becomes one by a guess at its country (text/phone.c). */
static Json *transform_e164(Operation *operation, const Json *value) {
  Text number = NO_TEXT;
  phone_e164(&operation->arena, transform_text_of(value), &number);
  return transform_string(operation, number);
}

/* The number in decimal as JSON spells it: without zeros in front, which
** employee numbers have. */
static Text transform_digits(Arena *arena, Text text) {
  bool minus = text.size && *text.data == '-';
  Text digits = minus ? text_after(text, 1) : text;
  while (digits.size > 1 && *digits.data == '0' &&
         text_is_digit(digits.data[1]))
    digits = text_after(digits, 1);
  if (!minus) return digits;
  return arena_format(arena, "-%.*s", TEXT_ARG(digits));
}

/* A whole number of 64 bits, however it is spelled: 3, 3.0, "3", "003", true.
** False for everything else, also for a number with a fraction: a column is not
** to hold something near to what was sent. */
static bool transform_whole(Operation *operation, const Json *value,
                            long long *number) {
  if (value->type == JSON_TRUE || value->type == JSON_FALSE) {
    *number = value->type == JSON_TRUE;
    return true;
  }
  Text text = transform_digits(&operation->arena,
                               letter_trim(transform_text_of(value)));
  if (text.size > JSON_NUMBER_SIZE || !json_is_number(text)) return false;
  Decimal decimal = decimal_read(text);
  return decimal_integer(&decimal, number);
}

static Json *transform_integer(Operation *operation, const Json *value) {
  long long number;
  return transform_whole(operation, value, &number)
             ? json_integer(&operation->arena, number)
             : NULL;
}

/* "True" is what Entra ID sends; other words, as "yes", are nobody's in SCIM
** and would be a guess. */
static Json *transform_boolean(Operation *operation, const Json *value) {
  bool truth;
  long long number;
  if (key_boolean(letter_trim(transform_text_of(value)), &truth))
    number = truth;
  else if (!transform_whole(operation, value, &number) || number < 0 ||
           number > 1)
    return NULL;
  return json_integer(&operation->arena, number);
}

/* The first ten characters of the time in UTC: half past eleven in the evening
** in New York is the next day. */
static Json *transform_date(Operation *operation, const Json *value) {
  Text canonical;
  if (value->type != JSON_STRING ||
      !instant_canonical(&operation->arena, letter_trim(value->text),
                         &canonical))
    return NULL;
  assert(canonical.size > 10 && canonical.data[10] == 'T');
  return json_string(&operation->arena, text_first(canonical, 10));
}

/*
** The table.
*/
static Json *transform_json(Operation *operation, const Json *value) {
  if (value->type == JSON_NULL) return NULL;
  return json_string(&operation->arena, json_text(&operation->arena, value));
}

/* In the order of the enum, which the words of transform_names have too. */
static const struct {
  const char *name;
  TransformStep step;
} transform_table[] = {
    [TRANSFORM_TEXT] = {"text", transform_text},
    [TRANSFORM_LOWER] = {"lower", transform_lower},
    [TRANSFORM_UPPER] = {"upper", transform_upper},
    [TRANSFORM_TRIM] = {"trim", transform_trim},
    [TRANSFORM_E164] = {"e164", transform_e164},
    [TRANSFORM_BOOLEAN] = {"boolean", transform_boolean},
    [TRANSFORM_INTEGER] = {"integer", transform_integer},
    [TRANSFORM_DATE] = {"date", transform_date},
    [TRANSFORM_KEY] = {"key", transform_text},
    [TRANSFORM_JSON] = {"json", transform_json},
};

bool transform_named(Text name, Transform *transform) {
  for (int i = TRANSFORM_TEXT; i <= TRANSFORM_JSON; i++) {
    if (!text_equal(text_of(transform_table[i].name), name)) continue;
    *transform = (Transform)i;
    return true;
  }
  return false;
}

const char *transform_names(void) {
  return "text lower upper trim e164 boolean integer date key json";
}

Transform transform_of(const Attribute *attribute) {
  switch (attribute->type) {
  case TYPE_BOOLEAN:
    return TRANSFORM_BOOLEAN;
  case TYPE_INTEGER:
    return TRANSFORM_INTEGER;
  default:
    return TRANSFORM_TEXT;
  }
}

Json *transform_apply(Operation *operation, Transform transform,
                      const Json *value) {
  assert(transform <= TRANSFORM_JSON);
  return transform_table[transform].step(operation, value);
}
