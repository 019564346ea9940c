/*
** share.h: where there are many cases of a kind, one of so many is tried:
** SHARE says of how many, and without it all are (tests/run.sh).
*/
#ifndef SCIM_TEST_SHARE_H
#define SCIM_TEST_SHARE_H

#include <stdlib.h>

static inline long one_of(void) {
  const char *told = getenv("SHARE");
  return told && atol(told) > 1 ? atol(told) : 1;
}

#endif
