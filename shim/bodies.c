/*
** bodies.c: see bodies.h.
**
** HOW IT WORKS
**
** As many threads as there are may each read a body of the largest size at the
** same time: with 64 of them and 16 MiB that is a gigabyte, from clients who
** need do no more than send slowly. So the bytes are counted before they are
** read. Whoever comes when there are no more is told to come again; to wait
** for some would take a thread from those who need none.
**
** One number, changed by addition alone: what is taken too much is given back
** at once, so that two who come together may both be refused though one of
** them had found room, and never both be let in.
*/
#include "bodies.h"

#include <assert.h>
#include <stdatomic.h>

static long long bodies_most;
static atomic_llong bodies_sum;

void bodies_configure(long most) { bodies_most = most; }

bool bodies_take(size_t size) {
  long long before = atomic_fetch_add(&bodies_sum, (long long)size);
  if (before + (long long)size <= bodies_most) return true;
  bodies_give(size);
  return false;
}

void bodies_give(size_t size) {
  long long before = atomic_fetch_sub(&bodies_sum, (long long)size);
  assert(before >= (long long)size);
  (void)before;
}

long long bodies_taken(void) { return atomic_load(&bodies_sum); }
