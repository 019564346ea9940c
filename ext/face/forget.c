/*
** forget.c: the function scim_forget(tenant, id).
**
**   SELECT scim_forget('acme', '2819c223…');   -- 17
**   VACUUM;
**   PRAGMA wal_checkpoint(TRUNCATE);
**
** Takes everything that is known of a resource which was deleted out of the
** log, the outbox and the rest, and returns out of how many rows of the log.
** Its id stays, and when what happened to it. An error for who is there, and
** for whom the log does not know; 0 where there was nothing left. VACUUM takes
** the bytes out of the file, the checkpoint out of its log. The cost grows with
** the log. Top level only.
*/
#include "../store/forget.h"
#include "../db/transaction.h"
#include "../store/definitions.h"
#include "../store/refusal.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

void forget_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  transaction_begin_whole(operation);
  definitions_require(operation);
  long long count = forget_resource(operation, call_text(operation, call, 0),
                                    call_text(operation, call, 1));
  refusal_keep_nothing(operation);
  transaction_end(operation);
  if (!failed(operation)) sqlite3_result_int64(call->context, count);
}
