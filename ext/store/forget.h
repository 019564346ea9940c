/*
** forget.h: takes the values of somebody who is deleted out of what is kept.
*/
#ifndef SCIM_FORGET_H
#define SCIM_FORGET_H

#include "../text/operation.h"

/* Takes all values of a resource that is gone out of the log, the outbox and
** the rest, and returns out of how many rows of the log. Its id, its times and
** the chain stay. An error for one that is there, and for one that the tenant's
** log does not know; 0 where it was forgotten before. */
long long forget_resource(Operation *operation, Text tenant, Text id);

#endif
