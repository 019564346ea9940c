/*
** issue.h: making tokens and clients, and giving them other secrets.
**
** Options are JSON objects, or NULL; each function knows those that its comment
** names, and no others. With `digest` (and last_four) the secret was made
** elsewhere: the digest is returned in its place. With an error nothing is
** made, and the texts returned are none.
*/
#ifndef SCIM_ISSUE_H
#define SCIM_ISSUE_H

#include "token.h"

#define ISSUE_ACCESS_SECONDS 3600 /* that an access token is good for */
#define ISSUE_GRACE_MOST 31536000 /* a year: that a secret lives on at most */

/* Mints a bearer token for the tenant, which is created when there is none.
** Options: expires, scopes, resource, idp, random, digest, last_four, now.
** Returns the secret, of which only a digest is kept. */
Text issue_token(Operation *operation, Text tenant, Text label,
                 const Json *options);

/* Makes a client for the tenant in the same way. Options: those, but for
** resource, and id. *id becomes its client_id. */
Text issue_client(Operation *operation, Text tenant, Text label,
                  const Json *options, Text *id);

/* Gives a token, or a client, another secret, which is returned; the one of
** before is good for `grace` seconds more. Options: random, digest, last_four,
** now. An error when there is none, or it is not good any more. */
Text issue_token_rotated(Operation *operation, long long token, long long grace,
                         const Json *options);
Text issue_client_rotated(Operation *operation, Text id, long long grace,
                          const Json *options);

/* What a client is given: with which rights, from when, and until when. */
typedef struct Access {
  unsigned rights;
  Text now, expires;
  Text random; /* the bits of the secret; no text: random ones, */
  Text digest; /* unless it was made elsewhere, and this is known of it */
} Access;

/* Makes an access token for the client, whose id is given along, and logs that.
** Returns the secret. */
Text issue_access(Operation *operation, const Token *client, Text id,
                  const Access *access);

#endif
