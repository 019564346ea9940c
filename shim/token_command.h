/*
** token_command.h: scimd token add | list | rotate | revoke, and the same of
** client.
*/
#ifndef SHIM_TOKEN_COMMAND_H
#define SHIM_TOKEN_COMMAND_H

#include "options.h"

/* Runs the command of the options. Returns the exit status of the program. */
int token_command_run(const Options *options);

#endif
