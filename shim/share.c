/*
** share.c: see share.h.
**
** HOW IT WORKS
**
** A tenant may have all places as long as nobody else wants one: most services
** have one tenant, or one that is at work. Whoever waits is given a place by
** three rules, the first that tells two apart:
**
**     the tenant that has fewest; the tenant whose last turn is longest ago;
**     who came first
**
** so that tenants have turns, however many wait of each. That would not help
** one who finds all places taken for long: so whoever has one asks now and
** then, and gives it up to a tenant that has two fewer (share_yield). It is
** given in the same moment: of five who ask at once only as many give way as
** there are others who want to. In the end no tenant that waits has fewer than
** another by more than one.
**
** Who waits has a thread, of which there are few. When `most` wait, somebody is
** told at once to come again: the newcomer, or the last one of the tenant that
** has most who wait, if these are more than the newcomer's would be.
**
** Lists are short, and walked through: places are half of the readers, and
** those who wait half of the threads.
*/
#define _POSIX_C_SOURCE 200809L
#include "share.h"

#include <assert.h>
#include <stdlib.h>

#include "moment.h"

/* Between two looks whether the client is there. */
#define SHARE_LISTEN (100 * MOMENT_MILLISECOND)

typedef enum ShareState { SHARE_WAITS, SHARE_GIVEN, SHARE_REFUSED } ShareState;

/* On the stack of the thread that waits. */
struct ShareWaiter {
  uint64_t tenant;
  ShareState state;
  pthread_cond_t changed; /* the state */
  ShareWaiter *next;      /* who came before */
};

bool share_init(Share *share, long places, long most) {
  assert(places > 0 && most >= 0);
  *share = (Share){.places = places, .free = places, .most = most};
  pthread_mutex_init(&share->mutex, NULL);
  share->holders = calloc((size_t)places, sizeof *share->holders);
  return share->holders;
}

void share_free(Share *share) {
  assert(!share->first);
  pthread_mutex_destroy(&share->mutex);
  free(share->holders);
}

/*
** Places. All of it with the mutex held.
*/

/* The tenant's entry, or one of nobody's: there is one, while a place is free.
 */
static ShareHolder *share_find(const Share *share, uint64_t tenant) {
  ShareHolder *nobody = NULL;
  for (long i = 0; i < share->places; i++) {
    ShareHolder *holder = &share->holders[i];
    if (holder->held && holder->tenant == tenant) return holder;
    if (!holder->held) nobody = holder;
  }
  return nobody;
}

static long share_held(const Share *share, uint64_t tenant) {
  const ShareHolder *holder = share_find(share, tenant);
  return holder ? holder->held : 0;
}

static unsigned long *share_turn(Share *share, uint64_t tenant) {
  return &share->turns[tenant % SHARE_TURNS];
}

static void share_take(Share *share, uint64_t tenant) {
  assert(share->free > 0);
  ShareHolder *holder = share_find(share, tenant);
  holder->tenant = tenant;
  holder->held++;
  share->free--;
  *share_turn(share, tenant) = ++share->granted;
}

/*
** Those who wait. With the mutex held as well.
*/

/* Is the one to have a place before the other, who came before him? */
static bool share_is_before(Share *share, const ShareWaiter *one,
                            const ShareWaiter *other) {
  long difference =
      share_held(share, one->tenant) - share_held(share, other->tenant);
  if (difference) return difference < 0;
  return *share_turn(share, one->tenant) < *share_turn(share, other->tenant);
}

/* Ends the waiting of somebody. */
static void share_settle(Share *share, ShareWaiter *waiter, ShareState state) {
  ShareWaiter **link = &share->first;
  while (*link != waiter) link = &(*link)->next;
  *link = waiter->next;
  share->waiting--;
  waiter->state = state;
  pthread_cond_signal(&waiter->changed);
}

/* Gives the places that are free to those who wait. */
static void share_give(Share *share) {
  while (share->free > 0 && share->first) {
    ShareWaiter *best = share->first;
    for (ShareWaiter *w = best->next; w; w = w->next)
      if (!share_is_before(share, best, w)) best = w;
    share_take(share, best->tenant);
    share_settle(share, best, SHARE_GIVEN);
  }
}

static long share_count(const Share *share, uint64_t tenant) {
  long count = 0;
  for (const ShareWaiter *w = share->first; w; w = w->next)
    count += w->tenant == tenant;
  return count;
}

/* Makes room for one more of the tenant who waits, at the cost of one who has
** more. Returns false if there is none. */
static bool share_make_room(Share *share, uint64_t tenant) {
  ShareWaiter *last = NULL;
  long most = share_count(share, tenant) + 1;
  if (share->waiting < share->most) return true;
  for (ShareWaiter *w = share->first; w; w = w->next) {
    long count = share_count(share, w->tenant);
    if (count <= most) continue;
    most = count;
    last = w;
  }
  if (last) share_settle(share, last, SHARE_REFUSED);
  return last;
}

/* Lets somebody wait, or have a place at once. */
static void share_join(Share *share, ShareWaiter *waiter) {
  if (!share->free && !share_make_room(share, waiter->tenant)) {
    waiter->state = SHARE_REFUSED;
    return;
  }
  waiter->next = share->first;
  share->first = waiter;
  share->waiting++;
  share_give(share);
}

static void share_give_back(Share *share, uint64_t tenant) {
  ShareHolder *holder = share_find(share, tenant);
  assert(holder && holder->held > 0);
  holder->held--;
  share->free++;
  share_give(share);
}

/*
** For the threads.
*/

bool share_enter(Share *share, uint64_t tenant) {
  pthread_mutex_lock(&share->mutex);
  bool entered = share->free > 0;
  if (entered) share_take(share, tenant);
  pthread_mutex_unlock(&share->mutex);
  return entered;
}

/* The mutex is held, but while it sleeps. */
static ShareEnd share_sleep(Share *share, ShareWaiter *waiter, long long until,
                            ShareClient client) {
  for (;;) {
    long long now = moment_now();
    if (waiter->state == SHARE_GIVEN) return SHARE_HAS;
    if (waiter->state == SHARE_REFUSED || now >= until) return SHARE_FULL;
    if (client.gone && client.gone(client.client)) return SHARE_GONE;
    moment_wait(&waiter->changed, &share->mutex,
                now + SHARE_LISTEN < until ? now + SHARE_LISTEN : until);
  }
}

ShareEnd share_wait(Share *share, uint64_t tenant, long long until,
                    ShareClient client) {
  ShareWaiter waiter = {.tenant = tenant};
  moment_init_condition(&waiter.changed);
  pthread_mutex_lock(&share->mutex);
  share_join(share, &waiter);
  ShareEnd end = share_sleep(share, &waiter, until, client);
  if (waiter.state == SHARE_WAITS) share_settle(share, &waiter, SHARE_REFUSED);
  pthread_mutex_unlock(&share->mutex);
  pthread_cond_destroy(&waiter.changed);
  return end;
}

void share_leave(Share *share, uint64_t tenant) {
  pthread_mutex_lock(&share->mutex);
  share_give_back(share, tenant);
  pthread_mutex_unlock(&share->mutex);
}

bool share_yield(Share *share, uint64_t tenant) {
  bool yields = false;
  pthread_mutex_lock(&share->mutex);
  long held = share_held(share, tenant);
  for (const ShareWaiter *w = share->first; w && !yields; w = w->next)
    yields = share_held(share, w->tenant) + 2 <= held;
  if (yields) share_give_back(share, tenant);
  pthread_mutex_unlock(&share->mutex);
  return yields;
}
