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
void connection_hold(Connection *connection);

/* Lets go; the last one frees it. A destructor for functions and modules. */
void connection_release(void *connection);

sqlite3 *connection_db(const Connection *connection);

/* Begins an operation on the connection: it becomes the innermost one. */
void connection_enter(Connection *connection, Operation *operation);

/* Ends the innermost operation: closes the statements that it has left open,
** and, when it has failed or was left in the middle, undoes the transaction
** that it has begun. Nothing of the operations outside of it is touched.
** Allocates nothing. */
void connection_leave(Operation *operation);

/* What a room above keeps with the connection, and how it lets go of it; NULL
** at first. Setting another lets go of the one before. */
typedef void (*ConnectionDetach)(void *attachment);
void *connection_attachment(const Connection *connection);
void connection_attach(Connection *connection, void *attachment,
                       ConnectionDetach detach);

#endif
