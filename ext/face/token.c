/*
** token.c: the function scim_token(tenant, label, options).
**
**   SELECT scim_token('acme', 'Entra ID', '{"expires":"2027-01-01"}');
**     -- scim_5W…   (shown this once)
**
** Mints a bearer token and returns its secret, of which only a digest is kept;
** makes the tenant if there is none. Options: expires (a dateTime), scopes
** ("read", "write", or both), resource (the id that /Me is), now. One that is
** unknown or of the wrong type is an SQL error that names it, and no token is
** made. Top level only.
*/
#include "../store/token.h"
#include "../db/transaction.h"
#include "../store/definitions.h"
#include "../text/instant.h"
#include "functions.h"

/* The secret is the result only when the row was written, hence the look at the
** error behind transaction_end: a COMMIT may fail. */
void token_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Json *options = call_options(operation, call_text(operation, call, 2));
  transaction_begin(operation);
  definitions_require(operation);
  Text secret = token_mint(operation, call_text(operation, call, 0),
                           call_text(operation, call, 1), options,
                           instant_now(&operation->arena));
  transaction_end(operation);
  if (!failed(operation)) call_result(call->context, secret);
}
