/*
** parse.c: JSON text to a tree, by jsmn's tokens.
**
** HOW IT WORKS
**
** jsmn finds where strings, words and containers begin and end, fast and
** without recursion; but it is generous about what lies between them, and
** decodes nothing. So its tokens are only a map: the parser below walks over
** every byte of the text by the grammar of RFC 8259, and a token tells how far
** it may jump. Where the next token does not begin at the byte at which the
** walk has come, the text is not JSON.
**
** The steps are:
**
**  1. jsmn makes the tokens, in an array on the stack that is enough for nearly
**     all texts;
**  2. where it is not, parse_check_size looks for what is too deep or too much
**     before memory is spent, and jsmn goes on in an array that is as large
**     as it counts;
**  3. parse_value and its kind walk, check, decode and build, recursing as deep
**     as the text does: JSON_DEPTH at most;
**  4. each object is looked through for names that it has twice. RFC 8259
**     section 4 leaves open which of two counts, and two programs that read one
**     request in two ways are how checks are got around. For the same reason
**     the names "id" and "ID" count as one: SCIM's have no case.
**
** Strings without escapes, and numbers, are not copied: they point into the one
** copy of the text that is made at the start.
*/
#include "parse.h"

#include <limits.h>
#include <stdlib.h>
#include <utf8proc.h>

#define JSMN_STATIC
#define JSMN_PARENT_LINKS /* without them jsmn is quadratic */
#define JSMN_STRICT
#include <jsmn.h>

typedef struct JsonParser {
  Arena *arena;
  Text text;
  size_t at;              /* the byte at which the walk has come */
  const jsmntok_t *first; /* of all tokens */
  const jsmntok_t *token; /* the next one, */
  const jsmntok_t *end;   /* unless this is it */
  int depth;              /* of the containers that are open */
  JsonFault *fault;
} JsonParser;

/*
** Faults. The first one stays: what follows from it is of no use to anybody.
*/
static Json *parse_fail_at(JsonParser *parser, size_t position,
                           const char *reason) {
  assert(position <= parser->text.size + 1);
  if (!parser->fault->reason) {
    parser->fault->reason = reason;
    parser->fault->position = position;
  }
  return NULL;
}

static Json *parse_fail(JsonParser *parser, const char *reason) {
  return parse_fail_at(parser, parser->at, reason);
}

/* The same for what RFC 8259 has as JSON: not wrong, but not accepted. */
static Json *parse_refuse(JsonParser *parser, size_t position,
                          const char *reason) {
  if (!parser->fault->reason) parser->fault->refused = true;
  return parse_fail_at(parser, position, reason);
}

/*
** Strings.
*/

/* RFC 8259 section 2. */
static bool parse_is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next byte that is not white space, or 0 at the end. */
static char parse_peek(JsonParser *parser) {
  while (parser->at < parser->text.size &&
         parse_is_space(parser->text.data[parser->at]))
    parser->at++;
  return parser->at < parser->text.size ? parser->text.data[parser->at] : 0;
}

