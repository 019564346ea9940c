/*
** letter.c: letter case and white space of all scripts, by utf8proc.
**
** HOW IT WORKS
**
** A text goes through character by character: each is read, mapped, and written
** at the end of a buffer, since a mapped character may be longer than the one
** that it comes from. The mapping is the simple one of Unicode, of one
** character to one; that of a whole word, where "ß" becomes "SS", would need
** the language as well, since Turkish has rules of its own.
**
** Like fold.c, this depends on the version of Unicode that utf8proc knows, and
** on nothing else of the machine.
*/
#include "letter.h"

#include <utf8proc.h>

#include "buffer.h"

typedef utf8proc_int32_t (*LetterMap)(utf8proc_int32_t point);

/* The character that the text begins with; its size, or 0 for no UTF-8. */
static size_t letter_read(Text text, utf8proc_int32_t *point) {
  utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text.data,
                                           (utf8proc_ssize_t)text.size, point);
  assert(used <= (utf8proc_ssize_t)text.size);
  return used > 0 ? (size_t)used : 0;
}

/* What is not UTF-8 has no letters that could be told from each other. */
static Text letter_map(Arena *arena, Text text, LetterMap map) {
  if (!text.size) return text;
  Buffer out = buffer_new(arena);
  for (Text rest = text; rest.size;) {
    utf8proc_int32_t point;
    size_t used = letter_read(rest, &point);
    if (!used) return text;
    rest = text_after(rest, used);
    utf8proc_uint8_t mapped[4];
    utf8proc_ssize_t size = utf8proc_encode_char(map(point), mapped);
    buffer_add(&out, (Text){(const char *)mapped, (size_t)size});
  }
  return buffer_text(&out);
}

Text letter_lower_case(Arena *arena, Text text) {
  return letter_map(arena, text, utf8proc_tolower);
}

Text letter_upper_case(Arena *arena, Text text) {
  return letter_map(arena, text, utf8proc_toupper);
}

/* What is no UTF-8 is passed over byte by byte, so that a loop over the
** characters of any text comes to an end. */
LetterKind letter_kind(Text text, size_t *size) {
  utf8proc_int32_t point;
  assert(text.size);
  *size = letter_read(text, &point);
  if (!*size) {
    *size = 1;
    return LETTER_NONE;
  }
  switch (utf8proc_category(point)) {
  case UTF8PROC_CATEGORY_ZS:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
  case UTF8PROC_CATEGORY_CC:
    return LETTER_SPACE;
  case UTF8PROC_CATEGORY_PD:
    return LETTER_DASH;
  case UTF8PROC_CATEGORY_CF:
    return LETTER_UNSEEN;
  default:
    return LETTER_OTHER;
  }
}

/* Where the last character that is no space ends is known when all have been
** looked at: UTF-8 reads forward only. */
Text letter_trim(Text text) {
  size_t start = text.size, end = 0, size;
  for (size_t at = 0; at < text.size; at += size) {
    if (letter_kind(text_after(text, at), &size) == LETTER_SPACE) continue;
    if (start == text.size) start = at;
    end = at + size;
  }
  return end ? text_between(text, start, end) : text_first(text, 0);
}
