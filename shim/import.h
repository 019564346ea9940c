/*
** import.h: rows into resources, one after the other.
**
** A row is found by its key and becomes a POST, or a PATCH of what it names, or
** nothing where all of that is so already. It is checked, logged and refused as
** the request of any client would be.
**
** What becomes of a row is told when it is known: at once, or with the rows of
** its batch, in the order of the rows. Where the engine writes in transactions,
** they are the caller's.
*/
#ifndef SHIM_IMPORT_H
#define SHIM_IMPORT_H

#include "import_ask.h"

/* Brings the row into the directory; with --dry-run, says what would be. */
void import_row(Import *import, const Rows *rows);

/* Deactivates the next resource that no row was about. Returns false when there
** is none left. Its userName, or else its id, is the key. */
bool import_next_missing(Import *import);

/* Writes what waits. */
void import_flush(Import *import);

/* A transaction has ended: what was read in it may be so no more. */
void import_forget(Import *import);

void import_close(Import *import);

#endif
