/*
** replay.h: a directory, made anew from the log of another one.
*/
#ifndef SCIM_REPLAY_H
#define SCIM_REPLAY_H

#include "../db/other.h"

/* Fills the tables of "main", in which there is nothing yet, from the database
** that is attached as `source`. Returns how many resources there are. Any error
** is one of the database; what was done by then is for the caller to undo,
** within transaction_begin_whole. */
long long replay_run(Operation *operation, Text source);

/* Is it the name of a schema, attached or not, rather than of a file? */
bool replay_is_schema(Operation *operation, Text source);

/* An error where there is something that would be lost. */
void replay_check_empty(Operation *operation);

/* Fills the tables of "main" with what replay_run has made in another
** database. */
void replay_take(Operation *operation, const Other *other);

#endif
