/*
** token.c: bearer tokens (RFC 6750): minting and checking.
**
** HOW IT WORKS
**
** A secret is 256 random bits behind a prefix by which scanners of leaked
** secrets find it. One pass of SHA-256 is enough to store such a one by:
** nobody can guess it, so there is nothing to make slow, as there is with
** passwords. It is looked up by its digest, in an index: how long that takes
** tells of digests only, and who knows one does not know its secret.
**
** A token that is revoked or has expired is still known. The log then says
** whose it was, which is what an admin asks whose provisioning has stopped.
*/
#include "token.h"

#include <assert.h>
#include <sodium.h>

#include "../db/query.h"
#include "../model/option.h"
#include "../text/instant.h"
#include "commit.h"

#define TOKEN_SECRET_BYTES 32
#define TOKEN_SECRET_PREFIX "scim_"

/*
** Checking.
*/

/* What is stored of a secret: SHA-256, in hexadecimal. */
static Text token_digest(Operation *operation, Text secret) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  char hex[2 * crypto_hash_sha256_BYTES + 1];
  crypto_hash_sha256(hash, (const unsigned char *)secret.data, secret.size);
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return arena_copy(&operation->arena, text_of(hex));
}

/* What stands behind "Bearer" (RFC 6750 section 2.1), in any case (RFC 7235
** section 2.1); no text for another scheme. Some admins paste the word Bearer
** into the field for the token itself, and the IdP puts another before it. */
static Text token_secret(Text authorization) {
  Text scheme = TEXT("Bearer ");
  if (!text_begins(authorization, scheme)) return NO_TEXT;
  while (text_begins(authorization, scheme)) {
    authorization = text_after(authorization, scheme.size);
    while (authorization.size && authorization.data[0] == ' ')
      authorization = text_after(authorization, 1);
  }
  while (authorization.size &&
         authorization.data[authorization.size - 1] == ' ')
    authorization.size--;
  return authorization;
}

/* Is the time `then` not after `now`? One that cannot be read has come: a
** broken row must not make a token last for ever. */
static bool token_has_come(Operation *operation, Text then, Text now) {
  Text a, b;
  return !instant_key(&operation->arena, then, &a) ||
         !instant_key(&operation->arena, now, &b) || text_compare(a, b) <= 0;
}

/* Takes the row over and says why the token does not admit, if so. The digests
** are compared once more, and in constant time: what a damaged index finds must
** admit nobody. */
static void token_read(Operation *operation, Query *query, Text digest,
                       Text now, Token *token) {
  Text stored = query_text(query, TOKEN_ROW_DIGEST),
       expires = query_text(query, TOKEN_ROW_EXPIRES);
  bool revoked = !query_is_null(query, TOKEN_ROW_REVOKED);
  if (stored.size != digest.size ||
      sodium_memcmp(stored.data, digest.data, digest.size) != 0)
    return;
  right_read(query_text(query, TOKEN_ROW_SCOPES), &token->rights);
  token->token = query_integer(query, TOKEN_ROW_TOKEN);
  token->tenant = query_text(query, TOKEN_ROW_TENANT);
  token->resource = query_text(query, TOKEN_ROW_RESOURCE);
  if (revoked) {
    error_set(operation, ERROR_UNAUTHORIZED, "the bearer token is revoked");
  } else if (expires.data && token_has_come(operation, expires, now)) {
    error_set(operation, ERROR_UNAUTHORIZED, "the bearer token has expired");
  }
}

/* A token that is not known and one that is missing are told apart: the first
** is a mistake in what was pasted, the second in how the IdP was set up. */
void token_check(Operation *operation, Text authorization, Text now,
                 Token *token) {
  memset(token, 0, sizeof *token);
  if (failed(operation)) return;
  Text secret = token_secret(authorization);
  Text digest = token_digest(operation, secret);
  assert(digest.size == 2 * crypto_hash_sha256_BYTES);
  Query query = query_open(operation, STATEMENT_TOKEN_BY_DIGEST);
  query_bind_text(&query, TOKEN_BY_DIGEST_DIGEST, digest);
  if (query_step(&query)) token_read(operation, &query, digest, now, token);
  query_close(&query);
  if (!token->token)
    error_set(operation, ERROR_UNAUTHORIZED, "%s",
              secret.size ? "the bearer token is not known"
                          : "a bearer token is needed");
}

