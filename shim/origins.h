/*
** origins.h: how many connections there are from each address.
**
** An origin is an address of IPv4, or the first 64 bits of one of IPv6: whoever
** has one address there has them all (RFC 6177). Not locked: the caller does.
*/
#ifndef SHIM_ORIGINS_H
#define SHIM_ORIGINS_H

#include <stdint.h>
#include <sys/socket.h>

#include "ring.h"

typedef struct Origin {
  uint64_t key;        /* what the addresses have in common */
  long connections;    /* from there; an origin without any is forgotten */
  Link parked;         /* those that have no head yet, oldest first */
  Link ready;          /* those that wait for a thread, oldest first */
  Link turn;           /* among the origins that have such */
  struct Origin *next; /* of the same bucket, or free */
} Origin;

typedef struct Origins Origins;

/* What the addresses of one origin have in common, and with no other. */
uint64_t origins_key(const struct sockaddr *address);

/* Room for so many origins. Returns NULL without memory. */
Origins *origins_new(long most);
void origins_free(Origins *origins);

/* Counts one more from this address. Returns its origin, NULL if there is no
** room for another one. */
Origin *origins_add(Origins *origins, const struct sockaddr *address);

/* Counts one less. The last one takes the origin with it. */
void origins_remove(Origins *origins, Origin *origin);

#endif
