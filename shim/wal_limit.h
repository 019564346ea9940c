/*
** wal_limit.h: how long the write-ahead log may become (--wal-limit), and what
** is told of one that is as long as that and cannot be begun anew.
**
** There is one database, so there is one log, for all threads.
*/
#ifndef SHIM_WAL_LIMIT_H
#define SHIM_WAL_LIMIT_H

#include "database.h"

/* The longest that anybody waits, in milliseconds, for those who keep the log
** from being begun anew; and how long a read of ours may take then. */
#define WAL_LIMIT_PATIENCE 3200
#define WAL_LIMIT_READ 3000

/* Has the log more in it than it may? As of the last commit, or the last
** attempt to begin it anew, of this connection. */
bool wal_limit_is_passed(const Options *options, const Database *database);

/* Begins the log anew; waits so many milliseconds, in all, for whoever keeps it
** from that. Returns false, and knows the reason, if it could not. The busy
** handler of the connection is gone then. */
bool wal_limit_restart(Database *database, int patience);

/* Looks again, after wal_limit_restart: nothing is to be written as long as the
** log could not be begun anew and has passed its limit. Each change is told in
** the log of events, once. Returns whether it is so. */
bool wal_limit_decide(const Options *options, const Database *database);

/* Is nothing to be written? Never waits. */
bool wal_limit_is_reached(void);

/* Says that the writer waits, at the limit, or does no more. */
void wal_limit_wait(bool waits);

/* Does the writer wait, or is nothing to be written? Then no read of ours is to
** take longer than WAL_LIMIT_READ: nobody is refused for one. Never waits. */
bool wal_limit_presses(void);

/* Since when, by moment_now, if it is so. */
long long wal_limit_since(void);

/* Appends what is wrong, and what the operator does about it: sentences for
** people, in ASCII. */
void wal_limit_explain(Output *output);

#endif
