/*
** parse.h: JSON text to a tree (RFC 8259).
**
** Not all that is JSON is accepted: what two readers might take for different
** things, and what costs more than it may.
*/
#ifndef SCIM_PARSE_H
#define SCIM_PARSE_H

#include "json.h"

#define JSON_DEPTH 64         /* arrays and objects within each other */
#define JSON_NUMBER_SIZE 64   /* characters of a number */
#define JSON_VALUES (4 << 20) /* values in one text */

/* Why there is no tree. */
typedef struct JsonFault {
  const char *reason; /* for a person; NULL while there is none */
  size_t position;    /* the byte of the text it is about, from 0 */
  bool refused;       /* it is JSON as far as it goes, but not accepted */
} JsonFault;

/* The tree, in the arena, or NULL with the fault filled in. Not accepted,
** although RFC 8259 has it as JSON: U+0000 and lone surrogates in strings,
** member names that are equal but for the case of letters, and what is over the
** limits above. */
Json *json_parse(Arena *arena, Text text, JsonFault *fault);

/* About how many values the JSON text has, arrays and objects included, and
** without a look at whether it is JSON: for who wants to know before memory is
** spent on it. */
size_t json_count(Text text);

/* Is the text a number as JSON spells it (RFC 8259 section 6)? */
bool json_is_number(Text text);

#endif
