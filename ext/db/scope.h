/*
** scope.h: the operation as a scope on a connection.
**
**     Operation operation;
**     operation_init(&operation);
**     scope_enter(connection, &operation);
**     … operation_run …
**     scope_leave(&operation);
**
** Between the two it may open queries (query.h) and begin a transaction
** (transaction.h); what of these it has not ended itself ends here.
*/
#ifndef SCIM_SCOPE_H
#define SCIM_SCOPE_H

#include "connection.h"

/* Begins the operation on the connection: it becomes the innermost one, within
** the one that was. It must be new: with nothing open and nothing begun. */
void scope_enter(Connection *connection, Operation *operation);

/* Ends the innermost operation: closes the statements that it has left open,
** and, when it has failed or was left in the middle, undoes the transaction
** that it has begun. Nothing of the operations outside of it is touched. Its
** arena and its hold on the schemas stay the caller's to give back. Allocates
** nothing, so it can be called when memory has run out. */
void scope_leave(Operation *operation);

#endif
