/*
** uri.c: percent-decoding and cutting of request targets.
**
** The target comes as it was sent. It is first cut at its marks ('?', '/',
** '&', '=') and each part is decoded afterwards, once, so that an encoded mark
** is part of a name and never a mark (RFC 3986 section 2.4).
*/
#include "uri.h"

Text uri_decode(Arena *arena, Text text, bool query) {
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
  Text decoded = {out, size};
  return decoded;
}

bool uri_segment(Text *path, Text *segment) {
  while (path->size) {
    *segment = text_cut(path, '/');
    if (segment->size) return true;
  }
  return false;
}

bool uri_parameter(Arena *arena, Text query, const char *name, Text *value) {
  while (query.size) {
    Text pair = text_cut(&query, '&');
    Text found = uri_decode(arena, text_cut(&pair, '='), true);
    if (!text_same(found, text_of(name))) continue;
    *value = uri_decode(arena, pair, true);
    return true;
  }
  return false;
}
