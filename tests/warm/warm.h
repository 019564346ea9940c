/*
** warm.h: what a program that is kept warm is asked by its client.
**
** A request is one Request, with the open files of the client beside it, and
** then its arguments and its environment, each with a zero behind it. After
** that the client sends a byte for each signal it gets, and at last is told how
** the program has ended.
*/
#ifndef WARM_H
#define WARM_H

#include <sys/resource.h>
#include <sys/types.h>

#define WARM_FILES 64 /* at most, without the folder */

/* Those that a test may set, and that a program then is to have. */
static const int warm_limits[] = {RLIMIT_FSIZE, RLIMIT_NOFILE};
#define WARM_LIMITS (sizeof warm_limits / sizeof *warm_limits)

typedef struct Request {
  size_t size;          /* of arguments and environment */
  int arguments;        /* how many of these */
  int variables;        /* and of the environment */
  int files;            /* how many there are; one more is the folder */
  int file[WARM_FILES]; /* the number that each has */
  mode_t mask;
  pid_t group;
  unsigned long long ignored; /* signals, each a bit */
  struct rlimit limit[WARM_LIMITS];
} Request;

typedef struct Ending {
  int status; /* as of waitpid */
  pid_t process;
  double work; /* seconds of a processor */
} Ending;

#endif
