/*
** limits.c: the function scim_limits(options).
**
**   SELECT scim_limits('{"authorization":"Bearer scim_5W…"}');
**     -- {"tenant":"acme","rate":50,"burst":200}
**   SELECT scim_limits('{"tenant":"acme"}');
**
** For hosts that count requests themselves: whose directory the caller of these
** options uses, and how often he may ask (the tenant's settings `rate` and
** `burst`, null where they are not set). The options are those of scim_apply.
** NULL for a caller whom that would refuse. Nothing is counted here.
**
** It reads only, works on read-only connections, and can be called from the top
** level only, since there is a secret in its argument.
*/
#include "../service/limits.h"

#include "functions.h"

void limits_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text limits = limits_of_caller(operation, call_text(operation, call, 0));
  if (!failed(operation)) call_result(call->context, limits);
}
