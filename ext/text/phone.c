/*
** phone.c: the E.164 form of a phone number.
**
** HOW IT WORKS
**
** Digits are collected, and what may stand between them is passed over; the
** first character that is neither ends it: a letter, a second plus, the ";" or
** "x" of an extension. What is left out is what directories are full of, also
** the dashes and no-break spaces of typography, and the marks of direction that
** come along when a number is copied out of an address book.
**
** Nobody is called by a number that was put right by a guess. So there is no
** country that would be added, and "+44 (0)20 …" is refused: the 0 is dialled
** within Britain only, whereas that of "+39 06 …" is part of the number.
*/
#include "phone.h"

#include "letter.h"

#define PHONE_LEAST 8 /* digits: shorter numbers are a country's own */
#define PHONE_MOST 15 /* ITU-T E.164 section 6.1 */

/* The size of what stands between digits at the front of the text, or 0. */
static size_t phone_separator(Text text) {
  static const char marks[] = {'.', '/', '(', ')'};
  size_t size;
  LetterKind kind = letter_kind(text, &size);
  if (kind == LETTER_SPACE || kind == LETTER_DASH || kind == LETTER_UNSEEN)
    return size;
  return memchr(marks, *text.data, sizeof marks) ? size : 0;
}

/* Passes over all of them. */
static Text phone_skip(Text text) {
  size_t size;
  while (text.size && (size = phone_separator(text)))
    text = text_after(text, size);
  return text;
}

/* Has it a 0 in brackets of its own? */
static bool phone_has_trunk(Text text) {
  for (; text.size; text = text_after(text, 1))
    if (text_begins(text, TEXT("(0)"))) return true;
  return false;
}

/* Up to the plus, which must be there. */
static bool phone_begins(Text *text) {
  *text = phone_skip(*text);
  if (text_begins(*text, TEXT("tel:")))
    *text = phone_skip(text_after(*text, 4));
  if (!text->size || *text->data != '+') return false;
  *text = phone_skip(text_after(*text, 1));
  return true;
}

/* The digits are collected behind the plus, in room for the longest number; one
** digit more makes the text no number. The first is that of a country code, of
** which none begins with 0. */
bool phone_e164(Arena *arena, Text text, Text *number) {
  char digits[PHONE_MOST + 1] = "+";
  size_t count = 0;
  if (phone_has_trunk(text) || !phone_begins(&text)) return false;
  for (; text.size; text = phone_skip(text)) {
    if (!text_is_digit(*text.data) || count == PHONE_MOST) return false;
    digits[++count] = *text.data;
    text = text_after(text, 1);
  }
  if (count < PHONE_LEAST || digits[1] == '0') return false;
  *number = arena_copy(arena, (Text){digits, count + 1});
  return true;
}
