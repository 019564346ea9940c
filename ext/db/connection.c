/*
** connection.c: the life of a connection, and of the operations on it.
**
** HOW IT WORKS
**
** Operations on a connection nest like calls, because that is what they are:
** SQLite calls a function, the function runs SQL, a trigger of the application
** calls a function. `innermost` is the top of that stack; each operation knows
** the one outside of it. Ending one takes apart only what is on its own list,
** so that a failure in a trigger leaves the outer operation's running
** statements alone.
*/
#include "connection.h"

#include "internal.h"
#include "transaction.h"

SQLITE_EXTENSION_INIT3

Connection *connection_new(sqlite3 *db) {
  Connection *connection = sqlite3_malloc64(sizeof *connection);
  if (!connection) return NULL;
  memset(connection, 0, sizeof *connection);
  connection->db = db;
  connection->holders = 1;
  return connection;
}

void connection_hold(Connection *connection) { connection->holders++; }

void connection_release(void *pointer) {
  Connection *connection = pointer;
  assert(connection->holders > 0);
  if (--connection->holders > 0) return;
  assert(!connection->innermost && !connection->owned);
  connection_attach(connection, NULL, NULL);
  sqlite3_free(connection);
}

sqlite3 *connection_db(const Connection *connection) { return connection->db; }

/*
** Operations.
*/
void connection_enter(Connection *connection, Operation *operation) {
  assert(!operation->connection && !operation->open);
  operation->connection = connection;
  operation->outer = connection->innermost;
  connection->innermost = operation;
}

void connection_leave(Operation *operation) {
  Connection *connection = operation->connection;
  assert(connection->innermost == operation);
  while (operation->open) {
    CachedStatement *cached = operation->open;
    operation->open = cached->next;
    query_give_back(cached);
  }
  transaction_abandon(operation);
  connection->innermost = operation->outer;
}

/*
** The attachment.
*/
void *connection_attachment(const Connection *connection) {
  return connection->attachment;
}

void connection_attach(Connection *connection, void *attachment,
                       ConnectionDetach detach) {
  void *old = connection->attachment;
  ConnectionDetach detach_old = connection->detach;
  connection->attachment = attachment;
  connection->detach = detach;
  if (old) detach_old(old);
}