/* The code unit of the four digits at `at`, or -1. */
static int parse_code_unit(Text text, size_t at) {
  int unit = 0;
  for (size_t i = at; i < at + 4; i++) {
    int digit = i < text.size ? text_hex_digit(text.data[i]) : -1;
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/* Decodes \uXXXX at `at` (the backslash), or two of them that are a surrogate
** pair; returns the number of bytes read, 0 when it is wrong. U+0000 is valid
** JSON, but ends a text early in most programs that a document goes through,
** and a lone surrogate cannot be written as UTF-8. */
static size_t parse_unicode_escape(JsonParser *parser, Text text, size_t at,
                                   size_t position, utf8proc_int32_t *point) {
  int high = parse_code_unit(text, at + 2);
  if (high < 0) return parse_fail_at(parser, position, "bad \\u escape"), 0;
  if (high == 0) return parse_refuse(parser, position, "U+0000 in a string"), 0;
  *point = high;
  if (high < 0xD800 || high > 0xDFFF) return 6;
  int low = -1;
  if (high < 0xDC00 && at + 7 < text.size && text.data[at + 6] == '\\' &&
      text.data[at + 7] == 'u')
    low = parse_code_unit(text, at + 8);
  if (low < 0xDC00 || low > 0xDFFF)
    return parse_refuse(parser, position, "lone surrogate in a string"), 0;
  *point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
  assert(*point > 0xFFFF && *point <= 0x10FFFF);
  return 12;
}

/* One escape sequence, decoded to *out, which moves on; returns the number of
** bytes read, 0 when it is wrong. */
static size_t parse_escape(JsonParser *parser, Text text, size_t at,
                           size_t position, char **out) {
  static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
  char c = at + 1 < text.size ? text.data[at + 1] : 0;
  if (c == 'u') {
    utf8proc_int32_t point = 0;
    size_t used = parse_unicode_escape(parser, text, at, position, &point);
    if (used) *out += utf8proc_encode_char(point, (utf8proc_uint8_t *)*out);
    return used;
  }
  for (const char *pair = letters; *pair; pair += 2) {
    if (c != pair[0]) continue;
    *(*out)++ = pair[1];
    return 2;
  }
  parse_fail_at(parser, position, "bad escape in a string");
  return 0;
}

/* Checks the bytes of the string from `start` to its closing quote at `end`,
** where text_plain_end stops at the latest: given the whole text it can look at
** many bytes at a time up to there. *escapes becomes true when there are escape
** sequences; those are checked when they are decoded. */
static bool parse_check_string(JsonParser *parser, size_t start, size_t end,
                               bool *escapes) {
  Text text = parser->text;
  for (size_t i = start;;) {
    i = text_plain_end(text, i);
    if (i >= end) return true;
    if (text.data[i] == '\\') {
      *escapes = true;
      i += 2;
    } else if ((unsigned char)text.data[i] < 0x20) {
      parse_fail_at(parser, i, "control character in a string");
      return false;
    } else {
      size_t used = utf8_sequence(text_between(text, i, end));
      if (!used) return parse_fail_at(parser, i, "invalid UTF-8"), false;
      i += used;
    }
  }
}

/* The string between the quotes, decoded. An escape sequence is never shorter
** than what it stands for, so the room is known. */
static bool parse_decode(JsonParser *parser, size_t start, size_t end,
                         Text *result) {
  bool escapes = false;
  if (!parse_check_string(parser, start, end, &escapes)) return false;
  Text raw = *result = text_between(parser->text, start, end);
  if (!escapes) return true;
  char *out = arena_alloc(parser->arena, raw.size + 1);
  result->data = out;
  for (size_t i = 0; i < raw.size;) {
    if (raw.data[i] != '\\') {
      *out++ = raw.data[i++];
      continue;
    }
    size_t used = parse_escape(parser, raw, i, start + i, &out);
    if (!used) return false;
    i += used;
  }
  result->size = (size_t)(out - result->data);
  assert(result->size <= raw.size);
  return true;
}

/* The next token, which must be of the type and start at the byte, or there is
** something in front of it. The caller moves on in the text. */
static const jsmntok_t *parse_take(JsonParser *parser, jsmntype_t type,
                                   size_t start) {
  const jsmntok_t *token = parser->token;
  if (token == parser->end || token->type != type ||
      (size_t)token->start != start) {
    parse_fail(parser, "unexpected character");
    return NULL;
  }
  parser->token++;
  return token;
}

/* A string, from its opening quote; the walk is then behind the closing one. */
static bool parse_take_string(JsonParser *parser, Text *result) {
  size_t start = parser->at + 1;
  const jsmntok_t *token = parse_take(parser, JSMN_STRING, start);
  if (!token) return false;
  size_t end = (size_t)token->end;
  assert(parser->text.data[end] == '"');
  parser->at = end + 1;
  return parse_decode(parser, start, end, result);
}

/*
** Numbers and words.
*/

/* How many digits there are at the byte. */
static size_t parse_digits(Text text, size_t at) {
  size_t i = at;
  while (i < text.size && text_is_digit(text.data[i])) i++;
  return i - at;
}

/* RFC 8259 section 6: [minus] int [frac] [exp]. No zero in front of other
** digits, and digits on both sides of the point. */
bool json_is_number(Text text) {
  size_t i = text.size && text.data[0] == '-';
  size_t whole = parse_digits(text, i);
  if (!whole || (whole > 1 && text.data[i] == '0')) return false;
  i += whole;
  if (i < text.size && text.data[i] == '.') {
    size_t fraction = parse_digits(text, ++i);
    if (!fraction) return false;
    i += fraction;
  }
  if (i < text.size && text_lower(text.data[i]) == 'e') {
    i++;
    if (i < text.size && (text.data[i] == '+' || text.data[i] == '-')) i++;
    size_t exponent = parse_digits(text, i);
    if (!exponent) return false;
    i += exponent;
  }
  return i == text.size;
}

/* null, true, false or a number; jsmn ends it at white space, a comma, a colon
** or a bracket. */
static Json *parse_primitive(JsonParser *parser) {
  const jsmntok_t *token = parse_take(parser, JSMN_PRIMITIVE, parser->at);
  if (!token) return NULL;
  size_t start = parser->at;
  Text text = text_between(parser->text, start, (size_t)token->end);
  Json *value = json_new(parser->arena, JSON_NUMBER);
  value->text = text;
  if (text_equal(text, TEXT("null"))) {
    value->type = JSON_NULL;
  } else if (text_equal(text, TEXT("true"))) {
    value->type = JSON_TRUE;
  } else if (text_equal(text, TEXT("false"))) {
    value->type = JSON_FALSE;
  } else if (!json_is_number(text)) {
    return parse_fail(parser, "not a JSON value");
  } else if (text.size > JSON_NUMBER_SIZE) {
    return parse_refuse(parser, start, "a number of more than 64 characters");
  }
  parser->at = (size_t)token->end;
  return value;
}

/*
** Containers.
*/

/* For qsort: the order of names, in which those that are the same but for the
** case come next to each other. */
static int parse_order_of_names(const void *a, const void *b) {
  return text_compare_names((*(const Json *const *)a)->name,
                            (*(const Json *const *)b)->name);
}

/* The one of two members of an object that comes behind the other: sorting may
** have turned them round. */
static const Json *parse_later(const Json *a, const Json *b) {
  for (const Json *at = a->next; at; at = at->next)
    if (at == b) return b;
  return a;
}

/* The second of two members with the same name (of many, one of two), or NULL.
** Each is compared with each where there are few, and sorted where there are
** many, because their number is up to the sender: 100,000 members would be
** 5 * 10^9 comparisons. */
static const Json *parse_duplicate(Arena *arena, const Json *object) {
  if (object->count < 16) {
    JSON_EACH (a, object) {
      for (const Json *b = a->next; b; b = b->next)
        if (text_same(a->name, b->name)) return b;
    }
    return NULL;
  }
  const Json **sorted = arena_array(arena, object->count, sizeof *sorted);
  size_t count = 0;
  JSON_EACH (item, object) sorted[count++] = item;
  qsort(sorted, count, sizeof *sorted, parse_order_of_names);
  for (size_t i = 1; i < count; i++)
    if (!parse_order_of_names(&sorted[i - 1], &sorted[i]))
      return parse_later(sorted[i - 1], sorted[i]);
  return NULL;
}

/* The byte at which the name of a member stands. The tokens are gone through
** again, which costs no room in the values: the names in an object are those
** whose parent is its token. */
static size_t parse_position_of(const JsonParser *parser,
                                const jsmntok_t *token, const Json *object,
                                const Json *member) {
  int parent = (int)(token - parser->first);
  size_t before = 0;
  for (const Json *at = object->first; at != member; at = at->next) before++;
  for (token++; token->parent != parent || before > 0; token++)
    before -= token->parent == parent;
  assert(token < parser->token && token->type == JSMN_STRING);
  return (size_t)token->start - 1; /* its quote */
}

static Json *parse_value(JsonParser *parser);

/* What is within the brackets, into `parent`, and the closing one, which the
** walk is then behind. */
static bool parse_children(JsonParser *parser, Json *parent, char close) {
  if (parse_peek(parser) == close) return parser->at++, true;
  for (;;) {
    Text name = NO_TEXT;
    if (parent->type == JSON_OBJECT) {
      if (parse_peek(parser) != '"')
        return parse_fail(parser, "expected a member name"), false;
      if (!parse_take_string(parser, &name)) return false;
      if (parse_peek(parser) != ':')
        return parse_fail(parser, "expected ':'"), false;
      parser->at++;
    }
    Json *child = parse_value(parser);
    if (!child) return false;
    child->name = name;
    json_append(parent, child);
    char c = parse_peek(parser);
    if (c != close && c != ',')
      return parse_fail(parser, "expected ',' or the end"), false;
    parser->at++;
    if (c == close) return true;
  }
}

/* An array or object, from its opening bracket. */
static Json *parse_container(JsonParser *parser, JsonType type) {
  size_t start = parser->at;
  bool object = type == JSON_OBJECT;
  const jsmntok_t *token =
      parse_take(parser, object ? JSMN_OBJECT : JSMN_ARRAY, start);
  if (!token) return NULL;
  if (++parser->depth > JSON_DEPTH)
    return parse_refuse(parser, start, "nested more than 64 levels deep");
  parser->at++;
  Json *parent = json_new(parser->arena, type);
  if (!parse_children(parser, parent, object ? '}' : ']')) return NULL;
  const Json *twice = object ? parse_duplicate(parser->arena, parent) : NULL;
  if (twice)
    return parse_refuse(parser, parse_position_of(parser, token, parent, twice),
                        "duplicate member name in the object");
  assert(parser->depth > 0);
  parser->depth--;
  return parent;
}

/* Any value, of which the first byte tells the type. NULL with a fault. */
static Json *parse_value(JsonParser *parser) {
  char c = parse_peek(parser);
  if (c == '{') return parse_container(parser, JSON_OBJECT);
  if (c == '[') return parse_container(parser, JSON_ARRAY);
  if (c != '"') return parse_primitive(parser);
  Json *value = json_new(parser->arena, JSON_STRING);
  return parse_take_string(parser, &value->text) ? value : NULL;
}

/*
** The whole text.
*/

/* The byte of the quote that closes the string which begins at `at`, or the end
** of the text. Other letters than ASCII's come in rows, and are stepped over by
** the byte: there is nothing plain among them. */
static size_t parse_string_end(Text text, size_t at) {
  for (;;) {
    at = text_plain_end(text, at);
    while (at < text.size && (unsigned char)text.data[at] >= 0x80) at++;
    if (at >= text.size || text.data[at] == '"') return at;
    at += text.data[at] == '\\' && at + 1 < text.size ? 2 : 1;
  }
}

/* A value begins the text, or stands behind a comma or an opening bracket. What
** is empty in brackets is counted as one. */
size_t json_count(Text text) {
  size_t values = 1;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    if (c == '"')
      i = parse_string_end(text, i + 1);
    else
      values += c == ',' || c == '{' || c == '[';
  }
  return values;
}

/* So many tokens are on the stack, which is enough for nearly all texts. */
#define PARSE_TOKENS 256

/* jsmn keeps a token for every value and name, of 20 bytes for as few as two of
** the text, and looks at all that are open for each that is closed: so what has
** too many or is too deep is refused before there is room for more than
** PARSE_TOKENS. Brackets and commas are counted without a look at whether they
** stand where they may. *tokens becomes how many there are at most if it is
** JSON: one begins the text, or stands behind each opening bracket, comma and
** colon. */
static bool parse_check_size(JsonParser *parser, size_t *tokens) {
  size_t depth = 0, values = 0;
  Text text = parser->text;
  *tokens = 1;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    if (c == '"') {
      i = parse_string_end(text, i + 1);
    } else if (c == '{' || c == '[') {
      *tokens += 1;
      if (++depth > JSON_DEPTH)
        return parse_refuse(parser, i, "nested more than 64 levels deep"),
               false;
    } else if (c == '}' || c == ']') {
      depth -= depth > 0;
    } else if (c == ',' || c == ':') {
      *tokens += 1;
      if (c == ',' && ++values > JSON_VALUES)
        return parse_refuse(parser, i, "more than 4,194,304 values"), false;
    }
  }
  return true;
}

