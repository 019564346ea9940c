/*
** interrupt.h: Ctrl-C for commands that take long.
*/
#ifndef SHIM_INTERRUPT_H
#define SHIM_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP leave a mark instead of ending the
** program; one that comes two seconds after the first ends it. What the shell
** has told us to ignore, as for a command in the background, stays ignored. */
void interrupt_catch(void);

/* Has one come? */
bool interrupt_came(void);

#endif
