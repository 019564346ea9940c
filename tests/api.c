/*
** The functions of SQLite for the extension's objects, in a program that links
** SQLite instead of being what loads them: the unit tests and the fuzzers.
**
** HOW IT WORKS. The objects are those of the library to load, which calls
** SQLite through the table that its entry point is given. To compile them a
** second time, with direct calls, would take longer than all unit tests run.
** SQLite gives that table to nobody but entry points: so one is registered
** which takes it, and a connection opened that calls it, before main. SQLite is
** then shut down again, as if it had never been used: a test may still choose
** its allocator (sqlite3_config).
*/
#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>

/* That of ext/scim.c, or of its own where a program has not all objects. */
__attribute__((weak)) const sqlite3_api_routines *sqlite3_api;

/* The one entry point: takes the table. */
static int api_take(sqlite3 *db, char **message,
                    const sqlite3_api_routines *api) {
  (void)db, (void)message;
  sqlite3_api = api;
  return SQLITE_OK;
}

/* Runs before main, so that no test has to know of it. */
__attribute__((constructor)) static void api_link(void) {
  sqlite3 *db = NULL;
  sqlite3_auto_extension((void (*)(void))api_take);
  int code = sqlite3_open(":memory:", &db);
  sqlite3_close(db);
  sqlite3_reset_auto_extension();
  sqlite3_shutdown();
  if (code != SQLITE_OK || !sqlite3_api) abort();
}
