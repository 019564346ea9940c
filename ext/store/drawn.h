/*
** drawn.h: what an operation draws that no statement says: the clock,
** randomness, and what else only this machine knows.
*/
#ifndef SCIM_DRAWN_H
#define SCIM_DRAWN_H

#include "../text/operation.h"

/* Bits of operation->drawn. */
enum {
  DRAWN_NOW = 1,       /* the clock, as no option `now` was given */
  DRAWN_ID = 2,        /* a random id; option `id` */
  DRAWN_RANDOM = 4,    /* random bits; option `random` */
  DRAWN_DIGEST = 8,    /* a secret; option `digest` */
  DRAWN_ELSEWHERE = 16 /* what another file says */
};

/* What is said where an option is missing. */
#define DRAWN_NEEDS "this database is replicated: the option '%s' is needed"

/* The time that was given; without one that of the clock, which is noted. */
Text drawn_now(Operation *operation, Text given);

/* Is the database one that is replicated, as it says itself? */
bool drawn_is_refused(Operation *operation);

/* Refuses to write what was drawn where the database is replicated, and names
** the option that was to say it. Of a set of schemas that is held. */
void drawn_check(Operation *operation);

#endif
