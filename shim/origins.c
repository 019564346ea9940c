/*
** origins.c: see origins.h.
**
** A hash table with all its memory taken at the start: as many origins as there
** may be connections. The pages of it that are never used cost nothing. The
** hash is salted, since a stranger chooses which bucket he is in.
*/
#define _GNU_SOURCE /* getentropy */
#include "origins.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Origins {
  uint64_t salt;
  size_t mask; /* buckets, a power of two, less one */
  Origin **buckets;
  Origin *items;  /* all of them */
  Origin *unused; /* those that nobody has, by next */
  long fresh;     /* the first of those that nobody has ever had */
  long most;
};

/* Twice as many buckets as origins at most, and at least as many. */
Origins *origins_new(long most) {
  Origins *origins = calloc(1, sizeof *origins);
  if (!origins) return NULL;
  size_t buckets = 16;
  while (buckets < (size_t)most) buckets *= 2;
  origins->mask = buckets - 1;
  origins->most = most;
  origins->buckets = calloc(buckets, sizeof *origins->buckets);
  origins->items = calloc((size_t)most, sizeof *origins->items);
  if (origins->buckets && origins->items &&
      getentropy(&origins->salt, sizeof origins->salt) == 0)
    return origins;
  origins_free(origins);
  return NULL;
}

void origins_free(Origins *origins) {
  if (!origins) return;
  free(origins->buckets);
  free(origins->items);
  free(origins);
}

/* An address of IPv4 in the form of IPv6 (RFC 4291 section 2.5.5.2) is one of
** IPv4. Those begin with what begins no sender's address of IPv6 (section 2.7:
** a group's). */
uint64_t origins_key(const struct sockaddr *address) {
  static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
  const void *at = address;
  const struct sockaddr_in *v4 = at;
  const struct sockaddr_in6 *v6 = at;
  const unsigned char *bytes = v6->sin6_addr.s6_addr;
  unsigned char key[8] = {0xff};
  if (address->sa_family == AF_INET6 && memcmp(bytes, mapped, 12) != 0)
    memcpy(key, bytes, 8);
  else if (address->sa_family == AF_INET6)
    memcpy(key + 4, bytes + 12, 4);
  else if (address->sa_family == AF_INET)
    memcpy(key + 4, &v4->sin_addr, 4);
  uint64_t number;
  memcpy(&number, key, sizeof number);
  return number;
}

/* Multiplication spreads each bit upwards, so the upper half is the better
** one. */
static Origin **origins_find_bucket(Origins *origins, uint64_t key) {
  uint64_t hash = (key ^ origins->salt) * 0x9e3779b97f4a7c15u;
  hash ^= hash >> 29;
  hash *= 0xbf58476d1ce4e5b9u;
  return &origins->buckets[(hash >> 32) & origins->mask];
}

/* One that was given back, or else one that was never used. */
static Origin *origins_take(Origins *origins) {
  Origin *origin = origins->unused;
  if (origin)
    origins->unused = origin->next;
  else if (origins->fresh < origins->most)
    origin = &origins->items[origins->fresh++];
  return origin;
}

/* A new origin comes first in its bucket: it is the one that is likely to be
** asked for next. */
Origin *origins_add(Origins *origins, const struct sockaddr *address) {
  uint64_t key = origins_key(address);
  Origin **bucket = origins_find_bucket(origins, key);
  Origin *origin = *bucket;
  while (origin && origin->key != key) origin = origin->next;
  if (!origin) {
    origin = origins_take(origins);
    if (!origin) return NULL;
    origin->key = key;
    origin->connections = 0;
    ring_init(&origin->parked);
    ring_init(&origin->ready);
    origin->next = *bucket;
    *bucket = origin;
  }
  origin->connections++;
  return origin;
}

/* It is in its bucket: what is counted there was added. */
void origins_remove(Origins *origins, Origin *origin) {
  assert(origin->connections > 0);
  if (--origin->connections > 0) return;
  assert(ring_is_empty(&origin->parked) && ring_is_empty(&origin->ready));
  assert(!ring_holds(&origin->turn));
  Origin **at = origins_find_bucket(origins, origin->key);
  while (*at != origin) at = &(*at)->next;
  *at = origin->next;
  origin->next = origins->unused;
  origins->unused = origin;
}
