/*
** ring.c: see ring.h.
**
** The ring is closed through its own link, so that the first and the last
** member are no special cases.
*/
#include "ring.h"

#include <assert.h>

void ring_init(Link *ring) { ring->next = ring->before = ring; }

bool ring_is_empty(const Link *ring) { return ring->next == ring; }

void ring_append(Link *ring, Link *link) {
  link->next = ring;
  link->before = ring->before;
  ring->before->next = link;
  ring->before = link;
}

/* What is not in a ring any more points nowhere: a second removal, which would
** mend a ring that has changed, is a mistake that shows. */
void ring_remove(Link *link) {
  assert(link->next && link->before);
  link->before->next = link->next;
  link->next->before = link->before;
  link->next = link->before = NULL;
}

bool ring_holds(const Link *link) { return link->next != NULL; }
