/*
** rqlite_json.c: see rqlite_json.h.
**
** jsmn finds where values begin and end, and no more: what it lets pass that is
** no JSON is a word or a string to us, and is taken or not by whoever asks for
** it. So there is nothing here to be trusted but lengths, and jsmn's are within
** the text. The text is not copied, and not changed: what has escapes is
** unescaped on its way to whoever wants it.
*/
#include "rqlite_json.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define JSMN_STATIC
#define JSMN_PARENT_LINKS /* without them jsmn is quadratic */
#define JSMN_STRICT
#include <jsmn.h>

struct RqliteJson {
  const char *text;
  int count;
  jsmntok_t tokens[];
};

/* It is gone over twice, the first time to count: how many values there are is
** known by nobody before, a reply of one row has ten and one of a thousand
** users some thousands. Of a text of INT_MAX bytes jsmn's numbers would
** overflow. */
RqliteJson *rqlite_json_parse(const char *text, size_t size) {
  jsmn_parser parser;
  jsmn_init(&parser);
  int count = size < INT_MAX ? jsmn_parse(&parser, text, size, NULL, 0)
                             : JSMN_ERROR_INVAL;
  if (count <= 0) return NULL;
  RqliteJson *json =
      malloc(sizeof *json + (size_t)count * sizeof json->tokens[0]);
  if (!json) return NULL;
  json->text = text;
  jsmn_init(&parser);
  json->count = jsmn_parse(&parser, text, size, json->tokens, (unsigned)count);
  if (json->count == count) return json;
  free(json);
  return NULL;
}

void rqlite_json_free(RqliteJson *json) { free(json); }

/*
** Places.
*/

/* The one place where a number becomes a pointer: a path may have gone past
** what is there at any step, and only the last one is looked at. */
static const jsmntok_t *rqlite_json_token(const RqliteJson *json, int at) {
  return at >= 0 && at < json->count ? &json->tokens[at] : NULL;
}

/* Numbers, true, false and null are one kind: what is wanted of them is their
** text, and a word that is none of these is refused by who reads it. */
RqliteKind rqlite_json_kind(const RqliteJson *json, int at) {
  const jsmntok_t *token = rqlite_json_token(json, at);
  if (!token) return RQLITE_NOTHING;
  switch (token->type) {
  case JSMN_OBJECT:
    return RQLITE_OBJECT;
  case JSMN_ARRAY:
    return RQLITE_ARRAY;
  case JSMN_STRING:
    return RQLITE_STRING;
  default:
    return RQLITE_WORD;
  }
}

/* The first token that begins behind the end of this one: jsmn has all of them
** in the order of the text, those within a value behind it. */
static int rqlite_json_skip(const RqliteJson *json, int at) {
  int end = json->tokens[at].end;
  for (at++; at < json->count && json->tokens[at].start < end; at++) continue;
  return at;
}

/* jsmn has the value of a member as the one thing in its name. */
int rqlite_json_member(const RqliteJson *json, int object, const char *name) {
  if (rqlite_json_kind(json, object) != RQLITE_OBJECT) return -1;
  int end = rqlite_json_skip(json, object);
  for (int at = object + 1; at < end; at = rqlite_json_skip(json, at)) {
    bool named = json->tokens[at].size == 1 && rqlite_json_is(json, at, name);
    if (json->tokens[at].size == 1) at++;
    if (at < end && named) return at;
  }
  return -1;
}

/* jsmn counts the values of an array, and the first is the token behind it. An
** object has names there, which are no values: so its kind is looked at. */
int rqlite_json_first(const RqliteJson *json, int array) {
  return rqlite_json_kind(json, array) == RQLITE_ARRAY &&
                 json->tokens[array].size > 0 && array + 1 < json->count
             ? array + 1
             : -1;
}

