/*
** replicable.c: the function scim_replicable(method, target, body, options):
** what to send instead of these to an engine that runs the statement on several
** machines, and keeps its text in a log on their disks (rqlite).
**
**   SELECT scim_replicable('POST', '/Users', '{"userName":"ann"}',
**                          '{"authorization":"Bearer scim_5W…"}');
**     -- {"options":{"authorization":"Bearer -","token_digest":"9f86…",
**     --             "now":"2026-11-27T10:00:00.000Z","id":"6f1c…",
**     --             "again":true}}
**
** The options say whatever scim_apply would draw, unless they said it before;
** that it may come a second time, and is to be done once; and no secret: of a
** token, or of a client of OAuth, they have the digest. "target" and "body" are
** there only where others have to be sent: a query may have anything, the body
** of a client has a secret, others may have a password. "write_only" among the
** options says what else is never stored, and goes no further. "place" names
** an endpoint: if there is no such row of scim_resource_type, the body is to be
** left out. "secret" and "digest" are there only for POST
** /oauth/token, whose reply has the digest in the place of the access token.
**
** It reads no table and writes nothing. Options that are no JSON object, and
** "write_only" in another form than README.md has, are an SQL error; what else
** is wrong is for scim_apply to say. Top level only.
*/
#include "../service/replicable.h"

#include "functions.h"

/* Made of what it is given alone: no transaction, no definitions. */
void replicable_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text result = replicable_request(
      operation, call_text(operation, call, 0), call_text(operation, call, 1),
      call_text(operation, call, 2), call_text(operation, call, 3));
  if (!failed(operation)) call_result_over(operation, call->context, result);
}
