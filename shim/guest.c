/*
** guest.c: see guest.h.
**
** HOW IT WORKS
**
** civetweb's sockets do not block, and where it has to wait it calls poll, one
** socket at a time: that is the one place where a client can hold a thread. The
** linker puts our poll (gate.c) before the C library's, and it comes here. So
** the limits are kept by the thread itself, in the call in which it waits:
** nothing runs beside, and no socket is shut down under its owner.
**
** Each transfer, a head, a body or a reply, has a beginning, and is overdue
** when
**
**     now  >  beginning + patience + bytes that have moved / GUEST_RATE
**
** so that one who stops is cut off after GUEST_PATIENCE, one who drips a byte
** at a time as well, and one with an honest slow line is not. Of a reply those
** bytes do not count which the kernel has taken and the client has not: its
** buffers hold megabytes.
**
** Who has to be waited for takes a place, of which there are fewer than
** threads, and fewer still for those of whom no token is known. When none is
** left somebody goes: of the address that has most of them, if that has more
** than the newcomer's; and there, or else of all, the one who would be overdue
** first, since he has brought least for the time that he had. So strangers
** cannot make a request fail of one who was let in; a crowd that is slow
** displaces itself, and not who is about to be done; and however many there
** are, a quarter of the threads is there for those who are not slow.
**
** A wait that is given up is an error of poll. In a read civetweb passes it on;
** in a write it would try again without a pause, until a time-out of its own:
** so there nothing can be written any more. The connection is closed when the
** callback returns.
*/
#define _GNU_SOURCE /* POLLRDHUP */
#include "guest.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/sockios.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#endif

#include "metrics.h"
#include "moment.h"
#include "origins.h"
#include "ring.h"

/* How often, in milliseconds, a wait looks up: is it the end of the service,
** does somebody need the thread of one who is idle? */
#define GUEST_SLICE 100

/* How much later, in milliseconds, somebody has to be overdue to take the place
** of another. */
#define GUEST_LEAD 100

/* That of the calling thread. */
static _Thread_local struct Guest {
  bool serving;       /* this thread has guests */
  int socket;         /* of the guest; -1: nobody has come yet */
  bool admitted;      /* he came with a good token */
  bool leaving;       /* he is about to be shut out */
  bool idle;          /* he has his reply, and the next head has not begun */
  GuestEnd end;       /* why a wait was given up */
  long long since;    /* milliseconds of a clock that is never set: */
  long long moved;    /* bytes of the transfer that began then */
  long long patience; /* milliseconds */
  /* Of others' concern, and guarded by the mutex, while he has a place. */
  Link place;
  uint64_t origin;   /* where he comes from (origins.h); 0: not looked up */
  long long overdue; /* when he will be, if nothing more moves */
  int bell;          /* an eventfd of the thread: the place is another's */
} guest = {.socket = -1, .bell = -1};

/* Of all threads. */
static atomic_int guest_count;   /* threads that have a guest */
static int guest_half = INT_MAX; /* of the threads */
static atomic_llong guest_last;  /* when all waits end; 0: never */

/* Places: those of strangers, and those of the admitted. */
static struct Places {
  int most, taken;
  Link guests; /* those who have one */
} guest_places[2] = {{.most = INT_MAX}, {.most = INT_MAX}};

/*
** Who he is.
*/

int guest_current(void) { return guest.socket; }

/* POLLRDHUP tells of his end of the connection also when there are bytes to be
** read before it, which a recv that peeks would see first. */
bool guest_is_gone(int socket) {
#ifdef __linux__
  struct pollfd look = {.fd = socket, .events = POLLRDHUP};
  struct timespec at_once = {0};
  return socket >= 0 && ppoll(&look, 1, &at_once, NULL) > 0;
#else
  (void)socket;
  return false;
#endif
}

void guest_configure(long threads) {
  guest_half = threads < 2 ? 1 : (int)threads / 2;
  guest_places[0].most = threads < 4 ? 1 : (int)threads / 4;
  guest_places[1].most = guest_half;
  for (int i = 0; i < 2; i++) {
    guest_places[i].taken = 0;
    ring_init(&guest_places[i].guests);
  }
  atomic_store(&guest_last, 0);
}

/* The bell is the thread's, and stays. */
void guest_expect(void) {
  int bell = guest.bell;
  if (guest.socket >= 0) atomic_fetch_sub(&guest_count, 1);
#ifdef __linux__
  if (bell < 0) bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
#endif
  guest = (struct Guest){.serving = true, .socket = -1, .bell = bell};
}

void guest_leave(void) { guest.leaving = true; }

bool guest_is_leaving(void) { return guest.leaving; }

