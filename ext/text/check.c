/*
** check.c: a walk over JSON text.
**
** HOW IT WORKS
**
** One loop over the tokens: a value, then what may stand behind it, until the
** first value is closed. Which containers are open is a bit each, 1 for an
** object, the innermost the lowest; so nothing recurses, and there is no call
** for each token. The functions are given a byte and return where what they
** look for ends, or NULL where it is not there. SQLite's json_valid cannot be
** used instead, because it says "not valid" when memory runs out too, and a
** lack of memory must not be reported as a broken file.
**
** What json_parse refuses besides (U+0000, lone surrogates, duplicate names,
** long numbers) passes here: it is JSON, and a reply that has it in it is as
** well. The question is only whether the bytes may be copied into one.
*/
#include "check.h"

#include "parse.h"

#include <stdint.h>

/* The walk through one text, and who is told the names on its way. */
typedef struct CheckWalk {
  const char *end;  /* of the text */
  uint64_t objects; /* a bit for each open container */
  int depth;        /* how many are open */
  CheckName *look;
  void *context;
} CheckWalk;

static_assert(JSON_DEPTH <= 64, "an open container has a bit");

/* Behind white space, which is what RFC 8259 section 2 says, not what isspace
** says. What is stored by us has none, which one comparison tells. */
static inline const char *check_space(const char *at, const char *end) {
  while (at < end && (unsigned char)*at <= ' ' &&
         (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

/* The byte at a place, 0 behind the end. */
static inline char check_byte(const char *at, const char *end) {
  return at < end ? *at : 0;
}

/*
** Strings, numbers and words.
*/

/* An escape sequence (RFC 8259 section 7). */
static const char *check_escape(const char *at, const char *end) {
  if (end - at < 2) return NULL;
  if (at[1] != 'u') return at[1] && strchr("\"\\/bfnrt", at[1]) ? at + 2 : NULL;
  if (end - at < 6) return NULL;
  for (int i = 2; i < 6; i++)
    if (text_hex_digit(at[i]) < 0) return NULL;
  return at + 6;
}

/* A character that is not plain: an escape sequence, or one beyond ASCII. */
static const char *check_character(const char *at, const char *end) {
  assert(at < end);
  if (*at == '\\') return check_escape(at, end);
  if ((unsigned char)*at < 0x80) return NULL;
  size_t used = utf8_sequence((Text){at, (size_t)(end - at)});
  return used ? at + used : NULL;
}

/* A string with its quotes. */
static inline const char *check_string(const char *at, const char *end) {
  if (check_byte(at, end) != '"') return NULL;
  for (at++; at;) {
    at += text_plain_end((Text){at, (size_t)(end - at)}, 0);
    if (at == end) return NULL;
    if (*at == '"') return at + 1;
    at = check_character(at, end);
  }
  return NULL;
}

/* May it stand behind a value within a container? */
static inline bool check_is_behind(char c) {
  return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' ||
         c == '\r' || c == '\t';
}

/* A number, true, false or null: all up to what may stand behind it. */
static const char *check_word(const char *at, const char *end) {
  const char *begin = at;
  while (at < end && !check_is_behind(*at)) at++;
  Text word = {begin, (size_t)(at - begin)};
  bool known = text_equal(word, TEXT("true")) ||
               text_equal(word, TEXT("false")) ||
               text_equal(word, TEXT("null")) || json_is_number(word);
  return known ? at : NULL;
}

/*
** Containers.
*/

/* "name": in front of a member. */
static inline const char *check_name(CheckWalk *walk, const char *at) {
  const char *name = at + 1;
  at = check_string(at, walk->end);
  if (!at) return NULL;
  if (walk->look)
    walk->look(walk->context, walk->depth,
               (Text){name, (size_t)(at - 1 - name)});
  at = check_space(at, walk->end);
  if (check_byte(at, walk->end) != ':') return NULL;
  return check_space(at + 1, walk->end);
}

/* What is in front of a value: within an object, its name. */
static inline const char *check_before(CheckWalk *walk, const char *at) {
  at = check_space(at, walk->end);
  return walk->objects & 1 ? check_name(walk, at) : at;
}

/* The opening bracket of a container. Only an empty one has the closing bracket
** right behind it, since a comma is followed by a value: there the walk goes on
** behind a value. */
static inline const char *check_open(CheckWalk *walk, const char *at,
                                     bool *behind) {
  bool object = *at == '{';
  if (walk->depth == JSON_DEPTH) return NULL;
  walk->depth++;
  walk->objects = walk->objects << 1 | object;
  at = check_space(at + 1, walk->end);
  *behind = check_byte(at, walk->end) == (object ? '}' : ']');
  return *behind ? at : check_before(walk, at);
}

/* A value, or the beginning of one. */
static inline const char *check_value(CheckWalk *walk, const char *at,
                                      bool *behind) {
  *behind = true;
  switch (check_byte(at, walk->end)) {
  case '{':
  case '[':
    return check_open(walk, at, behind);
  case '"':
    return check_string(at, walk->end);
  default:
    return check_word(at, walk->end);
  }
}

/* What is behind a value: closing brackets, and then a comma with what is in
** front of the next one. Behind the last bracket is nothing. */
static inline const char *check_behind(CheckWalk *walk, const char *at) {
  while (walk->depth) {
    at = check_space(at, walk->end);
    char c = check_byte(at, walk->end);
    if (c == ',') return check_before(walk, at + 1);
    if (c != (walk->objects & 1 ? '}' : ']')) return NULL;
    walk->objects >>= 1;
    walk->depth--;
    at++;
  }
  return at;
}

/* The walk ends with the container that was opened first, and the text with
** that: what stands behind it would stand behind the object in a reply, too. */
bool json_is_object_with(Text text, CheckName *look, void *context) {
  CheckWalk walk = {.look = look, .context = context};
  const char *at = text.data;
  bool behind;
  walk.end = at + text.size;
  if (check_byte(at, walk.end) != '{') return false;
  do {
    at = check_value(&walk, at, &behind);
    if (at && behind) at = check_behind(&walk, at);
  } while (at && walk.depth);
  return at == walk.end;
}

bool json_is_object(Text text) { return json_is_object_with(text, NULL, NULL); }
