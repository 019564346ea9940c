/*
** fold.c: NFKC_Casefold, by utf8proc, with a short way for ASCII.
**
** HOW IT WORKS
**
** A text is decomposed to characters, which are folded and sorted on the way,
** and composed again. utf8proc wants an array of 32 bits a character for that,
** and puts the UTF-8 in its place when it is done. How large the array has to
** be it says when asked with none: one character may become 18 of them.
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

/* What utf8proc cannot take (no UTF-8) is compared as it is, byte by byte. */
Text fold(Arena *arena, Text text) {
  Text folded;
  if (fold_ascii(arena, text, &folded)) return folded;
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.data;
  utf8proc_ssize_t size = (utf8proc_ssize_t)text.size;
  utf8proc_ssize_t room =
      utf8proc_decompose(bytes, size, NULL, 0, FOLD_NFKC_CASEFOLD);
  if (room < 0) return text;
  /* One more than there are characters: utf8proc ends the text with a NUL. */
  utf8proc_int32_t *points =
      arena_array(arena, (size_t)room + 1, sizeof *points);
  utf8proc_ssize_t count =
      utf8proc_decompose(bytes, size, points, room, FOLD_NFKC_CASEFOLD);
  assert(count == room); /* the same text, asked twice */
  utf8proc_ssize_t used = utf8proc_reencode(points, count, FOLD_NFKC_CASEFOLD);
  if (used < 0) return text;
  assert((size_t)used <= (size_t)room * sizeof *points);
  return (Text){(char *)points, (size_t)used};
}