void guest_begin(int patience) {
  guest.since = moment_milliseconds();
  guest.moved = 0;
  guest.patience = patience;
  guest.idle = false;
}

void guest_moved(size_t bytes) { guest.moved += (long long)bytes; }

void guest_idle(void) {
  guest_begin(GUEST_IDLE);
  guest.idle = guest.end == GUEST_STAYS;
}

void guest_admit(void) { guest.admitted = true; }

GuestEnd guest_end(void) { return guest.end; }

void guest_call_last(void) {
  atomic_store(&guest_last, moment_milliseconds() + GUEST_PATIENCE);
}

#ifdef __linux__

/* Of the places; nobody holds it for long. */
static pthread_mutex_t guest_mutex = PTHREAD_MUTEX_INITIALIZER;

/*
** Waiting.
*/

/* What the C library's poll does, which ours stands before. */
static int guest_ask(struct pollfd *sockets, nfds_t count,
                     long long milliseconds) {
  struct timespec time = {.tv_sec = milliseconds / 1000,
                          .tv_nsec = milliseconds % 1000 * 1000000};
  return ppoll(sockets, count, milliseconds < 0 ? NULL : &time, NULL);
}

/* The first wait of a thread after guest_expect tells who has come. */
static void guest_adopt(int socket) {
  guest.socket = socket;
  guest.end = GUEST_STAYS;
  guest_begin(GUEST_PATIENCE);
  atomic_fetch_add(&guest_count, 1);
}

/* Bytes that he has really sent or taken. */
static long long guest_progress(short events) {
  int kept = 0;
  if (events & POLLOUT) ioctl(guest.socket, SIOCOUTQ, &kept);
  return guest.moved > kept ? guest.moved - kept : 0;
}

/* When he is overdue, if nothing more moves. */
static long long guest_overdue(short events) {
  long long last = atomic_load(&guest_last);
  long long end =
      guest.since + guest.patience + guest_progress(events) * 1000 / GUEST_RATE;
  if (last && guest.idle) return guest.since;
  return last && last < end ? last : end;
}

/* Says that nobody waits. Whoever is told so of a write must fail at the next
** attempt, since civetweb makes one at once. */
static int guest_refuse(short events) {
  if (events & POLLOUT) shutdown(guest.socket, SHUT_WR);
  errno = ETIMEDOUT;
  return -1;
}

