/*
** discovery.h: what discovery shows to who has not said who it is.
*/
#ifndef SCIM_DISCOVERY_H
#define SCIM_DISCOVERY_H

#include "request.h"

/* Is it a GET of /ServiceProviderConfig without a token? */
bool discovery_is_public(const Request *request);

/* Handles that: to the reply, without the database. */
void discovery_run_public(Request *request);

#endif
