/*
** fold.c: NFKC_Casefold, by utf8proc, with a short way for ASCII.
**
** HOW IT WORKS
**
** A text is decomposed to characters, which are folded and sorted on the way,
** and composed again. utf8proc wants an array of 32 bits a character for that,
** and puts the UTF-8 in its place when it is done. An array of as many as there
** are bytes is nearly always enough; where it is not, because one character may
** become 18 of them, utf8proc says how large it has to be.
**
** The result does not depend on the locale, but on the version of Unicode that
** utf8proc knows. Characters that a later version adds may fold otherwise then;
** an index over them has to be built again.
*/
#include "fold.h"

#include <utf8proc.h>

/* Most text is ASCII, for which folding is lower case. False for other text;
** text that is in lower case already is not copied. */
static bool fold_ascii(Arena *arena, Text text, Text *folded) {
  bool upper = false;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    if ((unsigned char)c >= 0x80) return false;
    upper |= c != text_lower(c);
  }
  *folded = text;
  if (!upper) return true;
  char *lower = arena_alloc(arena, text.size + 1);
  for (size_t i = 0; i < text.size; i++) lower[i] = text_lower(text.data[i]);
  folded->data = lower;
  return true;
}

#define FOLD_NFKC_CASEFOLD                                                     \
  (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |  \
   UTF8PROC_IGNORE)

/* The characters of the text, folded, and room for a NUL behind them. Their
** number, or less than 0 for what is no UTF-8. *room becomes the size of the
** array. */
static utf8proc_ssize_t fold_decompose(Arena *arena, Text text,
                                       utf8proc_int32_t **points,
                                       size_t *room) {
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.data;
  utf8proc_ssize_t count = (utf8proc_ssize_t)text.size;
  do {
    *room = (size_t)count + 1;
    *points = arena_array(arena, *room, sizeof **points);
    count = utf8proc_decompose(bytes, (utf8proc_ssize_t)text.size, *points,
                               (utf8proc_ssize_t)*room - 1, FOLD_NFKC_CASEFOLD);
  } while (count >= (utf8proc_ssize_t)*room);
  return count;
}

/* What utf8proc cannot take (no UTF-8) is compared as it is, byte by byte. */
Text fold(Arena *arena, Text text) {
  Text folded;
  if (fold_ascii(arena, text, &folded)) return folded;
  utf8proc_int32_t *points;
  size_t room;
  utf8proc_ssize_t count = fold_decompose(arena, text, &points, &room);
  if (count < 0) return text;
  utf8proc_ssize_t used = utf8proc_reencode(points, count, FOLD_NFKC_CASEFOLD);
  if (used < 0) return text;
  assert((size_t)used <= (size_t)count * sizeof *points);
  arena_shrink(arena, points, room * sizeof *points, (size_t)used);
  return (Text){(char *)points, (size_t)used};
}
