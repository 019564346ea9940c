/*
** door.h: a listening socket that lets in only who has said something.
**
** civetweb gives every connection a thread from its first moment. Here a
** connection costs a hundred bytes and a descriptor until it has sent a whole
** head: then a thread has something to do, and does not wait for it. Whoever
** has not by GUEST_PATIENCE is closed.
**
** There is one door. civetweb comes to it without knowing, by listen, poll and
** accept (gate.c). Without Linux nobody guards it, and civetweb takes whoever
** comes.
*/
#ifndef SHIM_DOOR_H
#define SHIM_DOOR_H

#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "options.h"
#include "output.h"

/* Has the process been started with a socket that listens already (systemd's
** socket activation)? Then the door is there, wherever civetweb listens. */
bool door_is_given(void);

/* Is such a socket one of IPv4, which is what civetweb takes it for? */
bool door_suits(void);

/* Prepares for the next call of listen. Lowers what the options say of
** connections to what the limit of descriptors allows. Returns false without
** memory, and with a complaint where that is too low to serve anybody. */
bool door_open(const Options *options, Output *complaint);

/* Closes those who wait, and whoever comes from now on. The head of a request
** that has come is still let in. */
void door_shut(void);

/* Frees all of it, when civetweb has stopped. */
void door_close(void);

/*
** What stands before the C library's functions; each is exactly that for a
** socket that is not the door's.
*/
int door_listen(int socket, int backlog);

/* Is it the listening socket, alone? */
bool door_is_asked(struct pollfd *sockets, nfds_t count);

/* Waits until somebody may come in. Returns what poll does. */
int door_poll(struct pollfd *listener, int milliseconds);

/* Lets in who has waited longest; EAGAIN if there is nobody. */
int door_accept(int socket, struct sockaddr *address, socklen_t *size);

/* A socket that was let in is about to be closed: its thread is free. */
int door_shutdown(int socket, int how);

#endif
