/*
** install.h: the tables of scim in a database.
*/
#ifndef SCIM_INSTALL_H
#define SCIM_INSTALL_H

#include "../text/operation.h"

#define INSTALL_VERSION 1 /* of the tables that this program makes */

/* Creates the tables, or upgrades those of an earlier version, all or nothing;
** returns the version, 0 with an error. */
int install_run(Operation *operation);

/* Refuses tables of a later version: they may mean something else by the same
** names. */
void install_check_version(Operation *operation, long long version);

#endif
