/*
** key.h: the comparison form of a value.
**
** Filters, uniqueness and the rows of scim_value all compare keys and nothing
** else, so that an index and the evaluator cannot disagree: text folded
** unless caseExact (RFC 7643 section 2.2), instants in UTC, numbers by value,
** booleans as 0 and 1.
*/
#ifndef SCIM_KEY_H
#define SCIM_KEY_H

#include "schema.h"

typedef enum KeyType { KEY_INTEGER, KEY_REAL, KEY_TEXT } KeyType;

typedef struct Key {
  KeyType type;      /* which of the three it is */
  long long integer; /* also of a boolean: 0 or 1 */
  double real;       /* finite, and not whole unless out of range for 64 bits */
  Text text;         /* folded, or as it is; of a dateTime in UTC */
} Key;

/* The key of a value of the attribute; false when the value has not the
** attribute's type (a complex value has no key). */
bool key_of(Operation *operation, const Attribute *attribute, const Json *value,
            Key *key);

/* The key of text as it is, folded unless caseExact: for co, sw and ew. */
Key key_of_text(Operation *operation, const Attribute *attribute, Text text);

/* Can documents be sorted by the attribute? A complex one without a value
** cannot: the client must name a sub-attribute (RFC 7644 section 3.4.2.3); and
** the order by one that is never returned would tell what it is. */
bool key_sorts(const Attribute *attribute);

/* The key by which a document sorts (RFC 7644 section 3.4.2.3): of a
** multi-valued attribute the primary value, else the first; of a complex one
** its value. False when the document has none. */
bool key_of_document(Operation *operation, const Attribute *attribute,
                     const Json *doc, Key *key);

/* Order as SQLite has it: numbers before text. */
int key_compare(const Key *a, const Key *b);

/* The key as JSON, from which key_number reads the same key again. SQLite reads
** the same text or integer, and of a number with a fraction a double that may
** differ in its last bit: see plan.c, which allows for that. */
Json *key_json(Arena *arena, const Key *key);

/* The key of a JSON number; infinite when it is beyond all doubles, and then
** key_of has none. */
Key key_number(Text text);

/* "True", "FALSE", …: the boolean that IdPs send as a string. */
bool key_boolean(Text text, bool *truth);

/* Is the number one without fraction (3, 3.0, 3e2)? */
bool key_is_integer(Text number);

#endif
