/*
** tables.h: a database in memory with the tables in it, by a copy of those that
** tests/run.sh has had made once. scim_init takes thirty milliseconds to make
** them, a second under valgrind; behind tables_copy it finds them. Where there
** is nothing to copy, as on another machine, it makes them.
*/
#ifndef SCIM_TABLES_H
#define SCIM_TABLES_H

#include <sqlite3.h>
#include <stdlib.h>

static inline void tables_copy(sqlite3 *db) {
  const char *path = getenv("SCIM_TABLES");
  sqlite3 *tables = NULL;
  if (path &&
      sqlite3_open_v2(path, &tables, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
    sqlite3_backup *backup = sqlite3_backup_init(db, "main", tables, "main");
    sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
  }
  sqlite3_close(tables);
}

#endif
