/*
** right.c: one table of words, and what each of them gives.
**
** HOW IT WORKS
**
** Rights are bits, and a scope is a word for some of them. The widest words
** come first in the table: to write rights down, each word whose bits are all
** there is taken, and its bits are done with. So "users:read" of one who may
** read everything is never said beside "read".
**
** An unknown word gives nothing. Where somebody asks for it, that is a mistake
** to be told; where it is stored, by a later version or by hand, a token must
** have no right because of a word that nobody here understands.
*/
#include "right.h"

#include "../text/buffer.h"

static const struct RightWord {
  const char *word;
  unsigned rights;
} right_table[] = {
    {"read", RIGHT_READ},
    {"write", RIGHT_WRITE},
    {"users:read", RIGHT_USERS_READ},
    {"users:write", RIGHT_USERS_WRITE},
    {"groups:read", RIGHT_GROUPS_READ},
    {"groups:write", RIGHT_GROUPS_WRITE},
    {"admin", RIGHT_ADMIN},
};

#define RIGHT_WORDS (sizeof right_table / sizeof *right_table)

/* The rights of one word, as it is written: scopes are compared in their case
** (RFC 6749 section 3.3). 0 for a word that is none. */
static unsigned right_of_word(Text word) {
  for (size_t i = 0; i < RIGHT_WORDS; i++)
    if (text_equal(word, text_of(right_table[i].word)))
      return right_table[i].rights;
  return 0;
}

/* Two blanks in a row have a word between them that is empty, and so none. */
bool right_read(Text words, unsigned *rights) {
  bool known = true;
  *rights = 0;
  while (words.size) {
    unsigned given = right_of_word(text_cut(&words, ' '));
    *rights |= given;
    known = known && given;
  }
  return known;
}

/* Rights that no word has by itself (those of other types) are left out: they
** are never there without the words that have them. */
Text right_words(Arena *arena, unsigned rights) {
  Buffer buffer = buffer_new(arena);
  unsigned left = rights;
  for (size_t i = 0; i < RIGHT_WORDS; i++) {
    unsigned given = right_table[i].rights;
    if ((rights & given) != given || !(left & given)) continue;
    if (buffer.size) buffer_char(&buffer, ' ');
    buffer_string(&buffer, right_table[i].word);
    left &= ~given;
  }
  return buffer_text(&buffer);
}

/* By the name of the type, whatever its endpoint is: names are what definitions
** are called by, and cannot be taken twice. */
unsigned right_of_type(Text type, bool reads) {
  if (text_same(type, TEXT("User")))
    return reads ? RIGHT_USERS_READ : RIGHT_USERS_WRITE;
  if (text_same(type, TEXT("Group")))
    return reads ? RIGHT_GROUPS_READ : RIGHT_GROUPS_WRITE;
  return reads ? RIGHT_OTHERS_READ : RIGHT_OTHERS_WRITE;
}

/* The narrowest word that has it, which is the last in the table. */
const char *right_name(unsigned right) {
  const char *name = "";
  for (size_t i = 0; i < RIGHT_WORDS; i++)
    if ((right_table[i].rights & right) == right) name = right_table[i].word;
  return name;
}
