/*
** sql_command.h: the commands that are one statement: scimd token, client and
** release.
*/
#ifndef SHIM_SQL_COMMAND_H
#define SHIM_SQL_COMMAND_H

#include "options.h"

/* Runs the command of the options. Returns the exit status of the program. */
int sql_command_run(const Options *options);

#endif
