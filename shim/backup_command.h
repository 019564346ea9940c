/*
** backup_command.h: scimd backup COPY [--force].
*/
#ifndef SHIM_BACKUP_COMMAND_H
#define SHIM_BACKUP_COMMAND_H

#include "options.h"

/* Returns the exit status of the program. */
int backup_command(const Options *options);

#endif
