/*
** keeper.h: the connection that holds the newest snapshot, so that those that
** read take and drop their locks without a system call.
*/
#ifndef SHIM_KEEPER_H
#define SHIM_KEEPER_H

#include "options.h"

typedef struct Keeper Keeper;

/* Starts it; it opens the file when it is first needed. Returns NULL without
** memory or a thread: then nothing is kept, and all is well but slower. The
** options must outlive it. */
Keeper *keeper_start(const Options *options);

/* Of these, each may be called from any thread, with NULL too. */

/* Somebody reads. */
void keeper_touch(Keeper *keeper);

/* A transaction was committed, or a checkpoint made: what is held is old. */
void keeper_renew(Keeper *keeper);

/* A checkpoint is to be made: nothing must be held meanwhile. Call keeper_renew
** after it. */
void keeper_release(Keeper *keeper);

/* Ends it, and closes the file. The calls above are well after this too: they
** do nothing. */
void keeper_stop(Keeper *keeper);

/* After keeper_stop, when nobody calls any more. */
void keeper_free(Keeper *keeper);

#endif
