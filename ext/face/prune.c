/*
** prune.c: the function scim_prune(before, limit, options).
**
**   SELECT scim_prune('2026-01-01');         -- 2026-01-01T00:00:00.000Z
**   SELECT scim_prune('2026-01-01', 1000);   -- 1000 rows at most
**
** Removes the rows of scim_log that are older than the moment. What they said
** of resources and members stays, in scim_snapshot. Returns the horizon: from
** then on scim_as_of, scim_membership_interval and whatever else looks back
** answers as before; a moment before it is an error. It is earlier than what
** was asked for when rows are still needed: by a consumer (scim_consumer), by a
** job of the outbox that is to be done, by the window of a breaker; or when the
** limit has come. A horizon once reached stays.
**
** Without a limit, all in one transaction. With one, at most so many rows: who
** has a long log and other writers calls it again and again, until horizon_seq
** in scim_meta grows no more. Option: now, which the moment cannot be after.
** Top level only.
*/
#include "../store/prune.h"
#include "../db/transaction.h"
#include "../store/definitions.h"
#include "../text/instant.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

#define PRUNE_LIMIT_MOST 1000000000000LL /* rows that one call may remove */

/* The moment in the form of the log; no text with an error. What is to come
** cannot be removed, and a horizon then would hide the present. */
static Text prune_moment(Operation *operation, Text before, Text now) {
  Text moment = NO_TEXT;
  if (!instant_canonical(&operation->arena, before, &moment))
    error_set(operation, ERROR_INVALID_VALUE,
              "the argument 'before' is no time: '%.*s'", TEXT_ARG(before));
  else if (text_compare(moment, now) > 0)
    error_set(operation, ERROR_INVALID_VALUE,
              "the argument 'before' is yet to come: '%.*s'", TEXT_ARG(before));
  return moment;
}

/* A limit that is NULL is none, so that options can follow. */
void prune_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text now = call_now(operation, call, 2);
  Text before = prune_moment(operation, call_text(operation, call, 0), now);
  long long limit = PRUNE_LIMIT_MOST;
  if (call_text(operation, call, 1).data)
    limit = call_integer(operation, call, 1, "limit", 1, PRUNE_LIMIT_MOST);
  transaction_begin(operation);
  definitions_require(operation);
  Text horizon = prune_log(operation, before, now, limit);
  transaction_end(operation);
  if (!failed(operation)) call_result(call->context, horizon);
}
