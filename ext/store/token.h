/*
** token.h: who may ask: bearer tokens (RFC 6750), and the clients of OAuth 2.0
** that get them.
*/
#ifndef SCIM_TOKEN_H
#define SCIM_TOKEN_H

#include "../model/right.h"
#include "tenant.h"

/* A row of scim_token, as it is checked and logged. */
typedef struct Token {
  long long token; /* its number, for the log; 0: none is known */
  Text tenant, label, idp;
  Text resource;                        /* for /Me */
  unsigned rights;                      /* of model/right.h */
  Text digest;                          /* of its secret, */
  Text previous_digest, previous_until; /* and of the one before */
  Text expires, client_expires;         /* no text: never */
  bool revoked;                         /* or its client is */
  bool replaced;                        /* what was sent is the secret before */
} Token;

/* Does the header announce a bearer token (RFC 6750 section 2.1), be it a good
** one, a wrong one or an empty one? */
bool token_is_sent(Text authorization);

/* The secret behind the word; empty where there is none, and no text where the
** header announces no bearer token. */
Text token_secret(Text authorization);

/* Checks "Bearer <secret>" at the time `now`, by `known` where that is a text:
** the digest of the secret, which is not sent then but something in its place.
** When it is wrong, Unauthorized with the reason; ERROR_INVALID_REQUEST when
** there is no secret in it. Fills in what is known of a token even if it is
** revoked or expired. An access token has the number of its client. */
void token_check(Operation *operation, Text authorization, Text known, Text now,
                 Token *token);

/* Unauthorized if the token, which was found before, is revoked or has expired
** by now. */
void token_check_time(Operation *operation, const Token *token, Text now);

/* Finds the client, or the token that was minted, and false when there is none.
** Says nothing of whether it is good. */
bool token_find_client(Operation *operation, Text id, Token *token);
bool token_find_number(Operation *operation, long long number, Token *token);

/* The same by the digest of its secret, or of the one before; of an access
** token as well, unless its client is gone. */
bool token_find_digest(Operation *operation, Text digest, Token *token);

/* Is the digest that of the token's secret, or of the one before and that still
** good? The token says then which. */
bool token_opens(Operation *operation, Token *token, Text digest, Text now);

/* Why the token or the client is not good any more, as "is revoked"; NULL while
** it is. */
const char *token_ended(Operation *operation, const Token *token, Text now);

#endif
