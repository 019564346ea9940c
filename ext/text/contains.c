/*
** contains.c: the two-way search of Crochemore and Perrin (1991).
**
** HOW IT WORKS
**
** To compare the part at each place of the text costs the product of their
** sizes in the worst case: 8 KiB of a filter against 64 KiB of a value are half
** a billion steps. Here it is their sum.
**
** The part is cut in two where its halves have least to do with each other (a
** critical factorization, which comes from its last suffix in the order of
** bytes, or in the reverse order). At each place of the text the right half is
** compared first, from left to right. Where it differs after some bytes, the
** part moves on by as many, for none of the places in between can do. Where it
** does not, the left half is compared; if that differs, the part moves on by
** its period.
**
**   part   abaaba, cut as ab|aaba, period 3
**   text   abacabaaba
**          ab|aaba         differs at the second byte of the right half
**            ab|aaba       moves on by 2 …
**
** A part that repeats itself (its left half comes again one period later) could
** be compared with the same bytes again and again. So it is noted how much of
** it is known to be there after a move by its period.
*/
#include "contains.h"

#include <stdint.h>

/* A part that is looked for. */
typedef struct ContainsPart {
  const char *data;
  size_t size;
  size_t cut;    /* where the right half begins */
  size_t period; /* by how much it moves on when only the left half differs */
  bool repeats;  /* is that its period? Then what was seen is kept in mind */
} ContainsPart;

/* Is the byte before the other one, in their order or in the reverse one? */
static bool contains_before(char a, char b, bool reverse) {
  unsigned char left = (unsigned char)a, right = (unsigned char)b;
  return reverse ? left > right : left < right;
}

/* Where the suffix of the part begins that comes last in the order, and its
** period. `start` is the last one so far, and `other` a later beginning, of
** which `same` bytes are known to be as those of the first. */
static size_t contains_last_suffix(Text part, bool reverse, size_t *period) {
  size_t start = 0, other = 1, same = 0;
  *period = 1;
  while (other + same < part.size) {
    char a = part.data[other + same], b = part.data[start + same];
    if (a == b) {
      bool whole = ++same == *period;
      if (!whole) continue;
      other += *period;
      same = 0;
    } else if (contains_before(a, b, reverse)) {
      other += same + 1;
      same = 0;
      *period = other - start;
    } else {
      start = other++;
      same = 0;
      *period = 1;
    }
  }
  return start;
}

/* Cuts the part: of the two last suffixes the shorter is the right half. */
static ContainsPart contains_cut(Text part) {
  size_t period, reverse_period;
  size_t cut = contains_last_suffix(part, false, &period);
  size_t reverse_cut = contains_last_suffix(part, true, &reverse_period);
  if (reverse_cut >= cut) {
    cut = reverse_cut;
    period = reverse_period;
  }
  ContainsPart result = {part.data, part.size, cut, period, false};
  assert(cut < part.size && cut + period <= part.size);
  result.repeats = !memcmp(part.data, part.data + period, cut);
  if (result.repeats) return result;
  size_t rest = part.size - cut;
  result.period = (cut > rest ? cut : rest) + 1;
  return result;
}

/* Looks at one place. True when the part is there, else by how much to move on.
** *known bytes of the part are known to be there, from its first. */
static bool contains_at(const ContainsPart *part, const char *place,
                        size_t *known, size_t *move) {
  size_t i = part->cut > *known ? part->cut : *known;
  while (i < part->size && part->data[i] == place[i]) i++;
  if (i < part->size) {
    *move = i - part->cut + 1;
    *known = 0;
    return false;
  }
  for (i = part->cut; i > *known && part->data[i - 1] == place[i - 1];) i--;
  *move = part->period;
  bool found = i <= *known;
  *known = part->repeats ? part->size - part->period : 0;
  return found;
}

/* memchr finds where the part may begin at all, faster than anything written
** here; the search by two halves goes on from there. */
bool contains_part(Text text, Text part) {
  if (part.size > text.size) return false;
  if (!part.size) return true;
  const char *first =
      memchr(text.data, part.data[0], text.size - part.size + 1);
  if (!first || part.size == 1) return first != NULL;
  ContainsPart cut = contains_cut(part);
  size_t at = (size_t)(first - text.data), known = 0, move;
  while (at + part.size <= text.size) {
    if (contains_at(&cut, text.data + at, &known, &move)) return true;
    at += move;
  }
  return false;
}
