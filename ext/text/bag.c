/*
** bag.c: JSON values found by a hash.
**
** HOW IT WORKS
**
** A table of entries, at most half full, whose size is a power of two. An entry
** stands where its hash says, or behind that at the first place that was free.
** Values with one hash therefore stand in the order in which they came, and a
** search for them ends at the first free place.
**
** A hash takes eight bytes at a time. The bit that tells small letters from
** capitals is set in all of them, which makes some other characters the same as
** well: that is for the comparison to find out.
*/
#include "bag.h"

struct BagEntry {
  Json *value; /* NULL: the entry is free */
  uint64_t hash;
};

static size_t bag_place(uint64_t hash) { return (size_t)hash; }

/* Puts an entry into the table, which has room. */
static void bag_put(Bag *bag, BagEntry entry) {
  size_t at = bag_place(entry.hash);
  while (bag->entries[at & (bag->capacity - 1)].value) at++;
  bag->entries[at & (bag->capacity - 1)] = entry;
}

/* Doubles the table. The entries of one hash may stand in two pieces, at the
** end of the old one and at its beginning: so it is gone through from behind
** the first free place, of which there is one. */
static void bag_grow(Bag *bag) {
  const BagEntry *old = bag->entries;
  size_t before = bag->capacity, start = 0;
  bag->capacity = before ? 2 * before : 16;
  bag->entries = arena_array(bag->arena, bag->capacity, sizeof *bag->entries);
  while (start < before && old[start].value) start++;
  for (size_t i = 0; i < before; i++) {
    BagEntry entry = old[(start + i) & (before - 1)];
    if (entry.value) bag_put(bag, entry);
  }
}

void bag_clear(Bag *bag) {
  if (bag->count) memset(bag->entries, 0, bag->capacity * sizeof *bag->entries);
  bag->count = 0;
}

void bag_add(Bag *bag, uint64_t hash, Json *value) {
  BagEntry entry = {value, hash};
  assert(value);
  if (2 * (bag->count + 1) > bag->capacity) bag_grow(bag);
  bag_put(bag, entry);
  bag->count++;
}

BagSearch bag_search(const Bag *bag, uint64_t hash) {
  return (BagSearch){bag, hash, bag_place(hash)};
}

Json *bag_next(BagSearch *search) {
  const Bag *bag = search->bag;
  while (bag->count) {
    BagEntry entry = bag->entries[search->at++ & (bag->capacity - 1)];
    if (!entry.value) break;
    if (entry.hash == search->hash) return entry.value;
  }
  return NULL;
}

/* A product carries each bit to those above it, and the upper half of the sum
** is brought down to the lower, from which the place is taken. */
static uint64_t bag_mix(uint64_t hash, uint64_t bytes) {
  hash = (hash ^ (bytes | 0x2020202020202020u)) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 32;
}

/* Eight bytes at a time, and the rest as one number. The size goes in first: a
** text and the same with zeros behind it have hashes of their own. */
uint64_t bag_hash_text(uint64_t hash, Text text) {
  uint64_t bytes;
  hash ^= text.size;
  for (; text.size >= sizeof bytes; text = text_after(text, sizeof bytes)) {
    memcpy(&bytes, text.data, sizeof bytes);
    hash = bag_mix(hash, bytes);
  }
  bytes = 0;
  if (text.size) memcpy(&bytes, text.data, text.size);
  return bag_mix(hash, bytes);
}

/* The order of members does not count, so that their hashes are added up.
** Recurses as deep as JSON goes (JSON_DEPTH). */
uint64_t bag_hash(const Json *value) {
  uint64_t hash = bag_hash_text((uint64_t)value->type, value->text);
  JSON_EACH (item, value) {
    uint64_t part = bag_hash(item);
    if (value->type == JSON_OBJECT)
      hash += bag_hash_text(part, item->name);
    else
      hash = hash * 31 + part;
  }
  return hash;
}
