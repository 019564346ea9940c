/*
** place.h: is the database file still where it was opened?
**
** There is one database, so there is one place, for all threads.
*/
#ifndef SHIM_PLACE_H
#define SHIM_PLACE_H

#include <stdbool.h>

/* Notes which file is at the path, which has just been opened there. Before the
** threads are started. The path must stay. */
void place_note(const char *path);

/* Is the file that was opened at its place now? What becomes of it is logged.
** Always true before place_note. */
bool place_is_there(void);

/* The same, but the file system is asked once a second at most; `now` is in
** milliseconds, of a clock that nobody sets. */
bool place_was_there(long long now);

#endif
