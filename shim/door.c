/*
** door.c: see door.h.
**
** HOW IT WORKS
**
** civetweb's listening thread does what it always did: it calls poll on the
** listening socket, and accept when that says so. Behind poll there is an event
** loop (epoll) over the listening socket and all who wait. A connection is
**
**     PARKED   until its head is there: MSG_PEEK looks without taking, since
**              it is civetweb that reads it
**     READY    until a thread is free
**     INSIDE   from accept until civetweb shuts it down
**
** A head that is there at once, which is the usual case, is never parked. The
** thread that comes with accept gets one of those who are READY: the addresses
** have turns, and of one address the oldest comes first. So whoever has one
** request does not wait for the thousands of another.
**
** When there are too many, in all or from one address, the one who has been
** PARKED for longest has to go: a flood of silent connections displaces itself,
** and who speaks is not touched. Only when nobody is PARKED the new one is
** refused.
**
** All is done by the one listening thread, but for shutdown, of which the
** threads tell: hence the mutex. Descriptors are small numbers, and so all
** there is to know of a connection is in an array by its descriptor.
*/
#define _GNU_SOURCE /* accept4, syscall */
#include "door.h"

#ifdef __linux__

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "head.h"
#include "log.h"
#include "metrics.h"
#include "moment.h"
#include "origins.h"

/* How many bytes are looked at of one who sends his head in many pieces: each
** piece makes us look at all before it. */
#define DOOR_LOOKED (4 << 20)

/* Connections that the kernel keeps until they are accepted. */
#define DOOR_BACKLOG 4096

/* How many may be let in beyond the number of threads, so that a thread that
** becomes free finds the next one there. */
#define DOOR_AHEAD 16

/* Descriptors for all that is no connection: the files, two for each reader,
** and one for each thread, of which there are twice as many as --threads
** says. */
#define DOOR_FILES(threads) (64 + 5 * (threads))

/* How long, in milliseconds, the kernel tries to get the rest of a reply to a
** client that does not take it, also after the connection was closed. */
#define DOOR_UNTAKEN 20000

/* How long, in milliseconds, somebody is taken to be there still who waits for
** a thread. */
#define DOOR_TRUST 1000

#define DOOR_EVENTS 64

/* The descriptor of a socket that was passed on. */
#define DOOR_GIVEN 3

typedef enum CallerState {
  CALLER_NONE, /* no connection has this descriptor */
  CALLER_PARKED,
  CALLER_READY,
  CALLER_INSIDE
} CallerState;

typedef struct Caller {
  CallerState state;
  bool watched;    /* the event loop tells of it */
  bool probe;      /* READY, and asks whether the service is well */
  long long since; /* when it came, or became READY: milliseconds */
  size_t looked;   /* bytes looked at, those seen again included */
  Origin *origin;
  Link place;     /* in parked, or ready of the origin */
  Link neighbour; /* in parked of the origin */
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } address;
} Caller;

static struct Door {
  pthread_mutex_t mutex; /* of all below, once it listens */
  bool open;             /* the next listen is meant */
  bool shut;             /* nobody is let in any more */
  bool tls;              /* a head cannot be recognised */
  atomic_int listener;   /* the socket; -1 before listen. Read without the mutex
                            by whoever calls poll: libcurl's are threads, too */
  int set;               /* of epoll */
  int bell;              /* an eventfd: a thread is free, or the end begins */
  long most;             /* connections in all */
  long most_of_origin;   /* and from one address */
  long most_inside;
  long count, inside, waiting; /* in all; INSIDE; PARKED and READY */
  Caller *callers;             /* by descriptor */
  int caller_count;
  Origins *origins;
  Link parked; /* oldest first */
  Link turns;  /* the origins of who is READY, the next one first */
  char head[HEAD_MOST];
} door = {
    .mutex = PTHREAD_MUTEX_INITIALIZER, .listener = -1, .set = -1, .bell = -1};

static int door_socket(const Caller *caller) {
  return (int)(caller - door.callers);
}

/*
** Coming and going.
*/

/* Takes a connection out of the lists of those who wait. */
static void door_unpark(Caller *caller) {
  Origin *origin = caller->origin;
  if (caller->state == CALLER_INSIDE) return;
  ring_remove(&caller->place);
  metrics_parked((int)--door.waiting);
  if (caller->state == CALLER_PARKED)
    ring_remove(&caller->neighbour);
  else if (ring_is_empty(&origin->ready))
    ring_remove(&origin->turn);
}

