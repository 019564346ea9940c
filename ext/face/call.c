/*
** call.c: the frame around an operation, and SQL values as text.
**
** HOW IT WORKS
**
** call_run owns the operation and holds it until it has ended; the body runs
** one frame further in, where operation_run has set the jump. So there is one
** way out of a call, whatever happened in it: what the operation has opened is
** closed, its transaction undone if it failed, its hold on the schemas and its
** arena given back or handed over.
**
** Every function is registered with the same C function and with its body as
** the client data, so that a body is found by its name in scim.c's table.
*/
#include "call.h"

#include "../db/scope.h"
#include "../model/option.h"
#include "../store/drawn.h"

SQLITE_EXTENSION_INIT3

/* The result code of an operation that was run to its end. */
static int call_code(const Operation *operation, char **message) {
  if (!failed(operation)) return SQLITE_OK;
  *message = sqlite3_mprintf("%.*s", TEXT_ARG(operation->detail));
  return operation->sqlite ? operation->sqlite : SQLITE_ERROR;
}

/* Hands over what is asked for, when all went well. */
static void call_hand_over(Operation *operation, CallTransfer transfer) {
  if (transfer.schemas) {
    schema_set_release(*transfer.schemas);
    *transfer.schemas = schema_set_hold(operation->schemas);
  }
  if (transfer.arena) {
    arena_close(transfer.arena);
    *transfer.arena = operation->arena;
    arena_init(&operation->arena);
  }
}

/* Operations within each other, at most: one takes up to 8 KB of the stack with
** SQLite's frames. A trigger that fires itself without end by way of a function
** of ours is ended by no limit of SQLite. */
#define CALL_DEPTH 32

static bool call_fits(Operation *operation) {
  if (operation->depth < CALL_DEPTH) return true;
  error_set(operation, ERROR_INVALID_VALUE,
            "more than %d calls are within each other: does a trigger fire "
            "itself by way of one?",
            CALL_DEPTH);
  return false;
}

/* Takes the operation apart in the order in which it was put together, turned
** round: its statements and transaction, then what these may have used. */
int call_run(Connection *connection, OperationBody body, void *data,
             char **message, CallTransfer transfer) {
  Operation operation;
  operation_init(&operation);
  scope_enter(connection, &operation);
  bool enough = !call_fits(&operation) || operation_run(&operation, body, data);
  int code = enough ? call_code(&operation, message) : SQLITE_NOMEM;
  scope_leave(&operation);
  if (code == SQLITE_OK) call_hand_over(&operation, transfer);
  schema_set_release(operation.schemas);
  arena_close(&operation.arena);
  return code;
}

/*
** Scalar functions.
*/

/* The client data of a function. */
typedef struct CallRegistration {
  Connection *connection; /* held */
  OperationBody body;
} CallRegistration;

static void call_free(void *pointer) {
  CallRegistration *registration = pointer;
  connection_release(registration->connection);
  sqlite3_free(registration);
}

/* The message first: it resets the code. */
static void call_fail(sqlite3_context *context, int code, char *message) {
  if (message) sqlite3_result_error(context, message, -1);
  sqlite3_result_error_code(context, code);
}

static void call_function(sqlite3_context *context, int count,
                          sqlite3_value **arguments) {
  const CallRegistration *registration = sqlite3_user_data(context);
  FunctionCall call = {context, count, arguments};
  char *message = NULL;
  int code = call_run(registration->connection, registration->body, &call,
                      &message, (CallTransfer){NULL, NULL});
  if (code != SQLITE_OK) call_fail(context, code, message);
  sqlite3_free(message);
}

/* SQLite calls the destructor even when registering fails. */
int call_register(sqlite3 *db, const FunctionEntry *entry,
                  Connection *connection) {
  CallRegistration *registration = NULL;
  if (connection) {
    registration = sqlite3_malloc64(sizeof *registration);
    if (!registration) return SQLITE_NOMEM;
    *registration = (CallRegistration){connection, entry->body};
    connection_hold(connection);
  }
  return sqlite3_create_function_v2(db, entry->name, entry->arguments,
                                    entry->flags, registration,
                                    connection ? call_function : NULL, NULL,
                                    NULL, connection ? call_free : NULL);
}

Text call_text(Operation *operation, const FunctionCall *call, int number) {
  if (number >= call->count) return NO_TEXT;
  return call_value(operation, call->arguments[number]);
}

/* As text, so that what is not wholly a number is none: SQLite itself would
** take "5 days" for 5. */
long long call_integer(Operation *operation, const FunctionCall *call,
                       int number, const char *name, long long least,
                       long long most) {
  long long value;
  Text text = call_text(operation, call, number);
  if (text_integer(text, &value) && value >= least && value <= most)
    return value;
  error_set(operation, ERROR_INVALID_VALUE,
            "the argument '%s' must be an integer from %lld to %lld", name,
            least, most);
  return least;
}

/*
** Values.
*/
Text call_value(Operation *operation, sqlite3_value *value) {
  Text text = NO_TEXT;
  int type = sqlite3_value_type(value);
  if (type == SQLITE_NULL) return text;
  text.data = type == SQLITE_BLOB ? sqlite3_value_blob(value)
                                  : (const char *)sqlite3_value_text(value);
  text.size = (size_t)sqlite3_value_bytes(value);
  if (text.data) return text;
  /* The empty blob has no bytes, and so no address; any other value without
  ** one could not be made into text. */
  if (type == SQLITE_BLOB && !text.size) return TEXT("");
  arena_escape(&operation->arena);
}

/* Without a copy where the arena can part with it, as it can with what is
** large. */
void call_result_over(Operation *operation, sqlite3_context *context,
                      Text text) {
  if (!arena_take_over(&operation->arena, text.data)) {
    call_result(context, text);
    return;
  }
  sqlite3_result_text64(context, text.data, text.size, arena_free, SQLITE_UTF8);
}

void call_result(sqlite3_context *context, Text text) {
  if (text.data) {
    sqlite3_result_text64(context, text.data, text.size, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  } else {
    sqlite3_result_null(context);
  }
}

Json *call_options(Operation *operation, Text text) {
  return text.size ? error_parse(operation, text, "the text of the options")
                   : NULL;
}

/* Read by the same table wherever `now` is all that there is to be said: an
** engine that runs the statement on several nodes says so what time it is on
** all. What is unknown or no dateTime is an error that names it. */
Text call_now(Operation *operation, const FunctionCall *call, int number) {
  static const Option table[] = {{"now", OPTION_TIME, 0}};
  Text now = NO_TEXT;
  options_read(operation,
               call_options(operation, call_text(operation, call, number)),
               table, 1, &now);
  return drawn_now(operation, now);
}
