/*
** replay.c: the function scim_replay(source).
**
**   SELECT scim_init();
**   SELECT scim_replay('old.db');   -- 4711
**   ATTACH 'old.db' AS old;
**   SELECT scim_replay('old');
**
** Fills a new database from the log of another one, a file or a schema that is
** attached, and returns how many resources there are. An error, which names the
** resource, where what the log makes is not what the other database has; then,
** and where there are resources, tokens, maps or a log already, everything
** stays as it was. Nobody can write to the new one meanwhile. The cost grows
** with the log. Top level only.
**
** HOW IT WORKS
**
** A schema is read where it is (../store/replay.c). A file is not attached to
** the host's connection (../db/other.c says why), but to a temporary database
** of our own, which takes room for as much: the triggers that play the log
** are SQL, and no statement reads what two connections have. There the log is
** played, and compared with the file; what has come of it, which is what the
** file has, is then copied. All that an operation
** within the call does, so that the call closes the temporary database however
** that operation ends, as when memory runs out.
*/
#include "../store/replay.h"
#include "../db/transaction.h"
#include "../store/definitions.h"
#include "../store/install.h"
#include "../store/refusal.h"
#include "functions.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/*
** A file.
*/
typedef struct ReplayFile {
  Text name;
  Other other;
  long long count;
} ReplayFile;

/* Nothing is kept of what has failed, not even a row of the log. */
static long long replay_end(Operation *operation, long long count) {
  refusal_keep_nothing(operation);
  transaction_end(operation);
  return failed(operation) ? 0 : count;
}

/* Plays the log in the temporary database. */
static void replay_prove_body(Operation *operation, void *data) {
  ReplayFile *file = data;
  long long count = 0;
  install_run(operation, &(Install){.says = false});
  transaction_begin_whole(operation);
  if (definitions_require(operation)) count = replay_run(operation, file->name);
  file->count = replay_end(operation, count);
}

/* The same as an operation there: its error is one here. The message is put
** where it need not be freed any more, should memory run out. */
static void replay_prove(Operation *operation, ReplayFile *file) {
  char *message = NULL, text[700];
  Connection *connection = file->other.connection;
  connection_hold(connection);
  int code = sqlite3_create_module_v2(file->other.db, "scim_stmt", &stmt_module,
                                      connection, connection_release);
  if (code == SQLITE_OK)
    code = call_run(connection, replay_prove_body, file, &message,
                    (CallTransfer){NULL, NULL});
  sqlite3_snprintf(sizeof text, text, "%s",
                   message ? message : sqlite3_errstr(code));
  sqlite3_free(message);
  if (code != SQLITE_OK) error_database(operation, code, text);
}

static void replay_file_body(Operation *operation, void *data) {
  ReplayFile *file = data;
  transaction_begin_whole(operation);
  if (definitions_require(operation)) replay_check_empty(operation);
  if (!failed(operation)) other_open(operation, &file->other, file->name);
  if (!failed(operation)) replay_prove(operation, file);
  if (!failed(operation)) replay_take(operation, &file->other);
  file->count = replay_end(operation, file->count);
}

/* Whatever happens within, the other database is closed here. */
static void replay_file(Operation *operation, const FunctionCall *call,
                        Text source) {
  ReplayFile file = {.name = source};
  char *message = NULL;
  int code = call_run(operation->connection, replay_file_body, &file, &message,
                      (CallTransfer){NULL, NULL});
  other_close(&file.other);
  if (code == SQLITE_OK) sqlite3_result_int64(call->context, file.count);
  if (message) sqlite3_result_error(call->context, message, -1);
  if (code != SQLITE_OK) sqlite3_result_error_code(call->context, code);
  sqlite3_free(message);
}

/*
** A schema that is attached.
*/
static void replay_schema(Operation *operation, const FunctionCall *call,
                          Text source) {
  long long count = 0;
  transaction_begin_whole(operation);
  if (definitions_require(operation)) count = replay_run(operation, source);
  count = replay_end(operation, count);
  if (!failed(operation)) sqlite3_result_int64(call->context, count);
}

void replay_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text source = call_text(operation, call, 0);
  if (replay_is_schema(operation, source))
    replay_schema(operation, call, source);
  else if (!failed(operation))
    replay_file(operation, call, source);
}
