/*
** tap.c: see tap.h.
**
** HOW IT WORKS
**
** civetweb does not tell where its buffer is, how full it is, or by which
** socket it has been filled; but all that it asks of the system, recv, has it
** as its arguments. civetweb is a shared library, and calls recv through a
** table that the dynamic linker fills in: a function of this name in the
** program comes before the one of the C library (the gABI calls it preemption).
** So ours does what its namesake does, and takes down what goes by.
**
** The first bytes that a thread ever receives are those of a head, and land at
** the beginning of its buffer. Under TLS it is OpenSSL that receives, by read,
** and nothing is known here.
*/
#define _POSIX_C_SOURCE 200809L
#include "tap.h"

#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>

#include "moment.h"

/* How long, in milliseconds, and how many bytes are read that nobody wants. */
#define TAP_LINGER 1000
#define TAP_WASTE ((size_t)4 * 1024 * 1024)

/* Of the calling thread. */
static _Thread_local struct Tap {
  const char *buffer; /* its beginning; NULL: not known */
  const char *end;    /* behind what has been received into it */
  int socket;         /* by which bytes came last */
  bool full;          /* they went up to the buffer's end */
  bool paused;        /* what is received is not the client's */
} tap = {.socket = -1};

const char **tap_buffer(void) { return &tap.buffer; }

bool tap_is_full(void) { return tap.full; }

/* A new head of a new connection, or of one from which nothing is left, begins
** at the beginning. */
static void tap_note(int socket, const char *at, ptrdiff_t count) {
  if (!tap.buffer) tap.buffer = at;
  if (at == tap.buffer) tap.full = false;
  if (at + count == tap.buffer + TAP_BUFFER) tap.full = true;
  if (at >= tap.buffer && at < tap.buffer + TAP_BUFFER) tap.end = at + count;
  tap.socket = socket;
}

/* What is left of a body that was read past the buffer is not there: then the
** request ends behind all that is. */
bool tap_has_more(const char *end) {
  ptrdiff_t more = tap.buffer && end ? tap.end - end : 0;
  if (more <= 0) return false;
  tap.end = tap.buffer + more;
  return true;
}

void tap_pause(bool paused) { tap.paused = paused; }

/* Of no flags that anybody has ever asked for; recvfrom does the same. */
ssize_t recv(int socket, void *buffer, size_t size, int flags) {
  ssize_t count = recvfrom(socket, buffer, size, flags, NULL, NULL);
  if (count > 0 && !tap.paused) tap_note(socket, buffer, count);
  return count;
}

/* The limits are for a client that sends for ever. */
void tap_linger(void) {
  char waste[16384];
  size_t dropped = 0;
  long long end = moment_milliseconds() + TAP_LINGER;
  struct pollfd wait = {.fd = tap.socket, .events = POLLIN};
  if (tap.socket < 0 || shutdown(tap.socket, SHUT_WR) != 0) return;
  for (long long left = TAP_LINGER; left > 0 && dropped < TAP_WASTE;
       left = end - moment_milliseconds()) {
    if (poll(&wait, 1, (int)left) <= 0) return;
    ssize_t count =
        recvfrom(tap.socket, waste, sizeof waste, MSG_DONTWAIT, NULL, NULL);
    if (count <= 0) return;
    dropped += (size_t)count;
  }
}
