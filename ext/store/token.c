/*
** token.c: bearer tokens (RFC 6750): minting and checking.
**
** A secret is 256 random bits behind a prefix by which scanners of leaked
** secrets find it. One pass of SHA-256 is enough to store such a one by:
** nobody can guess it, so there is nothing to make slow. It is looked up by
** its digest, which tells nothing about others by the time that it takes.
*/
#include "token.h"

#include <sodium.h>

#include "../db/query.h"
#include "../model/option.h"
#include "../text/instant.h"
#include "commit.h"

#define SECRET_BYTES 32
#define SECRET_PREFIX "scim_"

/*
** Checking.
*/
static Text digest_of(Operation *operation, Text secret) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  char hex[2 * crypto_hash_sha256_BYTES + 1];
  crypto_hash_sha256(hash, (const unsigned char *)secret.data, secret.size);
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return arena_copy(&operation->arena, text_of(hex));
}

/* RFC 6750 section 2.1; RFC 7235 section 2.1: the scheme in any case. Some
** admins paste the word Bearer into the field for the token itself, and the
** IdP puts another before it. */
static Text secret_of(Text authorization) {
  Text scheme = text_of("Bearer ");
  Text none = {NULL, 0};
  if (!text_begins(authorization, scheme)) return none;
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

static bool has_word(Text words, const char *word) {
  size_t size = strlen(word);
  for (size_t i = 0; i + size <= words.size; i++) {
    bool starts = i == 0 || words.data[i - 1] == ' ';
    bool ends = i + size == words.size || words.data[i + size] == ' ';
    if (starts && ends &&
        text_equal(text_first(text_after(words, i), size), text_of(word)))
      return true;
  }
  return false;
}

/* Is the time `then` not after `now`? A time that cannot be read has come. */
static bool has_come(Operation *operation, Text then, Text now) {
  Text a, b;
  return !instant_key(&operation->arena, then, &a) ||
         !instant_key(&operation->arena, now, &b) || text_compare(a, b) <= 0;
}

static void read_token(Operation *operation, Query *query, Text digest,
                       Text now, Token *token) {
  Text stored = query_text(query, TOKEN_ROW_DIGEST),
       expires = query_text(query, TOKEN_ROW_EXPIRES);
  bool revoked = !query_is_null(query, TOKEN_ROW_REVOKED);
  if (stored.size != digest.size ||
      sodium_memcmp(stored.data, digest.data, digest.size) != 0)
    return;
  Text scopes = query_text(query, TOKEN_ROW_SCOPES);
  token->token = query_integer(query, TOKEN_ROW_TOKEN);
  token->tenant = query_text(query, TOKEN_ROW_TENANT);
  token->resource = query_text(query, TOKEN_ROW_RESOURCE);
  token->read = has_word(scopes, "read");
  token->write = has_word(scopes, "write");
  if (revoked) {
    error_set(operation, ERROR_UNAUTHORIZED, "the bearer token is revoked");
  } else if (expires.data && has_come(operation, expires, now)) {
    error_set(operation, ERROR_UNAUTHORIZED, "the bearer token has expired");
  }
}

void token_check(Operation *operation, Text authorization, Text now,
                 Token *token) {
  memset(token, 0, sizeof *token);
  if (failed(operation)) return;
  Text secret = secret_of(authorization);
  Text digest = digest_of(operation, secret);
  Query query = query_open(operation, STATEMENT_TOKEN_BY_DIGEST);
  query_bind_text(&query, TOKEN_BY_DIGEST_DIGEST, digest);
  if (query_step(&query)) read_token(operation, &query, digest, now, token);
  query_close(&query);
  if (!token->token)
    error_set(operation, ERROR_UNAUTHORIZED, "%s",
              secret.size ? "the bearer token is not known"
                          : "a bearer token is needed");
}

/*
** Minting.
*/
static Text new_secret(Operation *operation) {
  unsigned char bytes[SECRET_BYTES];
  char text[sodium_base64_ENCODED_LEN(
      SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2base64(text, sizeof text, bytes, sizeof bytes,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  Text secret = arena_format(&operation->arena, "%s%s", SECRET_PREFIX, text);
  sodium_memzero(bytes, sizeof bytes);
  sodium_memzero(text, sizeof text);
  return secret;
}

/* Options, as they are given. */
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
static void check_scopes(Operation *operation, Text scopes) {
  Text rest = scopes;
  while (rest.size) {
    Text word = text_cut(&rest, ' ');
    if (text_equal(word, TEXT("read")) || text_equal(word, TEXT("write")))
      continue;
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'scopes' is \"read\", \"write\" or \"read write\", "
              "not '%.*s'",
              TEXT_ARG(scopes));
  }
}

static TokenOptions read_token_options(Operation *operation,
                                       const Json *options, Text now) {
  TokenOptions read = {.now = now, .scopes = NO_TEXT};
  options_read(operation, options, token_options,
               sizeof token_options / sizeof *token_options, &read);
  if (!read.scopes.data) read.scopes = TEXT("read write");
  if (!read.scopes.size)
    error_set(operation, ERROR_INVALID_VALUE, "the option 'scopes' is empty");
  check_scopes(operation, read.scopes);
  return read;
}

Text token_mint(Operation *operation, Text tenant, Text label,
                const Json *options, Text now) {
  Arena *arena = &operation->arena;
  TokenOptions read = read_token_options(operation, options, now);
  if (!tenant.size || !label.size)
    error_set(operation, ERROR_INVALID_VALUE,
              "a token needs a tenant and a label");
  if (failed(operation)) return NO_TEXT;
  Text secret = new_secret(operation);
  Json *data = json_new(arena, JSON_OBJECT);
  json_put_string(arena, data, "label", label);
  json_put_string(arena, data, "digest", digest_of(operation, secret));
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
