/* scimd token add | list | revoke. */
#ifndef SHIM_TOKEN_H
#define SHIM_TOKEN_H

#include "options.h"

/* Each returns the exit status of the program. */
int token_add(const Options *options);
int token_list(const Options *options);
int token_revoke(const Options *options);

#endif
