/*
** tap.h: what civetweb receives, seen beside it.
**
** All of this is about the connection that the calling thread serves, and needs
** no lock.
*/
#ifndef SHIM_TAP_H
#define SHIM_TAP_H

#include <stdbool.h>

/* The size of civetweb's buffer, twice that of the largest head that is
** served. */
#define TAP_BUFFER 131072

/* Where the thread's buffer begins, as far as is known. Never NULL; it points
** to NULL for a thread that has not received anything, or only under TLS. */
const char **tap_buffer(void);

/* Has the last head filled the buffer without an end? */
bool tap_is_full(void);

/* Is there more in the buffer behind the request that ends there, a part of the
** next one? Then it will be moved to the beginning. To be asked once a request.
** False where nothing is known, as under TLS. */
bool tap_has_more(const char *end);

/* From now on, or no more, the thread receives what is not its client's: what a
** library of ours asks of another server is not looked at. */
void tap_pause(bool paused);

/* Ends our half of the connection, and reads for a moment what its client still
** sends, to drop it: to close at once would reset the connection under him, and
** take away the reply that tells why. */
void tap_linger(void);

#endif
