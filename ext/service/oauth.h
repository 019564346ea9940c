/*
** oauth.h: POST /oauth/token: access tokens for client credentials (RFC 6749
** section 4.4).
*/
#ifndef SCIM_OAUTH_H
#define SCIM_OAUTH_H

#include "request.h"

/* Does the request ask for a token? It needs none itself, and is no request of
** SCIM: handle_run hands it over whole. */
bool oauth_is_asked(const Request *request);

/* Handles it. The reply is OAuth's, errors included; afterwards the operation
** has failed only if the database has, or the options were wrong. */
void oauth_run(Request *request);

#endif
