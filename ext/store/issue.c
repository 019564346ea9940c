/*
** issue.c: tokens and clients: what is checked, and the one row that is made.
**
** HOW IT WORKS
**
** Tokens and clients are rows of one table and are made in one way: options are
** read, a secret is made (secret.c), and what there is to store becomes the
** data of a Change, which a trigger puts into the table
** (sql/commit/token.sql). Options that are wrong are errors before any secret
** is drawn.
**
** A rotation changes the digest of a row, so that its number, its label and its
** rows in the log stay. Only one secret of before is known: whoever rotates
** twice within the grace takes the first one away.
*/
#include "issue.h"

#include <assert.h>

#include "../model/option.h"
#include "../text/instant.h"
#include "commit.h"
#include "drawn.h"
#include "secret.h"

/*
** Options.
*/

/* Options, as they are given. The last four are there for engines that run the
** same statement on several nodes: all must write the same. */
typedef struct IssueOptions {
  Text expires, scopes, resource, idp, id, random, digest, last_four, now;
} IssueOptions;

#define ISSUE_OPTION(name, type)                                               \
  { #name, type, offsetof(IssueOptions, name) }

/* Which no call is without: these are all that a rotation has. */
#define ISSUE_COMMON                                                           \
  ISSUE_OPTION(random, OPTION_TEXT), ISSUE_OPTION(now, OPTION_TIME),           \
      ISSUE_OPTION(digest, OPTION_TEXT), ISSUE_OPTION(last_four, OPTION_TEXT)

/* Of a token. */
static const Option issue_options[] = {
    ISSUE_COMMON,
    ISSUE_OPTION(expires, OPTION_TIME),
    ISSUE_OPTION(scopes, OPTION_TEXT),
    ISSUE_OPTION(idp, OPTION_TEXT),
    ISSUE_OPTION(resource, OPTION_TEXT),
};

/* Of a client, which stands for no resource, and has an id. */
static const Option issue_client_options[] = {
    ISSUE_COMMON,
    ISSUE_OPTION(expires, OPTION_TIME),
    ISSUE_OPTION(scopes, OPTION_TEXT),
    ISSUE_OPTION(idp, OPTION_TEXT),
    ISSUE_OPTION(id, OPTION_TEXT),
};

#define ISSUE_ROTATE_OPTIONS 4
#define ISSUE_OPTIONS 8

/* Every word is one that we know: a misspelt one must not be a right that is
** missed, nor one that is left. */
static void issue_check_scopes(Operation *operation, Text scopes) {
  unsigned rights;
  if (!scopes.size)
    error_set(operation, ERROR_INVALID_VALUE, "the option 'scopes' is empty");
  if (!right_read(scopes, &rights))
    error_set(
        operation, ERROR_INVALID_VALUE,
        "the option 'scopes' has words with a blank between them, each of "
        "read, write, users:read, users:write, groups:read, groups:write, "
        "admin; not '%.*s'",
        TEXT_ARG(scopes));
}

/* Does the row have the digest that was given? Nobody has another secret of it:
** then it was made by the same call, which comes again. */
static bool issue_is_done(const Token *token, Text digest) {
  return digest.data && text_equal(token->digest, digest);
}

/* An id becomes part of what people copy, and of Basic credentials, where a
** colon would end it (RFC 7617 section 2): only plain characters. */
static void issue_check_id(Operation *operation, Text id, Text digest) {
  bool plain = id.size > 0 && id.size <= 64;
  for (size_t i = 0; i < id.size; i++)
    plain = plain && (text_is_letter(id.data[i]) || text_is_digit(id.data[i]) ||
                      strchr("-_.", id.data[i]));
  Token other;
  if (!plain)
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'id' cannot be an id: '%.*s'", TEXT_ARG(id));
  else if (token_find_client(operation, id, &other) &&
           !issue_is_done(&other, digest))
    error_set(operation, ERROR_UNIQUENESS,
              "the option 'id' is that of another client");
}

/* The table says which options the caller knows. Without scopes a token may do
** what every IdP wants, and not what the console does. */
static IssueOptions issue_read_options(Operation *operation,
                                       const Json *options, const Option *table,
                                       size_t count) {
  IssueOptions read = {.scopes = TEXT("read write")};
  options_read(operation, options, table, count, &read);
  read.now = drawn_now(operation, read.now);
  issue_check_scopes(operation, read.scopes);
  if (read.id.data) issue_check_id(operation, read.id, read.digest);
  return read;
}

/*
** Making.
*/

/* Whose it is to be. A tenant that is being removed gets no new row; one that
** is not there is made with its first. */
static void issue_check_owner(Operation *operation, Text name, Text label,
                              Tenant *tenant) {
  memset(tenant, 0, sizeof *tenant);
  if (!name.size || !label.size)
    error_set(operation, ERROR_INVALID_VALUE,
              "a tenant and a label are needed");
  if (!utf8_valid(name) || !utf8_valid(label))
    error_set(operation, ERROR_INVALID_VALUE,
              "the tenant or the label of a token is not valid UTF-8");
  if (!failed(operation) && tenant_find(operation, name, tenant) &&
      tenant->removing)
    error_set(operation, ERROR_CONFLICT, "the tenant '%.*s' is being removed",
              TEXT_ARG(name));
}

/* The secret of the row: one whose bits are given or drawn, or of which the
** digest is known. Both at once would be two. */
static Secret issue_secret(Operation *operation, Text random, Text digest,
                           Text last_four) {
  if (digest.data && random.data)
    error_set(operation, ERROR_INVALID_VALUE,
              "the options 'digest' and 'random' are of two secrets");
  if (digest.data) return secret_made(operation, digest, last_four);
  if (last_four.data)
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'last_four' is without the option 'digest'");
  return secret_new(operation, random);
}

/* What all kinds of rows have. */
static Json *issue_data(Operation *operation, const char *kind, Text label,
                        Text scopes, Text expires, const Secret *secret) {
  Arena *arena = &operation->arena;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put_string(arena, data, "kind", text_of(kind));
  json_put_string(arena, data, "label", label);
  json_put_string(arena, data, "scopes", scopes);
  json_put_string(arena, data, "expires", expires);
  json_put_string(arena, data, "digest", secret->digest);
  return data;
}

/* Is the row there, by the same call? */
static bool issue_is_made(Operation *operation, Text name, Text label,
                          const IssueOptions *read) {
  Token made;
  if (!read->digest.data) return false;
  bool found = read->id.data
                   ? token_find_client(operation, read->id, &made)
                   : token_find_digest(operation, read->digest, &made);
  return found && issue_is_done(&made, read->digest) &&
         text_equal(made.tenant, name) && text_equal(made.label, label);
}

/* A time that has come already is a slip, as of the year: the IdP would be
** refused from its first request on, and nobody told why. */
static void issue_check_expires(Operation *operation,
                                const IssueOptions *read) {
  Token token = {.expires = read->expires};
  if (!failed(operation) && token_ended(operation, &token, read->now))
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'expires' is a time that has come: '%.*s'",
              TEXT_ARG(read->expires));
}

