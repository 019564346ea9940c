/*
** route.h: from a method and a path to a handler (RFC 7644 section 3.2).
*/
#ifndef SCIM_ROUTE_H
#define SCIM_ROUTE_H

#include "request.h"

/* Sets endpoint, resource_id, type and handler of the request, or an error
** with the headers that go with it. What the path and the method say counts
** before what is wrong with a body. */
void route_request(Request *request);

/* Is it a POST to …/.search (RFC 7644 section 3.4.3)? That is a request which
** reads. */
bool route_is_search(const Request *request);

/* Method Not Allowed, and what is. */
void route_refuse(Request *request, const char *allow);

/* Methods are case-sensitive (RFC 9110 section 9.1). */
bool route_method_is(const Request *request, const char *method);

#endif
