/*
** body.h: what a request brings along.
*/
#ifndef SCIM_BODY_H
#define SCIM_BODY_H

#include "request.h"

/* Parses the body of a request that has one. 413 when it is too large, 415
** when it says that it is not JSON, invalidSyntax when it is no JSON object. */
void body_read(Request *request);

/* Why the body of a request whose caller is known would be refused, with the
** status in front: "413 the request body has more than ...". No text when it
** would not, or for its media type alone. */
Text body_fault(Request *request);

/* For tenants that want it: invalidSyntax when the body does not say what it
** is (RFC 7643 section 3; RFC 7644 sections 3.4.3, 3.5.2 and 3.7). */
void body_check_schemas(Request *request);

#endif
