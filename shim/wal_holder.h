/*
** wal_holder.h: which process keeps a snapshot of the database, where the
** system tells.
*/
#ifndef SHIM_WAL_HOLDER_H
#define SHIM_WAL_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Returns the number of a process that has a read lock on a mark of the
** write-ahead log of this path: another one rather than this one. 0 if there is
** none, or the system does not say: Linux does. */
long wal_holder(const char *wal);

/* Puts the path of the shared memory beside the log into path, which has room
** for `most` bytes. Returns false where that is too few, or without a log. */
bool wal_holder_memory(const char *wal, char *path, size_t most);

#endif
