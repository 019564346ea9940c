/*
** memory.h: what was freed goes back to the system.
*/
#ifndef SHIM_MEMORY_H
#define SHIM_MEMORY_H

#include <stdbool.h>

/* To be called at the end of each request: looks now and then whether the
** process has grown, and gives back what it does not use. With at_once it looks
** in any case. */
void memory_tidy(bool at_once);

#endif
