/*
** bodies.h: how much memory the bodies of requests may take together.
**
** Every function may be called from any thread, and none of them waits.
*/
#ifndef SHIM_BODIES_H
#define SHIM_BODIES_H

#include <stdbool.h>
#include <stddef.h>

/* A body of up to so many bytes is not counted: every thread keeps the room for
** one anyway. */
#define BODIES_SMALL ((size_t)65536)

/* Before the first use: how many bytes there are. */
void bodies_configure(long most);

/* Takes so many bytes. Returns false if there are not as many left. */
bool bodies_take(size_t size);

/* Gives bytes back that were taken. */
void bodies_give(size_t size);

/* How many are taken. */
long long bodies_taken(void);

#endif
