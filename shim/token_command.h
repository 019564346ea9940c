/*
** token_command.h: scimd token add | list | revoke.
*/
#ifndef SHIM_TOKEN_COMMAND_H
#define SHIM_TOKEN_COMMAND_H

#include "options.h"

/* Each returns the exit status of the program. */
int token_command_add(const Options *options);
int token_command_list(const Options *options);
int token_command_revoke(const Options *options);

#endif
