/*
** oauth.h: POST /oauth/token: access tokens for client credentials (RFC 6749
** section 4.4).
*/
#ifndef SCIM_OAUTH_H
#define SCIM_OAUTH_H

#include "request.h"

/* Does the request ask for a token? It needs none itself, and is no request of
** SCIM: handle_run hands it over whole. */
bool oauth_is_asked(const Target *target);

#define OAUTH_FORM "application/x-www-form-urlencoded"
#define OAUTH_BODY 8192 /* bytes of a body, which is read of anybody */

/* The credentials of a header that begins with the scheme Basic (RFC 7617),
** both parts of which are encoded as in a form (RFC 6749 section 2.3.1). False
** when they are none. */
#define OAUTH_BASIC "Basic "
bool oauth_basic(Arena *arena, Text header, Text *id, Text *secret);

/* Handles it. The reply is OAuth's, errors included; afterwards the operation
** has failed only if the database has, or the options were wrong. */
void oauth_run(Request *request);

#endif
