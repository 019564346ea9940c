/*
** token.h: the bearer tokens that admit to a tenant.
*/
#ifndef SCIM_TOKEN_H
#define SCIM_TOKEN_H

#include "../model/right.h"
#include "tenant.h"

typedef struct Token {
  long long token; /* 0: none is known */
  Text tenant;
  Text resource;   /* for /Me */
  unsigned rights; /* of model/right.h */
} Token;

/* Checks "Bearer <secret>" at the time `now`; when it is wrong, Unauthorized
** with the reason. Fills in what is known of a token even if it is revoked or
** expired, for the log. */
void token_check(Operation *operation, Text authorization, Text now,
                 Token *token);

/* Mints a token for the tenant, which is created when there is none. Options
** are {expires, scopes, resource, now}, and no others; `now` is the time of an
** operation that brought none. Returns the secret, of which only a digest is
** kept; no text with an error, and then no token is made. */
Text token_mint(Operation *operation, Text tenant, Text label,
                const Json *options, Text now);

#endif
