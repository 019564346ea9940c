/*
** uri.c: percent-decoding and cutting of request targets.
**
** HOW IT WORKS
**
** The target comes as it was sent. It is first cut at its marks ('?', '/',
** '&', '=') and each part is decoded afterwards, once, so that an encoded mark
** is part of a name and never a mark (RFC 3986 section 2.4). Decoding never
** makes a text longer, so the room for it is known before.
**
** What comes out are bytes, which need not be UTF-8 and may have a NUL among
** them: whoever takes them for text asks utf8_valid first.
*/
#include "uri.h"

#include <stdint.h>

#include "buffer.h"

/* '+' is a space in a query only because browsers send forms that way
** (application/x-www-form-urlencoded); in a path it is a plus. Most texts have
** neither sign. */
Text uri_decode(Arena *arena, Text text, bool query) {
  if (!text.size || (!memchr(text.data, '%', text.size) &&
                     !(query && memchr(text.data, '+', text.size))))
    return arena_copy(arena, text.data ? text : TEXT(""));
  char *out = arena_alloc(arena, text.size + 1);
  size_t size = 0;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    int high =
        c == '%' && i + 2 < text.size ? text_hex_digit(text.data[i + 1]) : -1;
    int low = high >= 0 ? text_hex_digit(text.data[i + 2]) : -1;
    if (low >= 0) {
      out[size++] = (char)(high * 16 + low);
      i += 2;
    } else {
      out[size++] = c == '+' && query ? ' ' : c;
    }
  }
  assert(size <= text.size);
  return (Text){out, size};
}

/* Only what needs no escape anywhere stays, so that the text can stand in any
** part of a URI, and is written in one way: the unreserved characters (RFC 3986
** section 2.3), a bit each. Every member of a large group is looked at. */
static bool uri_is_unreserved(char c) {
  static const uint64_t bits[4] = {0x03FF600000000000,  /* - . and digits */
                                   0x47FFFFFE87FFFFFE}; /* letters, _ and ~ */
  unsigned char code = (unsigned char)c;
  return (bits[code >> 6] >> (code & 63)) & 1;
}

/* Most texts, as ids, stay as they are, and are not copied. */
Text uri_encode(Arena *arena, Text text) {
  static const char digits[] = "0123456789ABCDEF";
  size_t plain = 0;
  while (plain < text.size && uri_is_unreserved(text.data[plain])) plain++;
  if (plain == text.size) return text;
  Buffer buffer = buffer_new(arena);
  for (size_t i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (uri_is_unreserved(text.data[i])) {
      buffer_char(&buffer, text.data[i]);
    } else {
      buffer_char(&buffer, '%');
      buffer_char(&buffer, digits[c >> 4]);
      buffer_char(&buffer, digits[c & 15]);
    }
  }
  return buffer_text(&buffer);
}

bool uri_segment(Text *path, Text *segment) {
  while (path->size) {
    *segment = text_cut(path, '/');
    if (segment->size) return true;
  }
  return false;
}

/* The value of the next parameter with the name; the query is cut behind it. */
static bool uri_next_parameter(Arena *arena, Text *query, const char *name,
                               Text *value) {
  while (query->size) {
    Text pair = text_cut(query, '&');
    Text found = uri_decode(arena, text_cut(&pair, '='), true);
    if (!text_same(found, text_of(name))) continue;
    *value = uri_decode(arena, pair, true);
    return true;
  }
  return false;
}

/* Of several the first: which of two filters is meant nobody can tell. */
bool uri_parameter(Arena *arena, Text query, const char *name, Text *value) {
  return uri_next_parameter(arena, &query, name, value);
}

/* Decoded before they are joined: a comma within a name is none that parts
** names, as there are no such names. An empty parameter is an empty name, which
** is for the reader of the list to pass over. */
bool uri_list(Arena *arena, Text query, const char *name, Text *list) {
  Buffer buffer = buffer_new(arena);
  Text value;
  bool any = false;
  for (; uri_next_parameter(arena, &query, name, &value); any = true) {
    if (any) buffer_char(&buffer, ',');
    buffer_add(&buffer, value);
  }
  if (any) *list = buffer_text(&buffer);
  return any;
}
