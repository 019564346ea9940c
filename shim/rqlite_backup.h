/*
** rqlite_backup.h: the database of a cluster, as a file.
*/
#ifndef SHIM_RQLITE_BACKUP_H
#define SHIM_RQLITE_BACKUP_H

#include "options.h"
#include "output.h"

/* Has a node write a copy of its database into the file, which is there.
** Returns false, with the reason in complaint, if none does, or somebody ends
** it (interrupt.h). */
bool rqlite_backup(const Options *options, const char *path, Output *complaint);

#endif