/* Forgets a connection. Its descriptor is the caller's to close. */
static void door_forget(Caller *caller) {
  assert(caller->state != CALLER_NONE);
  door_unpark(caller);
  if (caller->state == CALLER_INSIDE) door.inside--;
  door.count--;
  origins_remove(door.origins, caller->origin);
  caller->state = CALLER_NONE;
}

static void door_drop(Caller *caller) {
  int socket = door_socket(caller);
  door_forget(caller);
  close(socket); /* which the event loop notices */
}

/* Closes the oldest of those who are parked in this ring. Returns false if
** there is none. */
static bool door_evict(Caller *caller) {
  if (!caller) return false;
  metrics_closed(METRICS_EVICTED);
  door_drop(caller);
  return true;
}

static Caller *door_oldest(void) {
  if (ring_is_empty(&door.parked)) return NULL;
  return RING_OWNER(Caller, place, door.parked.next);
}

static Caller *door_oldest_of(const Origin *origin) {
  if (ring_is_empty(&origin->parked)) return NULL;
  return RING_OWNER(Caller, neighbour, origin->parked.next);
}

/* A head that is late in part is told so (RFC 9110 section 15.5.9); what has
** come of it is read first, since to close over it would reset the connection
** and lose the reply. */
static void door_expire(Caller *caller) {
  static const char reply[] = "HTTP/1.1 408 Request Timeout\r\n"
                              "Connection: close\r\nContent-Length: 0\r\n\r\n";
  int socket = door_socket(caller);
  metrics_closed(METRICS_OVERDUE);
  if (!door.tls && recv(socket, door.head, sizeof door.head, MSG_DONTWAIT) > 0)
    send(socket, reply, sizeof reply - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  door_drop(caller);
}

/* All have the same time, so the oldest is the next. Returns the milliseconds
** until then, at most so many. */
static long long door_expire_all(long long most) {
  Caller *caller;
  while ((caller = door_oldest())) {
    long long left = caller->since + GUEST_PATIENCE - moment_milliseconds();
    if (left > 0) return left < most ? left : most;
    door_expire(caller);
  }
  return most;
}

/*
** Looking at what they say.
*/

/* Does he who has this place among those who are READY ask whether the service
** is well? */
static bool door_is_probe(const Link *ready, Link *place) {
  return place != ready && RING_OWNER(Caller, place, place)->probe;
}

/* The oldest of an address comes first, but for one who asks whether the
** service is well: behind a proxy that is the balancer, and waits for the
** thousands of somebody else. He waits for the first of them alone. So that
** thousands of such questions keep nobody else waiting, he comes last where
** another one who asks is first or second: between two is one of the others. */
static void door_line_up(Caller *caller, bool probe) {
  Link *ready = &caller->origin->ready;
  Link *first = ready->next, *second = first->next;
  bool ahead =
      probe && !door_is_probe(ready, first) && !door_is_probe(ready, second);
  caller->probe = probe;
  ring_append(ahead ? second : ready, &caller->place);
}

/* Takes one out of the event loop, and into the turns of its address. */
static void door_make_ready(Caller *caller, bool probe) {
  if (caller->watched)
    epoll_ctl(door.set, EPOLL_CTL_DEL, door_socket(caller), NULL);
  caller->watched = false;
  door_unpark(caller);
  caller->state = CALLER_READY;
  caller->since = moment_milliseconds();
  door_line_up(caller, probe);
  if (!ring_holds(&caller->origin->turn))
    ring_append(&door.turns, &caller->origin->turn);
  metrics_parked((int)++door.waiting);
}

/* Of one whose end of the connection is closed nothing more will come. Under
** TLS a handshake has to be answered before there is a head. */
static void door_look(Caller *caller, bool ended) {
  if (caller->state != CALLER_PARKED) return;
  ssize_t size = recv(door_socket(caller), door.head, sizeof door.head,
                      MSG_PEEK | MSG_DONTWAIT);
  if (size > 0) {
    caller->looked += (size_t)size;
    if (door.tls ? head_is_hello(door.head, (size_t)size)
                 : head_is_whole(door.head, (size_t)size))
      door_make_ready(caller,
                      !door.tls && head_is_probe(door.head, (size_t)size));
    else if (ended || caller->looked > DOOR_LOOKED)
      door_drop(caller);
  } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
    door_drop(caller);
  }
}