/* Makes the row. The tenant may want one token an IdP: then those of before are
** revoked by the same statement. */
static Text issue_row(Operation *operation, const char *kind, Text name,
                      Text label, const IssueOptions *read) {
  Arena *arena = &operation->arena;
  Tenant tenant;
  issue_check_owner(operation, name, label, &tenant);
  bool made = !failed(operation) && issue_is_made(operation, name, label, read);
  if (!made) issue_check_expires(operation, read);
  Secret secret =
      issue_secret(operation, read->random, read->digest, read->last_four);
  if (made || failed(operation)) return secret.text;
  Json *data =
      issue_data(operation, kind, label, read->scopes, read->expires, &secret);
  json_put_string(arena, data, "last_four", secret.last_four);
  json_put_string(arena, data, "resource", read->resource);
  json_put_string(arena, data, "client", read->id);
  json_put_string(arena, data, "idp", read->idp);
  if (tenant_flag(&tenant, "one_token_per_idp"))
    json_put(data, "replaces", json_integer(arena, 1));
  Work work = {.action = "token",
               .tenant = name,
               .time = read->now,
               .data = json_text(arena, data)};
  commit_work(operation, &work);
  return failed(operation) ? NO_TEXT : secret.text;
}

/* A token and a client are rows of one table, and are made alike: only the
** options that they take differ, and that a client has an id by which it names
** itself. */
Text issue_token(Operation *operation, Text tenant, Text label,
                 const Json *options) {
  IssueOptions read =
      issue_read_options(operation, options, issue_options, ISSUE_OPTIONS);
  return issue_row(operation, "token", tenant, label, &read);
}

