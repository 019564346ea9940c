/*
** client.c: the functions scim_client(tenant, label, options) and
** scim_client_rotate(client_id, grace, options).
**
**   SELECT scim_client('acme', 'Entra ID', '{"scopes":"users:read"}');
**     -- {"client_id":"6f1c…","client_secret":"scim_5W…"}   (shown this once)
**   SELECT scim_client_rotate('6f1c…', 86400);
**     -- {"client_id":"6f1c…","client_secret":"scim_Zk…"}
**
** A client asks for access tokens at /oauth/token (service/oauth.c). Options of
** the first: expires, scopes, idp, id (the client_id; otherwise a UUID),
** random, digest, last_four, now; of the second: the last four of these. They
** are strict, as those of scim_token. Top level only.
*/
#include "../db/transaction.h"
#include "../store/definitions.h"
#include "../store/issue.h"
#include "functions.h"

/* Ends the call, and answers with both when all has gone well. */
static void client_result(Operation *operation, const FunctionCall *call,
                          Text id, Text secret) {
  Arena *arena = &operation->arena;
  transaction_end(operation);
  if (failed(operation)) return;
  Json *result = json_new(arena, JSON_OBJECT);
  json_put_string(arena, result, "client_id", id);
  json_put_string(arena, result, "client_secret", secret);
  call_result(call->context, json_text(arena, result));
}

/* The transaction is ended by client_result, behind which nothing can fail any
** more: a secret that was shown must be one that works. */
void client_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text id = NO_TEXT;
  Json *options = call_options(operation, call_text(operation, call, 2));
  transaction_begin(operation);
  definitions_require(operation);
  Text secret = issue_client(operation, call_text(operation, call, 0),
                             call_text(operation, call, 1), options, &id);
  client_result(operation, call, id, secret);
}

/* The same for a second secret; the id is that which was given. */
void client_rotate_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Json *options = call_options(operation, call_text(operation, call, 2));
  Text id = call_text(operation, call, 0);
  long long grace =
      call_integer(operation, call, 1, "grace", 0, ISSUE_GRACE_MOST);
  transaction_begin(operation);
  definitions_require(operation);
  Text secret = issue_client_rotated(operation, id, grace, options);
  client_result(operation, call, id, secret);
}
