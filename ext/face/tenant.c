/*
** tenant.c: the function scim_tenant_remove(tenant, limit, options).
**
**   SELECT scim_tenant_remove('acme', 10000);   -- 10000
**   SELECT scim_tenant_remove('acme', 10000);   -- 417
**   SELECT scim_tenant_remove('acme', 10000);   -- 0: nothing is left of it
**
** Removes at most so many rows of what a tenant has: resources and all that is
** known of them, its log, tokens and clients, and at last the tenant. Returns
** how many. From the first call on the tenant's requests are refused; should
** the calls end early, the next one goes on. What the application keeps in
** tables of its own stays. The option `now` is there for engines that run the
** same statement on several nodes. Top level only.
*/
#include "../store/tenant.h"
#include "../db/transaction.h"
#include "../store/definitions.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

#define TENANT_LIMIT_MOST 1000000 /* rows that one call may remove */

/* The name is not checked: one that is no tenant's has nothing to be removed.
 */
void tenant_remove_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text now = call_now(operation, call, 2);
  long long limit =
      call_integer(operation, call, 1, "limit", 1, TENANT_LIMIT_MOST);
  transaction_begin(operation);
  definitions_require(operation);
  long long removed =
      tenant_remove(operation, call_text(operation, call, 0), limit, now);
  transaction_end(operation);
  if (!failed(operation)) sqlite3_result_int64(call->context, removed);
}
