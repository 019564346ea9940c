/*
** progress.h: how far a command is, on standard error.
**
** Nothing in the first second, then a line a second: how many, how fast, how
** much of it is done, how long it will take. On a terminal it is one line that
** changes, and goes when something else is to be said.
*/
#ifndef SHIM_PROGRESS_H
#define SHIM_PROGRESS_H

#include <stdbool.h>

typedef struct Progress {
  const char *what; /* is counted: "rows" */
  long long start;  /* moment_now */
  long long told;   /* whole seconds after it when it told last */
  bool terminal;    /* standard error is one */
  bool shown;       /* a line stands there */
} Progress;

void progress_begin(Progress *progress, const char *what);

/* So many of them, which are done of total; a total of 0 is not known. Looks at
** the clock, and mostly does nothing more. */
void progress_tell(Progress *progress, long long count, long long done,
                   long long total);

/* Takes the line from the terminal. */
void progress_end(Progress *progress);

#endif
