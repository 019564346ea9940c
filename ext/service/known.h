/*
** known.h: callers who were let in, remembered while the database is the same.
*/
#ifndef SCIM_KNOWN_H
#define SCIM_KNOWN_H

#include "request.h"

/* Fills in the caller if a call before had the same options and let him in, and
** nothing has changed in the database since: then `known` is set, and all is
** filled in that caller_authorise does. The time is that of now. What it points
** to lives until the operation ends. */
bool known_recall(Operation *operation, Text options, Caller *caller);

/* Remembers the caller, who has been let in. Only options that say nothing but
** who asks are to be given: they are all that is compared. */
void known_note(Operation *operation, Text options, const Caller *caller);

#endif
