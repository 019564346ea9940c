/*
** progress.c: see progress.h.
**
** HOW IT WORKS. Who works calls progress_tell as often as he likes. The time
** that is left is what has gone by, for as much as is left: no more is known.
*/
#define _POSIX_C_SOURCE 200809L
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "log.h"
#include "moment.h"

/* The clock starts here. */
void progress_begin(Progress *progress, const char *what) {
  *progress = (Progress){.what = what,
                         .start = moment_now(),
                         .terminal = isatty(STDERR_FILENO) == 1};
}

/* On a terminal the line before is written over. Elsewhere each is a line of
** its own, as a person finds it in a log. */
static void progress_write(Progress *progress, Output *line) {
  if (progress->terminal) {
    fprintf(stderr, "\r%s\033[K", output_terminate(line));
    fflush(stderr);
    progress->shown = true;
  } else {
    log_complaint("%s", output_terminate(line));
  }
}

/* Says nothing of the time when it is not known how much there is; that which
** is left is a guess, and so a whole number of seconds. */
void progress_tell(Progress *progress, long long count, long long done,
                   long long total) {
  long long elapsed = moment_now() - progress->start;
  long long seconds = elapsed / MOMENT_SECOND;
  Output line = {0};
  if (seconds <= progress->told) return;
  progress->told = seconds;
  double rate = (double)count * (double)MOMENT_SECOND / (double)elapsed;
  output_format(&line, "%lld %s, %.0f/s", count, progress->what, rate);
  if (total > 0 && done > 0 && done <= total) {
    double left = (double)seconds * (double)(total - done) / (double)done;
    output_format(&line, ", %lld %%, %.0f s left", done * 100 / total, left);
  }
  progress_write(progress, &line);
  output_free(&line);
}

/* What is said next begins at the start of an empty line. */
void progress_end(Progress *progress) {
  if (progress->shown) fputs("\r\033[K", stderr);
  progress->shown = false;
}
