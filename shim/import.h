/*
** import.h: rows into resources, one after the other.
**
** A row is found by its key and becomes a POST, or a PATCH of what it names, or
** nothing where all of that is so already. It is checked, logged and refused as
** the request of any client would be.
*/
#ifndef SHIM_IMPORT_H
#define SHIM_IMPORT_H

#include <sqlite3.h>

#include "options.h"
#include "rows.h"

typedef enum ImportOutcome {
  IMPORT_CREATED,
  IMPORT_CHANGED,
  IMPORT_SAME,
  IMPORT_DEACTIVATED,
  IMPORT_FAILED, /* the row; reason says why */
  IMPORT_BROKEN  /* the database; reason says why, and all has an end */
} ImportOutcome;

#define IMPORT_OUTCOMES (IMPORT_FAILED + 1) /* that are counted */

/* The statements, in the order of the table in import.c. */
typedef enum ImportStatement {
  IMPORT_READ,
  IMPORT_FIND,
  IMPORT_SEE,
  IMPORT_DOCUMENT,
  IMPORT_PATCH,
  IMPORT_APPLY,
  IMPORT_MISSING,
  IMPORT_STATEMENTS
} ImportStatement;

typedef struct Import {
  sqlite3 *handle;
  const Options *options;
  sqlite3_stmt *statements[IMPORT_STATEMENTS];
  const char *match;  /* the path of the key */
  Output kind;        /* what it is, a C string: of a complex one its value */
  bool exact;         /* in which a capital letter makes a difference */
  Output endpoint;    /* of the type, as a C string */
  sqlite3_int64 last; /* resource that was there before the import */
  sqlite3_int64 at;   /* the one that was looked at last, if missing */
  bool blind;         /* a row could not be told from any other */
  Output key, id, version; /* of the row or resource, as C strings */
  Output filter;           /* by which it is found, likewise */
  Output target, body;     /* of its request, likewise */
  Output created;          /* the id in the reply, likewise */
  Output doc;              /* of who was found, likewise */
  Output reason;           /* why it failed, likewise */
} Import;

/* Checks tenant, type and the names of the columns against the definitions.
** Returns false with the reason in complaint. Close it in either case. */
bool import_open(Import *import, sqlite3 *handle, const Options *options,
                 const Rows *rows, Output *complaint);

/* Brings the row into the directory; with --dry-run, says what would be. */
ImportOutcome import_row(Import *import, const Rows *rows);

/* Deactivates the next resource that no row was about: IMPORT_DEACTIVATED, or
** IMPORT_SAME when there is none left. Its userName, or else its id, is the
** key. */
ImportOutcome import_next_missing(Import *import);

void import_close(Import *import);

#endif
