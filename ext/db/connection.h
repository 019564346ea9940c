/*
** connection.h: a database connection of the host's, with what is kept for it
** between calls.
**
** One is made when the extension is loaded. It is counted: every function and
** table that is registered holds it, and so does scim_stmt while it is
** connected; the last one frees it. What it keeps are statements (query.h) and
** one attachment of a room above, the compiled schemas.
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

/* What a room above keeps with the connection, and how it lets go of it; NULL
** at first. Setting another lets go of the one before; so does freeing the
** connection. */
typedef void (*ConnectionDetach)(void *attachment);
void *connection_attachment(const Connection *connection);
void connection_attach(Connection *connection, void *attachment,
                       ConnectionDetach detach);

#endif
