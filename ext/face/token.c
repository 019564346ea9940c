/*
** token.c: the functions scim_token(tenant, label, options) and
** scim_token_rotate(token, grace, options), and scim_secret().
**
**   SELECT scim_token('acme', 'Entra ID', '{"expires":"2027-01-01"}');
**     -- scim_5W…   (shown this once)
**   SELECT scim_token_rotate(1, 86400);
**     -- scim_Zk…   (the one of before is good for a day more)
**
** The first mints a bearer token and returns its secret, of which only a digest
** is kept; it makes the tenant if there is none. Options: expires (a dateTime),
** scopes (words as in README.md), resource (the id that /Me is), idp, random,
** digest, last_four, now. The second gives the token of that number another
** secret; options: random, digest, last_four, now. What is unknown or of the
** wrong type is an SQL error that names it, and nothing is made. Top level
** only.
**
** scim_secret() draws a secret and stores nothing of it, for a database that is
** replicated: who calls it sends the digest to all nodes, and keeps the secret.
**
**   SELECT scim_secret();
**     -- {"secret":"scim_5W…","digest":"9f86…","last_four":"pW9x"}
**   SELECT scim_token('acme', 'Entra ID',
**                     '{"digest":"9f86…","last_four":"pW9x","now":"2027-…"}');
**     -- 9f86…
*/
#include "../db/transaction.h"
#include "../store/definitions.h"
#include "../store/issue.h"
#include "../store/secret.h"
#include "functions.h"

/* The secret is the result only when the row was written, hence the look at the
** error behind transaction_end: a COMMIT may fail. */
void token_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Json *options = call_options(operation, call_text(operation, call, 2));
  transaction_begin(operation);
  definitions_require(operation);
  Text secret = issue_token(operation, call_text(operation, call, 0),
                            call_text(operation, call, 1), options);
  transaction_end(operation);
  if (!failed(operation)) call_result(call->context, secret);
}

/* A slip in the number would take the secret of another IdP away: what is no
** integer is refused, and the grace has no default. */
void token_rotate_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Json *options = call_options(operation, call_text(operation, call, 2));
  long long token =
      call_integer(operation, call, 0, "token", 1, 0x7fffffffffffffff);
  long long grace =
      call_integer(operation, call, 1, "grace", 0, ISSUE_GRACE_MOST);
  transaction_begin(operation);
  definitions_require(operation);
  Text secret = issue_token_rotated(operation, token, grace, options);
  transaction_end(operation);
  if (!failed(operation)) call_result(call->context, secret);
}

/* The members have the names of the options that want them. */
void secret_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Arena *arena = &operation->arena;
  Secret secret = secret_new(operation, NO_TEXT);
  Json *result = json_new(arena, JSON_OBJECT);
  json_put_string(arena, result, "secret", secret.text);
  json_put_string(arena, result, "digest", secret.digest);
  json_put_string(arena, result, "last_four", secret.last_four);
  call_result(call->context, json_text(arena, result));
}
