/*
** adopt.h: makes resources of rows that an application has already.
*/
#ifndef SCIM_ADOPT_H
#define SCIM_ADOPT_H

#include "request.h"

/* Creates a resource for each row of the map's table that is nobody's, and that
** no resource would get; what has no value that the type requires stays out, as
** does what cannot be created (a name that is taken, a tenant that is not
** there). `seed` makes the ids: the same one the same. Returns how many were
** made. One transaction. */
long long adopt_rows(Operation *operation, Text map, Text seed, Text now);

#endif
