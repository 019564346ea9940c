/*
** parse.h: JSON text to a tree (RFC 8259).
**
** jsmn finds the tokens; parse.c checks that what lies between them is JSON
** and nothing else, decodes strings and builds a tree in the arena.
*/
#ifndef SCIM_PARSE_H
#define SCIM_PARSE_H

#include "json.h"

#define JSON_DEPTH 64         /* arrays and objects within each other */
#define JSON_NUMBER_SIZE 64   /* characters of a number */
#define JSON_VALUES (4 << 20) /* values in one text */

/* Why a text is not JSON (or is not accepted), and at which byte. */
typedef struct JsonFault {
  const char *reason;
  size_t position;
} JsonFault;

/* The tree, or NULL with the fault filled in. Refused besides what RFC 8259
** refuses: invalid UTF-8, U+0000, lone surrogates, member names that are
** equal but for the case of letters, and what is over the limits above. */
Json *json_parse(Arena *arena, Text text, JsonFault *fault);

/* Is the text a number as JSON spells it (RFC 8259 section 6)? */
bool json_is_number(Text text);

#endif