/*
** Minting.
*/

/* A new secret. The bytes that it was made of are wiped; the text itself is the
** answer, and goes with the operation. */
static Text token_new_secret(Operation *operation) {
  unsigned char bytes[TOKEN_SECRET_BYTES];
  char text[sodium_base64_ENCODED_LEN(
      TOKEN_SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2base64(text, sizeof text, bytes, sizeof bytes,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  Text secret =
      arena_format(&operation->arena, "%s%s", TOKEN_SECRET_PREFIX, text);
  sodium_memzero(bytes, sizeof bytes);
  sodium_memzero(text, sizeof text);
  return secret;
}

/* Options, as they are given. `now` is there for engines that run the same
** statement on several nodes: all must write the same time. */
typedef struct TokenOptions {
  Text expires, scopes, resource, now;
} TokenOptions;

static const Option token_options[] = {
    {"expires", OPTION_TIME, offsetof(TokenOptions, expires)},
    {"scopes", OPTION_TEXT, offsetof(TokenOptions, scopes)},
    {"resource", OPTION_TEXT, offsetof(TokenOptions, resource)},
    {"now", OPTION_TIME, offsetof(TokenOptions, now)},
};

/* Every word is one that we know: a misspelt one must not be a right that is
** missed, nor one that is left. */
static void token_check_scopes(Operation *operation, Text scopes) {
  unsigned rights;
  if (!right_read(scopes, &rights))
    error_set(
        operation, ERROR_INVALID_VALUE,
        "the option 'scopes' has words with a blank between them, each of "
        "read, write, users:read, users:write, groups:read, groups:write, "
        "admin; not '%.*s'",
        TEXT_ARG(scopes));
}

static TokenOptions token_read_options(Operation *operation,
                                       const Json *options, Text now) {
  TokenOptions read = {.now = now, .scopes = NO_TEXT};
  options_read(operation, options, token_options,
               sizeof token_options / sizeof *token_options, &read);
  if (!read.scopes.data) read.scopes = TEXT("read write");
  if (!read.scopes.size)
    error_set(operation, ERROR_INVALID_VALUE, "the option 'scopes' is empty");
  token_check_scopes(operation, read.scopes);
  return read;
}

/* The secret is drawn here and nowhere else; all else follows from what is
** given. The row is written by commit_change, as every change is, and the
** tenant's with it. */
Text token_mint(Operation *operation, Text tenant, Text label,
                const Json *options, Text now) {
  Arena *arena = &operation->arena;
  TokenOptions read = token_read_options(operation, options, now);
  if (!tenant.size || !label.size)
    error_set(operation, ERROR_INVALID_VALUE,
              "a token needs a tenant and a label");
  if (!utf8_valid(tenant) || !utf8_valid(label))
    error_set(operation, ERROR_INVALID_VALUE,
              "the tenant or the label of a token is not valid UTF-8");
  if (failed(operation)) return NO_TEXT;
  Text secret = token_new_secret(operation);
  Json *data = json_new(arena, JSON_OBJECT);
  json_put_string(arena, data, "label", label);
  json_put_string(arena, data, "digest", token_digest(operation, secret));
  json_put_string(arena, data, "scopes", read.scopes);
  json_put_string(arena, data, "resource", read.resource);
  json_put_string(arena, data, "expires", read.expires);
  Change change = {.action = "token",
                   .tenant = tenant,
                   .time = read.now,
                   .data = json_text(arena, data)};
  commit_change(operation, &change);
  return secret;
}
