/*
** check.c: a walk over JSON text.
**
** HOW IT WORKS
**
** Each function begins at a byte and returns where what it looks for ends, or
** 0 where it is not there: no value ends at 0. It is what SQLite's json_valid
** does; that one cannot be used, because it says "not valid" when memory runs
** out too, and a lack of memory must not be reported as a broken file.
**
** What json_parse refuses besides (U+0000, lone surrogates, duplicate names,
** long numbers) passes here: it is JSON, and a reply that has it in it is as
** well. The question is only whether the bytes may be copied into one.
*/
#include "check.h"

#include "parse.h"

/* White space is what RFC 8259 section 2 says, not what isspace says. */
static size_t check_skip_space(Text text, size_t at) {
  while (at < text.size && (text.data[at] == ' ' || text.data[at] == '\n' ||
                            text.data[at] == '\r' || text.data[at] == '\t'))
    at++;
  return at;
}

/* The byte at a place, 0 behind the end. */
static char check_byte_at(Text text, size_t at) {
  return at < text.size ? text.data[at] : 0;
}

/* Bytes of an escape sequence (RFC 8259 section 7), 0 when it is none. */
static size_t check_escape_size(Text text, size_t at) {
  char c = check_byte_at(text, at + 1);
  if (c != 'u') return c && strchr("\"\\/bfnrt", c) ? 2 : 0;
  for (size_t i = at + 2; i < at + 6; i++)
    if (text_hex_digit(check_byte_at(text, i)) < 0) return 0;
  return 6;
}

/* Bytes of a character that is not plain, 0 when it may not stand there: an
** escape sequence, or one beyond ASCII. */
static size_t check_character_size(Text text, size_t at) {
  assert(at < text.size);
  unsigned char c = (unsigned char)text.data[at];
  if (c == '\\') return check_escape_size(text, at);
  return c < 0x80 ? 0 : utf8_sequence(text_after(text, at));
}

/* A string with its quotes. */
static size_t check_skip_string(Text text, size_t at) {
  if (check_byte_at(text, at) != '"') return 0;
  for (at++;;) {
    at = text_plain_end(text, at);
    if (at == text.size) return 0;
    if (text.data[at] == '"') return at + 1;
    size_t used = check_character_size(text, at);
    if (!used) return 0;
    at += used;
  }
}

/* A number, true, false or null: the longest run of their characters. */
static size_t check_skip_word(Text text, size_t at) {
  size_t end = at;
  while (end < text.size && !strchr(" \t\r\n,]}", text.data[end])) end++;
  Text word = text_between(text, at, end);
  bool known = text_equal(word, TEXT("true")) ||
               text_equal(word, TEXT("false")) ||
               text_equal(word, TEXT("null")) || json_is_number(word);
  return known ? end : 0;
}

/* The walk through one text, and who is told the names on its way. */
typedef struct CheckWalk {
  Text text;
  CheckName *look;
  void *context;
} CheckWalk;

/* "name": in front of a member. */
static size_t check_skip_name(CheckWalk *walk, size_t at, int depth) {
  Text text = walk->text;
  size_t end = check_skip_string(text, at);
  if (!end) return 0;
  if (walk->look)
    walk->look(walk->context, depth, text_between(text, at + 1, end - 1));
  end = check_skip_space(text, end);
  return check_byte_at(text, end) == ':' ? check_skip_space(text, end + 1) : 0;
}

static size_t check_skip_value(CheckWalk *walk, size_t at, int depth);

/* What is within the brackets, and the closing one. Only an empty container has
** the closing bracket right behind the opening one: a comma is followed by a
** value. */
static size_t check_skip_container(CheckWalk *walk, size_t at, int depth) {
  Text text = walk->text;
  bool object = text.data[at] == '{';
  assert(object || text.data[at] == '[');
  char close = object ? '}' : ']';
  at = check_skip_space(text, at + 1);
  if (depth > JSON_DEPTH) return 0;
  if (check_byte_at(text, at) == close) return at + 1;
  for (;;) {
    if (object) at = check_skip_name(walk, at, depth);
    if (at) at = check_skip_value(walk, at, depth);
    if (!at) return 0;
    at = check_skip_space(text, at);
    if (check_byte_at(text, at) == close) return at + 1;
    if (check_byte_at(text, at) != ',') return 0;
    at = check_skip_space(text, at + 1);
  }
}

/* Any value. `depth` is that of the containers around it; the recursion is as
** deep, so it ends at JSON_DEPTH. */
static size_t check_skip_value(CheckWalk *walk, size_t at, int depth) {
  assert(depth >= 0 && depth <= JSON_DEPTH);
  switch (check_byte_at(walk->text, at)) {
  case '{':
  case '[':
    return check_skip_container(walk, at, depth + 1);
  case '"':
    return check_skip_string(walk->text, at);
  default:
    return check_skip_word(walk->text, at);
  }
}

bool json_is_object_with(Text text, CheckName *look, void *context) {
  CheckWalk walk = {text, look, context};
  return check_byte_at(text, 0) == '{' &&
         check_skip_value(&walk, 0, 0) == text.size;
}

bool json_is_object(Text text) { return json_is_object_with(text, NULL, NULL); }
