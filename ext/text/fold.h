/*
** fold.h: the form in which text is compared when case does not count.
*/
#ifndef SCIM_FOLD_H
#define SCIM_FOLD_H

#include "arena.h"

/* NFKC_Casefold of Unicode (Unicode 5.18.4, by utf8proc): case folded,
** compatibility characters replaced, composed, default ignorable characters
** left out. So sharp s equals "ss", full width equals half width, NFD equals
** NFC, final sigma equals sigma; dotless i stays itself. Text that is not
** UTF-8 is returned as it is. The result lives in the arena, or is the text
** itself. */
Text fold(Arena *arena, Text text);

#endif
