/*
** connection.h: a database connection of the host's, with what is kept for it
** between calls.
**
** One is made when the extension is loaded. It is counted: every function and
** table that is registered holds it, and so does scim_stmt while it is
** connected; the last one frees it. What it keeps are statements (query.h) and
** attachments of rooms above.
*/
#ifndef SCIM_CONNECTION_H
#define SCIM_CONNECTION_H

#include <sqlite3ext.h>

#include "../text/operation.h"

typedef struct Connection Connection;

/* A connection object for the database, held once. NULL without memory. */
Connection *connection_new(sqlite3 *db);

/* One more holder, who lets go by connection_release. */
void connection_hold(Connection *connection);

/* Lets go; the last one frees it. A destructor for functions and modules. */
void connection_release(void *connection);

/* The database of SQLite that it stands for. */
sqlite3 *connection_db(const Connection *connection);

/* What rooms above keep with the connection, a thing in each place. */
typedef enum ConnectionPlace {
  CONNECTION_SCHEMAS, /* the compiled schemas */
  CONNECTION_CALLERS, /* who was let in */
  CONNECTION_PLACES
} ConnectionPlace;

/* What is in the place, and how it is let go; NULL at first. Setting another
** lets go of the one before; so does freeing the connection. */
typedef void (*ConnectionDetach)(void *attachment);
void *connection_attachment(const Connection *connection,
                            ConnectionPlace place);
void connection_attach(Connection *connection, ConnectionPlace place,
                       void *attachment, ConnectionDetach detach);

#endif
