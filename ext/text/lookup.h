/*
** lookup.h: texts of several kinds, and the numbers that they stand for, found
** by text.
**
** For what is put together once from a large table, and added to now and then:
** no hash is needed, whose worst case somebody could choose.
*/
#ifndef SCIM_LOOKUP_H
#define SCIM_LOOKUP_H

#include "arena.h"

typedef struct LookupEntry {
  int kind; /* texts are looked for within one */
  Text text;
  size_t number; /* what the text stands for */
} LookupEntry;

typedef struct Lookup {
  Arena *arena; /* where the entries are; their texts are the caller's */
  LookupEntry *entries;
  size_t count, capacity;
  size_t sorted;     /* so many came first, and the rest later: each in order */
  LookupEntry *late; /* room to merge them */
  bool built;
} Lookup;

/* A lookup without entries. */
static inline Lookup lookup_new(Arena *arena) {
  return (Lookup){.arena = arena};
}

/* Adds an entry. Before lookup_build it cannot be found. */
void lookup_add(Lookup *lookup, LookupEntry entry);

/* Sorts what was added. Called once, when most of it is there: from then on an
** entry is found as soon as it is added, and may be added at any time, but
** within a search. */
void lookup_build(Lookup *lookup);

/* A search: the entries of a kind that have the text, one after the other; each
** entry once, in the order of the numbers among those that came first. */
typedef struct LookupSearch {
  const Lookup *lookup;
  int kind;
  Text text;
  size_t at, end; /* the entry to look at next, and where its part ends */
} LookupSearch;

LookupSearch lookup_search(const Lookup *lookup, int kind, Text text);

/* The next entry, or NULL. */
const LookupEntry *lookup_next(LookupSearch *search);

#endif
