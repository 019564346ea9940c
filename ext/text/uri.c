#include "uri.h"

#include <utf8proc.h>

size_t utf8_sequence(Text text) {
  utf8proc_int32_t point;
  utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text.data,
                                           (utf8proc_ssize_t)text.size, &point);
  return used > 0 ? (size_t)used : 0;
}

bool utf8_valid(Text text) {
  while (text.size) {
    size_t used = utf8_sequence(text);
    if (!used || !text.data[0]) return false;
    text = text_after(text, used);
  }
  return true;
}

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 32;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Text uri_decode(Arena *arena, Text text, bool query) {
  char *out = arena_alloc(arena, text.size + 1);
  size_t size = 0;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    int high = c == '%' && i + 2 < text.size ? hex(text.data[i + 1]) : -1;
    int low = high >= 0 ? hex(text.data[i + 2]) : -1;
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
