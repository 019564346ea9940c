/*
** foreign.h: a query that somebody else has written, of which the rows are
** read. It outlives the operation that opens it.
*/
#ifndef SCIM_FOREIGN_H
#define SCIM_FOREIGN_H

#include "../text/json.h"
#include "connection.h"

typedef struct Foreign {
  struct sqlite3_stmt *statement; /* NULL: closed */
} Foreign;

/* Opens the text, which must be one statement that has rows and only reads:
** SELECT, VALUES or WITH. Otherwise, and where SQLite finds a mistake, with an
** error of the database. What was open in it is closed. */
void foreign_open(Operation *operation, Foreign *foreign, Text text);

/* The names of the columns, as the statement gives them. */
size_t foreign_count(const Foreign *foreign);
Text foreign_name(Operation *operation, const Foreign *foreign, size_t column);

/* Is there another row? While it is looked for, functions that the query calls
** must not write (Operation.reads). */
bool foreign_step(Operation *operation, Foreign *foreign);

/* A column of the row, in the arena: a string, a number, or NULL for NULL. A
** blob is text. */
Json *foreign_cell(Operation *operation, const Foreign *foreign, size_t column);

void foreign_close(Foreign *foreign);

#endif
