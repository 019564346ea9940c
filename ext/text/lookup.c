/*
** lookup.c: texts found by bisection.
**
** HOW IT WORKS
**
** Entries are an array, sorted by kind and text. Those that come after it was
** sorted stand behind it, sorted by themselves: an entry is put in its place
** among them, which moves a few thousand at most. When they are that many, both
** parts are merged from behind, in place but for a copy of the later ones. So
** 100,000 more entries cost 50 merges, and not 100,000 times half of the array;
** and a search is two bisections.
*/
#include "lookup.h"

#include <stdlib.h>

#define LOOKUP_LATE 2000 /* entries by themselves before they are merged */

static int lookup_compare_text(const LookupEntry *entry, int kind, Text text) {
  if (entry->kind != kind) return entry->kind < kind ? -1 : 1;
  return text_compare(entry->text, text);
}

/* In the order of the numbers where all else is the same. */
static int lookup_compare(const void *left, const void *right) {
  const LookupEntry *a = left, *b = right;
  int order = lookup_compare_text(a, b->kind, b->text);
  if (order) return order;
  return a->number < b->number ? -1 : a->number > b->number;
}

/* The first entry of a part that is not before the text. */
static size_t lookup_bisect(const Lookup *lookup, size_t low, size_t high,
                            int kind, Text text) {
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (lookup_compare_text(&lookup->entries[middle], kind, text) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/*
** Adding.
*/

/* Merges the later entries with those before, from behind. */
static void lookup_merge(Lookup *lookup) {
  LookupEntry *entries = lookup->entries;
  size_t left = lookup->sorted, at = lookup->count, late = at - left;
  if (!lookup->late)
    lookup->late =
        arena_array(lookup->arena, LOOKUP_LATE, sizeof *lookup->late);
  assert(late <= LOOKUP_LATE);
  memcpy(lookup->late, entries + left, late * sizeof *entries);
  while (late) {
    const LookupEntry *last = &lookup->late[late - 1];
    bool first = left && lookup_compare(&entries[left - 1], last) > 0;
    entries[--at] = first ? entries[--left] : lookup->late[--late];
  }
  lookup->sorted = lookup->count;
}

/* At the end before all is sorted, and then in its place among the later. */
void lookup_add(Lookup *lookup, LookupEntry entry) {
  size_t count = lookup->count, at = count;
  lookup->entries = arena_more(lookup->arena, lookup->entries, count,
                               &lookup->capacity, sizeof entry);
  if (lookup->built)
    at = lookup_bisect(lookup, lookup->sorted, count, entry.kind, entry.text);
  LookupEntry *place = &lookup->entries[at];
  memmove(place + 1, place, (count - at) * sizeof entry);
  *place = entry;
  lookup->count++;
  if (lookup->built && lookup->count - lookup->sorted == LOOKUP_LATE)
    lookup_merge(lookup);
}

void lookup_build(Lookup *lookup) {
  assert(!lookup->built);
  if (lookup->count)
    qsort(lookup->entries, lookup->count, sizeof *lookup->entries,
          lookup_compare);
  lookup->sorted = lookup->count;
  lookup->built = true;
}

/*
** Finding.
*/

/* Begins among the entries that came first. */
LookupSearch lookup_search(const Lookup *lookup, int kind, Text text) {
  size_t end = lookup->sorted;
  return (LookupSearch){lookup, kind, text,
                        lookup_bisect(lookup, 0, end, kind, text), end};
}

/* Behind those that came first come the later ones. */
const LookupEntry *lookup_next(LookupSearch *search) {
  const Lookup *lookup = search->lookup;
  for (;;) {
    if (search->at < search->end &&
        !lookup_compare_text(&lookup->entries[search->at], search->kind,
                             search->text))
      return &lookup->entries[search->at++];
    if (search->end == lookup->count) return NULL;
    search->at = lookup_bisect(lookup, search->end, lookup->count, search->kind,
                               search->text);
    search->end = lookup->count;
  }
}
