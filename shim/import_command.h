/*
** import_command.h: scimd import ROWS --type TYPE, and its options.
*/
#ifndef SHIM_IMPORT_COMMAND_H
#define SHIM_IMPORT_COMMAND_H

#include "options.h"

/* Returns the exit status of the program. */
int import_command(const Options *options);

#endif
