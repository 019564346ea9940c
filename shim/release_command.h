/*
** release_command.h: scimd release TENANT.
*/
#ifndef SHIM_RELEASE_COMMAND_H
#define SHIM_RELEASE_COMMAND_H

#include "options.h"

/* Returns the exit status of the program. */
int release_command(const Options *options);

#endif
