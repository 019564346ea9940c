/*
** limits.h: how often who asks may ask.
**
** A host that counts requests (shim/rates.c) does so before it asks anything of
** the database, by what this has told it a moment before.
*/
#ifndef SCIM_LIMITS_H
#define SCIM_LIMITS_H

#include "request.h"

/* The tenant of the caller of these options, and its settings `rate` and
** `burst`, as a JSON object; what is not set is null in it. No text when
** scim_apply would refuse the caller. */
Text limits_of_caller(Operation *operation, Text options);

#endif
