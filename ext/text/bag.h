/*
** bag.h: JSON values found by a hash.
**
** Whoever uses it says by which hash values are found, and compares those that
** have the same. A hash whose worst case somebody can choose is a risk: so the
** comparisons are counted (model/budget.h), or what is compared is bounded.
*/
#ifndef SCIM_BAG_H
#define SCIM_BAG_H

#include <stdint.h>

#include "json.h"

typedef struct BagEntry BagEntry;

typedef struct Bag {
  Arena *arena;
  BagEntry *entries; /* NULL: there is nothing in it, and never was */
  size_t count, capacity;
} Bag;

/* A bag without values. */
static inline Bag bag_new(Arena *arena) { return (Bag){arena, NULL, 0, 0}; }

/* Takes all values out, and keeps the room. */
void bag_clear(Bag *bag);

void bag_add(Bag *bag, uint64_t hash, Json *value);

/* A search for the values with the hash, one after the other, in the order in
** which they were added. No other one is added meanwhile. */
typedef struct BagSearch {
  const Bag *bag;
  uint64_t hash;
  size_t at;
} BagSearch;

BagSearch bag_search(const Bag *bag, uint64_t hash);

/* The next value, or NULL. */
Json *bag_next(BagSearch *search);

/* Hashes: of a text after another hash (to begin with, any number), and of a
** whole value, the same for what is json_equal. For neither does the case of
** ASCII letters count. */
uint64_t bag_hash_text(uint64_t hash, Text text);
uint64_t bag_hash(const Json *value);

#endif
