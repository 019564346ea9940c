/*
** token.c: finding and checking who asks.
**
** HOW IT WORKS
**
** A row of scim_token is found by the digest of what was sent (secret.c). A
** secret that was replaced is found as well, and good up to a moment. An access
** token is as good as its client: revoked with it, expired with it at the
** latest, with no right that the client has not.
**
** A token that is revoked or has expired is still known, so that an admin whose
** provisioning has stopped can be told which it is.
*/
#include "token.h"

#include <assert.h>

#include "../db/query.h"
#include "../text/instant.h"
#include "secret.h"

/*
** Rows.
*/

/* Of an access token only what its client may as well. */
static unsigned token_rights(Query *query) {
  unsigned rights, client = RIGHT_ALL;
  right_read(query_text(query, TOKEN_ROW_SCOPES), &rights);
  if (!query_is_null(query, TOKEN_ROW_CLIENT_SCOPES))
    right_read(query_text(query, TOKEN_ROW_CLIENT_SCOPES), &client);
  return rights & client;
}

/* Takes the row over, and ends the query. False when there is none. */
static bool token_fill(Query *query, Token *token) {
  bool found = query_step(query);
  memset(token, 0, sizeof *token);
  if (found) {
    token->token = query_integer(query, TOKEN_ROW_TOKEN);
    token->tenant = query_text(query, TOKEN_ROW_TENANT);
    token->label = query_text(query, TOKEN_ROW_LABEL);
    token->idp = query_text(query, TOKEN_ROW_IDP);
    token->resource = query_text(query, TOKEN_ROW_RESOURCE);
    token->rights = token_rights(query);
    token->digest = query_text(query, TOKEN_ROW_DIGEST);
    token->previous_digest = query_text(query, TOKEN_ROW_PREVIOUS_DIGEST);
    token->previous_until = query_text(query, TOKEN_ROW_PREVIOUS_UNTIL);
    token->expires = query_text(query, TOKEN_ROW_EXPIRES);
    token->client_expires = query_text(query, TOKEN_ROW_CLIENT_EXPIRES);
    token->revoked = !query_is_null(query, TOKEN_ROW_REVOKED);
  }
  query_close(query);
  return found;
}

bool token_find_client(Operation *operation, Text id, Token *token) {
  Query query = query_open(operation, STATEMENT_CLIENT_BY_ID);
  query_bind_text(&query, CLIENT_BY_ID_CLIENT, id);
  return token_fill(&query, token);
}

bool token_find_number(Operation *operation, long long number, Token *token) {
  Query query = query_open(operation, STATEMENT_TOKEN_BY_NUMBER);
  query_bind_integer(&query, TOKEN_BY_NUMBER_TOKEN, number);
  return token_fill(&query, token);
}

bool token_find_digest(Operation *operation, Text digest, Token *token) {
  Query query = query_open(operation, STATEMENT_TOKEN_BY_DIGEST);
  query_bind_text(&query, TOKEN_BY_DIGEST_DIGEST, digest);
  return token_fill(&query, token);
}

/*
** Whether it is good.
*/

/* Is the time `then` not after `now`? One that cannot be read has come: a
** broken row must not make a token last for ever. */
static bool token_has_come(Operation *operation, Text then, Text now) {
  Text a, b;
  return !instant_key(&operation->arena, then, &a) ||
         !instant_key(&operation->arena, now, &b) || text_compare(a, b) <= 0;
}

const char *token_ended(Operation *operation, const Token *token, Text now) {
  if (token->revoked) return "is revoked";
  if ((token->expires.data && token_has_come(operation, token->expires, now)) ||
      (token->client_expires.data &&
       token_has_come(operation, token->client_expires, now)))
    return "has expired";
  return NULL;
}

/* The digests are compared once more, and in constant time: what a damaged
** index finds must admit nobody. */
bool token_opens(Operation *operation, Token *token, Text digest, Text now) {
  token->replaced = !secret_is(digest, token->digest);
  return !token->replaced ||
         (secret_is(digest, token->previous_digest) &&
          !token_has_come(operation, token->previous_until, now));
}

/*
** Bearer tokens.
*/

/* Does the text begin with the word Bearer, in any case (RFC 9110 section
** 11.1), and a space or its end? */
bool token_is_sent(Text authorization) {
  Text scheme = TEXT("Bearer");
  return text_begins(authorization, scheme) &&
         (authorization.size == scheme.size ||
          authorization.data[scheme.size] == ' ');
}

/* What stands behind "Bearer"; no text for another scheme. Some admins paste
** the word Bearer into the field for the token itself, and the IdP puts another
** before it. */
Text token_secret(Text authorization) {
  if (!token_is_sent(authorization)) return NO_TEXT;
  while (token_is_sent(authorization))
    authorization = text_trim(text_after(authorization, sizeof "Bearer" - 1));
  return authorization;
}

void token_check_time(Operation *operation, const Token *token, Text now) {
  const char *reason = token_ended(operation, token, now);
  if (reason)
    error_set(operation, ERROR_UNAUTHORIZED, "the bearer token %s", reason);
}

/* A token that is not known and one that is missing are told apart: the first
** is a mistake in what was pasted, the second in how the IdP was set up. One
** that was replaced is told as such to who has it. "Bearer" with nothing behind
** it is no credentials at all: RFC 6750 section 3.1 has it as invalid_request,
** with 400. */
void token_check(Operation *operation, Text authorization, Text known, Text now,
                 Token *token) {
  Text secret = token_secret(authorization);
  Text digest =
      known.data && secret.size ? known : secret_digest(operation, secret);
  if (secret.data && !secret.size)
    error_set(operation, ERROR_INVALID_REQUEST,
              "there is no token behind the word Bearer");
  if (!token_find_digest(operation, digest, token)) {
    error_set(operation, ERROR_UNAUTHORIZED, "%s",
              secret.size ? "the bearer token is not known"
                          : "a bearer token is needed");
  } else if (!token_opens(operation, token, digest, now)) {
    error_set(operation, ERROR_UNAUTHORIZED,
              "the bearer token was replaced by another");
  } else {
    token_check_time(operation, token, now);
  }
}
