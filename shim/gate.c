/*
** gate.c: what civetweb calls instead of the C library.
**
** civetweb cannot be handed a connection, nor told how long to wait for one.
** But it is a shared library, and calls poll through a table that the dynamic
** linker fills in: a function of this name in the program comes before the one
** of the C library (the gABI calls it preemption), for civetweb as for every
** other library. So it may only do more than its namesake for sockets that it
** knows, and must be exactly that for all others.
**
** This file declares nothing of its own: what is here the system's headers
** declare. It does without _GNU_SOURCE, under which they declare it otherwise.
*/
#define _POSIX_C_SOURCE 200809L
#include <poll.h>

#include "guest.h"

#ifdef __linux__

/* civetweb waits for one socket at a time. */
int poll(struct pollfd *sockets, nfds_t count, int milliseconds) {
  return guest_poll(sockets, count, milliseconds);
}

#endif
