/*
** replay.c: the function scim_replay(source).
**
**   ATTACH 'old.db' AS old;
**   SELECT scim_init();
**   SELECT scim_replay('old');   -- 4711
**
** Fills a new database from the log of another one, and returns how many
** resources there are. An error, which names the resource, where what the log
** makes is not what the other database has; then, and where there are
** resources, tokens, maps or a log already, everything stays as it was. Nobody
** can write to either meanwhile. The cost grows with the log. Top level only.
*/
#include "../store/replay.h"
#include "../db/transaction.h"
#include "../store/definitions.h"
#include "../store/refusal.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

void replay_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  long long count = 0;
  transaction_begin_whole(operation);
  if (definitions_require(operation))
    count = replay_run(operation, call_text(operation, call, 0));
  refusal_keep_nothing(operation);
  transaction_end(operation);
  if (!failed(operation)) sqlite3_result_int64(call->context, count);
}
