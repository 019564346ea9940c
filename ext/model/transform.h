/*
** transform.h: what a map does to a value on its way into a column: the "as" of
** the column's definition.
**
**   text     the text of a string, number or boolean
**   lower    the same in lower case, upper in upper case, by Unicode
**   trim     without white space at both ends
**   e164     the phone number in E.164 form, +4930123456
**   boolean  1 or 0: of true and false, their words in any case, 1 and 0
**   integer  a whole number of 64 bits: of a number, a text of one, a boolean
**   date     the day in UTC, 2026-11-21: of a dateTime
**   key      the id of a resource, whose row of another map is meant; here text
**   json     the JSON of what the path names, a list or an object too
**
** A value that cannot be read as what the column is to hold has no such form,
** and does not survive: the next one is tried (source.h).
*/
#ifndef SCIM_TRANSFORM_H
#define SCIM_TRANSFORM_H

#include "schema.h"

typedef enum Transform {
  TRANSFORM_TEXT,
  TRANSFORM_LOWER,
  TRANSFORM_UPPER,
  TRANSFORM_TRIM,
  TRANSFORM_E164,
  TRANSFORM_BOOLEAN,
  TRANSFORM_INTEGER,
  TRANSFORM_DATE,
  TRANSFORM_KEY,
  TRANSFORM_JSON
} Transform;

/* The transform of the name, as it is written above. False when there is
** none. */
bool transform_named(Text name, Transform *transform);

/* The names, "text lower …", for the message of an error. */
const char *transform_names(void);

/* The one for a column that says none: what SQL has for the attribute's type,
** 1 and 0 for a boolean, a number for an integer, text for the rest. */
Transform transform_of(const Attribute *attribute);

/* The value as the column is to hold it: a string, not empty, or an integer.
** Of json the string is the JSON text. NULL when it does not survive, as null
** itself does not. The result is new; its text may be the value's. */
Json *transform_apply(Operation *operation, Transform transform,
                      const Json *value);

#endif
