/*
** limits.h: how often who asks may ask, and what he may send.
**
** A host that counts requests (shim/rates.c) does so before it asks anything of
** the database, by what this has told it a moment before. And one that has one
** connection to write with may have others find what is wrong with a body.
*/
#ifndef SCIM_LIMITS_H
#define SCIM_LIMITS_H

#include "request.h"

/* The tenant of the caller of these options, and its settings `rate` and
** `burst`, as a JSON object; what is not set is null in it. No text when
** scim_apply would refuse the caller. */
Text limits_of_caller(Operation *operation, Text options);

/* What is wrong with a body of this caller, as body_fault says it; no text when
** nothing is, or he would be refused in any case. */
Text limits_of_body(Operation *operation, Text options, Text body);

#endif
