/*
** call.h: the frame around every entry of SQLite into the extension.
**
** A function or a method of a table turns SQL values into text, runs its body
** within an operation, and turns the outcome into a result. No SCIM rule is in
** this room.
*/
#ifndef SCIM_CALL_H
#define SCIM_CALL_H

#include "../db/connection.h"
#include "../model/schema.h"

/*
** Calling.
*/

/* Runs the body in an operation of its own on the connection. Returns the
** result code; with an error, its message is in *message (to be freed with
** sqlite3_free, NULL without memory). When memory runs out in the body that is
** SQLITE_NOMEM. Everything that the operation has opened is closed, but for
** what `transfer` names: that belongs to the caller then. */
typedef struct CallTransfer {
  Arena *arena;        /* takes over the operation's, or NULL */
  SchemaSet **schemas; /* takes over its hold on them, or NULL */
} CallTransfer;

int call_run(Connection *connection, OperationBody body, void *data,
             char **message, CallTransfer transfer);

/*
** Scalar functions.
*/

/* One function, as the registration table in ../scim.c has it. The body's
** data is a FunctionCall. */
typedef struct FunctionEntry {
  const char *name;
  int arguments; /* how many */
  int flags;     /* of sqlite3_create_function_v2 */
  OperationBody body;
} FunctionEntry;

typedef struct FunctionCall {
  sqlite3_context *context;
  int count;
  sqlite3_value **arguments;
} FunctionCall;

/* Registers the function for the connection; a NULL connection takes it
** back. */
int call_register(sqlite3 *db, const FunctionEntry *entry,
                  Connection *connection);

/* Text of an argument, from 0, valid until the call ends; no text for NULL,
** and for one that is not there. */
Text call_text(Operation *operation, const FunctionCall *call, int number);

/* An argument that is an integer within bounds; an error that names it for any
** other, and then the least. */
long long call_integer(Operation *operation, const FunctionCall *call,
                       int number, const char *name, long long least,
                       long long most);

/*
** Values.
*/

/* Text of an SQL value, valid until the value changes; no text for NULL.
** Numbers are converted, which may need memory. */
Text call_value(Operation *operation, sqlite3_value *value);

/* A text, or NULL for no text, as the result. */
void call_result(sqlite3_context *context, Text text);

/* The same for a text that was written into the operation's arena and is not
** needed there any more. */
void call_result_over(Operation *operation, sqlite3_context *context,
                      Text text);

/* The JSON object of options: NULL and the empty text are no options. */
Json *call_options(Operation *operation, Text text);

/* What time it is by the options of a function that has `now` and no other:
** that, or without it the clock's (store/drawn.h). */
Text call_now(Operation *operation, const FunctionCall *call, int number);

#endif
