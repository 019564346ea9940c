/*
** interrupt.c: see interrupt.h.
**
** HOW IT WORKS. The handler sets one variable; the command looks at it where it
** can stop with nothing half done. One wish to end can come twice: timeout(1)
** sends TERM to its command and then to the group that the command is in, and
** Ctrl-C reaches both by itself. So only a signal that comes a second or two
** after the first is taken for impatience.
*/
#define _POSIX_C_SOURCE 200809L
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t interrupt_marked;
static volatile sig_atomic_t interrupt_second; /* in which the first one came */

/* POSIX lets a handler call all of these. */
static void interrupt_mark(int number) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (!interrupt_marked) interrupt_second = (sig_atomic_t)now.tv_sec;
  interrupt_marked = 1;
  if ((sig_atomic_t)now.tv_sec - interrupt_second < 2) return;
  signal(number, SIG_DFL);
  raise(number);
}

/* Leaves what is ignored ignored. */
static void interrupt_catch_one(int number) {
  struct sigaction action = {0}, before;
  sigaction(number, NULL, &before);
  if (before.sa_handler == SIG_IGN) return;
  action.sa_handler = interrupt_mark;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

void interrupt_catch(void) {
  interrupt_catch_one(SIGINT);
  interrupt_catch_one(SIGTERM);
  interrupt_catch_one(SIGHUP); /* the terminal was closed */
}

bool interrupt_came(void) { return interrupt_marked != 0; }
