/*
** prune.h: how the log gets shorter, and nothing is lost of what it said.
*/
#ifndef SCIM_PRUNE_H
#define SCIM_PRUNE_H

#include "../text/operation.h"

/* Removes rows of the log that are before the moment, the oldest first and no
** more than the limit, and keeps what they say in scim_snapshot. Returns the
** horizon reached: from then on everything can still be told; the empty text
** where the log is whole. It is before the moment where a consumer, a job of
** the outbox or the window of a breaker still needs rows, a row of a later time
** stands among the older ones, or the limit has come. The times are those of
** instant_canonical, the operation is one that may write. A log from which rows
** are missing already is an error, and stays as it is. */
Text prune_log(Operation *operation, Text before, Text now, long long limit);

#endif
