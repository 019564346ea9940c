/*
** breaker.h: holds deactivations that are too many to be meant.
*/
#ifndef SCIM_BREAKER_H
#define SCIM_BREAKER_H

#include "request.h"

/* Service unavailable, with a Retry-After, when the change from the old
** document to the new one (NULL: a deletion) takes a user away whom the
** tenant's setting `breaker` lets nobody take now. Only tokens are held. The
** target's id is the user's. */
void breaker_check(Request *request, const Json *old, const Json *new);

/* The Retry-After of one that was held, and is told so again. */
void breaker_tell_wait(Request *request);

#endif
