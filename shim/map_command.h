/*
** map_command.h: scimd map switch NAME [--off].
*/
#ifndef SHIM_MAP_COMMAND_H
#define SHIM_MAP_COMMAND_H

#include "options.h"

/* Returns the exit status of the program. */
int map_command(const Options *options);

#endif
