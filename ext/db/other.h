/*
** other.h: a database file beside the one of the connection, for reading only,
** and a temporary database to work in.
**
**     Other other = {NULL, NULL, NULL};
**     other_open(operation, &other, TEXT("old.db"));
**     … operations on other.connection, to which the file is attached …
**     other_copy(operation, &other, "scim_log", false);
**     other_close(&other);
**
** Whoever opens it has to close it, whatever happens in between: memory that
** runs out leaves the body of an operation without coming back.
*/
#ifndef SCIM_OTHER_H
#define SCIM_OTHER_H

#include "connection.h"

typedef struct Other {
  sqlite3 *db;            /* "main" is temporary and empty at first */
  Connection *connection; /* the same; held once */
  sqlite3_stmt *pulse;    /* of the operation's connection: see other.c */
} Other;

/* Opens it, with the file attached under its own name. A name that begins with
** "file:" is a URI. What interrupts the operation's connection interrupts this
** one. An error of the database where there is no such file, it is
** no database, or the operation's connection might not attach it itself. */
void other_open(Operation *operation, Other *other, Text file);

/* Copies the rows of a table, all of its columns, into the table of the same
** name in the operation's "main"; silently: in place of those that are there,
** and no trigger fires. */
void other_copy(Operation *operation, const Other *other, const char *table,
                bool silently);

/* Closes what there is. Nothing may run there any more. */
void other_close(Other *other);

#endif
