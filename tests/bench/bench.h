/* What the programs of the bench share: reading a file of requests, a clock,
** and the one line that each prints. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>

/* One line of a file of requests: METHOD TARGET [BODY]. */
typedef struct Line {
  char *method, *target, *body; /* body is "" where there is none */
} Line;

typedef struct Lines {
  Line *items;
  size_t count;
} Lines;

/* Prints what is wrong and ends the program: a bench that met a failure has
** nothing to report. */
_Noreturn void give_up(const char *what, const char *why);

/* Never NULL. */
void *allocate(size_t count, size_t size);

/* The whole file, with a NUL behind it. */
char *read_file(const char *path, size_t *size);

/* All lines of a file. They live as long as the program. */
Lines read_lines(const char *path);

/* Seconds on a clock that only goes forward. */
double seconds_now(void);

/* Prints "RATE P50 P99": operations a second, and microseconds. Sorts the
** latencies, which are in seconds. */
void report(double elapsed, double *latencies, size_t count);

#endif