/* Gives up. What the kernel holds of a reply is thrown away with the
** connection: it would stay in memory for as long as he does not read. */
static int guest_cut(short events, GuestEnd end) {
  static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  guest.end = end;
  if (events & POLLOUT)
    setsockopt(guest.socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (guest.patience > GUEST_LINGER) /* else he has his reply */
    metrics_closed(end == GUEST_CROWDED ? METRICS_CROWDED : METRICS_OVERDUE);
  return guest_refuse(events);
}

/* One who has nothing to do is no loss, and not counted as one: his client
** opens another connection. */
static int guest_dismiss(void) {
  guest.end = GUEST_CROWDED;
  guest.idle = false;
  return guest_refuse(POLLIN);
}

/* Waits for the guest or the bell, whichever is first. Returns what poll would
** say of the guest alone. */
static int guest_listen(struct pollfd *socket, long long milliseconds) {
  struct pollfd both[2] = {*socket, {.fd = guest.bell, .events = POLLIN}};
  int ready = guest_ask(both, 2, milliseconds);
  socket->revents = ready > 0 ? both[0].revents : 0;
  return ready < 0 ? ready : socket->revents != 0;
}

/* Says when he will be overdue. Returns false if his place is another's by
** now. */
static bool guest_keep_place(long long overdue) {
  pthread_mutex_lock(&guest_mutex);
  guest.overdue = overdue;
  bool kept = ring_holds(&guest.place);
  pthread_mutex_unlock(&guest_mutex);
  return kept;
}

/* Waits in slices, to the end of the wait or that of our patience. */
static int guest_wait(struct pollfd *socket, long long milliseconds) {
  for (;;) {
    long long overdue = guest_overdue(socket->events);
    long long left = overdue - moment_milliseconds();
    if (!guest_keep_place(overdue))
      return guest_cut(socket->events, GUEST_CROWDED);
    if (left <= 0) return guest_cut(socket->events, GUEST_OVERDUE);
    if (left > milliseconds) left = milliseconds;
    if (left > GUEST_SLICE) left = GUEST_SLICE;
    int ready = guest_listen(socket, left);
    milliseconds -= left;
    if (ready != 0 || milliseconds <= 0) return ready;
  }
}

/* Where the guest of the calling thread comes from. */
static void guest_look_up(void) {
  struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
  socklen_t size = sizeof address;
  if (guest.origin) return;
  getpeername(guest.socket, (struct sockaddr *)&address, &size);
  guest.origin = origins_key((struct sockaddr *)&address);
}

/* How many places do they have who come from there? */
static int guest_count_places(const struct Places *places, uint64_t origin) {
  int count = 0;
  for (Link *at = places->guests.next; at != &places->guests; at = at->next)
    count += RING_OWNER(struct Guest, place, at)->origin == origin;
  return count;
}

/* Who has to go for the guest of the calling thread? NULL if it is he. */
static struct Guest *guest_choose(const struct Places *places) {
  struct Guest *chosen = NULL;
  int mine = guest_count_places(places, guest.origin) + 1, most = mine;
  long long first = guest.overdue - GUEST_LEAD;
  for (Link *at = places->guests.next; at != &places->guests; at = at->next) {
    struct Guest *other = RING_OWNER(struct Guest, place, at);
    int count = guest_count_places(places, other->origin);
    if (count > most) { /* he need not be slower */
      most = count;
      first = LLONG_MAX;
    }
    if ((most > mine && count < most) || other->overdue > first) continue;
    first = other->overdue;
    chosen = other;
  }
  return chosen;
}

/* Takes a place from somebody. The mutex is held. */
static bool guest_displace(struct Places *places) {
  uint64_t one = 1;
  struct Guest *chosen = guest_choose(places);
  if (!chosen) return false;
  ring_remove(&chosen->place);
  places->taken--;
  if (write(chosen->bell, &one, sizeof one) < 0)
    return true; /* it rings already */
  return true;
}

static bool guest_take_place(struct Places *places) {
  pthread_mutex_lock(&guest_mutex);
  bool taken = places->taken < places->most || guest_displace(places);
  if (taken) {
    ring_append(&places->guests, &guest.place);
    places->taken++;
  }
  pthread_mutex_unlock(&guest_mutex);
  return taken;
}

/* Nobody rings for one who has none: so the bell is silent afterwards. */
static void guest_leave_place(struct Places *places) {
  uint64_t rings;
  pthread_mutex_lock(&guest_mutex);
  bool held = ring_holds(&guest.place);
  if (held) {
    ring_remove(&guest.place);
    places->taken--;
  }
  pthread_mutex_unlock(&guest_mutex);
  if (!held && read(guest.bell, &rings, sizeof rings) < 0)
    return; /* it could not be rung */
}

/* Waits for one who takes a place while he is waited for. */
static int guest_wait_in_place(struct pollfd *socket, long long milliseconds) {
  struct Places *places = &guest_places[guest.admitted];
  guest_look_up();
  guest.overdue = guest_overdue(socket->events);
  if (!guest_take_place(places))
    return guest_cut(socket->events, GUEST_CROWDED);
  int ready = guest_wait(socket, milliseconds);
  guest_leave_place(places);
  return ready;
}

/* Waits for another request of one who may stay. It is looked for first: the
** usual one is there soon. From its first byte on it is a head like any. */
static int guest_wait_idle(struct pollfd *socket, long long milliseconds) {
  for (;;) {
    long long slice = milliseconds < GUEST_SLICE ? milliseconds : GUEST_SLICE;
    int ready = guest_ask(socket, 1, slice);
    milliseconds -= slice;
    if (ready > 0) guest_begin(GUEST_PATIENCE);
    if (ready != 0 || milliseconds <= 0) return ready;
    if (guest_overdue(POLLIN) <= moment_milliseconds() ||
        atomic_load(&guest_count) > guest_half)
      return guest_dismiss();
  }
}

/* What is there already is never late: so a reply that fits into the kernel's
** buffers still reaches one of whom we have given up waiting for more. */
static int guest_meet(struct pollfd *socket, int milliseconds) {
  if (guest.idle) return guest_wait_idle(socket, milliseconds);
  int ready = guest_ask(socket, 1, 0);
  if (ready != 0) return ready;
  return guest.end == GUEST_STAYS ? guest_wait_in_place(socket, milliseconds)
                                  : guest_refuse(socket->events);
}

/* An extension of the application's own may wait for sockets as well. */
int guest_poll(struct pollfd *sockets, nfds_t count, int milliseconds) {
  bool waits = guest.serving && count == 1 && milliseconds > 0;
  if (waits && guest.socket < 0) guest_adopt(sockets->fd);
  return waits && sockets->fd == guest.socket
             ? guest_meet(sockets, milliseconds)
             : guest_ask(sockets, count, milliseconds);
}

#else

int guest_poll(struct pollfd *sockets, nfds_t count, int milliseconds) {
  return poll(sockets, count, milliseconds);
}

#endif
