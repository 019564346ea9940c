/*
** install.h: the tables of scim in a database.
*/
#ifndef SCIM_INSTALL_H
#define SCIM_INSTALL_H

#include "../text/operation.h"

#define INSTALL_VERSION 16 /* of the tables that this program makes */

/* What scim_init is told. The first two are for tables that are made: no texts
** are a key that is drawn and the time of the clock. */
typedef struct Install {
  Text cursor_key; /* 64 hexadecimal digits */
  Text now;        /* when the tenant 'default' was created */
  bool says;       /* … whether the database is replicated: */
  bool replicated; /* nothing that is written may be drawn (drawn.h) */
} Install;

/* Creates the tables, or upgrades those of an earlier version, all or nothing;
** returns the version, 0 with an error. Not possible in the middle of a
** statement that writes (SQLITE_BUSY). After an upgrade the keys of filters
** wait to be built, as after a change of the definitions. */
int install_run(Operation *operation, const Install *install);

/* Refuses tables (which there are) of another version than the program's. A
** later one may mean something else by the same names; an earlier one has
** triggers that do not understand what this program tells them. */
void install_check_version(Operation *operation);

#endif
