/*
** status_command.h: scimd status.
*/
#ifndef SHIM_STATUS_COMMAND_H
#define SHIM_STATUS_COMMAND_H

#include "options.h"

/* Prints the view scim_status and what is to be done. Returns the exit status
** of the program: EXIT_FAILURE when something needs a person, and when the
** database could not be read. */
int status_command(const Options *options);

#endif