/* Edge-triggered: what came between the look and this is told of, what was
** there before as well, once. */
static void door_watch(Caller *caller) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET,
                              .data.ptr = caller};
  if (epoll_ctl(door.set, EPOLL_CTL_ADD, door_socket(caller), &event) == 0)
    caller->watched = true;
  else
    door_drop(caller);
}

/* Makes room for one more from there. Returns false if there is none to be
** had. */
static bool door_make_room(const Origin *origin) {
  if (origin->connections > door.most_of_origin)
    return door_evict(door_oldest_of(origin));
  return door.count < door.most || door_evict(door_oldest());
}

/* A new connection: looked at at once, and parked if its head is not there. */
static void door_take(int socket, Caller *caller) {
  static const unsigned untaken = DOOR_UNTAKEN;
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &untaken, sizeof untaken);
  caller->state = CALLER_PARKED;
  caller->watched = false;
  caller->since = moment_milliseconds();
  caller->looked = 0;
  door.count++;
  metrics_parked((int)++door.waiting);
  ring_append(&door.parked, &caller->place);
  ring_append(&caller->origin->parked, &caller->neighbour);
  door_look(caller, false);
  if (caller->state == CALLER_PARKED) door_watch(caller);
}

/* Returns false if the connection is one too many. */
static bool door_receive(int socket, const struct sockaddr *address,
                         socklen_t size) {
  if (socket >= door.caller_count || door.shut) return false;
  Caller *caller = &door.callers[socket];
  if (caller->state != CALLER_NONE) door_forget(caller); /* closed unseen */
  assert(size <= sizeof caller->address);
  memcpy(&caller->address, address, size);
  caller->origin = origins_add(door.origins, address);
  if (!caller->origin) return false;
  if (!door_make_room(caller->origin)) {
    origins_remove(door.origins, caller->origin);
    return false;
  }
  door_take(socket, caller);
  return true;
}

/* Without a descriptor somebody who waits gives up his. If nobody does, a
** moment passes, for the listening socket would be told of again at once. */
static bool door_is_out_of_descriptors(void) {
  static const struct timespec moment = {.tv_nsec = 10000000};
  if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
    return false;
  if (door_evict(door_oldest())) return true;
  nanosleep(&moment, NULL);
  return false;
}

/* Takes those who have come, but no more than one in so many: others have said
** something meanwhile. */
static void door_receive_all(void) {
  for (int i = 0; i < DOOR_EVENTS; i++) {
    struct sockaddr_storage from;
    socklen_t size = sizeof from;
    int socket = accept4(door.listener, (struct sockaddr *)&from, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0 && errno != ECONNABORTED && !door_is_out_of_descriptors())
      return;
    if (socket < 0) continue;
    if (door_receive(socket, (struct sockaddr *)&from, size)) continue;
    metrics_closed(METRICS_REFUSED);
    close(socket);
  }
}

/*
** The event loop: with the mutex held, but for the waiting.
*/

/* A caller of an event may be gone, or be another one with his descriptor: a
** look harms neither. */
static void door_handle(const struct epoll_event *event) {
  uint64_t rings;
  if (event->data.ptr == &door.listener)
    door_receive_all();
  else if (event->data.ptr != &door.bell)
    door_look(event->data.ptr, event->events & (EPOLLRDHUP | EPOLLHUP));
  else if (read(door.bell, &rings, sizeof rings) < 0)
    return; /* somebody has heard it already */
}

static void door_wait(long long milliseconds) {
  struct epoll_event events[DOOR_EVENTS];
  pthread_mutex_unlock(&door.mutex);
  int count = epoll_wait(door.set, events, DOOR_EVENTS, (int)milliseconds);
  pthread_mutex_lock(&door.mutex);
  for (int i = 0; i < count; i++) door_handle(&events[i]);
}

static bool door_has_guest(void) {
  return !ring_is_empty(&door.turns) && door.inside < door.most_inside;
}

