#include "fold.h"

#include <stdlib.h>
#include <utf8proc.h>

/* Most text is ASCII, for which folding is lower case. */
static bool fold_ascii(Arena *arena, Text text, Text *folded) {
  bool upper = false;
  for (size_t i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c >= 0x80) return false;
    upper |= c >= 'A' && c <= 'Z';
  }
  *folded = text;
  if (!upper) return true;
  char *lower = arena_alloc(arena, text.size + 1);
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
  }
  folded->data = lower;
  return true;
}

#define FOLD_NFKC_CASEFOLD                                                     \
  (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |  \
   UTF8PROC_IGNORE)

Text fold(Arena *arena, Text text) {
  Text folded;
  if (fold_ascii(arena, text, &folded)) return folded;
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.data;
  utf8proc_ssize_t size = (utf8proc_ssize_t)text.size;
  utf8proc_ssize_t room =
      utf8proc_decompose(bytes, size, NULL, 0, FOLD_NFKC_CASEFOLD);
  if (room < 0) return text;
  /* Points first, then UTF-8 in the same memory, as utf8proc wants it. */
  utf8proc_int32_t *points =
      arena_alloc(arena, ((size_t)room + 1) * sizeof *points);
  utf8proc_decompose(bytes, size, points, room, FOLD_NFKC_CASEFOLD);
  utf8proc_ssize_t used = utf8proc_reencode(points, room, FOLD_NFKC_CASEFOLD);
  if (used < 0) return text;
  folded.data = (char *)points;
  folded.size = (size_t)used;
  return folded;
}
