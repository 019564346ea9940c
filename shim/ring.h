/*
** ring.h: a list that its members carry themselves.
**
** A ring is a Link of its own, and so is each member: adding and removing takes
** a few assignments, no memory, and no search.
*/
#ifndef SHIM_RING_H
#define SHIM_RING_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Link {
  struct Link *next, *before;
} Link;

/* The structure of this type that has the link as that member. */
#define RING_OWNER(type, member, link)                                         \
  ((type *)(void *)((char *)(link)-offsetof(type, member)))

/* An empty ring. */
void ring_init(Link *ring);

bool ring_is_empty(const Link *ring);

/* Adds at the end: the first is the oldest. */
void ring_append(Link *ring, Link *link);

/* Takes a member out of whatever ring it is in. */
void ring_remove(Link *link);

/* Is it in one? A link that has never been in a ring must be zero. */
bool ring_holds(const Link *link);

#endif