bool door_is_asked(struct pollfd *sockets, nfds_t count) {
  return count == 1 && door.listener >= 0 && sockets->fd == door.listener;
}

/* Near the end civetweb has to see soon that it is to stop. */
int door_poll(struct pollfd *listener, int milliseconds) {
  pthread_mutex_lock(&door.mutex);
  if (door.shut && milliseconds > 50) milliseconds = 50;
  long long end = moment_milliseconds() + milliseconds, left = milliseconds;
  while (!door_has_guest()) {
    door_wait(door_expire_all(left));
    left = door.shut ? 0 : end - moment_milliseconds();
    if (left <= 0) break;
  }
  listener->revents = door_has_guest() ? POLLIN : 0;
  pthread_mutex_unlock(&door.mutex);
  return listener->revents ? 1 : 0;
}

/* The next who is still there: he may have waited for long. */
static Caller *door_next_guest(void) {
  while (door_has_guest()) {
    Origin *origin = RING_OWNER(Origin, turn, door.turns.next);
    Caller *caller = RING_OWNER(Caller, place, origin->ready.next);
    if (moment_milliseconds() - caller->since < DOOR_TRUST ||
        !guest_is_gone(door_socket(caller)))
      return caller;
    door_drop(caller);
  }
  return NULL;
}

/* Hands a connection over, with the address that civetweb wants to know. The
** next turn is another address's. */
static int door_let_in(Caller *caller, struct sockaddr *address,
                       socklen_t *size) {
  socklen_t whole = caller->address.any.sa_family == AF_INET6
                        ? sizeof caller->address.v6
                        : sizeof caller->address.v4;
  if (address && size) {
    memcpy(address, &caller->address, whole < *size ? whole : *size);
    *size = whole;
  }
  Link *turn = &caller->origin->turn;
  door_unpark(caller);
  if (ring_holds(turn)) { /* there are others: they come when all had a turn */
    ring_remove(turn);
    ring_append(&door.turns, turn);
  }
  caller->state = CALLER_INSIDE;
  door.inside++;
  return door_socket(caller);
}

int door_accept(int socket, struct sockaddr *address, socklen_t *size) {
  if (door.listener < 0 || socket != door.listener)
    return accept4(socket, address, size, 0);
  pthread_mutex_lock(&door.mutex);
  Caller *caller = door_next_guest();
  int guest = caller ? door_let_in(caller, address, size) : -1;
  pthread_mutex_unlock(&door.mutex);
  if (guest < 0) errno = EAGAIN;
  return guest;
}

static void door_ring(void) {
  uint64_t one = 1;
  if (write(door.bell, &one, sizeof one) < 0)
    assert(errno == EAGAIN); /* it has rung very often, and not been heard */
}

/* civetweb shuts each connection down before it closes it, in the thread that
** has served it, and behind its callback. */
int door_shutdown(int socket, int how) {
  bool ring = false;
  if (!guest_is_leaving()) return (int)syscall(SYS_shutdown, socket, how);
  pthread_mutex_lock(&door.mutex);
  if (socket >= 0 && socket < door.caller_count &&
      door.callers[socket].state == CALLER_INSIDE) {
    door_forget(&door.callers[socket]);
    ring = door.inside == door.most_inside - 1 && !ring_is_empty(&door.turns);
    guest_expect();
  }
  pthread_mutex_unlock(&door.mutex);
  if (ring) door_ring();
  return (int)syscall(SYS_shutdown, socket, how);
}

/*
** Opening and closing.
*/

