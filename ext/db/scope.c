/*
** scope.c: entering and leaving an operation on a connection.
**
** HOW IT WORKS
**
** Operations on a connection nest like calls, because that is what they are:
** SQLite calls a function, the function runs SQL, a trigger of the application
** calls a function. `innermost` is the top of that stack; each operation knows
** the one outside of it. Leaving one takes apart only what is on its own list,
** so that a failure in a trigger leaves the outer operation's running
** statements alone: to reset one of these would free memory that SQLite's own
** frames below us still use.
**
** It lies above the other files of this room, since it ends what they begin.
*/
#include "scope.h"

#include "internal.h"
#include "query.h"
#include "transaction.h"

SQLITE_EXTENSION_INIT3

void scope_enter(Connection *connection, Operation *operation) {
  assert(!operation->connection && !operation->open);
  assert(operation->began == TRANSACTION_NONE);
  operation->connection = connection;
  operation->outer = connection->innermost;
  operation->depth = operation->outer ? operation->outer->depth + 1 : 0;
  connection->innermost = operation;
}

/* The statements before the transaction: SQLite refuses to roll back by a
** statement of ours while one that writes is not reset. */
void scope_leave(Operation *operation) {
  Connection *connection = operation->connection;
  assert(connection->innermost == operation);
  query_close_all(operation);
  transaction_abandon(operation);
  assert(!operation->open && operation->began == TRANSACTION_NONE);
  connection->innermost = operation->outer;
}
