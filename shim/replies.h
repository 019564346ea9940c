/*
** replies.h: how much memory the large replies may take that are on their way.
**
** Every function may be called from any thread, and none of them waits.
*/
#ifndef SHIM_REPLIES_H
#define SHIM_REPLIES_H

#include "output.h"

/* Counts the reply if it is large. Returns false if there is no more room: then
** it is not counted. One alone always has. */
bool replies_begin(const Output *reply);

/* Tells that the reply, which was counted if it is large, has been sent or will
** not be, and frees the memory of a large one. */
void replies_end(Output *reply);

#endif
