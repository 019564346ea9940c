/*
** limits.c: the functions scim_limits(options) and
** scim_body_fault(options, body).
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
**   SELECT scim_body_fault('{"tenant":"acme"}', '{"userName":');
**     -- 400 the request body is not valid JSON: …
**
** Has this body too many values, or is it no JSON object? NULL when nothing is
** wrong. For hosts with one connection that writes: one that reads finds what
** is wrong with a large body, and the answer is the option `refused` of
** scim_apply, which is then called without the body.
**
** Both read only, work on read-only connections, and can be called from the top
** level only, since there is a secret in their argument.
*/
#include "../service/limits.h"

#include "functions.h"

void limits_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text limits = limits_of_caller(operation, call_text(operation, call, 0));
  if (!failed(operation)) call_result(call->context, limits);
}

void body_fault_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text fault = limits_of_body(operation, call_text(operation, call, 0),
                              call_text(operation, call, 1));
  if (!failed(operation)) call_result(call->context, fault);
}
