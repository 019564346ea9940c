/*
** place.h: is the database still where it was opened, and its log?
**
** There is one database, so there is one place, for all threads.
*/
#ifndef SHIM_PLACE_H
#define SHIM_PLACE_H

#include <stdbool.h>

/* Notes which files are at these paths, which have just been opened there: the
** database and its write-ahead log, or NULL, and the shared memory beside that.
** Before the threads are started. The paths must stay. */
void place_note(const char *path, const char *log);

/* Are the files that were opened at their places now? What becomes of them is
** logged. Always true before place_note. */
bool place_is_there(void);

/* The same, but the file system is asked once a second at most; `now` is in
** milliseconds, of a clock that nobody sets. */
bool place_was_there(long long now);

#endif
