/*
** route.h: from a target to what handles it.
*/
#ifndef SCIM_ROUTE_H
#define SCIM_ROUTE_H

#include "request.h"

/* Fills in the type and the handler. Not found where there is nothing; Method
** Not Allowed, with the reply's Allow, where the method has no handler; Not
** Implemented for /Me of a token that stands for no resource. */
void route_request(Request *request);

/* Method Not Allowed, with what is allowed. */
void route_refuse(Request *request, const char *allow);

#endif