/* Raises the limit of descriptors as far as is of use and allowed. Returns the
** descriptors that there may be. */
static long door_raise_limit(long wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  if (limit.rlim_cur < (rlim_t)wanted) {
    limit.rlim_cur =
        limit.rlim_max < (rlim_t)wanted ? limit.rlim_max : (rlim_t)wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur < (rlim_t)wanted ? (long)limit.rlim_cur : wanted;
}

/* How many connections there are descriptors for; 0, with a complaint, if not
** each thread can have one: then the files of a reader would miss theirs, and
** nobody would be answered. */
static long door_count_places(const Options *options, Output *complaint) {
  long files = DOOR_FILES(options->threads);
  long given = door_raise_limit(options->connections + files) - files;
  if (given >= options->connections) return options->connections;
  if (given < options->threads) {
    output_format(
        complaint,
        "ulimit -n is %ld: with --threads %ld it must be %ld at least",
        given + files, options->threads, files + options->threads);
    return 0;
  }
  log_event("connections", "%ld instead of %ld: ulimit -n is too low", given,
            options->connections);
  return given;
}

/* All memory is taken now: what comes later cannot fail for want of it. */
bool door_open(const Options *options, Output *complaint) {
  door.most = door_count_places(options, complaint);
  if (!door.most) return false;
  door.most_of_origin = options->connections_per_address
                            ? options->connections_per_address
                            : (door.most + 1) / 2;
  door.most_inside = options_workers(options) + DOOR_AHEAD;
  door.tls = options->tls_cert != NULL;
  door.caller_count = (int)(door.most + DOOR_FILES(options->threads));
  door.callers = calloc((size_t)door.caller_count, sizeof *door.callers);
  door.origins = origins_new(door.most + 1);
  door.set = epoll_create1(EPOLL_CLOEXEC);
  door.bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  ring_init(&door.parked);
  ring_init(&door.turns);
  door.open = true;
  if (door.callers && door.origins && door.set >= 0 && door.bell >= 0)
    return true;
  door_close();
  return false;
}

/* Lets the event loop tell of a descriptor of the door's own; *sign is what
** says which. */
static int door_add(int socket, void *sign) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = sign};
  return epoll_ctl(door.set, EPOLL_CTL_ADD, socket, &event);
}

/* The first descriptor that is passed on is number 3, and the variables say how
** many there are and for which process (sd_listen_fds(3)). One is enough; what
** does not listen is none. */
bool door_is_given(void) {
  const char *process = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
  int listens = 0;
  socklen_t size = sizeof listens;
  return process && strtol(process, NULL, 10) == (long)getpid() && count &&
         strcmp(count, "1") == 0 &&
         getsockopt(DOOR_GIVEN, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) ==
             0 &&
         listens;
}

/* Without one that was given it is civetweb's, and suits. */
bool door_suits(void) {
  struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
  socklen_t size = sizeof address;
  if (!door_is_given()) return true;
  getsockname(DOOR_GIVEN, (struct sockaddr *)&address, &size);
  return address.ss_family == AF_INET;
}

/* civetweb has made a socket of its own, on a port that nobody knows (http.c):
** the one that was given takes its number. */
static bool door_take_given(int socket) {
  if (!door_is_given()) return true;
  unsetenv("LISTEN_PID");
  return dup3(DOOR_GIVEN, socket, O_CLOEXEC) == socket &&
         close(DOOR_GIVEN) == 0;
}

/* The first socket after door_open is the door's; its backlog is our own. */
int door_listen(int socket, int backlog) {
  if (!door.open || door.listener >= 0)
    return (int)syscall(SYS_listen, socket, backlog);
  if (!door_take_given(socket)) return -1;
  if (fcntl(socket, F_SETFL, O_NONBLOCK) != 0 ||
      syscall(SYS_listen, socket, DOOR_BACKLOG) != 0 ||
      door_add(socket, &door.listener) != 0 ||
      door_add(door.bell, &door.bell) != 0)
    return -1;
  door.listener = socket;
  return 0;
}

void door_shut(void) {
  pthread_mutex_lock(&door.mutex);
  door.shut = true;
  while (door_oldest()) door_drop(door_oldest());
  pthread_mutex_unlock(&door.mutex);
  door_ring();
}

/* Also of one that was opened in part, or not at all. The listening socket was
** civetweb's. */
void door_close(void) {
  for (int i = 0; door.callers && i < door.caller_count; i++)
    if (door.callers[i].state == CALLER_READY) close(i);
  if (door.set >= 0) close(door.set);
  if (door.bell >= 0) close(door.bell);
  free(door.callers);
  origins_free(door.origins);
  door.callers = NULL;
  door.origins = NULL;
  door.caller_count = 0;
  door.listener = door.set = door.bell = -1;
  door.open = false;
}

#else

bool door_is_given(void) { return false; }

bool door_suits(void) { return true; }

bool door_open(const Options *options, Output *complaint) {
  (void)options, (void)complaint;
  return true;
}

void door_shut(void) {}

void door_close(void) {}

#endif
