/*
** rqlite_json.h: JSON that a node sends, taken apart without being believed.
**
** A value is known by its place, a number; what a place is asked for that it
** has not got is -1, or nothing. Every function takes -1 for a place, and finds
** nothing there: so a path is read in one expression.
*/
#ifndef SHIM_RQLITE_JSON_H
#define SHIM_RQLITE_JSON_H

#include "output.h"

typedef struct RqliteJson RqliteJson;

/* Reads the text, which must outlive it. Returns NULL for what is none, or
** without memory. */
RqliteJson *rqlite_json_parse(const char *text, size_t size);
void rqlite_json_free(RqliteJson *json);

/* The outermost value has this place. */
#define RQLITE_JSON_ROOT 0

typedef enum RqliteKind {
  RQLITE_NOTHING,
  RQLITE_OBJECT,
  RQLITE_ARRAY,
  RQLITE_STRING,
  RQLITE_WORD /* a number, true, false or null */
} RqliteKind;
RqliteKind rqlite_json_kind(const RqliteJson *json, int at);

/* The value of a member of an object. */
int rqlite_json_member(const RqliteJson *json, int object, const char *name);

/* The first value in an array, and the one behind another there. */
int rqlite_json_first(const RqliteJson *json, int array);
int rqlite_json_next(const RqliteJson *json, int at);

/* What stands there, without the quotes of a string, as it is written: with its
** escapes. */
const char *rqlite_json_text(const RqliteJson *json, int at, size_t *size);

/* Does it say just this? For texts that need no escapes. */
bool rqlite_json_is(const RqliteJson *json, int at, const char *text);

/* Appends what a string says (RFC 8259 section 7), which is never longer than
** what is written. */
void rqlite_json_append(const RqliteJson *json, int at, Output *output);

/* Is it a whole number? */
bool rqlite_json_integer(const RqliteJson *json, int at, long long *integer);

#endif
