/*
** guest.h: the client whom a thread serves, and how long it waits for him.
**
** A thread of the server belongs to one connection at a time, its guest. All
** of this is about the guest of the thread that calls, and needs no lock: a
** socket is only ever touched by the thread to which it belongs.
**
**     int guest = guest_current();        in the thread that serves him
**     if (guest_is_gone(guest)) ...       there, or in one it waits for
**
** Without Linux nobody is a guest: waits are as long as civetweb makes them,
** and nobody is ever known to be gone.
*/
#ifndef SHIM_GUEST_H
#define SHIM_GUEST_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/* How long, in milliseconds, somebody may take over a head, and how far he may
** fall behind GUEST_RATE with a body or a reply. */
#define GUEST_PATIENCE 5000

/* How long, in milliseconds, one who has his reply may be silent. */
#define GUEST_IDLE 1000

/* Bytes a second that a body has to bring and a reply has to find a taker. */
#define GUEST_RATE 16384

/* How long, in milliseconds, what nobody wants is read before the end. */
#define GUEST_LINGER 1000

/* A body is read, and a reply is written, by no more than this at a time: in
** between, guest_moved says how far it has come. At GUEST_RATE one such step
** must take less than GUEST_PATIENCE. */
#define GUEST_STEP ((size_t)65536)

/* Why a wait was given up. */
typedef enum GuestEnd {
  GUEST_STAYS,   /* it was not */
  GUEST_OVERDUE, /* he took too long */
  GUEST_CROWDED, /* too many threads were waiting, for who is faster */
} GuestEnd;

/* Returns the guest of the calling thread, -1 for none. Good as long as the
** thread is within the callback of a request. */
int guest_current(void);

/* Has he hung up? Asks the kernel, one system call; may be called from another
** thread while the guest's own waits for that. One who has ended only his half
** of the connection counts as gone: no client of HTTP does that who wants his
** reply. False for -1. */
bool guest_is_gone(int guest);

/*
** For the server.
*/

/* How many threads there are: a quarter of them, at least one, may wait for
** bodies, replies and handshakes of strangers at once, half of them for those
** who were let in. Of more the slowest are given up. Before any thread
** serves. */
void guest_configure(long threads);

/* The calling thread will serve guests. Its next wait is for a new one. */
void guest_expect(void);

/* civetweb is about to end the connection: by the next shutdown. */
void guest_leave(void);
bool guest_is_leaving(void);

/* Something begins that he may take so long over (GUEST_PATIENCE, or less),
** and longer by the bytes that guest_moved tells of. */
void guest_begin(int patience);
void guest_moved(size_t bytes);

/* He has his reply, and may begin another request within GUEST_IDLE, for whose
** head he has GUEST_PATIENCE then. While he does not, his thread is given to
** others if too few are left. */
void guest_idle(void);

/* He is known by his token: no stranger any more. */
void guest_admit(void);

/* Why the last wait for him was given up. From then on there is none. */
GuestEnd guest_end(void);

/* The end of the service: those who are idle go now, and all others have
** GUEST_PATIENCE left, whatever they are at. */
void guest_call_last(void);

/* What poll(2) does; with an end to it where it waits for the guest. */
int guest_poll(struct pollfd *sockets, nfds_t count, int milliseconds);

#endif
