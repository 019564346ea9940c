/*
** memo.h: the keys of texts that have been seen, each made once.
*/
#ifndef SCIM_MEMO_H
#define SCIM_MEMO_H

#include "key.h"

typedef struct MemoEntry MemoEntry;

/* Lasts as long as the operation, or as the memory of its arena from when it
** was new: texts are known by their place. */
typedef struct Memo {
  Operation *operation;
  MemoEntry *entries; /* a hash table, by the place of the text */
  size_t count, capacity;
} Memo;

static inline Memo memo_new(Operation *operation) {
  return (Memo){operation, NULL, 0, 0};
}

/* What key_of says of a value, and key_of_text of a text. */
bool memo_key(Memo *memo, const Attribute *attribute, const Json *value,
              Key *key);
Key memo_text(Memo *memo, const Attribute *attribute, Text text);

#endif