/* The id is drawn when all options are right, and before the row is made, since
** it is a part of that. */
Text issue_client(Operation *operation, Text tenant, Text label,
                  const Json *options, Text *id) {
  IssueOptions read = issue_read_options(operation, options,
                                         issue_client_options, ISSUE_OPTIONS);
  if (!read.id.data) read.id = secret_uuid(operation);
  *id = read.id;
  return issue_row(operation, "client", tenant, label, &read);
}

/* The label and the IdP are the client's: whoever reads the table sees whose it
** is. Row of the log and token come by one statement: a token that was granted
** and not logged could not be told from one that was smuggled in. */
Text issue_access(Operation *operation, const Token *client, Text id,
                  const Access *access) {
  Arena *arena = &operation->arena;
  Secret secret =
      issue_secret(operation, access->random, access->digest, NO_TEXT);
  if (failed(operation)) return NO_TEXT;
  Json *data =
      issue_data(operation, "access", client->label,
                 right_words(arena, access->rights), access->expires, &secret);
  json_put_string(arena, data, "client", id);
  json_put_string(arena, data, "idp", client->idp);
  ChainRow row = {.tenant = client->tenant,
                  .time = access->now,
                  .token = client->token,
                  .method = TEXT("POST"),
                  .target = TEXT("/oauth/token"),
                  .status = 200};
  Work work = {.action = "token",
               .tenant = client->tenant,
               .time = access->now,
               .data = json_text(arena, data),
               .log = &row};
  commit_work(operation, &work);
  return failed(operation) ? NO_TEXT : secret.text;
}

/*
** Rotating.
*/

/* Gives the row another secret. `what` names it for people. One that is not
** good any more stays so: a new secret would seem to mend it. The digest of
** before goes to a column of its own, with the moment up to which it is good;
** where there is no grace it goes altogether. Sent twice by an engine that
** replicates statements, the second time it finds its own digest and does
** nothing. */
static Text issue_rotate(Operation *operation, const Token *token, Text what,
                         long long grace, const IssueOptions *read) {
  Arena *arena = &operation->arena;
  const char *reason = token_ended(operation, token, read->now);
  if (issue_is_done(token, read->digest)) return read->digest;
  assert(grace >= 0 && grace <= ISSUE_GRACE_MOST);
  if (reason)
    error_set(operation, ERROR_CONFLICT, "%.*s %s", TEXT_ARG(what), reason);
  Secret secret =
      issue_secret(operation, read->random, read->digest, read->last_four);
  if (failed(operation)) return NO_TEXT;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put(data, "token", json_integer(arena, token->token));
  json_put_string(arena, data, "digest", secret.digest);
  json_put_string(arena, data, "last_four", secret.last_four);
  if (grace > 0)
    json_put_string(arena, data, "until",
                    instant_later(arena, read->now, grace));
  Work work = {.action = "rotate",
               .tenant = token->tenant,
               .time = read->now,
               .data = json_text(arena, data)};
  commit_work(operation, &work);
  return failed(operation) ? NO_TEXT : secret.text;
}

/* Of a token that was minted: a client has the function below, whose answer has
** the id in it, and an access token is gone before anybody would want another
** secret for it. */
Text issue_token_rotated(Operation *operation, long long number,
                         long long grace, const Json *options) {
  Token token;
  Text what = arena_format(&operation->arena, "the token %lld", number);
  IssueOptions read = issue_read_options(operation, options, issue_options,
                                         ISSUE_ROTATE_OPTIONS);
  if (!token_find_number(operation, number, &token))
    error_set(operation, ERROR_NOT_FOUND, "there is no token %lld", number);
  if (failed(operation)) return NO_TEXT;
  return issue_rotate(operation, &token, what, grace, &read);
}

/* By its id, which is what people have; its number is in no set-up. Whether it
** is a tenant's that is being removed is not asked: its row goes all the same,
** and until then no request of it is taken. */
Text issue_client_rotated(Operation *operation, Text id, long long grace,
                          const Json *options) {
  Token client;
  Text what =
      arena_format(&operation->arena, "the client '%.*s'", TEXT_ARG(id));
  IssueOptions read = issue_read_options(operation, options, issue_options,
                                         ISSUE_ROTATE_OPTIONS);
  if (!token_find_client(operation, id, &client))
    error_set(operation, ERROR_NOT_FOUND, "there is no client '%.*s'",
              TEXT_ARG(id));
  if (failed(operation)) return NO_TEXT;
  return issue_rotate(operation, &client, what, grace, &read);
}