/* jsmn's tokens of the text, of which it gets one byte more: a space, for it
** ends a number only at what follows. Where PARSE_TOKENS are not enough it goes
** on in a larger array. A text that is long enough for too many commas is
** looked at in any case, because jsmn makes no tokens of them. As there is one
** call of jsmn_parse and no other, the compiler keeps in registers what jsmn
** counts with each byte. More tokens than can be are not made: at the latest
** where they end, the walk comes to one that has no mark in front, and tells
** that. False with a fault. */
static bool parse_tokens(JsonParser *parser, jsmntok_t *tokens) {
  jsmn_parser jsmn;
  const Text text = parser->text;
  size_t room = PARSE_TOKENS, most = 0;
  assert(text.size < INT_MAX); /* SQLite's are, and jsmn's positions are ints */
  if (text.size > JSON_VALUES && !parse_check_size(parser, &most)) return false;
  int count;
  jsmn_init(&jsmn);
  while ((count = jsmn_parse(&jsmn, text.data, text.size + 1, tokens,
                             (unsigned)room)) < 0) {
    if (!parse_check_size(parser, &most)) return false;
    if (count == JSMN_ERROR_PART)
      return parse_fail_at(parser, text.size, "the JSON text ends early"),
             false;
    if (count == JSMN_ERROR_INVAL)
      return parse_fail_at(parser, jsmn.pos, "bad JSON"), false;
    if (most <= room) {
      count = (int)room;
      break;
    }
    jsmntok_t *more = arena_array(parser->arena, most, sizeof *more);
    tokens = memcpy(more, tokens, room * sizeof *more);
    room = most;
  }
  parser->first = parser->token = tokens;
  parser->end = tokens + count;
  return true;
}

/* A NUL ends the text for jsmn, so that what is behind one is looked for
** here. */
Json *json_parse(Arena *arena, Text text, JsonFault *fault) {
  char *copy = arena_alloc(arena, text.size + 2);
  if (text.size) memcpy(copy, text.data, text.size);
  copy[text.size] = ' ';
  *fault = (JsonFault){NULL, 0, false};
  jsmntok_t tokens[PARSE_TOKENS];
  JsonParser parser = {
      .arena = arena, .text = {copy, text.size}, .fault = fault};
  if (parse_peek(&parser) == 0) return parse_fail(&parser, "no JSON text");
  if (!parse_tokens(&parser, tokens)) return NULL;
  Json *value = parse_value(&parser);
  if (value && parse_peek(&parser) != 0)
    return parse_fail(&parser, "text behind the JSON value");
  if (value && parser.at < text.size) return parse_fail(&parser, "a NUL byte");
  assert(!value || (parser.token == parser.end && parser.depth == 0));
  assert(!value == (fault->reason != NULL));
  return value;
}