/* Behind the last value of an array comes one with another parent: the next in
** what holds the array. */
int rqlite_json_next(const RqliteJson *json, int at) {
  const jsmntok_t *token = rqlite_json_token(json, at);
  if (!token) return -1;
  int next = rqlite_json_skip(json, at);
  return next < json->count && json->tokens[next].parent == token->parent ? next
                                                                          : -1;
}

/*
** What stands there.
*/

/* Without a copy: most of a reply is handed on as it came, and a reply may have
** some megabytes. */
const char *rqlite_json_text(const RqliteJson *json, int at, size_t *size) {
  const jsmntok_t *token = rqlite_json_token(json, at);
  *size = token ? (size_t)(token->end - token->start) : 0;
  return token ? json->text + token->start : "";
}

bool rqlite_json_is(const RqliteJson *json, int at, const char *text) {
  size_t size;
  const char *there = rqlite_json_text(json, at, &size);
  return at >= 0 && size == strlen(text) && memcmp(there, text, size) == 0;
}

/* No number that a node sends is longer. */
bool rqlite_json_integer(const RqliteJson *json, int at, long long *integer) {
  char digits[24], *end;
  size_t size;
  const char *text = rqlite_json_text(json, at, &size);
  if (rqlite_json_kind(json, at) != RQLITE_WORD || size == 0 ||
      size >= sizeof digits)
    return false;
  memcpy(digits, text, size);
  digits[size] = '\0';
  errno = 0;
  *integer = strtoll(digits, &end, 10);
  return errno == 0 && end == digits + size;
}

/*
** Strings.
*/

/* The four digits behind \u; jsmn has seen that they are hexadecimal, if they
** are within the string. */
static unsigned long rqlite_json_unit(const char *at, const char *end) {
  char digits[5] = "";
  if (end - at < 4) return 0xfffd;
  memcpy(digits, at, 4);
  return strtoul(digits, NULL, 16);
}

/* Appends a code point in UTF-8 (RFC 3629). */
static void rqlite_json_append_point(Output *output, unsigned long point) {
  char bytes[4];
  size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = size - 1; i > 0; i--) {
    bytes[i] = (char)(0x80 | (point & 0x3f));
    point >>= 6;
  }
  bytes[0] = (char)(first[size] | point);
  output_bytes(output, bytes, size);
}

/* Appends what \u says, of which the digits begin here. Returns what is behind
** it. Of a surrogate without the other one it is U+FFFD. */
static const char *rqlite_json_append_unit(Output *output, const char *at,
                                           const char *end) {
  unsigned long point = rqlite_json_unit(at, end), low = 0;
  at = end - at < 4 ? end : at + 4;
  bool high = point >= 0xd800 && point < 0xdc00;
  if (high && end - at >= 6 && at[0] == '\\' && at[1] == 'u')
    low = rqlite_json_unit(at + 2, end);
  if (low >= 0xdc00 && low < 0xe000) {
    point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    at += 6;
  } else if (point >= 0xd800 && point < 0xe000) {
    point = 0xfffd;
  }
  rqlite_json_append_point(output, point);
  return at;
}

/* Appends what an escape says, behind its backslash. */
static const char *rqlite_json_append_escape(Output *output, const char *at,
                                             const char *end) {
  static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
  if (at == end) return end;
  if (*at == 'u') return rqlite_json_append_unit(output, at + 1, end);
  const char *found = memchr(escapes, *at, sizeof escapes - 1);
  output_bytes(output, found ? &meant[found - escapes] : at, 1);
  return at + 1;
}

/* A run without escapes is appended whole. */
void rqlite_json_append(const RqliteJson *json, int at, Output *output) {
  size_t size;
  const char *text = rqlite_json_text(json, at, &size), *end = text + size;
  while (text < end) {
    const char *escape = memchr(text, '\\', (size_t)(end - text));
    const char *plain = escape ? escape : end;
    output_bytes(output, text, (size_t)(plain - text));
    text = escape ? rqlite_json_append_escape(output, escape + 1, end) : end;
  }
}
