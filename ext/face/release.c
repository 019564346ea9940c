/*
** release.c: the function scim_release(tenant, options).
**
**   SELECT scim_release('acme');
**     -- 2026-11-21T10:30:00.000Z   (until when everything is let through)
**
** Lets through what the breaker of the tenant holds, for as many minutes as its
** window has, and closes the alerts that are open. The identity provider sends
** again what was refused. Option: now. A tenant that is not there, or an option
** that is unknown, is an SQL error that names it. Top level only.
*/
#include "../db/transaction.h"
#include "../store/alert.h"
#include "../store/definitions.h"
#include "../store/tenant.h"
#include "functions.h"

/* The minutes of the tenant's breaker; 60 where it has none, so that what an
** earlier setting has held can be closed. */
static long long release_minutes(Operation *operation, Text name) {
  Tenant tenant = {.settings = NULL};
  if (!tenant_find(operation, name, &tenant))
    error_set(operation, ERROR_NOT_FOUND, "there is no tenant '%.*s'",
              TEXT_ARG(name));
  Tenant part = {.settings = json_member(tenant.settings, "breaker")};
  return tenant_number(&part, "minutes", 60, 1, 10080);
}

/* The time is the result only when the rows are written. */
void release_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text name = call_text(operation, call, 0);
  Text now = call_now(operation, call, 1);
  transaction_begin(operation);
  definitions_require(operation);
  long long minutes = release_minutes(operation, name);
  Text until = alert_release(operation, name, now, minutes);
  transaction_end(operation);
  if (!failed(operation)) call_result(call->context, until);
}
