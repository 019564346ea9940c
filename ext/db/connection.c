/*
** connection.c: the life of a connection, and what is kept with it.
**
** HOW IT WORKS
**
** SQLite tells nobody when a connection closes: it calls the destructors of
** functions and modules one after the other, in no order that is promised. So
** each of these holds the connection object, and whichever is called last
** frees it. By then scim_stmt was disconnected and has finalized the
** statements (query.c), since SQLite does that first.
**
** The attachments are what is the same for all calls until something changes,
** such as the compiled schemas. This room does not know them: it keeps a
** pointer and the function that lets go of it.
*/
#include "connection.h"

#include "internal.h"

SQLITE_EXTENSION_INIT3

Connection *connection_new(sqlite3 *db) {
  Connection *connection = sqlite3_malloc64(sizeof *connection);
  if (!connection) return NULL;
  memset(connection, 0, sizeof *connection);
  connection->db = db;
  connection->holders = 1;
  return connection;
}

void connection_hold(Connection *connection) {
  assert(connection->holders > 0); /* nobody can revive one that was freed */
  connection->holders++;
}

/* A void pointer, because SQLite calls it as a destructor. */
void connection_release(void *pointer) {
  Connection *connection = pointer;
  assert(connection->holders > 0);
  if (--connection->holders > 0) return;
  /* Functions cannot be unregistered while they run, and scim_stmt holds the
  ** connection as long as it is connected. */
  assert(!connection->innermost && !connection->owned);
  for (int i = 0; i < CONNECTION_PLACES; i++)
    connection_attach(connection, (ConnectionPlace)i, NULL, NULL);
  sqlite3_free(connection);
}

sqlite3 *connection_db(const Connection *connection) { return connection->db; }

/*
** The attachments.
*/
static_assert((int)CONNECTION_PLACES == ATTACHMENTS, "each has a place");

void *connection_attachment(const Connection *connection,
                            ConnectionPlace place) {
  return connection->attached[place].thing;
}

/* The new one is in its place before the old one goes, so that its destructor
** finds the connection whole. */
void connection_attach(Connection *connection, ConnectionPlace place,
                       void *attachment, ConnectionDetach detach) {
  Attachment old = connection->attached[place];
  assert(!attachment || detach);
  connection->attached[place] = (Attachment){attachment, detach};
  if (old.thing) old.detach(old.thing);
}
