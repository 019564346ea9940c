/*
** letter.h: letter case and white space of all scripts.
**
** For values that are kept and shown. What is only compared is folded (fold.h),
** which goes further.
*/
#ifndef SCIM_LETTER_H
#define SCIM_LETTER_H

#include "arena.h"

/* The text with every letter in lower or upper case, one for one as Unicode has
** it: sharp s stays what it is in upper case, and no locale is asked. Text that
** is not UTF-8 is returned as it is. The result is in the arena, or is the text
** itself. */
Text letter_lower_case(Arena *arena, Text text);
Text letter_upper_case(Arena *arena, Text text);

/* The text without white space and control characters at its ends, of any
** script: a no-break space too. A slice of the text. */
Text letter_trim(Text text);

/* What a character is where only some count, as in the number of a phone. */
typedef enum LetterKind {
  LETTER_OTHER,
  LETTER_SPACE,  /* and control characters */
  LETTER_DASH,   /* of any length */
  LETTER_UNSEEN, /* format characters: marks of the direction of text */
  LETTER_NONE    /* the text does not begin with one: it is no UTF-8 */
} LetterKind;

/* The kind of the character that the text begins with, and its size in bytes,
** which is at least 1. The text must not be empty. */
LetterKind letter_kind(Text text, size_t *size);

#endif
