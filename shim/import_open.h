/*
** import_open.h: what is asked before the first row.
*/
#ifndef SHIM_IMPORT_OPEN_H
#define SHIM_IMPORT_OPEN_H

#include "import_ask.h"

/* Checks tenant, type and the names of the columns against the definitions, and
** finds out how to tell rows apart, and how the column of reasons is called.
** Returns false with the reason in complaint.
** End it with import_close in either case. */
bool import_open(Import *import, Engine *engine, const Options *options,
                 Rows *rows, Output *complaint);

#endif
