/*
** connection.h: a database connection with what is kept for it: prepared
** statements and compiled schemas.
**
** Statements that outlive a call must belong to a virtual table, because only
** then does SQLite finalize them before it looks whether a connection may
** close. That table is scim_stmt, eponymous and read-only; reading it also
** shows what is kept and how often it ran. The connection is counted: every
** function and module holds it, and scim_stmt does while it is connected.
*/
#ifndef SCIM_CONNECTION_H
#define SCIM_CONNECTION_H

#include <sqlite3ext.h>

#include "../model/error.h"
#include "statements.h"

typedef struct Connection Connection;

/* A connection object for the database, held once. NULL without memory. */
Connection *connection_new(sqlite3 *db);
void connection_hold(Connection *connection);
/* A destructor for functions and modules. */
void connection_release(void *connection);

sqlite3 *connection_db(const Connection *connection);

/* The place where definitions.c keeps the compiled schemas. */
typedef struct Definitions Definitions;
Definitions **connection_definitions(Connection *connection);

/* The module scim_stmt. Its client data is the connection. */
const sqlite3_module *connection_module(void);

/* One statement within an operation. All calls do nothing once the operation
** has failed; every failure of SQLite is set as ERROR_DATABASE. A query that
** was opened must be closed, or all of them by connection_reset. */
typedef struct Query {
  Operation *operation;
  sqlite3_stmt *statement; /* NULL once the operation has failed */
} Query;

Query query_open(Operation *operation, Connection *connection,
                 Statement statement);

/* A statement that was put together; kept too, by its text. */
Query query_open_text(Operation *operation, Connection *connection, Text text);

void query_bind_text(Query *query, int parameter, Text text);
void query_bind_integer(Query *query, int parameter, long long number);

/* True when there is a row. */
bool query_step(Query *query);
void query_close(Query *query);

/* A column of the row; text is copied to the operation's arena. */
Text query_text(Query *query, int column);
long long query_integer(Query *query, int column);
bool query_is_null(Query *query, int column);

/* Opens, steps once and closes. */
void query_run(Operation *operation, Connection *connection,
               Statement statement);

/* Says that the operation is about to begin a transaction (STATEMENT_ROLLBACK)
** or the savepoint of scim_init (STATEMENT_UNDO_INIT). What would undo it is
** prepared now: without memory, nothing can be prepared. */
void connection_undo(Operation *operation, Connection *connection,
                     Statement undo);

/* Says that it has ended. */
void connection_done(Connection *connection);

/* After an operation has failed: resets the statements that it has left open,
** and undoes what it has begun. */
void connection_reset(Connection *connection);

#endif
