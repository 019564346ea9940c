/*
** share.h: places that the tenants share, so that none can have all of them
** while another wants one.
**
** Tenants are keys (rates.h); those whom nobody knows are one tenant, 0. Every
** function may be called from any thread.
*/
#ifndef SHIM_SHARE_H
#define SHIM_SHARE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Tenants who had a turn are remembered by so many bits of their keys. */
#define SHARE_TURNS 64

typedef struct ShareWaiter ShareWaiter; /* share.c */

typedef struct ShareHolder {
  uint64_t tenant;
  long held; /* places; 0: this is nobody */
} ShareHolder;

typedef struct Share {
  pthread_mutex_t mutex;            /* guards all of it */
  long places;                      /* how many there are, */
  long free;                        /* and nobody has; above 0 nobody waits */
  ShareHolder *holders;             /* as many as places: who has them */
  long most;                        /* how many may wait */
  long waiting;                     /* and do */
  ShareWaiter *first;               /* of them, the one that came last first */
  unsigned long granted;            /* how many were, ever */
  unsigned long turns[SHARE_TURNS]; /* of these, each tenant's last one */
} Share;

/* Whom somebody waits for: has he gone meanwhile? */
typedef struct ShareClient {
  bool (*gone)(void *client); /* NULL: nobody who could */
  void *client;
} ShareClient;

/* How waiting ends. */
typedef enum ShareEnd {
  SHARE_HAS,  /* with a place */
  SHARE_FULL, /* too many wait, or have for too long */
  SHARE_GONE  /* the client has gone */
} ShareEnd;

/* Returns false without memory. At most `most` may wait at a time. */
bool share_init(Share *share, long places, long most);
void share_free(Share *share);

/* Takes a place if one is free. */
bool share_enter(Share *share, uint64_t tenant);

/* Waits for a place, until then (moment.h) at most. */
ShareEnd share_wait(Share *share, uint64_t tenant, long long until,
                    ShareClient client);

/* Gives a place of the tenant's back. */
void share_leave(Share *share, uint64_t tenant);

/* The same if a tenant waits who would still not have more than this one then.
** Whoever holds a place for long has to ask. */
bool share_yield(Share *share, uint64_t tenant);

#endif
