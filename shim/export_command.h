/*
** export_command.h: scimd export --type TYPE, and its options.
*/
#ifndef SHIM_EXPORT_COMMAND_H
#define SHIM_EXPORT_COMMAND_H

#include "options.h"

/* Returns the exit status of the program. */
int export_command(const Options *options);

#endif
