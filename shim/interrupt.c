/*
** interrupt.c: see interrupt.h.
**
** HOW IT WORKS. The handler sets one variable, which is all that a handler may
** do; the command looks at it where it can stop with nothing half done.
*/
#define _POSIX_C_SOURCE 200809L
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t interrupt_marked;

static void interrupt_mark(int number) {
  (void)number;
  interrupt_marked = 1;
}

/* Leaves what is ignored ignored. */
static void interrupt_catch_one(int number) {
  struct sigaction action = {0}, before;
  sigaction(number, NULL, &before);
  if (before.sa_handler == SIG_IGN) return;
  action.sa_handler = interrupt_mark;
  action.sa_flags = (int)SA_RESETHAND; /* the second time is the last */
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

void interrupt_catch(void) {
  interrupt_catch_one(SIGINT);
  interrupt_catch_one(SIGTERM);
}

bool interrupt_came(void) { return interrupt_marked != 0; }
