/*
** gate.c: what civetweb calls instead of the C library.
**
** civetweb cannot be handed a connection, nor told how long to wait for one.
** But it is a shared library, and calls these functions through a table that
** the dynamic linker fills in: one of this name in the program comes before the
** one of the C library (the gABI calls it preemption), for civetweb as for
** every other library. So each may only do more than its namesake for sockets
** that it knows, and must be exactly that for all others.
**
**     listen     the door is where civetweb listens
**     poll       waits at the door, or for the client whom a thread serves
**     accept     lets in whose head is there
**     shutdown   tells that a thread is done with its client
**
** This file declares nothing of its own: what is here the system's headers
** declare. It does without _GNU_SOURCE, under which they declare it otherwise.
*/
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <sys/socket.h>

#include "door.h"
#include "guest.h"

#ifdef __linux__

int listen(int socket, int backlog) { return door_listen(socket, backlog); }

int poll(struct pollfd *sockets, nfds_t count, int milliseconds) {
  return door_is_asked(sockets, count)
             ? door_poll(sockets, milliseconds)
             : guest_poll(sockets, count, milliseconds);
}

int accept(int socket, struct sockaddr *restrict address,
           socklen_t *restrict size) {
  return door_accept(socket, address, size);
}

int shutdown(int socket, int how) { return door_shutdown(socket, how); }

#endif
