/*
** replay.h: a directory, made anew from the log of another one.
*/
#ifndef SCIM_REPLAY_H
#define SCIM_REPLAY_H

#include "../text/operation.h"

/* Fills the tables of "main", in which there is nothing yet, from the database
** that is attached as `source`. Returns how many resources there are. Any error
** is one of the database; what was done by then is for the caller to undo,
** within transaction_begin_whole. */
long long replay_run(Operation *operation, Text source);

#endif
